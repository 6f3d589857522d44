"""What becomes of a plan on its day: its roll-call is made, opens (maybe late) or is missed."""

import random
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from roll_call import call, call_events, entry_events
from roll_call.call import RollCall
from roll_call.people import UnitTree
from roll_call.reasons import Reason
from roll_call.schedule import RollCallPlan, Window
from server.called import drawn_from, listed_on, register_of
from server.cascade import Cascade
from server.planning import band_of
from server.roll_calls import NewCall, schedule


@dataclass(frozen=True, slots=True)
class PlanDay:
    """A plan on a local day: its windows, and what it is carried out with."""

    plan: RollCallPlan
    day: date
    windows: tuple[Window, ...]
    tree: UnitTree
    zone: ZoneInfo


def carry_out(cascade: Cascade, on: PlanDay, chance: random.Random) -> None:
    """Make the plan's roll-call of a day, unless somebody has made it already."""
    plan = on.plan
    if not on.windows or not cascade.tx.plans.claim_day(plan.id, on.day):
        return
    listed = listed_on(register_of(cascade.tx, [plan], on.tree), plan, on.day)
    if not listed.subjects:
        cascade.note("plan.nobody", f"plan/{plan.id}", {"day": on.day.isoformat()})
        return
    for window in on.windows:
        new = NewCall(
            plan.title,
            window.opens_at,
            window.closes_at,
            drawn_from(listed, plan, chance),
            plan_id=plan.id,
            call_list_id=plan.call_list_id,
            listed=len(listed.subjects),
            excluded=listed.excluded,
            drawn=plan.sample.draws,
            random_order=plan.random_order,
            band=band_of(plan, on.day, on.zone) if plan.random_window_minutes else None,
            late_open_s=None if plan.late_open_minutes is None else plan.late_open_minutes * 60.0,
        )
        schedule(cascade, new)


def fire_roll_call(cascade: Cascade, roll_call_id: str, tree: UnitTree, zone: ZoneInfo) -> None:
    """A roll-call's timer. Who was left out since it was made is not called when it opens; how late
    it opens, and the minute of it, is on record."""
    roll_call = cascade.tx.calls.roll_call(roll_call_id)
    rung = call.timer_event(roll_call)
    if not isinstance(rung, call_events.OpeningDue):
        if rung is not None:
            cascade.roll_call_event(roll_call_id, rung)
        return
    origin = cascade.tx.call_lists.origins([roll_call_id]).get(roll_call_id)
    due = call_events.OpeningDue(None if origin is None else origin.late_open_s)
    if call.event_name(roll_call, due, cascade.policy, cascade.now) == "open":
        _leave_out(cascade, roll_call, tree, zone)
    late_s = max(0, round((cascade.now - roll_call.opens_at).total_seconds()))
    cascade.roll_call_event(roll_call_id, due, {"late_s": late_s})


def _leave_out(cascade: Cascade, roll_call: RollCall, tree: UnitTree, zone: ZoneInfo) -> None:
    """Void the entries of those who were excluded after the roll-call was made."""
    if roll_call.plan_id is None:
        return
    plan = cascade.tx.plans.plan(roll_call.plan_id)
    day = roll_call.opens_at.astimezone(zone).date()
    left_out = listed_on(register_of(cascade.tx, [plan], tree), plan, day).left_out
    for entry in cascade.tx.calls.entries(roll_call.id):
        exclusion = left_out.get(entry.subject)
        if exclusion is not None and not entry.state.final:
            why = entry_events.Voided(exclusion.officer_id, Reason.CANCELLED, exclusion.reason)
            cascade.entry_event(entry.id, why, {"note": exclusion.reason})
