"""A stage for examinations: a head before a camera, looked at frame by frame with a fake clock.

``perform`` runs one whole session as the server would, without processes or waiting. A head that
only moves (no picture) is enough where timing matters; with an ``Analyser`` real pictures are
looked at.
"""

import random
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Protocol

from media.faces.analysis import Analyser
from media.faces.embedder import template_vector
from media.faces.examination import Examination, Subject
from media.faces.liveness import Chance
from media.faces.outcomes import Advice, Done, EmbedWanted, Outcome, PromptIssued
from media.faces.picture import Picture
from media.faces.trace import Trace
from roll_call.policy import Policy
from roll_call.ports.faces import FaceObservation, FaceProblem, Pose, Quality, Template
from roll_call.verification import Verification
from server.simulate.actor_motion import Motion

VIEW_EVERY_S = 2 / 15
STEP_S = 1 / 30
WORKER_DELAY_S = 0.12
WAY_TO_THE_PHONE_S = 0.08
READS_BACK = 0.72
STRAIGHT = Pose(0.0, 0.0, 0.0)
SEEN_QUALITY = Quality(eye_distance_px=90.0, brightness=130.0, sharpness=20.0, covered=0.0)


class Head(Protocol):
    """Somebody who may follow prompts, seen as an observation."""

    def prompt(self, kind: str, at_s: float) -> None:
        """A prompt is shown."""

    def seen(self, at_s: float, embed: bool) -> FaceObservation:
        """What the verifier would say."""


@dataclass
class MovingHead:
    """A motion without a picture; ``similarity`` is what the face would score."""

    motion: Motion
    similarity: float = 0.9
    noise_deg: float = 0.4
    chance: random.Random = field(default_factory=lambda: random.Random(1))

    def prompt(self, kind: str, at_s: float) -> None:
        self.motion.prompt(kind, at_s)

    def angles(self, at_s: float) -> tuple[float, float]:
        return self.motion.angles(at_s)

    def seen(self, at_s: float, embed: bool) -> FaceObservation:
        yaw, pitch = self.angles(at_s)
        noise = self.chance.gauss(0, self.noise_deg), self.chance.gauss(0, self.noise_deg)
        pose = Pose(yaw * READS_BACK + noise[0], pitch * READS_BACK + noise[1], 0.0)
        aside = abs(pose.yaw) > 18 or abs(pose.pitch) > 20
        problem = FaceProblem.TURNED_AWAY if aside else None
        similarity = min(1.0, self.similarity + self.chance.gauss(0, 0.02))
        return observation(at_s, problem, pose, similarity if embed and not problem else None)


class DeafHead(MovingHead):
    """Moves as it likes and listens to nobody: a still, a loop, a recording."""

    def prompt(self, kind: str, at_s: float) -> None:
        del kind, at_s


@dataclass
class Replay(DeafHead):
    """A recording of ``length_s`` seconds, shown again and again."""

    length_s: float = 12.0

    def angles(self, at_s: float) -> tuple[float, float]:
        return self.motion.angles(at_s % self.length_s)


class Scene(Protocol):
    """``server.simulate.cameras.Scene``."""

    def frame(self, at_s: float) -> Picture: ...

    def prompt(self, kind: str, at_s: float) -> None: ...


@dataclass
class PicturedHead:
    """A scene of pictures, looked at by the real models."""

    scene: Scene
    analyser: Analyser
    template: Template | None

    def prompt(self, kind: str, at_s: float) -> None:
        self.scene.prompt(kind, at_s)

    def seen(self, at_s: float, embed: bool) -> FaceObservation:
        picture = self.scene.frame(at_s)
        look = self.analyser.look(picture)
        similarity = None
        if embed and look.problem is None and look.mesh is not None and self.template is not None:
            vector = self.analyser.embed(picture, look.mesh)
            if vector is not None:
                reference = template_vector(self.template)
                similarity = self.analyser.embedder.similarity(reference, vector)
        return FaceObservation(
            "session", at_s, look.faces, look.problem, look.pose, 0.0, 0.0, look.quality, similarity
        )


def observation(
    at_s: float,
    problem: FaceProblem | None = None,
    pose: Pose | None = STRAIGHT,
    similarity: float | None = None,
) -> FaceObservation:
    """One face, as given."""
    faces = {FaceProblem.NO_FACE: 0, FaceProblem.SEVERAL_FACES: 2}.get(problem, 1)  # type: ignore[call-overload]
    return FaceObservation(
        "session", at_s, faces, problem, pose, 0.0, 0.0, SEEN_QUALITY, similarity
    )


class SameSteps(random.Random):
    """Draws the given movements again and again; all else is random."""

    def __init__(self, seed: int, kinds: Iterable[str]) -> None:
        super().__init__(seed)
        self._kinds = list(kinds)
        self._next = 0

    def choice(self, seq: Any) -> Any:
        kind = self._kinds[self._next % len(self._kinds)]
        self._next += 1
        return next(item for item in seq if item.value == kind)


@dataclass
class Performance:
    """How a session went."""

    said: list[tuple[float, Outcome]] = field(default_factory=list)
    end_s: float = 0.0

    @property
    def done(self) -> Done:
        return next(outcome for _, outcome in self.said if isinstance(outcome, Done))

    @property
    def verification(self) -> Verification:
        return self.done.verification

    @property
    def evidence(self) -> Any:
        return self.done.evidence

    @property
    def advice(self) -> list[FaceProblem | None]:
        return [outcome.problem for _, outcome in self.said if isinstance(outcome, Advice)]

    def first(self, kind: type[Outcome]) -> float:
        """When this was said first."""
        return next(at_s for at_s, outcome in self.said if isinstance(outcome, kind))


@dataclass
class Conditions:
    """How views come in: ``delay_s`` of one after it was taken, ``lost`` ones never do."""

    delay_s: Callable[[float], float] = lambda at_s: WORKER_DELAY_S
    lost: Callable[[float], bool] = lambda at_s: False


GOOD = Conditions()


def perform(
    head: Head,
    chance: Chance,
    *,
    model: str = "sface",
    template_frames: int = 3,
    exempt: frozenset[str] = frozenset(),
    earlier: Iterable[Trace] = (),
    limit_s: float = 60.0,
    swap: Callable[[float], Head] | None = None,
    conditions: Conditions = GOOD,
) -> Performance:
    """One session; concluded at ``limit_s`` if it has not come to an end by then."""
    subject = Subject(model, template_frames, exempt, list(earlier))
    examination = Examination("session", 1, subject, Policy(), chance)
    show, embed, due_s = Performance(), False, 0.0
    on_the_way: deque[tuple[float, FaceObservation]] = deque()
    for now_s in (index * STEP_S for index in range(int(limit_s / STEP_S))):
        if now_s >= due_s:
            due_s += VIEW_EVERY_S
            head = swap(now_s) if swap else head
            if not conditions.lost(now_s):
                seen = head.seen(now_s, embed)
                embed = embed and seen.similarity is None
                on_the_way.append((now_s + conditions.delay_s(now_s), seen))
        outcomes: list[Outcome] = []
        while on_the_way and on_the_way[0][0] <= now_s:
            outcomes += examination.observe(on_the_way.popleft()[1], now_s)
        outcomes += examination.tick(now_s)
        for outcome in outcomes:
            show.said.append((now_s, outcome))
            embed = embed or isinstance(outcome, EmbedWanted)
            if isinstance(outcome, PromptIssued):
                head.prompt(outcome.kind.value, now_s + WAY_TO_THE_PHONE_S)
            if isinstance(outcome, Done):
                show.end_s = now_s
                return show
    show.end_s = limit_s
    show.said += [(limit_s, outcome) for outcome in examination.conclude(limit_s)]
    return show
