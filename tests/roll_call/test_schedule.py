"""Plans make windows on the right days, in the center's zone, never at night."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from roll_call.errors import InvalidInput
from roll_call.people import SubjectKind
from roll_call.policy import Policy
from roll_call.schedule import (
    DayKind,
    PlanDays,
    RollCallPlan,
    Window,
    check_hours,
    next_window,
    occurrences,
)
from tests.roll_call.cast import NINE, POLICY

MONDAY = date(2026, 11, 23)
SATURDAY = date(2026, 11, 28)
SHANGHAI = "Asia/Shanghai"
PLAN = RollCallPlan(
    id="p1",
    title="每日签到",
    subject_kind=SubjectKind.PERSON,
    unit_ids=("office-1",),
    days=PlanDays.WORKDAYS,
    starts=time(9, 0),
    duration_minutes=60,
)


def windows(
    plan: RollCallPlan,
    day: date = MONDAY,
    kind: DayKind = DayKind.WORKDAY,
    zone_name: str = SHANGHAI,
    chance: float = 0.0,
) -> tuple[Window, ...]:
    return occurrences(plan, day, kind, zone_name, POLICY, chance)


def test_nine_in_shanghai_is_one_in_utc() -> None:
    assert windows(PLAN) == (Window(NINE, NINE + timedelta(hours=1)),)


@pytest.mark.parametrize(
    ("days", "day", "kind", "calls"),
    [
        (PlanDays.WORKDAYS, MONDAY, DayKind.WORKDAY, True),
        (PlanDays.WORKDAYS, MONDAY, DayKind.HOLIDAY, False),
        (PlanDays.WORKDAYS, SATURDAY, DayKind.WEEKEND, False),
        (PlanDays.WORKDAYS, SATURDAY, DayKind.MAKEUP_WORKDAY, True),
        (PlanDays.HOLIDAYS, MONDAY, DayKind.HOLIDAY, True),
        (PlanDays.HOLIDAYS, SATURDAY, DayKind.WEEKEND, True),
        (PlanDays.HOLIDAYS, SATURDAY, DayKind.MAKEUP_WORKDAY, False),
        (PlanDays.HOLIDAYS, MONDAY, DayKind.WORKDAY, False),
        (PlanDays.EVERY_DAY, SATURDAY, DayKind.HOLIDAY, True),
        (PlanDays.WEEKDAYS, MONDAY, DayKind.HOLIDAY, True),
        (PlanDays.WEEKDAYS, SATURDAY, DayKind.MAKEUP_WORKDAY, False),
    ],
)
def test_the_kind_of_day_decides(days: PlanDays, day: date, kind: DayKind, calls: bool) -> None:
    plan = replace(PLAN, days=days, weekdays=(1, 3))
    assert bool(windows(plan, day, kind)) == calls


def test_excluded_days_and_resting_plans_make_nothing() -> None:
    assert windows(replace(PLAN, excluded_days=(MONDAY,))) == ()
    assert windows(replace(PLAN, active=False)) == ()


@pytest.mark.parametrize(("chance", "minutes"), [(0.0, 0), (0.5, 60), (0.999999, 119)])
def test_the_random_moment_lies_inside_its_window(chance: float, minutes: int) -> None:
    plan = replace(PLAN, random_window_minutes=120)
    (window,) = windows(plan, chance=chance)
    late = window.opens_at - NINE
    assert timedelta(minutes=minutes) <= late < timedelta(minutes=120)
    assert window.closes_at - window.opens_at == timedelta(hours=1)


@pytest.mark.parametrize("chance", [-0.1, 1.0, float("nan")])
def test_chance_is_a_share(chance: float) -> None:
    with pytest.raises(InvalidInput) as refused:
        windows(PLAN, chance=chance)
    assert refused.value.code == "bad_chance"


def test_an_unknown_zone_is_a_typed_error() -> None:
    for name in ("Asia/Nowhere", "../etc/passwd", ""):
        with pytest.raises(InvalidInput) as refused:
            windows(PLAN, zone_name=name)
        assert refused.value.code == "unknown_zone"


ZONES = st.sampled_from(
    [
        SHANGHAI,
        "Asia/Urumqi",
        "Europe/Berlin",
        "America/New_York",
        "Australia/Lord_Howe",
        "Asia/Kathmandu",
        "Pacific/Apia",
        "UTC",
    ]
)
CHANCES = st.floats(0.0, 1.0, exclude_max=True)
PLANS = st.builds(
    RollCallPlan,
    id=st.just("p"),
    title=st.just("t"),
    subject_kind=st.just(SubjectKind.PERSON),
    unit_ids=st.just(("u",)),
    days=st.just(PlanDays.EVERY_DAY),
    starts=st.times().map(lambda at: at.replace(second=0, microsecond=0)),
    duration_minutes=st.integers(1, 24 * 60),
    random_window_minutes=st.integers(0, 12 * 60),
)
NIGHTS = st.sampled_from(
    [
        POLICY,
        Policy(night_starts=time(0, 0), night_ends=time(5, 30)),
        Policy(night_starts=time(20, 15), night_ends=time(8, 0)),
    ]
)
DAYS = st.dates(date(2026, 1, 1), date(2027, 12, 31))


@given(PLANS, DAYS, ZONES, CHANCES, NIGHTS)
@example(replace(PLAN, starts=time(21, 30)), MONDAY, SHANGHAI, 0.0, POLICY)
def test_no_window_reaches_into_the_closed_night(
    plan: RollCallPlan, day: date, zone_name: str, chance: float, policy: Policy
) -> None:
    for window in occurrences(plan, day, DayKind.WORKDAY, zone_name, policy, chance):
        assert window.opens_at < window.closes_at
        assert window.closes_at - window.opens_at <= timedelta(minutes=plan.duration_minutes)
        moment = window.opens_at
        while moment < window.closes_at:
            assert not policy.is_night(moment.astimezone(ZoneInfo(zone_name)).time())
            moment = min(moment + timedelta(minutes=1), window.closes_at)
        last = window.closes_at - timedelta(microseconds=1)
        assert not policy.is_night(last.astimezone(ZoneInfo(zone_name)).time())


@given(PLANS, DAYS, CHANCES, NIGHTS)
def test_a_plan_that_was_accepted_always_gets_its_full_window(
    plan: RollCallPlan, day: date, chance: float, policy: Policy
) -> None:
    try:
        check_hours(plan, policy)
    except InvalidInput:
        return
    (window,) = occurrences(plan, day, DayKind.WORKDAY, SHANGHAI, policy, chance)
    assert window.closes_at - window.opens_at == timedelta(minutes=plan.duration_minutes)


@pytest.mark.parametrize(
    ("starts", "duration", "random_window", "fits"),
    [
        (time(6, 0), 960, 0, True),
        (time(6, 0), 961, 0, False),
        (time(5, 59), 1, 0, False),
        (time(21, 0), 60, 0, True),
        (time(20, 0), 60, 61, False),
        (time(23, 0), 30, 0, False),
    ],
)
def test_a_plan_that_could_reach_into_the_night_is_refused_when_it_is_made(
    starts: time, duration: int, random_window: int, fits: bool
) -> None:
    plan = replace(
        PLAN, starts=starts, duration_minutes=duration, random_window_minutes=random_window
    )
    if fits:
        check_hours(plan, POLICY)
        return
    with pytest.raises(InvalidInput) as refused:
        check_hours(plan, POLICY)
    assert refused.value.code == "at_night"


def test_a_center_may_open_the_night_on_purpose() -> None:
    plan = replace(PLAN, starts=time(23, 0))
    open_night = Policy(night_closed=False)
    check_hours(plan, open_night)
    assert len(occurrences(plan, MONDAY, DayKind.WORKDAY, SHANGHAI, open_night)) == 1


def test_a_change_of_the_clock_neither_doubles_nor_loses_a_roll_call() -> None:
    early = replace(PLAN, days=PlanDays.EVERY_DAY, starts=time(2, 30), duration_minutes=30)
    open_night = Policy(night_closed=False)
    spring, autumn = date(2026, 3, 29), date(2026, 10, 25)
    opens = [
        occurrences(early, day, DayKind.WEEKEND, "Europe/Berlin", open_night)[0].opens_at
        for day in (spring, autumn)
    ]
    assert opens == [
        datetime(2026, 3, 29, 1, 30, tzinfo=UTC),
        datetime(2026, 10, 25, 0, 30, tzinfo=UTC),
    ]


def test_the_next_window_is_the_first_that_has_not_opened_yet() -> None:
    week = [(MONDAY + timedelta(days=n), DayKind.WORKDAY) for n in range(3)]
    window = next_window(PLAN, week, SHANGHAI, POLICY, NINE)
    assert window is not None
    assert window.opens_at == NINE + timedelta(days=1)
    assert next_window(PLAN, week[:1], SHANGHAI, POLICY, NINE) is None


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"title": " "}, "title_required"),
        ({"unit_ids": ()}, "no_units"),
        ({"call_list_id": "list"}, "units_or_list"),
        ({"late_open_minutes": -1}, "bad_late_open"),
        ({"late_open_minutes": 1441}, "bad_late_open"),
        ({"duration_minutes": 0}, "bad_duration"),
        ({"random_window_minutes": -1}, "bad_random_window"),
        ({"days": PlanDays.WEEKDAYS}, "bad_weekdays"),
        ({"weekdays": (0,)}, "bad_weekdays"),
        ({"weekdays": (1, 1)}, "bad_weekdays"),
        ({"starts": time(9, 0, tzinfo=UTC)}, "naive_time_expected"),
    ],
)
def test_a_plan_that_makes_no_sense_is_refused(changes: dict[str, object], code: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        replace(PLAN, **changes)  # type: ignore[arg-type]
    assert refused.value.code == code
