"""From plans to roll-calls: which days a plan calls on, and when its next window opens."""

import random
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from roll_call.policy import Policy
from roll_call.schedule import DayKind, RollCallPlan, Window, next_window, occurrences
from server.calendar import CenterCalendar

LOOK_AHEAD_DAYS = 14


def days_from(calendar: CenterCalendar, first: date, count: int) -> Sequence[tuple[date, DayKind]]:
    """``count`` local days with their kind."""
    days = [first + timedelta(days=offset) for offset in range(count)]
    return [(day, calendar.day_kind(day)) for day in days]


def next_opening(
    plan: RollCallPlan, calendar: CenterCalendar, zone: ZoneInfo, policy: Policy, now: datetime
) -> datetime | None:
    """The earliest moment at which the plan may open next, within two weeks."""
    first = now.astimezone(zone).date()
    window = next_window(plan, days_from(calendar, first, LOOK_AHEAD_DAYS), zone.key, policy, now)
    return window.opens_at if window else None


def band_of(plan: RollCallPlan, day: date, zone: ZoneInfo) -> Window:
    """All that the plan could take up on a local day: from its start to the end of the window that
    opens at the last random moment."""
    opens_at = datetime.combine(day, plan.starts, zone).astimezone(UTC)
    span = timedelta(minutes=plan.random_window_minutes + plan.duration_minutes)
    return Window(opens_at, opens_at + span)


def windows_of_day(
    plan: RollCallPlan,
    day: date,
    calendar: CenterCalendar,
    zone: ZoneInfo,
    policy: Policy,
    chance: random.Random,
) -> tuple[Window, ...]:
    """The plan's windows of a local day, at a random moment where the plan wants one."""
    kind = calendar.day_kind(day)
    return occurrences(plan, day, kind, zone.key, policy, chance.random())
