"""The written roster: a shift as it was planned, before substitutions are applied to it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from roll_call.errors import InvalidInput
from roll_call.roster import DutyShift

MOST_RANKS = 4
"""A and B, and two more: a room has no more chairs."""


@dataclass(frozen=True, slots=True)
class PlannedShift:
    """A line of the duty roster (值班表) in [starts_at, ends_at).

    ``rule_id`` is the rotation rule that made it, None for one written by hand. ``by_hand`` means
    that a person has had the last word on it, so that no rule may change it any more; a shift that
    is ``removed`` stays on record. Raises InvalidInput(empty_shift), InvalidInput(bad_rank).
    """

    id: str
    unit_id: str
    officer_id: str
    starts_at: datetime
    ends_at: datetime
    leader: bool = False
    rank: int = 0
    rule_id: str | None = None
    by_hand: bool = True
    removed: bool = False

    def __post_init__(self) -> None:
        if self.ends_at <= self.starts_at:
            raise InvalidInput("empty_shift")
        if not 0 <= self.rank < MOST_RANKS:
            raise InvalidInput("bad_rank", most=MOST_RANKS)

    def rivals(self, other: "PlannedShift") -> bool:
        """Whether both would fill the same chair at the same time."""
        mine, theirs = ((s.unit_id, s.leader, s.rank) for s in (self, other))
        return mine == theirs and self.starts_at < other.ends_at and other.starts_at < self.ends_at

    def on_duty(self, substitute_id: str | None = None) -> DutyShift:
        """Who really stands it."""
        return DutyShift(
            self.id,
            self.unit_id,
            substitute_id or self.officer_id,
            self.starts_at,
            self.ends_at,
            self.leader,
            self.rank,
            None if substitute_id is None else self.officer_id,
        )


def on_duty(
    planned: Iterable[PlannedShift], substitutes: Mapping[str, str]
) -> tuple[DutyShift, ...]:
    """The shifts that stand, with approved substitutes (officer by shift id) on top."""
    return tuple(s.on_duty(substitutes.get(s.id)) for s in planned if not s.removed)
