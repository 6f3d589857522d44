"""Who is in charge of a unit's roster at a moment: its leader on duty, or one above it."""

from datetime import datetime, timedelta

from roll_call.people import Officer, Role, UnitTree
from roll_call.ports.store import Records
from roll_call.roster import leader_on_duty


def leaders_over(records: Records, tree: UnitTree, unit_id: str, at: datetime) -> frozenset[str]:
    """The officers who lead (带班) at the unit or above it, one a unit, substitutes included."""
    line = [unit_id, *(unit.id for unit in tree.ancestors(unit_id))]
    shifts = records.roster.shifts_between(at, at + timedelta(microseconds=1), frozenset(line))
    led = (leader_on_duty([s for s in shifts if s.unit_id == unit], at) for unit in line)
    return frozenset(shift.officer_id for shift in led if shift is not None)


def in_charge(
    records: Records, tree: UnitTree, officer: Officer, unit_id: str, at: datetime
) -> bool:
    """Whether the officer is an administrator or leads over the unit now."""
    if officer.role is Role.ADMINISTRATOR:
        return True
    return officer.id in leaders_over(records, tree, unit_id, at)
