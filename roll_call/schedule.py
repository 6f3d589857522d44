"""RollCallPlan (点名计划) and the windows that it makes, day by day.

Nothing here knows a clock, a calendar or chance: the kind of day (holidays and make-up workdays,
国务院办公厅放假安排), the zone and the random moment come in as values. Local times follow the IANA
zone; where a clock change makes a local time ambiguous the earlier instant counts, and where it
skips one the instant lies as far behind the gap (PEP 495, ``fold=0``).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from roll_call.call_list import Exclusion
from roll_call.errors import InvalidInput
from roll_call.people import SubjectKind
from roll_call.policy import Policy
from roll_call.sampling import EVERYBODY, Sample

MINUTES_A_DAY = 24 * 60


class DayKind(StrEnum):
    """What the calendar says about a day; make-up workdays are weekend days that are worked."""

    WORKDAY = "workday"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"
    MAKEUP_WORKDAY = "makeup_workday"

    @property
    def worked(self) -> bool:
        """Whether offices work on it."""
        return self in {self.WORKDAY, self.MAKEUP_WORKDAY}


class PlanDays(StrEnum):
    """On which days a plan calls. HOLIDAYS (节假日) are all days that are not worked, weekends too:
    a plan for workdays and one for holidays cover every day once.
    """

    EVERY_DAY = "every_day"
    WORKDAYS = "workdays"
    HOLIDAYS = "holidays"
    WEEKDAYS = "weekdays"


@dataclass(frozen=True, slots=True)
class RollCallPlan:
    """Who is called on which days, from when and for how long.

    ``starts`` is local wall-clock time. With ``random_window_minutes`` the window opens at a random
    moment between ``starts`` and that many minutes later. ``weekdays`` are ISO numbers (1 Monday to
    7 Sunday), used by PlanDays.WEEKDAYS; holidays do not matter to it. Subjects are those of
    ``call_list_id`` or of ``unit_ids``, not both, without who is left out (``exclusions``).
    ``sample`` and ``random_order``: see ``roll_call.sampling``. ``late_open_minutes``: how late it
    may still open where the server was down; None is the center's own measure, 0 records it as
    missed. Raises InvalidInput with title_required, no_units, units_or_list, bad_weekdays,
    bad_duration, bad_random_window, bad_late_open or naive_time_expected.
    """

    id: str
    title: str
    subject_kind: SubjectKind
    unit_ids: tuple[str, ...]
    days: PlanDays
    starts: time
    duration_minutes: int
    weekdays: tuple[int, ...] = ()
    random_window_minutes: int = 0
    excluded_days: tuple[date, ...] = ()
    active: bool = True
    call_list_id: str | None = None
    exclusions: tuple[Exclusion, ...] = ()
    sample: Sample = EVERYBODY
    random_order: bool = False
    late_open_minutes: int | None = None

    def __post_init__(self) -> None:
        if not self.title.strip():
            raise InvalidInput("title_required")
        if not self.unit_ids and self.call_list_id is None:
            raise InvalidInput("no_units")
        if self.unit_ids and self.call_list_id is not None:
            raise InvalidInput("units_or_list")
        self._check_times()

    def _check_times(self) -> None:
        if self.starts.tzinfo is not None:
            raise InvalidInput("naive_time_expected")
        if not 1 <= self.duration_minutes <= MINUTES_A_DAY:
            raise InvalidInput("bad_duration", minutes=self.duration_minutes)
        if not 0 <= self.random_window_minutes <= MINUTES_A_DAY:
            raise InvalidInput("bad_random_window", minutes=self.random_window_minutes)
        if self.late_open_minutes is not None and not 0 <= self.late_open_minutes <= MINUTES_A_DAY:
            raise InvalidInput("bad_late_open", minutes=self.late_open_minutes)
        known = all(1 <= day <= 7 for day in self.weekdays)
        needed = self.days is PlanDays.WEEKDAYS and not self.weekdays
        if not known or needed or len(set(self.weekdays)) != len(self.weekdays):
            raise InvalidInput("bad_weekdays")


@dataclass(frozen=True, slots=True)
class Window:
    """When a roll-call is open, in UTC; ``closes_at`` is not part of it."""

    opens_at: datetime
    closes_at: datetime


def zone(name: str) -> ZoneInfo:
    """The IANA zone of that name; raises InvalidInput(unknown_zone)."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise InvalidInput("unknown_zone") from error


def calls_on(plan: RollCallPlan, day: date, day_kind: DayKind) -> bool:
    """Whether the plan calls on a local day."""
    if not plan.active or day in plan.excluded_days:
        return False
    match plan.days:
        case PlanDays.EVERY_DAY:
            return True
        case PlanDays.WORKDAYS:
            return day_kind.worked
        case PlanDays.HOLIDAYS:
            return not day_kind.worked
        case PlanDays.WEEKDAYS:
            return day.isoweekday() in plan.weekdays


def check_hours(plan: RollCallPlan, policy: Policy) -> None:
    """Raise InvalidInput(at_night) if the plan could reach into the closed night.

    Judged on wall-clock time, for every random moment, up to the last minute of the window. Called
    when a plan is saved; ``occurrences`` holds to it again for plans saved under another policy.
    """
    span = plan.random_window_minutes + plan.duration_minutes
    first = plan.starts.hour * 60 + plan.starts.minute
    if any(_minute_is_night(first + minute, policy) for minute in range(span)):
        raise InvalidInput("at_night")


def occurrences(
    plan: RollCallPlan,
    day: date,
    day_kind: DayKind,
    zone_name: str,
    policy: Policy,
    chance: float = 0.0,
) -> tuple[Window, ...]:
    """The plan's windows that open on a local day: one or none.

    ``chance`` in [0, 1) places the random moment (whole seconds). Lateness and length are counted
    in elapsed time from ``starts``. A window that a change of the clock would push into the closed
    night is shortened, or left out where nothing of it remains. Raises InvalidInput(bad_chance),
    InvalidInput(unknown_zone).
    """
    if not 0.0 <= chance < 1.0:
        raise InvalidInput("bad_chance")
    if not calls_on(plan, day, day_kind):
        return ()
    local_zone = zone(zone_name)
    first = datetime.combine(day, plan.starts, local_zone).astimezone(UTC)
    delay_s = int(chance * plan.random_window_minutes * 60)
    opens_at = first + timedelta(seconds=delay_s)
    closes_at = opens_at + timedelta(minutes=plan.duration_minutes)
    window = outside_night(Window(opens_at, closes_at), local_zone, policy)
    return () if window is None else (window,)


def outside_night(window: Window, local_zone: ZoneInfo, policy: Policy) -> Window | None:
    """The window's first stretch outside the closed night, at whole seconds; None if there is none.

    It never begins later than the window does: who was to be called at night is not called.
    """
    if _is_night(window.opens_at, local_zone, policy):
        return None
    night = _first_night(window, local_zone, policy)
    return window if night is None else Window(window.opens_at, night)


def next_window(
    plan: RollCallPlan,
    days: Sequence[tuple[date, DayKind]],
    zone_name: str,
    policy: Policy,
    now: datetime,
) -> Window | None:
    """The first window over the given days that opens after ``now`` (earliest random moment)."""
    for day, day_kind in days:
        for window in occurrences(plan, day, day_kind, zone_name, policy):
            if window.opens_at > now:
                return window
    return None


def _minute_is_night(minute_of_plan: int, policy: Policy) -> bool:
    hour, minute = divmod(minute_of_plan % MINUTES_A_DAY, 60)
    return policy.is_night(time(hour, minute))


def _is_night(at: datetime, local_zone: ZoneInfo, policy: Policy) -> bool:
    return policy.is_night(at.astimezone(local_zone).time().replace(tzinfo=None))


def _first_night(window: Window, local_zone: ZoneInfo, policy: Policy) -> datetime | None:
    """The first minute boundary of local time inside the window at which it is night.

    Nights begin at whole minutes of local time and zones change their clocks at whole minutes, so
    looking at each boundary misses nothing; a window has 1,440 of them at most.
    """
    boundary = window.opens_at.replace(second=0, microsecond=0) + timedelta(minutes=1)
    while boundary < window.closes_at:
        if _is_night(boundary, local_zone, policy):
            return boundary
        boundary += timedelta(minutes=1)
    return None
