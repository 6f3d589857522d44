"""The duty roster (值班表) of a unit, edits by hand, and who is on duty now."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import TypeVar

from roll_call.errors import Conflict, InvalidInput
from roll_call.planned_shift import PlannedShift
from roll_call.ports.records import Change
from roll_call.ports.store import Records, Transaction
from roll_call.roster import DutyShift, clashes
from server.access import Verb, allowed, of_units
from server.api.roster_schemas import OnDutyView, RosterView, ShiftInput, ShiftView, UnitOnDuty
from server.api.roster_views import ShiftWording, candidates, day_views
from server.api.routing import Call, RouteGroup
from server.auth.tokens import new_id
from server.bus import RosterSaved
from server.duty.charge import in_charge
from server.duty.expected import ExpectedOfficer, expected_officers
from server.instants import day_bounds, local_day, wire

routes = RouteGroup("roster")
T = TypeVar("T")

MOST_DAYS = 62
LOOK_AHEAD = timedelta(days=7)


@routes.get(
    "/api/roster",
    "A unit's duty roster",
    RosterView,
    query={
        "unit_id": "The officer's own unit where it is left out",
        "first": "YYYY-MM-DD, today where it is left out",
        "days": "How many, 7 where it is left out, at most 62",
    },
)
async def show_roster(call: Call) -> RosterView:
    """Substitutions applied. Raises bad_time, unknown_unit."""
    services, query = call.services, call.request.query
    unit_id = unit_of(call, query.get("unit_id") or call.officer.unit_id, Verb.VIEW_ROSTER)
    now, zone = services.clock.now(), services.settings.zone
    first, count = local_day(query.get("first"), now, zone), _count(query.get("days", "7"))
    start, _ = day_bounds(first, zone)
    _, end = day_bounds(first + timedelta(days=count - 1), zone)

    def read(r: Records) -> RosterView:
        written = r.roster.planned_between(start, end, frozenset({unit_id}))
        wording = replace(
            ShiftWording.of(r, zone, [shift.id for shift in written]),
            clashing=clashes(r.roster.shifts_between(start, end)),
        )
        tree = services.directory.tree
        return RosterView(
            unit_id=unit_id,
            unit=services.directory.name(unit_id),
            days=day_views(call, first, count),
            shifts=[wording.shift(shift) for shift in written if not shift.removed],
            officers=candidates(services.directory, r.people.officers(), unit_id),
            editable=allowed(call.officer, Verb.MANAGE_ROSTER, of_units([unit_id]), tree),
            in_charge=in_charge(r, tree, call.officer, unit_id, now),
        )

    return await services.store.read(read)


@routes.get("/api/roster/now", "Who is on duty now at the officer's units", list[UnitOnDuty])
async def on_duty_now(call: Call) -> list[UnitOnDuty]:
    """With their phones; a unit without anybody is a gap."""
    call.require(Verb.VIEW_ROSTER)
    services, now = call.services, call.services.clock.now()
    scope = call.scope
    units = [unit for unit in services.directory.units if scope is None or unit.id in scope]
    ids = frozenset(unit.id for unit in units)

    def read(
        r: Records,
    ) -> tuple[dict[str, tuple[ExpectedOfficer, ...]], tuple[DutyShift, ...], dict[str, str]]:
        names = {officer.id: officer.name for officer in r.people.officers()}
        coming = r.roster.shifts_between(now, now + LOOK_AHEAD, ids)
        return expected_officers(r, ids, now), coming, names

    on, coming, names = await services.store.read(read)
    return [
        UnitOnDuty(
            unit_id=unit.id,
            unit=unit.name,
            kind=unit.kind.value,
            phone=services.directory.phone(unit.id),
            on=[_on_duty(officer, names) for officer in on[unit.id]],
            next_at=wire(_next(coming, unit.id, now)),
        )
        for unit in units
    ]


@routes.post("/api/roster/shifts", "Add a shift", body=ShiftInput, returns=ShiftView, status=201)
async def add_shift(call: Call, body: ShiftInput) -> ShiftView:
    """Written by hand: no rule changes it. Raises unknown_unit, unknown_officer, empty_shift."""
    unit_of(call, body.unit_id, Verb.MANAGE_ROSTER)
    shift = _shift(call, new_id(), body)

    def save(t: Transaction) -> ShiftView:
        check_officer(t, shift.officer_id)
        t.roster.add_shift(shift, changed(call, "added"))
        return _worded(call, t, shift)

    return await saved(call, save, body.unit_id)


@routes.put("/api/roster/shifts/{id}", "Change a shift", body=ShiftInput, returns=ShiftView)
async def change_shift(call: Call, body: ShiftInput) -> ShiftView:
    """From then on no rule changes it. Raises shift_held, unknown_officer, empty_shift."""
    old = await _shift_of(call)
    if body.unit_id != old.unit_id:
        raise InvalidInput("unknown_unit")
    shift = replace(_shift(call, old.id, body), rule_id=old.rule_id)

    def save(t: Transaction) -> ShiftView:
        check_officer(t, shift.officer_id)
        check_free(t, old.id)
        t.roster.save_shift(shift, changed(call, "changed"))
        return _worded(call, t, shift)

    return await saved(call, save, old.unit_id)


@routes.delete("/api/roster/shifts/{id}", "Take a shift off")
async def remove_shift(call: Call) -> None:
    """It stays on record, and no rule brings it back. Raises shift_held."""
    old = await _shift_of(call)

    def save(t: Transaction) -> None:
        check_free(t, old.id)
        gone = replace(old, removed=True, by_hand=True)
        t.roster.save_shift(gone, changed(call, "removed"))

    await saved(call, save, old.unit_id)


def unit_of(call: Call, unit_id: str, verb: Verb) -> str:
    """The unit, if there is one and the officer may. Raises unknown_unit, NotAllowed."""
    if unit_id not in call.services.directory.tree:
        raise InvalidInput("unknown_unit")
    call.require(verb, of_units([unit_id]))
    return unit_id


def check_officer(records: Records, *officer_ids: str) -> None:
    """Raise InvalidInput(unknown_officer) unless all are there and active."""
    active = {officer.id for officer in records.people.officers() if officer.active}
    if not active.issuperset(officer_ids):
        raise InvalidInput("unknown_officer")


def check_free(records: Records, shift_id: str) -> None:
    """Raise Conflict(shift_held) where a substitution of the shift is open or approved."""
    if any(one.state.standing for one in records.roster.substitutions_of([shift_id])):
        raise Conflict("shift_held")


def changed(call: Call, event: str) -> Change:
    """Who changes what, now."""
    return Change(event, call.actor, call.services.clock.now())


async def saved(call: Call, work: Callable[[Transaction], T], *unit_ids: str) -> T:
    """Run a unit of work, then tell the consoles of these units."""
    result = await call.services.store.write(work)
    call.services.bus.publish(RosterSaved(frozenset(unit_ids)))
    return result


async def _shift_of(call: Call) -> PlannedShift:
    shift = await call.services.store.read(lambda r: r.roster.planned(call.path("id")))
    call.require(Verb.MANAGE_ROSTER, of_units([shift.unit_id]))
    return shift


def _shift(call: Call, shift_id: str, body: ShiftInput) -> PlannedShift:
    zone = call.services.settings.zone
    day = local_day(body.day, call.services.clock.now(), zone)
    starts, ends = time.fromisoformat(body.starts), time.fromisoformat(body.ends)
    last = day if ends > starts else day + timedelta(days=1)
    start = datetime.combine(day, starts, zone)
    end = datetime.combine(last, ends, zone)
    return PlannedShift(shift_id, body.unit_id, body.officer_id, start, end, body.leader, body.rank)


def _worded(call: Call, records: Records, shift: PlannedShift) -> ShiftView:
    return ShiftWording.of(records, call.services.settings.zone, [shift.id]).shift(shift)


def _on_duty(officer: ExpectedOfficer, names: dict[str, str]) -> OnDutyView:
    stands_for = officer.substitute_for
    return OnDutyView(
        officer_id=officer.officer_id,
        name=officer.name,
        post=officer.post,
        phone=officer.phone,
        leader=officer.leader,
        rank=officer.rank,
        substitute_for=None if stands_for is None else names.get(stands_for, ""),
    )


def _next(coming: tuple[DutyShift, ...], unit_id: str, now: datetime) -> datetime | None:
    later = (s.starts_at for s in coming if s.unit_id == unit_id and s.starts_at > now)
    return min(later, default=None)


def _count(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= MOST_DAYS:
        raise InvalidInput("bad_days", most=MOST_DAYS)
    return int(text)
