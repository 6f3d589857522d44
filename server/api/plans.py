"""Plans: who is called on which days."""

from dataclasses import dataclass
from datetime import datetime, time

from roll_call.errors import InvalidInput
from roll_call.people import Subject, SubjectKind
from roll_call.ports.records import Change
from roll_call.ports.store import Records, Transaction
from roll_call.sampling import Sample
from roll_call.schedule import PlanDays, RollCallPlan, check_hours
from server.access import Verb, of_units
from server.api.exclusions import day_of, exclusion_view, exclusions
from server.api.plan_schemas import NewPlan, PlanView
from server.api.routing import Call, RouteGroup
from server.auth.tokens import new_id
from server.call_subjects import belonging
from server.instants import wire
from server.planning import next_opening

routes = RouteGroup("plans")


@dataclass(frozen=True, slots=True)
class _Shown:
    """A plan with what its view needs: the units that it touches, its list's name and today."""

    plan: RollCallPlan
    units: frozenset[str]
    call_list: str | None
    prepared: bool


@routes.get("/api/plans", "The plans that touch the officer's units", list[PlanView])
async def list_plans(call: Call) -> list[PlanView]:
    """With the earliest moment of the next roll-call."""
    call.require(Verb.VIEW_PLANS)
    scope = call.scope
    plans = await call.services.store.read(
        lambda r: [_shown(call, r, plan) for plan in r.plans.plans()]
    )
    return [_view(call, p) for p in plans if scope is None or scope & p.units]


@routes.post("/api/plans", "Add a plan", body=NewPlan, returns=PlanView, status=201)
async def add_plan(call: Call, body: NewPlan) -> PlanView:
    """Raises at_night where the plan reaches into the closed night."""
    plan = await _plan(call, new_id(), body)
    now = call.services.clock.now()
    change = Change("added", call.actor, now)

    def save(t: Transaction) -> _Shown:
        t.plans.add_plan(plan, change)
        _begin_in_time(call, t, plan, now)
        return _shown(call, t, plan)

    return _view(call, await call.services.store.write(save))


@routes.put("/api/plans/{id}", "Change a plan", body=NewPlan, returns=PlanView)
async def change_plan(call: Call, body: NewPlan) -> PlanView:
    """Roll-calls made already stay as they are; only whoever is left out now is not called."""
    plan_id = call.path("id")
    old = await call.services.store.read(lambda r: r.plans.plan(plan_id))
    units = await call.services.store.read(lambda r: units_of_plan(r, old))
    call.require(Verb.MANAGE_PLANS, of_units(units, every=True))
    plan = await _plan(call, plan_id, body, old)
    now = call.services.clock.now()
    change = Change("changed", call.actor, now)

    def save(t: Transaction) -> _Shown:
        t.plans.save_plan(plan, change)
        _begin_in_time(call, t, plan, now)
        return _shown(call, t, plan)

    return _view(call, await call.services.store.write(save))


def _begin_in_time(call: Call, t: Transaction, plan: RollCallPlan, now: datetime) -> None:
    """A plan whose hour is over begins tomorrow: nobody missed a roll-call nobody had planned."""
    local = now.astimezone(call.services.settings.zone)
    if plan.starts <= local.time():
        t.plans.claim_day(plan.id, local.date())


async def _plan(
    call: Call, plan_id: str, body: NewPlan, old: RollCallPlan | None = None
) -> RollCallPlan:
    if any(unit not in call.services.directory.tree for unit in body.unit_ids):
        raise InvalidInput("unknown_unit")
    plan = RollCallPlan(
        id=plan_id,
        title=body.title,
        subject_kind=await _kind(call, body),
        unit_ids=tuple(dict.fromkeys(body.unit_ids)),
        days=PlanDays(body.days),
        starts=time.fromisoformat(body.starts),
        duration_minutes=body.duration_minutes,
        weekdays=tuple(sorted(set(body.weekdays))),
        random_window_minutes=body.random_window_minutes,
        excluded_days=tuple(sorted({day_of(day) for day in body.excluded_days})),
        active=body.active,
        call_list_id=body.call_list_id,
        exclusions=exclusions(call, body.exclusions, old.exclusions if old else ()),
        sample=Sample(body.sample_count, body.sample_percent),
        random_order=body.random_order,
        late_open_minutes=body.late_open_minutes,
    )
    units = await call.services.store.read(lambda r: units_of_plan(r, plan))
    call.require(Verb.MANAGE_PLANS, of_units(units, every=True))
    check_hours(plan, call.services.policy)
    return plan


async def _kind(call: Call, body: NewPlan) -> SubjectKind:
    """A list says itself whether it is about units or persons."""
    call_list_id = body.call_list_id
    if call_list_id is None:
        return SubjectKind(body.subject_kind)
    return await call.services.store.read(
        lambda r: r.call_lists.call_list(call_list_id).subject_kind
    )


def units_of_plan(records: Records, plan: RollCallPlan) -> frozenset[str]:
    """The units whose people a plan calls."""
    if plan.call_list_id is None:
        return frozenset(plan.unit_ids)
    subjects: tuple[Subject, ...] = records.call_lists.call_list(plan.call_list_id).subjects
    return frozenset().union(*belonging(records, subjects).values())


def _shown(call: Call, records: Records, plan: RollCallPlan) -> _Shown:
    units = units_of_plan(records, plan)
    list_id = plan.call_list_id
    name = None if list_id is None else records.call_lists.call_list(list_id).name
    today = call.services.clock.now().astimezone(call.services.settings.zone).date()
    return _Shown(plan, units, name, plan.id in records.plans.claimed(today))


def _view(call: Call, shown: _Shown) -> PlanView:
    plan, services = shown.plan, call.services
    opening = next_opening(
        plan, services.calendar, services.settings.zone, services.policy, services.clock.now()
    )
    grace = plan.late_open_minutes
    if grace is None:
        grace = round(services.policy.late_open_grace_s / 60)
    return PlanView.model_validate(
        {
            "id": plan.id,
            "title": plan.title,
            "subject_kind": plan.subject_kind.value,
            "weekdays": list(plan.weekdays),
            "days": plan.days.value,
            "starts": f"{plan.starts:%H:%M}",
            "duration_minutes": plan.duration_minutes,
            "random_window_minutes": plan.random_window_minutes,
            "unit_ids": list(plan.unit_ids),
            "active": plan.active,
            "call_list_id": plan.call_list_id,
            "call_list": shown.call_list,
            "excluded_days": [day.isoformat() for day in plan.excluded_days],
            "exclusions": [exclusion_view(call, x) for x in plan.exclusions],
            "sample_count": plan.sample.count,
            "sample_percent": plan.sample.percent,
            "random_order": plan.random_order,
            "late_open_minutes": plan.late_open_minutes,
            "late_open_holds_minutes": grace,
            "prepared": shown.prepared,
            "next_at": wire(opening) if plan.active else None,
        }
    )
