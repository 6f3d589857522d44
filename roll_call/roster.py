"""Duty roster (值班表): who is expected at a unit's terminal at a given moment."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from roll_call.errors import InvalidInput


@dataclass(frozen=True, slots=True)
class DutyShift:
    """班次: an officer's duty at a unit in [starts_at, ends_at); ``leader`` is 带班领导.

    ``rank`` orders officers of the same shift: 0 is the A officer, 1 the B officer (AB 角), and so
    on. ``substitute_for`` is the officer in whose place ``officer_id`` stands (替班), None where
    the roster is followed as it was written. Raises InvalidInput(empty_shift).
    """

    id: str
    unit_id: str
    officer_id: str
    starts_at: datetime
    ends_at: datetime
    leader: bool = False
    rank: int = 0
    substitute_for: str | None = None

    def __post_init__(self) -> None:
        if self.ends_at <= self.starts_at:
            raise InvalidInput("empty_shift")

    def covers(self, at: datetime) -> bool:
        """Whether the shift is on at that moment."""
        return self.starts_at <= at < self.ends_at


def expected(shifts: Iterable[DutyShift], unit_id: str, at: datetime) -> tuple[DutyShift, ...]:
    """The shifts on at a unit, those who answer first: by rank, then by the later start.

    The later start wins because a substitute is entered on top of the shift that they take over.
    Leaders on duty answer for the unit only after its officers.
    """
    on = [shift for shift in shifts if shift.unit_id == unit_id and shift.covers(at)]
    on.sort(key=lambda shift: (shift.leader, shift.rank, -shift.starts_at.timestamp(), shift.id))
    return tuple(on)


def leader_on_duty(shifts: Iterable[DutyShift], at: datetime) -> DutyShift | None:
    """The leader in charge (带班领导) at that moment; the latest entry wins."""
    leaders = [shift for shift in shifts if shift.leader and shift.covers(at)]
    return max(leaders, key=lambda shift: (shift.starts_at, shift.id), default=None)


def clashes(shifts: Iterable[DutyShift]) -> frozenset[str]:
    """The ids of shifts whose officer stands another one at the same time, at whatever unit."""
    found: set[str] = set()
    last: dict[str, DutyShift] = {}
    for shift in sorted(shifts, key=lambda one: (one.starts_at, one.ends_at, one.id)):
        before = last.get(shift.officer_id)
        if before is not None and shift.starts_at < before.ends_at:
            found |= {before.id, shift.id}
        if before is None or shift.ends_at > before.ends_at:
            last[shift.officer_id] = shift
    return frozenset(found)
