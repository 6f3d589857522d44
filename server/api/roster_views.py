"""From the roster's values to what the console shows."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from roll_call.people import Officer
from roll_call.planned_shift import PlannedShift
from roll_call.ports.store import Records
from roll_call.rotation_preview import RosterDifference
from roll_call.substitution import Substitution, SubstitutionState, substitutes
from server.api.roster_schemas import DayView, DifferenceView, RosterOfficer, ShiftView
from server.api.routing import Call
from server.directory import Directory
from server.instants import wire


def day_views(call: Call, first: date, count: int) -> list[DayView]:
    """``count`` days with what the calendar says about them, in the caller's language."""
    calendar = call.services.calendar
    return [
        DayView(
            day=day.isoformat(),
            kind=calendar.day_kind(day).value,
            name=calendar.name(day, call.locale),
            known=calendar.known(day),
        )
        for day in (first + timedelta(days=n) for n in range(count))
    ]


@dataclass(frozen=True, slots=True)
class ShiftWording:
    """What is needed to word shifts: names, the zone, and the substitutions that stand."""

    names: Mapping[str, str]
    zone: ZoneInfo
    standing: Sequence[Substitution]
    clashing: frozenset[str] = frozenset()

    @classmethod
    def of(cls, records: Records, zone: ZoneInfo, shift_ids: Iterable[str]) -> "ShiftWording":
        """For these shifts."""
        names = {officer.id: officer.name for officer in records.people.officers()}
        found = records.roster.substitutions_of(list(shift_ids))
        return cls(names, zone, [one for one in found if one.state.standing])

    def local(self, at: datetime) -> datetime:
        """In the center's zone."""
        return at.astimezone(self.zone)

    def shift(self, shift: PlannedShift) -> ShiftView:
        """One shift."""
        officer_id = substitutes(self.standing).get(shift.id, shift.officer_id)
        held = [one.state for one in self.standing if shift.id in one.shift_ids]
        state = max(held, key=lambda s: s is SubstitutionState.APPROVED, default=None)
        start = self.local(shift.starts_at)
        return ShiftView(
            id=shift.id,
            unit_id=shift.unit_id,
            day=start.date().isoformat(),
            starts=f"{start:%H:%M}",
            ends=f"{self.local(shift.ends_at):%H:%M}",
            starts_at=wire(shift.starts_at),
            ends_at=wire(shift.ends_at),
            leader=shift.leader,
            rank=shift.rank,
            officer_id=officer_id,
            officer=self.names.get(officer_id, ""),
            planned_id=shift.officer_id,
            planned=self.names.get(shift.officer_id, ""),
            rule_id=shift.rule_id,
            by_hand=shift.by_hand,
            substitution=None if state is None else state.value,
            clash=shift.id in self.clashing,
        )

    def difference(self, found: RosterDifference) -> DifferenceView:
        """One line of a preview."""
        start = self.local(found.shift.starts_at)
        was = found.was
        return DifferenceView(
            fate=found.fate.value,
            day=start.date().isoformat(),
            starts=f"{start:%H:%M}",
            ends=f"{self.local(found.shift.ends_at):%H:%M}",
            leader=found.shift.leader,
            rank=found.shift.rank,
            officer=self.names.get(found.shift.officer_id, ""),
            was=None if was is None or was.removed else self.names.get(was.officer_id, ""),
        )


def candidates(
    directory: Directory, officers: Iterable[Officer], unit_id: str
) -> list[RosterOfficer]:
    """Who can be put down at a unit: its own officers first, then those above and below it."""
    tree = directory.tree
    line = {unit_id, *(unit.id for unit in tree.ancestors(unit_id))}
    near = [
        officer
        for officer in officers
        if officer.active and (officer.unit_id in line or tree.within(officer.unit_id, unit_id))
    ]
    near.sort(key=lambda officer: officer.unit_id != unit_id)
    return [
        RosterOfficer(id=one.id, name=one.name, post=one.post, unit=directory.name(one.unit_id))
        for one in near
    ]
