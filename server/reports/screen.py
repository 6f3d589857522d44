"""What the big screen shows, read from one snapshot: counts, units, timeline, who is on duty."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from roll_call.call import RollCall, RollCallState
from roll_call.call_origin import CallOrigin
from roll_call.people import SubjectKind
from roll_call.ports.store import Records
from roll_call.report import EntryLine
from roll_call.statistics import EntryFact, summary
from server.api.screen_schemas import (
    OnDuty,
    PlaceView,
    ScreenCall,
    ScreenEvent,
    ScreenUnit,
)
from server.duty.expected import expected_officers
from server.instants import day_bounds, wire
from server.reports.area_map import UnitPlace, read_places
from server.reports.figures import summary_view
from server.reports.periods import NEVER_HELD
from server.services import Services

EVENTS = 40


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Today so far, of the units in scope."""

    calls: tuple[RollCall, ...]
    facts: Mapping[SubjectKind, tuple[EntryFact, ...]]
    lines: Mapping[str, tuple[EntryLine, ...]]
    closed: Mapping[str, datetime]
    places: Mapping[str, UnitPlace]
    on_duty: tuple[OnDuty, ...]


def read_snapshot(records: Records, services: Services, scope: Collection[str] | None) -> Snapshot:
    """Lines are read of roll-calls of units alone."""
    now, zone = services.clock.now(), services.settings.zone
    start, end = day_bounds(now.astimezone(zone).date(), zone)
    kinds = (SubjectKind.UNIT, SubjectKind.PERSON)
    facts = {kind: records.reports.facts(start, end, kind, scope) for kind in kinds}
    listed = {fact.roll_call_id for found in facts.values() for fact in found}
    of_units = {fact.roll_call_id for fact in facts[SubjectKind.UNIT]}
    held = records.calls.roll_calls_between(start, end)
    origins = records.call_lists.origins([call.id for call in held])
    calls = tuple(
        call
        for call in held
        if call.state not in NEVER_HELD
        and (scope is None or call.id in listed)
        and not _is_secret(call, origins.get(call.id))
    )
    closed = {call.id: records.reports.closed_at(call.id) for call in calls}
    return Snapshot(
        calls=calls,
        facts=facts,
        lines={call: records.reports.lines(call, scope) for call in of_units},
        closed={call: at for call, at in closed.items() if at is not None},
        places=read_places(records),
        on_duty=_on_duty(records, services, now),
    )


def _is_secret(call: RollCall, origin: CallOrigin | None) -> bool:
    """A spot check that a screen on a wall would announce."""
    waits = call.state is RollCallState.SCHEDULED
    return waits and origin is not None and origin.unannounced


def _on_duty(records: Records, services: Services, now: datetime) -> tuple[OnDuty, ...]:
    root = services.directory.root_id()
    if root is None:
        return ()
    here = expected_officers(records, [root], now)[root]
    shown = [OnDuty(name=o.name, post=o.post, phone=o.phone, leader=o.leader) for o in here]
    return tuple(sorted(shown, key=lambda officer: not officer.leader))


def screen_calls(today: Snapshot) -> list[ScreenCall]:
    """Today's roll-calls, earliest first."""
    shown = []
    for call in today.calls:
        kind = SubjectKind.UNIT if call.id in today.lines else SubjectKind.PERSON
        facts = [fact for fact in today.facts[kind] if fact.roll_call_id == call.id]
        shown.append(
            ScreenCall(
                id=call.id,
                title=call.title,
                state=call.state.value,
                opens_at=wire(call.opens_at),
                closes_at=wire(call.closes_at),
                kind=kind.value,
                tally=summary_view(summary(facts)),
            )
        )
    return shown


def screen_units(
    today: Snapshot, services: Services, scope: Collection[str] | None
) -> list[ScreenUnit]:
    """Every unit with its newest line of today."""
    newest: dict[str, EntryLine] = {}
    for call in today.calls:
        newest.update({line.subject_id: line for line in today.lines.get(call.id, ())})
    return [
        ScreenUnit(
            id=unit.id,
            name=unit.name,
            parent_id=unit.parent_id,
            kind=unit.kind.value,
            state=line.state.value if (line := newest.get(unit.id)) else None,
            reason=line.reason.value if line and line.reason else None,
            connected=(state := services.terminals.of(unit.id)) is not None and state.connected,
            place=place_view(today.places.get(unit.id)),
        )
        for unit in services.directory.units
        if scope is None or unit.id in scope
    ]


def place_view(place: UnitPlace | None) -> PlaceView | None:
    """A place as the wire shows it."""
    if place is None:
        return None
    return PlaceView(longitude=place.longitude, latitude=place.latitude, area=place.area)


def screen_timeline(today: Snapshot, now: datetime) -> list[ScreenEvent]:
    """Openings, ends and what became of units; persons stand in no timeline."""
    events: list[tuple[datetime, str, str, str | None]] = []
    for call in today.calls:
        if call.opens_at <= now:
            events.append((call.opens_at, "opened", call.title, None))
        if (at := today.closed.get(call.id)) is not None:
            events.append((at, "closed", call.title, None))
        for line in today.lines.get(call.id, ()):
            if line.settled_at is not None:
                reason = line.reason.value if line.reason else None
                events.append((line.settled_at, line.state.value, line.name, reason))
    events.sort(key=lambda event: event[0], reverse=True)
    return [
        ScreenEvent(at=wire(at), what=what, about=about, reason=reason)
        for at, what, about, reason in events[:EVENTS]
    ]
