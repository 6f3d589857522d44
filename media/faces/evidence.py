"""What an examination rests on, as plain JSON-able values for the record and the reviewer.

Times are ``media_s``, seconds of the session's video, so that they can be found in the recording.
"""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from media.faces.liveness import LivenessTry
from media.faces.movements import Neutral
from media.faces.outcomes import TryFailure
from media.faces.trace import TracePoint
from roll_call.ports.faces import FaceProblem

TRACE_LIMIT = 3000
HINDERING_SHARE = 0.3
"""A picture that was bad in so many of the looks stood in the way."""


@dataclass(slots=True)
class MediaClock:
    """Tells from a frame's media time when it was seen, free of the worker's delays.

    The least delay ever met is taken for the way itself; what a frame took longer was waiting.
    """

    longest_wait_s: float = 3.0
    _way_s: float | None = None

    def seen_at(self, media_s: float, now_s: float) -> float:
        """The moment on the examination's clock."""
        delay_s = now_s - media_s
        self._way_s = delay_s if self._way_s is None else min(self._way_s, delay_s)
        return max(now_s - self.longest_wait_s, media_s + self._way_s)

    def media_s(self, at_s: float) -> float:
        """The video's time of a moment."""
        return at_s - (self._way_s or 0.0)


_UNASKED = frozenset({TryFailure.TOO_EARLY, TryFailure.WRONG_MOVEMENT})


@dataclass(slots=True)
class Journal:
    """Notes taken during an examination."""

    clock: MediaClock = field(default_factory=MediaClock)
    trace: list[TracePoint] = field(default_factory=list)
    prompts: list[dict[str, Any]] = field(default_factory=list)
    problems: Counter[str] = field(default_factory=Counter)
    failures: list[TryFailure] = field(default_factory=list)
    changes: list[dict[str, Any]] = field(default_factory=list)
    neutral: Neutral | None = None
    _looks_at_rest: int = 0
    _hindrances: Counter[FaceProblem] = field(default_factory=Counter)

    @property
    def timing_only(self) -> bool:
        """Whether tries failed, and none for anything but being late."""
        return bool(self.failures) and set(self.failures) == {TryFailure.TOO_LATE}

    @property
    def unasked_movements(self) -> int:
        """How many tries were spoilt by a movement that nobody had asked for."""
        return sum(failure in _UNASKED for failure in self.failures)

    @property
    def hindrance(self) -> FaceProblem | None:
        """What stood in the way most of the time, where it was the picture."""
        problem, times = next(iter(self._hindrances.most_common(1)), (None, 0))
        return problem if times > HINDERING_SHARE * self._looks_at_rest else None

    def note_view(
        self, problem: FaceProblem | None, point: TracePoint | None, at_rest: bool
    ) -> None:
        """One frame's problem, and the face's place.

        ``at_rest``: nothing was asked, so a head that is turned away is in the way.
        """
        if problem is not None:
            self.problems[problem.value] += 1
        if at_rest:
            self._looks_at_rest += 1
            self._hindrances.update([problem] if problem is not None else [])
        if point is not None and len(self.trace) < TRACE_LIMIT:
            self.trace.append(point)

    def note_try(self, number: int, tried: LivenessTry) -> None:
        """A finished try's prompts."""
        if tried.failure is not None:
            self.failures.append(tried.failure)
        asked = sorted([*tried.steps, *tried.void_steps], key=lambda step: step.prompt_at_s)
        for index, step in enumerate(asked):
            last = bool(tried.steps) and step is tried.steps[-1]
            reaction_s = step.reaction_s
            self.prompts.append(
                {
                    "try": number,
                    "index": index,
                    "number": step.number,
                    "id": step.id,
                    "kind": step.kind.value,
                    "digits": step.digits,
                    "media_s": round(self.clock.media_s(step.prompt_at_s), 2),
                    "latency_s": None if reaction_s is None else round(reaction_s, 2),
                    "peak": round(step.peak, 2),
                    "passed": step.passed and not (last and tried.failure),
                    "void": step.void,
                    "slack_s": round(step.slack_s, 2),
                    "why": tried.failure.value if last and tried.failure else None,
                }
            )

    def note_change(self, why: str, at_s: float) -> None:
        """The face was lost, or another one came."""
        self.changes.append({"media_s": round(self.clock.media_s(at_s), 2), "why": why})

    def before(self, end_s: float) -> list[TracePoint]:
        """The trace's part before a moment."""
        end = self.clock.media_s(end_s)
        return [point for point in self.trace if point[0] < end]
