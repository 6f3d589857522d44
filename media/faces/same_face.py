"""Whether it is the same face throughout: a swap in the middle of a session must not pass.

Two faces of a session are never compared by a person, so the machine looks twice where something
jumped: the face's place or size between two looks, or a time in which it was not seen. Two
similarities in a row that are clearly another face's than the session's own are a change of face.
One alone is a bad frame. A session that shows another face from beginning to end has no change: it
is a mismatch, and the quorum says so.
"""

from dataclasses import dataclass, field
from math import log
from typing import Self

from media.faces.calibration import OperatingPoint
from roll_call.ports.faces import FaceObservation, FaceProblem, Place

_NOT_ONE_FACE = frozenset({FaceProblem.NO_FACE, FaceProblem.SEVERAL_FACES, FaceProblem.UNREADABLE})

IN_A_MOVEMENT = frozenset(
    {FaceProblem.TURNED_AWAY, FaceProblem.EYES_CLOSED, FaceProblem.TOO_CLOSE, None}
)
"""Whoever moves as asked looks like this, and can still be told from somebody else."""


@dataclass(frozen=True, slots=True)
class FaceLimits:
    """Seconds; ways and growth of the face between two looks, in heights of the face.

    ``way`` and ``growth`` are what any two looks may differ by, ``way_a_s`` and ``growth_a_s`` what
    a person adds in a second. They only decide when to look again, never what it means.
    """

    gap_s: float = 0.5
    several_s: float = 0.8
    way: float = 0.12
    way_a_s: float = 0.8
    growth: float = 0.06
    growth_a_s: float = 0.5
    looks_after_jump: int = 2
    aside: float = 0.2
    """How much less a face in the midst of a movement resembles itself."""


LIMITS = FaceLimits()


def one_face(seen: FaceObservation) -> bool:
    """Whether a frame shows exactly one face, fit to be compared or not."""
    return seen.pose is not None and seen.problem not in _NOT_ONE_FACE


@dataclass(slots=True)
class SameFace:
    """Watches one session. ``threshold`` and ``clear``: a similarity to the template from which a
    face is the person's, and below which it clearly is not; ``strange``: the likeness to the
    session's own first face below which it clearly is another."""

    threshold: float
    clear: float
    strange: float
    limits: FaceLimits = LIMITS
    several_since_s: float | None = None
    seen_s: float | None = None
    _place: Place | None = None
    _looks_wanted: int = 0
    _before: FaceObservation | None = None
    _was_strange: bool = False
    _pairs: set[str] = field(default_factory=set)

    @classmethod
    def at(cls, point: OperatingPoint, template_frames: int) -> Self:
        """For a template of so many frames; a face of the session is a single picture."""
        threshold = point.threshold(template_frames)
        return cls(threshold, threshold - point.margin, point.threshold(1) - point.margin)

    def see(self, seen: FaceObservation, at_s: float) -> bool:
        """One look; True where it confirms that the face is not the same any more."""
        self._note_several(seen, at_s)
        if one_face(seen):
            if self._jumped(seen, at_s):
                self._looks_wanted = self.limits.looks_after_jump
            self.seen_s, self._place = at_s, seen.place or self._place
        return self._compare(seen)

    @property
    def doubtful(self) -> bool:
        """Whether a similarity is wanted at once."""
        return self._looks_wanted > 0

    def several(self, at_s: float) -> bool:
        """Whether more than one face has been to be seen for more than a moment."""
        since_s = self.several_since_s
        return since_s is not None and at_s - since_s >= self.limits.several_s

    def missing(self, at_s: float, limit_s: float) -> bool:
        """Whether no single face has been seen for so long."""
        return self.seen_s is not None and at_s - self.seen_s > limit_s

    def start_again(self) -> None:
        """Whoever is there now is to be watched from here on."""
        self._pairs.clear()
        self._before, self._looks_wanted = None, self.limits.looks_after_jump
        self._was_strange = False
        self.several_since_s = None

    def _note_several(self, seen: FaceObservation, at_s: float) -> None:
        if seen.problem is not FaceProblem.SEVERAL_FACES:
            self.several_since_s = None
        elif self.several_since_s is None:
            self.several_since_s = at_s

    def _jumped(self, seen: FaceObservation, at_s: float) -> bool:
        if self.seen_s is None:
            return False
        passed_s = at_s - self.seen_s
        if passed_s > self.limits.gap_s:
            return True
        old, new = self._place, seen.place
        if old is None or new is None or min(old.height, new.height) <= 0:
            return False
        way = max(abs(new.x - old.x), abs(new.y - old.y)) / old.height
        growth = abs(log(new.height / old.height))
        return (
            way > self.limits.way + self.limits.way_a_s * passed_s
            or growth > self.limits.growth + self.limits.growth_a_s * passed_s
        )

    def _compare(self, seen: FaceObservation) -> bool:
        if seen.similarity is None and seen.continuity is None:
            return False
        self._looks_wanted = max(0, self._looks_wanted - 1)
        return self._is_strange_again(seen) or self._is_of_two(seen)

    def _is_strange_again(self, seen: FaceObservation) -> bool:
        """Whether the session's own first face is not to be seen for the second time."""
        if seen.continuity is None:
            return False
        aside = self.limits.aside if seen.problem is not None else 0.0
        strange, before = seen.continuity < self.strange - aside, self._was_strange
        self._was_strange = strange
        self._look_again(strange)
        return strange and before

    def _is_of_two(self, seen: FaceObservation) -> bool:
        """Whether the template's face and another were both seen, each twice in a row."""
        if seen.similarity is None or seen.problem is not None:
            return False
        before, self._before = self._before, seen
        self._look_again(seen.similarity < self.clear)
        if before is None or before.similarity is None:
            return False
        if max(seen.similarity, before.similarity) < self.clear:
            self._pairs.add("another")
        elif min(seen.similarity, before.similarity) >= self.threshold:
            self._pairs.add("own")
        return len(self._pairs) > 1

    def _look_again(self, doubtful: bool) -> None:
        if doubtful:
            self._looks_wanted = max(self._looks_wanted, 1)
