"""Plans: who is called on which days."""

from datetime import datetime, time

from roll_call.errors import InvalidInput
from roll_call.people import SubjectKind
from roll_call.ports.records import Change
from roll_call.ports.store import Transaction
from roll_call.schedule import PlanDays, RollCallPlan, check_hours
from server.access import Verb, of_units
from server.api.routing import Call, RouteGroup
from server.api.schemas import NewPlan, PlanView
from server.api.views import plan_view
from server.auth.tokens import new_id
from server.planning import next_opening

routes = RouteGroup("plans")


@routes.get("/api/plans", "The plans that touch the officer's units", list[PlanView])
async def list_plans(call: Call) -> list[PlanView]:
    """With the earliest moment of the next roll-call."""
    call.require(Verb.VIEW_PLANS)
    scope = call.scope
    plans = await call.services.store.read(lambda r: r.plans.plans())
    seen = [p for p in plans if scope is None or scope & set(p.unit_ids)]
    return [_view(call, plan) for plan in seen]


@routes.post("/api/plans", "Add a plan", body=NewPlan, returns=PlanView, status=201)
async def add_plan(call: Call, body: NewPlan) -> PlanView:
    """Raises at_night where the plan reaches into the closed night."""
    plan = _plan(call, new_id(), body)
    now = call.services.clock.now()
    change = Change("added", call.actor, now)

    def save(t: Transaction) -> None:
        t.plans.add_plan(plan, change)
        _begin_in_time(call, t, plan, now)

    await call.services.store.write(save)
    return _view(call, plan)


@routes.put("/api/plans/{id}", "Change a plan", body=NewPlan, returns=PlanView)
async def change_plan(call: Call, body: NewPlan) -> PlanView:
    """Roll-calls made already stay as they are."""
    plan_id = call.path("id")
    old = await call.services.store.read(lambda r: r.plans.plan(plan_id))
    call.require(Verb.MANAGE_PLANS, of_units(old.unit_ids, every=True))
    plan = _plan(call, plan_id, body)
    now = call.services.clock.now()
    change = Change("changed", call.actor, now)

    def save(t: Transaction) -> None:
        t.plans.save_plan(plan, change)
        _begin_in_time(call, t, plan, now)

    await call.services.store.write(save)
    return _view(call, plan)


def _begin_in_time(call: Call, t: Transaction, plan: RollCallPlan, now: datetime) -> None:
    """A plan whose hour is over begins tomorrow: nobody missed a roll-call nobody had planned."""
    local = now.astimezone(call.services.settings.zone)
    if plan.starts <= local.time():
        t.plans.claim_day(plan.id, local.date())


def _plan(call: Call, plan_id: str, body: NewPlan) -> RollCallPlan:
    if any(unit not in call.services.directory.tree for unit in body.unit_ids):
        raise InvalidInput("unknown_unit")
    call.require(Verb.MANAGE_PLANS, of_units(body.unit_ids, every=True))
    plan = RollCallPlan(
        id=plan_id,
        title=body.title,
        subject_kind=SubjectKind.PERSON,
        unit_ids=tuple(dict.fromkeys(body.unit_ids)),
        days=PlanDays(body.days),
        starts=time.fromisoformat(body.starts),
        duration_minutes=body.duration_minutes,
        weekdays=tuple(sorted(set(body.weekdays))),
        random_window_minutes=body.random_window_minutes,
        active=body.active,
    )
    check_hours(plan, call.services.policy)
    return plan


def _view(call: Call, plan: RollCallPlan) -> PlanView:
    services = call.services
    now = services.clock.now()
    opening = next_opening(plan, services.calendar, services.settings.zone, services.policy, now)
    return plan_view(plan, opening if plan.active else None)
