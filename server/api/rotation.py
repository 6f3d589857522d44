"""Rotation rules (轮值规则): previewed, applied, stopped."""

from dataclasses import dataclass, replace
from datetime import date, time, timedelta
from hashlib import sha256

from roll_call.errors import Conflict, InvalidInput
from roll_call.ports.store import Records, Transaction
from roll_call.rotation import RotationCycle, RotationRule, generated
from roll_call.rotation_preview import Fate, RosterDifference, differences
from roll_call.schedule import DayKind
from server.access import Verb, of_units
from server.api.roster import changed, check_officer, saved, unit_of
from server.api.roster_schemas import (
    ApplyRequest,
    PreviewRequest,
    PreviewView,
    RuleInput,
    RuleView,
)
from server.api.roster_views import ShiftWording, day_views
from server.api.routing import Call, RouteGroup
from server.auth.tokens import new_id
from server.instants import day_bounds, local_day

routes = RouteGroup("roster")


@routes.get(
    "/api/roster/rules",
    "The rotation rules of a unit",
    list[RuleView],
    query={"unit_id": "The officer's own unit where it is left out"},
)
async def list_rules(call: Call) -> list[RuleView]:
    """Those in use. Raises unknown_unit."""
    wanted = call.request.query.get("unit_id") or call.officer.unit_id
    unit_id = unit_of(call, wanted, Verb.VIEW_ROSTER)
    return await call.services.store.read(
        lambda r: [_view(call, r, rule) for rule in r.roster.rules(frozenset({unit_id}))]
    )


@routes.post(
    "/api/roster/rules/preview",
    "What a rule would change",
    body=PreviewRequest,
    returns=PreviewView,
)
async def preview_rule(call: Call, body: PreviewRequest) -> PreviewView:
    """Changes nothing. Raises unknown_unit, unknown_officer, bad_days and what the rule raises."""
    plan = await _plan(call, body)
    zone = call.services.settings.zone

    def read(r: Records) -> PreviewView:
        check_officer(r, *(one for turn in plan.rule.turns for one in turn))
        found = _differences(call, r, plan)
        wording = ShiftWording.of(r, zone, [])
        days = day_views(call, plan.first, (plan.last - plan.first).days + 1)
        return PreviewView(
            digest=_digest(found),
            days=days,
            differences=[wording.difference(one) for one in found],
            unknown_from=next((day.day for day in days if not day.known), None),
        )

    return await call.services.store.read(read)


@routes.post(
    "/api/roster/rules/apply", "Apply a rule", body=ApplyRequest, returns=RuleView, status=201
)
async def apply_rule(call: Call, body: ApplyRequest) -> RuleView:
    """What the preview showed is what is done. Raises roster_changed where it has changed."""
    plan = await _plan(call, body)

    def save(t: Transaction) -> RuleView:
        check_officer(t, *(one for turn in plan.rule.turns for one in turn))
        found = _differences(call, t, plan)
        if _digest(found) != body.digest:
            raise Conflict("roster_changed")
        if body.rule_id is None:
            t.roster.add_rule(plan.rule, changed(call, "added"))
        else:
            t.roster.save_rule(plan.rule, changed(call, "changed"))
        for one in found:
            _write(call, t, one)
        return _view(call, t, plan.rule)

    return await saved(call, save, plan.rule.unit_id)


@routes.delete("/api/roster/rules/{id}", "Stop a rule")
async def stop_rule(call: Call) -> None:
    """Its coming shifts are taken off, except those kept by hand or held by a substitution."""
    rule = await call.services.store.read(lambda r: r.roster.rule(call.path("id")))
    call.require(Verb.MANAGE_ROSTER, of_units([rule.unit_id]))
    now = call.services.clock.now()

    def save(t: Transaction) -> None:
        t.roster.save_rule(replace(rule, active=False), changed(call, "stopped"))
        made = t.roster.planned_by(rule.id)
        for one in differences((), made, rule.id, _held(t, [s.id for s in made]), now):
            _write(call, t, one)

    await saved(call, save, rule.unit_id)


@dataclass(frozen=True, slots=True)
class _Plan:
    rule: RotationRule
    first: date
    last: date


async def _plan(call: Call, body: PreviewRequest) -> _Plan:
    """The request as values; a rule that is there keeps its unit. Raises InvalidInput."""
    unit_of(call, body.rule.unit_id, Verb.MANAGE_ROSTER)
    rule_id = body.rule_id or new_id()
    if body.rule_id is not None:
        old = await call.services.store.read(lambda r: r.roster.rule(rule_id))
        if old.unit_id != body.rule.unit_id:
            raise InvalidInput("unknown_unit")
    return _Plan(_rule(call, rule_id, body.rule), _day(call, body.first), _day(call, body.last))


def _rule(call: Call, rule_id: str, body: RuleInput) -> RotationRule:
    return RotationRule(
        rule_id,
        body.unit_id,
        body.title,
        tuple(tuple(turn) for turn in body.turns),
        RotationCycle(body.cycle),
        time.fromisoformat(body.starts),
        time.fromisoformat(body.ends),
        frozenset(DayKind(kind) for kind in body.day_kinds),
        _day(call, body.from_day),
        body.leader,
    )


def _differences(call: Call, records: Records, plan: _Plan) -> tuple[RosterDifference, ...]:
    services = call.services
    zone, rule = services.settings.zone, plan.rule
    wanted = generated(rule, plan.first, plan.last, services.calendar.day_kind, zone)
    start, _ = day_bounds(plan.first, zone)
    _, end = day_bounds(plan.last + timedelta(days=1), zone)
    near = records.roster.planned_between(start, end, frozenset({rule.unit_id}))
    first, last = plan.first.isoformat(), plan.last.isoformat()
    existing = [
        shift
        for shift in near
        if shift.rule_id != rule.id
        or first <= shift.starts_at.astimezone(zone).date().isoformat() <= last
    ]
    held = _held(records, [shift.id for shift in existing])
    return differences(wanted, existing, rule.id, held, services.clock.now())


def _held(records: Records, shift_ids: list[str]) -> frozenset[str]:
    standing = [one for one in records.roster.substitutions_of(shift_ids) if one.state.standing]
    return frozenset(shift_id for one in standing for shift_id in one.shift_ids)


def _write(call: Call, t: Transaction, found: RosterDifference) -> None:
    if not found.fate.written:
        return
    if found.was is None:
        t.roster.add_shift(found.shift, changed(call, "generated"))
    else:
        event = "taken_off" if found.fate is Fate.REMOVED else "generated"
        t.roster.save_shift(found.shift, changed(call, event))


def _digest(found: tuple[RosterDifference, ...]) -> str:
    """Of what is seen in a preview: a new rule has another id each time."""
    lines = [
        (
            one.fate.value,
            one.shift.starts_at.isoformat(),
            one.shift.ends_at.isoformat(),
            one.shift.officer_id,
            one.shift.leader,
            one.shift.rank,
            one.was and one.was.officer_id,
        )
        for one in found
    ]
    return sha256(repr(lines).encode()).hexdigest()


def _view(call: Call, records: Records, rule: RotationRule) -> RuleView:
    zone = call.services.settings.zone
    made = [shift for shift in records.roster.planned_by(rule.id) if not shift.removed]
    until = max((s.starts_at.astimezone(zone).date() for s in made), default=None)
    return RuleView(
        id=rule.id,
        unit_id=rule.unit_id,
        title=rule.title,
        turns=[list(turn) for turn in rule.turns],
        cycle=rule.cycle.value,
        starts=f"{rule.starts:%H:%M}",
        ends=f"{rule.ends:%H:%M}",
        day_kinds=sorted(kind.value for kind in rule.day_kinds),
        from_day=rule.from_day.isoformat(),
        leader=rule.leader,
        until=None if until is None else until.isoformat(),
    )


def _day(call: Call, text: str) -> date:
    return local_day(text, call.services.clock.now(), call.services.settings.zone)
