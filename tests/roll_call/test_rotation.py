"""Rotation rules: whose turn it is, over holidays and midnights, and what applying them changes."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roll_call.errors import InvalidInput
from roll_call.planned_shift import PlannedShift
from roll_call.rotation import RotationCycle, RotationRule, generated
from roll_call.rotation_preview import Fate, differences
from roll_call.schedule import DayKind

SHANGHAI = ZoneInfo("Asia/Shanghai")
ALL = frozenset(DayKind)
WORKED = frozenset({DayKind.WORKDAY, DayKind.MAKEUP_WORKDAY})
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
FIRST = date(2026, 9, 28)
"""A Monday; National Day 2026 is Thursday 1 October to Wednesday 7, made up for on Saturday 10."""


def kind_of(day: date) -> DayKind:
    """The calendar of that week."""
    if date(2026, 10, 1) <= day <= date(2026, 10, 7):
        return DayKind.HOLIDAY
    if day == date(2026, 10, 10):
        return DayKind.MAKEUP_WORKDAY
    return DayKind.WEEKEND if day.isoweekday() >= 6 else DayKind.WORKDAY


def rule(**changes: object) -> RotationRule:
    base = RotationRule(
        "r",
        "east",
        "值班",
        (("a", "b"), ("c",), ("d",)),
        RotationCycle.DAY,
        time(9),
        time(17),
        WORKED,
        FIRST,
    )
    return replace(base, **changes)  # type: ignore[arg-type]


def turns(one: RotationRule, first: date, last: date) -> list[tuple[int, str]]:
    """Day of the month and officer of rank 0."""
    made = generated(one, first, last, kind_of, SHANGHAI)
    return [(s.starts_at.astimezone(SHANGHAI).day, s.officer_id) for s in made if s.rank == 0]


def test_a_holiday_week_costs_nobody_a_turn() -> None:
    assert turns(rule(), FIRST, date(2026, 10, 12)) == [
        (28, "a"), (29, "c"), (30, "d"), (8, "a"), (9, "c"), (10, "d"), (12, "a"),
    ]  # fmt: skip


def test_holiday_duty_is_a_rule_of_its_own() -> None:
    festive = rule(day_kinds=frozenset({DayKind.HOLIDAY, DayKind.WEEKEND}))
    assert turns(festive, FIRST, date(2026, 10, 11)) == [
        (1, "a"), (2, "c"), (3, "d"), (4, "a"), (5, "c"), (6, "d"), (7, "a"), (11, "c"),
    ]  # fmt: skip


def test_a_turn_of_a_week_lasts_from_monday_to_sunday() -> None:
    weekly = rule(cycle=RotationCycle.WEEK, day_kinds=ALL, from_day=date(2026, 9, 30))
    found = turns(weekly, FIRST, date(2026, 10, 19))
    assert found[0] == (30, "a")
    assert {officer for day, officer in found if 5 <= day <= 11} == {"c"}
    assert {officer for day, officer in found if 12 <= day <= 18} == {"d"}
    assert found[-1] == (19, "a")


def test_nights_go_over_midnight_and_a_pair_stands_together() -> None:
    night = rule(starts=time(18), ends=time(8, 30))
    a, b = generated(night, FIRST, FIRST, kind_of, SHANGHAI)
    assert (a.officer_id, a.rank, b.officer_id, b.rank) == ("a", 0, "b", 1)
    assert a.starts_at == datetime(2026, 9, 28, 10, tzinfo=UTC)
    assert a.ends_at == datetime(2026, 9, 29, 0, 30, tzinfo=UTC)
    (whole,) = generated(
        rule(turns=(("a",),), starts=time(9), ends=time(9)), FIRST, FIRST, kind_of, SHANGHAI
    )
    assert whole.ends_at - whole.starts_at == timedelta(hours=24)


def test_hours_are_those_of_the_wall_clock_where_clocks_change() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    night = rule(starts=time(20), ends=time(8), day_kinds=ALL, from_day=date(2026, 10, 24))
    made = generated(night, date(2026, 10, 24), date(2026, 10, 24), kind_of, berlin)
    assert made[0].ends_at - made[0].starts_at == timedelta(hours=13)


@given(st.integers(0, 60), st.integers(1, 30), st.integers(1, 30), st.sampled_from(RotationCycle))
def test_what_is_made_does_not_depend_on_where_one_begins_to_look(
    skip: int, days: int, more: int, cycle: RotationCycle
) -> None:
    one = rule(cycle=cycle)
    start = FIRST + timedelta(days=skip)
    middle, end = start + timedelta(days=days), start + timedelta(days=days + more)
    whole = generated(one, start, end, kind_of, SHANGHAI)
    halves = (
        *generated(one, start, middle - timedelta(days=1), kind_of, SHANGHAI),
        *generated(one, middle, end, kind_of, SHANGHAI),
    )
    assert whole == halves


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"title": " "}, "title_required"),
        ({"turns": ()}, "no_turns"),
        ({"turns": ((),)}, "bad_turn"),
        ({"turns": (("a", "a"),)}, "bad_turn"),
        ({"turns": (("a", "b", "c", "d", "e"),)}, "bad_turn"),
        ({"day_kinds": frozenset()}, "no_day_kinds"),
        ({"starts": time(9, tzinfo=UTC)}, "naive_time_expected"),
    ],
)
def test_a_rule_that_means_nothing_is_refused(changes: dict[str, object], code: str) -> None:
    with pytest.raises(InvalidInput, match=code):
        rule(**changes)


@pytest.mark.parametrize("days", [-1, 400])
def test_days_that_run_backwards_or_for_ever_are_refused(days: int) -> None:
    with pytest.raises(InvalidInput, match="bad_days"):
        generated(rule(), FIRST, FIRST + timedelta(days=days), kind_of, SHANGHAI)


# --- what would change ------------------------------------------------------------------------

WANTED = generated(rule(turns=(("a",), ("c",))), FIRST, date(2026, 9, 30), kind_of, SHANGHAI)
BY_HAND = replace(WANTED[1], officer_id="x", by_hand=True)


def fates(
    existing: tuple[PlannedShift, ...],
    held: frozenset[str] = frozenset(),
    now: datetime = LONG_AGO,
    wanted: tuple[PlannedShift, ...] = WANTED,
) -> list[Fate]:
    return [one.fate for one in differences(wanted, existing, "r", held, now)]


def test_a_new_rule_adds_and_adding_again_changes_nothing() -> None:
    assert fates(()) == [Fate.ADDED] * 3
    assert fates(WANTED) == [Fate.UNCHANGED] * 3


def test_hand_edits_win() -> None:
    edited = (WANTED[0], BY_HAND, WANTED[2])
    assert fates(edited) == [Fate.UNCHANGED, Fate.KEPT_BY_HAND, Fate.UNCHANGED]
    taken_off = replace(BY_HAND, removed=True)
    assert fates((taken_off,)) == [Fate.ADDED, Fate.KEPT_BY_HAND, Fate.ADDED]
    written = replace(BY_HAND, id="own", rule_id=None)
    found = differences(WANTED, (written,), "r", (), LONG_AGO)
    assert (found[1].fate, found[1].shift) == (Fate.KEPT_BY_HAND, written)
    beside = replace(written, rank=1)
    assert fates((beside,)) == [Fate.ADDED] * 3


def test_a_changed_rule_changes_only_what_is_still_free() -> None:
    other = generated(rule(turns=(("z",),)), FIRST, date(2026, 9, 29), kind_of, SHANGHAI)
    assert fates(WANTED, wanted=other) == [Fate.CHANGED, Fate.CHANGED, Fate.REMOVED]
    held = frozenset({WANTED[1].id, WANTED[2].id})
    kept = [Fate.CHANGED, Fate.KEPT_SUBSTITUTED, Fate.KEPT_SUBSTITUTED]
    assert fates(WANTED, held, wanted=other) == kept
    begun = WANTED[0].starts_at
    assert fates(WANTED, held, begun, other) == [Fate.KEPT_BEGUN, *kept[1:]]


def test_what_has_begun_is_never_rewritten() -> None:
    other = tuple(replace(shift, officer_id="x") for shift in WANTED)
    found = fates(other, now=WANTED[1].starts_at)
    assert found == [Fate.KEPT_BEGUN, Fate.KEPT_BEGUN, Fate.CHANGED]
    assert not Fate.KEPT_BEGUN.written


def test_an_empty_chair_is_filled_as_long_as_the_shift_is_on() -> None:
    during = WANTED[1].starts_at + timedelta(hours=1)
    assert fates((), now=during) == [Fate.KEPT_BEGUN, Fate.ADDED, Fate.ADDED]
    assert fates((), now=WANTED[1].ends_at) == [Fate.KEPT_BEGUN, Fate.KEPT_BEGUN, Fate.ADDED]


def test_what_a_rule_took_off_it_may_bring_back() -> None:
    gone = tuple(replace(shift, removed=True) for shift in WANTED)
    assert fates(gone) == [Fate.ADDED] * 3


@given(st.sets(st.integers(0, 2)), st.sets(st.integers(0, 2)), st.integers(-1, 3))
def test_nothing_kept_is_ever_written(by_hand: set[int], held: set[int], begun: int) -> None:
    now = LONG_AGO if begun < 0 else WANTED[min(begun, 2)].starts_at
    existing = tuple(
        replace(shift, officer_id="x", by_hand=n in by_hand) for n, shift in enumerate(WANTED)
    )
    ids = {WANTED[n].id for n in held}
    for one in differences(WANTED, existing, "r", ids, now):
        n = WANTED.index(next(s for s in WANTED if s.id == one.shift.id))
        untouchable = n in by_hand or n in held or WANTED[n].starts_at <= now
        assert one.fate.written is not untouchable
        assert (one.shift.officer_id == "x") is untouchable
