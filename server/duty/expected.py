"""Who is expected at a unit's terminal now, from the roster with its substitutions."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from roll_call.people import Officer
from roll_call.ports.store import Records
from roll_call.roster import DutyShift, expected


@dataclass(frozen=True, slots=True)
class ExpectedOfficer:
    """An officer on duty; ``rank`` 0 is A, 1 is B, and ``leader`` is 带班领导.

    ``substitute_for`` is the id of the officer in whose place they stand.
    """

    officer_id: str
    name: str
    post: str
    phone: str
    leader: bool
    rank: int
    substitute_for: str | None = None


def expected_officers(
    records: Records, unit_ids: Collection[str], at: datetime
) -> dict[str, tuple[ExpectedOfficer, ...]]:
    """By unit, those who answer first first; empty for a unit where nobody is on duty."""
    moment = timedelta(microseconds=1)
    shifts = records.roster.shifts_between(at, at + moment, frozenset(unit_ids))
    officers = {one: records.people.officer(one) for one in {s.officer_id for s in shifts}}
    return {
        unit_id: tuple(_who(shift, officers) for shift in expected(shifts, unit_id, at))
        for unit_id in unit_ids
    }


def _who(shift: DutyShift, officers: Mapping[str, Officer]) -> ExpectedOfficer:
    officer = officers[shift.officer_id]
    return ExpectedOfficer(
        officer.id,
        officer.name,
        officer.post,
        officer.phone,
        shift.leader,
        shift.rank,
        shift.substitute_for,
    )
