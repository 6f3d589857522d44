"""A stage for examinations: a head before a camera, looked at frame by frame with a fake clock.

``perform`` runs one whole session as server, phone and vision worker would, without processes,
network or waiting.
"""

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Protocol

from media.faces.analysis import Analyser
from media.faces.chance import Chance
from media.faces.embedders import template_vector
from media.faces.examination import Examination, Subject
from media.faces.outcomes import (
    Advice,
    Done,
    EmbedWanted,
    LightShown,
    Outcome,
    PromptIssued,
    WatchWanted,
)
from media.faces.trace import Trace
from media.faces.watching import Watcher
from roll_call.policy import Policy
from roll_call.ports.faces import FaceObservation, FaceProblem, Template, Watch
from roll_call.verification import Verification
from server.simulate.scene import Scene

STEP_S = 1 / 30
FRAME_S = 1 / 15
WORKER_DELAY_S = 0.12
WAY_TO_THE_PHONE_S = 0.08
SESSION_LIMIT_S = 60.0


class Head(Protocol):
    """Somebody who may follow prompts, seen as an observation."""

    def prompt(self, kind: str, at_s: float) -> None:
        """A prompt is shown."""

    def light(self, colours: tuple[str, ...], each_s: float, at_s: float) -> None:
        """The screen is filled with colours."""

    def seen(self, at_s: float, embed: bool, watch: Watch) -> FaceObservation:
        """What the verifier would say."""


class PicturedHead:
    """A scene of pictures, looked at by the real models."""

    def __init__(self, scene: Scene, analyser: Analyser, template: Template | None) -> None:
        reference = None if template is None else template_vector(template)
        self._scene, self._analyser = scene, analyser
        self._watcher = Watcher("session", reference)

    def prompt(self, kind: str, at_s: float) -> None:
        """Handed to the scene."""
        self._scene.prompt(kind, at_s)

    def light(self, colours: tuple[str, ...], each_s: float, at_s: float) -> None:
        """Handed to the scene."""
        self._scene.light(colours, each_s, at_s)

    def seen(self, at_s: float, embed: bool, watch: Watch) -> FaceObservation:
        """One look at the scene's picture."""
        self._watcher.watch = watch
        return self._watcher.observe(self._analyser, self._scene.frame(at_s), at_s, embed)


@dataclass
class Performance:
    """How a session went."""

    said: list[tuple[float, Outcome]] = field(default_factory=list)
    end_s: float = 0.0
    looks: int = 0
    trace: Trace = ()
    """The head's course, as the server keeps it to know a replay of this session."""

    @property
    def done(self) -> Done:
        """The verdict and its evidence."""
        return next(outcome for _, outcome in self.said if isinstance(outcome, Done))

    @property
    def verification(self) -> Verification:
        """The verdict."""
        return self.done.verification

    @property
    def evidence(self) -> Any:
        """What the verdict rests on."""
        return self.done.evidence

    @property
    def advice(self) -> list[FaceProblem | None]:
        """All that was said about the picture."""
        return [outcome.problem for _, outcome in self.said if isinstance(outcome, Advice)]

    def first(self, kind: type[Outcome]) -> float:
        """When this was said first."""
        return next(at_s for at_s, outcome in self.said if isinstance(outcome, kind))


@dataclass(frozen=True)
class Conditions:
    """How views come in: ``delay_s`` of one after it was taken, ``lost`` ones never do.

    ``interval_s``: a slow machine looks no more often than this, whatever is wanted.
    """

    delay_s: Callable[[float], float] = lambda at_s: WORKER_DELAY_S
    lost: Callable[[float], bool] = lambda at_s: False
    interval_s: float = 0.0


GOOD = Conditions()


def perform(
    head: Head,
    chance: Chance,
    *,
    model: str = "sface",
    template_frames: int = 3,
    exempt: frozenset[str] = frozenset(),
    earlier: Iterable[Trace] = (),
    limit_s: float = SESSION_LIMIT_S,
    swap: Callable[[float], Head] | None = None,
    conditions: Conditions = GOOD,
) -> Performance:
    """One session; concluded at ``limit_s`` if it has not come to an end by then."""
    subject = Subject(model, template_frames, exempt, list(earlier))
    examination = Examination("session", 1, subject, Policy(), chance)
    return examine(head, examination, limit_s, conditions, swap)


def examine(
    head: Head,
    examination: Examination,
    limit_s: float = SESSION_LIMIT_S,
    conditions: Conditions = GOOD,
    swap: Callable[[float], Head] | None = None,
) -> Performance:
    """One session of an examination that somebody has made; ``swap`` gives the head at a time."""
    stage = _Stage(head, conditions)
    for now_s in (index * STEP_S for index in range(int(limit_s / STEP_S))):
        stage.head = swap(now_s) if swap else stage.head
        stage.look(now_s)
        outcomes = [
            said for seen in stage.arrived(now_s) for said in examination.observe(seen, now_s)
        ]
        outcomes += examination.tick(now_s)
        if stage.act(outcomes, now_s):
            break
    else:
        stage.act(examination.conclude(limit_s), limit_s)
    stage.show.trace = examination.trace
    return stage.show


class _Stage:
    """The phone, the line and the vision worker between a head and its examination."""

    def __init__(self, head: Head, conditions: Conditions) -> None:
        self.head = head
        self.show = Performance()
        self._conditions = conditions
        self._watch = Watch()
        self._embed = False
        self._frame_due_s = 0.0
        self._looked_s = -1.0
        self._on_the_way: deque[tuple[float, FaceObservation]] = deque()

    def look(self, now_s: float) -> None:
        """The camera takes a frame, and the worker looks at it if it is one that is wanted."""
        if now_s + 1e-9 < self._frame_due_s:
            return
        self._frame_due_s += FRAME_S
        slow = self._conditions.interval_s
        interval_s = max(slow, 0.0 if self._embed else self._watch.interval_s)
        if now_s - self._looked_s + 1e-9 < interval_s:
            return
        self._looked_s = now_s
        if self._conditions.lost(now_s):
            return
        seen = self.head.seen(now_s, self._embed, self._watch)
        self.show.looks += 1
        self._embed = False
        self._on_the_way.append((now_s + self._conditions.delay_s(now_s), seen))

    def arrived(self, now_s: float) -> list[FaceObservation]:
        """The observations that have reached the server by now."""
        came: list[FaceObservation] = []
        while self._on_the_way and self._on_the_way[0][0] <= now_s:
            came.append(self._on_the_way.popleft()[1])
        return came

    def act(self, outcomes: Iterable[Outcome], now_s: float) -> bool:
        """Do what the examination wants; True once it is over."""
        shown_s = now_s + WAY_TO_THE_PHONE_S
        for outcome in outcomes:
            self.show.said.append((now_s, outcome))
            match outcome:
                case EmbedWanted():
                    self._embed = True
                case WatchWanted(watch=watch):
                    self._watch = watch
                case PromptIssued(kind=kind):
                    self.head.prompt(kind.value, shown_s)
                case LightShown(colours=colours, each_s=each_s):
                    self.head.light(colours, each_s, shown_s)
                case Done():
                    self.show.end_s = now_s
                    return True
                case _:
                    pass
        self.show.end_s = now_s
        return False
