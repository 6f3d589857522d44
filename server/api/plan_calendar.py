"""The calendar of plans: what is planned, and what became of what was planned."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from roll_call.call import RollCall
from roll_call.call_origin import CallOrigin
from roll_call.entry import EntryState
from roll_call.errors import InvalidInput
from roll_call.overlaps import Overlap
from roll_call.people import Subject, SubjectKind
from roll_call.ports.store import Records
from roll_call.schedule import RollCallPlan
from server.access import Verb
from server.api.plan_calendar_schemas import (
    HappenedView,
    OverlapView,
    PlanCalendarView,
    PlanDayView,
    PlannedView,
)
from server.api.plans import units_of_plan
from server.api.routing import Call, RouteGroup
from server.api.views import roll_call_view
from server.called import Register, register_of
from server.happened import Happened, happened
from server.instants import day_bounds, wire
from server.plan_month import Outlook, Planned, Rules, overlaps_of, weeks_of
from server.unannounced import told_in_order, unannounced

routes = RouteGroup("plans")

MOST_NAMES = 5


@dataclass(frozen=True, slots=True)
class _Found:
    """What the store says about the days that are shown."""

    plans: list[RollCallPlan]
    claimed: frozenset[str]
    register: Register
    calls: tuple[RollCall, ...]
    counts: Mapping[str, Mapping[EntryState, int]]
    secrets: Mapping[str, CallOrigin]
    calling_units: frozenset[str]
    fates: Mapping[str, Happened]


@routes.get(
    "/api/plans/calendar",
    "A month of plans and roll-calls",
    PlanCalendarView,
    query={"month": "YYYY-MM in the center's zone; this month if absent"},
)
async def plan_calendar(call: Call) -> PlanCalendarView:
    """Of the officer's units. A moment that chance chooses is only ever shown as its band."""
    call.require(Verb.VIEW_PLANS)
    call.require(Verb.VIEW_ROLL_CALLS)
    now = call.services.clock.now()
    today = now.astimezone(call.services.settings.zone).date()
    month = _month(call.request.query.get("month"), today)
    days = weeks_of(month)
    found = await call.services.store.read(lambda r: _find(call, r, days, today))
    rules = Rules(call.services.settings.zone, call.services.calendar, call.services.policy)
    outlook = Outlook(found.register, rules)
    return PlanCalendarView(
        month=f"{month:%Y-%m}",
        today=today.isoformat(),
        days=[_day(call, found, outlook, day, now) for day in days],
    )


def _month(text: str | None, today: date) -> date:
    if not text:
        return today.replace(day=1)
    try:
        return datetime.strptime(text, "%Y-%m").date()
    except ValueError as error:
        raise InvalidInput("bad_time") from error


def _find(call: Call, records: Records, days: tuple[date, ...], today: date) -> _Found:
    scope, zone = call.scope, call.services.settings.zone
    plans = [
        plan
        for plan in records.plans.plans(active_only=True)
        if scope is None or scope & units_of_plan(records, plan)
    ]
    start, end = day_bounds(days[0], zone)[0], day_bounds(days[-1], zone)[1]
    calls = records.calls.roll_calls_between(start, end)
    counts = records.calls.counts([each.id for each in calls], scope)
    secrets = unannounced(records, calls)
    seen = tuple(
        each
        for each in calls
        if scope is None or (each.id not in secrets and any(counts[each.id].values()))
    )
    return _Found(
        plans,
        records.plans.claimed(today),
        register_of(records, plans, call.services.directory.tree),
        seen,
        counts,
        secrets,
        records.calls.calling_units([each.id for each in seen]),
        happened(records, seen),
    )


def _day(call: Call, found: _Found, outlook: Outlook, day: date, now: datetime) -> PlanDayView:
    zone, calendar = call.services.settings.zone, call.services.calendar
    today = now.astimezone(zone).date()
    start, end = day_bounds(day, zone)
    plans = [p for p in found.plans if day > today or (day == today and p.id not in found.claimed)]
    planned = outlook.planned_on(plans, day, now)
    calls = told_in_order([c for c in found.calls if start <= c.opens_at < end], found.secrets)
    return PlanDayView.model_validate(
        {
            "day": day.isoformat(),
            "kind": calendar.day_kind(day).value,
            "name": calendar.name(day, call.locale),
            "known": calendar.known(day),
            "planned": [_planned(each) for each in planned],
            "happened": [_happened(call, found, each) for each in calls],
            "overlaps": [_overlap(call, found, each) for each in overlaps_of(planned)],
        }
    )


def _planned(planned: Planned) -> PlannedView:
    plan = planned.plan
    return PlannedView.model_validate(
        {
            "plan_id": plan.id,
            "title": plan.title,
            "subject_kind": plan.subject_kind.value,
            "opens_at": wire(planned.window.opens_at),
            "closes_at": wire(planned.window.closes_at),
            "band": plan.random_window_minutes > 0,
            "listed": len(planned.listed.subjects),
            "called": planned.called,
            "excluded": len(planned.listed.left_out),
        }
    )


def _happened(call: Call, found: _Found, roll_call: RollCall) -> HappenedView:
    secret, fate = found.secrets.get(roll_call.id), found.fates[roll_call.id]
    counts = found.counts.get(roll_call.id, {})
    seen = roll_call_view(
        roll_call,
        counts,
        call.services.directory,
        secret,
        calls_units=roll_call.id in found.calling_units,
    )
    return HappenedView.model_validate(
        {
            "roll_call_id": roll_call.id,
            **seen.model_dump(
                include={"title", "plan_id", "state", "opens_at", "closes_at", "band", "counts"}
            ),
            "total": seen.total,
            **fate_values(fate),
        }
    )


def fate_values(fate: Happened) -> dict[str, object]:
    """What became of a roll-call, as both views of it show it."""
    return {
        "fate": fate.outcome.value,
        "opened_at": wire(fate.opened_at),
        "late_s": fate.late_s,
        "why": fate.cause.value if fate.cause else None,
        "made_up_by": fate.made_up_by,
        "made_up_for": fate.made_up_for,
    }


def _overlap(call: Call, found: _Found, overlap: Overlap) -> OverlapView:
    titles = {plan.id: plan.title for plan in found.plans}
    names = sorted(filter(None, (_name(call, found.register, s) for s in overlap.subjects)))
    return OverlapView(
        plans=[titles[plan_id] for plan_id in overlap.plan_ids],
        subjects=len(overlap.subjects),
        names=names[:MOST_NAMES],
        certain=overlap.certain,
    )


def _name(call: Call, register: Register, subject: Subject) -> str:
    """A subject's name; empty where it is not the reader's to see."""
    scope = call.scope
    if subject.kind is SubjectKind.UNIT:
        seen = scope is None or subject.id in scope
        return call.services.directory.name(subject.id) if seen else ""
    person = register.persons[subject.id]
    return person.name if scope is None or scope & set(person.office_ids) else ""
