"""Recognition: which officer of a unit is in its picture, from a few looks; a hint and no more.

One look is never enough: ``AGREEING`` usable looks in a row must name the same officer, each at the
model's own threshold, and no other officer of the unit may reach theirs in the same look.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from roll_call.proposal import Face

AGREEING = 2
NOBODY_AFTER = 2
STRANGER_AFTER = 3
KEPT = 4


@dataclass(frozen=True, slots=True)
class Glimpse:
    """One look: how many faces, and what the largest resembles by officer (``similarity`` minus
    the threshold of that officer's template). None: the face was of no use for comparing."""

    faces: int
    over_threshold: Mapping[str, float] | None = None

    @property
    def officer_id(self) -> str | None:
        """The only officer at or over the threshold."""
        reached = [who for who, over in (self.over_threshold or {}).items() if over >= 0]
        return reached[0] if len(reached) == 1 else None

    @property
    def compared(self) -> bool:
        """Whether there was a usable face, and somebody to compare it with."""
        return bool(self.over_threshold)


@dataclass(frozen=True, slots=True)
class Recognition:
    """The last looks at one session's picture, oldest first."""

    glimpses: tuple[Glimpse, ...] = ()

    def after(self, glimpse: Glimpse) -> "Recognition":
        """With one look more."""
        return Recognition((*self.glimpses, glimpse)[-KEPT:])

    @property
    def officer_id(self) -> str | None:
        """Who is recognised now."""
        last = [glimpse.officer_id for glimpse in self._compared()[-AGREEING:]]
        return last[0] if len(last) == AGREEING and len(set(last)) == 1 else None

    @property
    def face(self) -> Face:
        """What a proposal may be built on."""
        if self.officer_id is not None:
            return Face.RECOGNISED
        last = self.glimpses[-NOBODY_AFTER:]
        if len(last) == NOBODY_AFTER and all(glimpse.faces == 0 for glimpse in last):
            return Face.NONE
        if len(last) == NOBODY_AFTER and all(glimpse.faces > 1 for glimpse in last):
            return Face.SEVERAL
        strangers = self._compared()[-STRANGER_AFTER:]
        named = any(glimpse.officer_id for glimpse in strangers)
        if len(strangers) == STRANGER_AFTER and not named:
            return Face.UNRECOGNISED
        return Face.UNKNOWN

    def _compared(self) -> tuple[Glimpse, ...]:
        return tuple(glimpse for glimpse in self.glimpses if glimpse.compared)
