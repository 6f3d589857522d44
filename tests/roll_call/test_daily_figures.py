"""Daily figures: typed as typed, checked when handed in, locked at the deadline."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roll_call.daily_figures import (
    DayFigures,
    FigureField,
    FigureForm,
    FigureKind,
    FiguresStatus,
    form_on,
    hand_in,
    lock,
    may_edit,
    number,
    sums,
    type_in,
    unlock,
)
from roll_call.errors import Conflict, InvalidInput, RollCallError
from roll_call.people import UnitKind

DAY = date(2026, 11, 20)
ZONE = ZoneInfo("Asia/Shanghai")
FORM = FigureForm(
    1,
    DAY,
    time(9),
    (UnitKind.JUDICIAL_OFFICE,),
    (
        FigureField("in", "在矫人数", "Under supervision"),
        FigureField("left", "请假人数", "On leave", required=False),
        FigureField("note", "备注", "Notes", FigureKind.TEXT, required=False, summed=False),
    ),
)
DEADLINE = FORM.deadline_on(DAY, ZONE)
BEFORE, AFTER = DEADLINE - timedelta(minutes=1), DEADLINE


def typed(
    values: Mapping[str, str], now: datetime = BEFORE, old: DayFigures | None = None
) -> DayFigures:
    """What the eastern office typed."""
    return type_in(old, FORM, "east", DAY, values, "li", DEADLINE, now)


def test_the_deadline_is_local_time() -> None:
    assert datetime(2026, 11, 20, 1, tzinfo=UTC) == DEADLINE


def test_a_draft_is_kept_as_typed_and_checked_only_when_handed_in() -> None:
    draft = typed({"in": "十二", "note": " later "})
    assert draft.status is FiguresStatus.DRAFT
    assert draft.typed == {"in": "十二", "note": " later "}
    with pytest.raises(InvalidInput, match="figure_not_a_number"):
        hand_in(draft, FORM, "li", DEADLINE, BEFORE)
    done = hand_in(typed({"in": "12"}), FORM, "li", DEADLINE, BEFORE)
    assert (done.status, done.submitted_by) == (FiguresStatus.SUBMITTED, "li")


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({}, "figure_required"),
        ({"in": "  "}, "figure_required"),
        ({"in": "-1"}, "figure_not_a_number"),
        ({"in": "NaN"}, "figure_not_a_number"),
        ({"in": "1e99"}, "figure_not_a_number"),
        ({"in": "1", "left": "two"}, "figure_not_a_number"),
    ],
)
def test_what_cannot_be_handed_in(values: dict[str, str], code: str) -> None:
    with pytest.raises(InvalidInput, match=code):
        hand_in(typed(values), FORM, "li", DEADLINE, BEFORE)


@pytest.mark.parametrize(
    ("values", "code"),
    [({"gone": "1"}, "unknown_figure"), ({"note": "x" * 501}, "figure_too_long")],
)
def test_what_cannot_even_be_typed(values: dict[str, str], code: str) -> None:
    with pytest.raises(InvalidInput, match=code):
        typed(values)


def test_what_was_handed_in_may_be_changed_until_the_deadline() -> None:
    done = hand_in(typed({"in": "12"}), FORM, "li", DEADLINE, BEFORE)
    again = typed({"in": "13"}, BEFORE, done)
    assert again.status is FiguresStatus.DRAFT


@pytest.mark.parametrize("status", [None, *list(FiguresStatus)[1:]])
def test_at_the_deadline_every_unit_is_locked_out(status: FiguresStatus | None) -> None:
    old = status and replace(typed({"in": "12"}), status=status)
    assert not may_edit(old, DEADLINE, AFTER)
    with pytest.raises(Conflict, match="figures_locked"):
        typed({"in": "13"}, AFTER, old)


def test_a_lock_changes_nothing_but_the_state_and_a_draft_is_not_handed_in_by_it() -> None:
    done = hand_in(typed({"in": "12"}), FORM, "li", DEADLINE, BEFORE)
    assert lock(done) == replace(done, status=FiguresStatus.LOCKED)
    with pytest.raises(Conflict):
        lock(typed({"in": "12"}))


def test_an_officer_unlocks_with_a_reason_and_the_unit_hands_in_late() -> None:
    locked = lock(hand_in(typed({"in": "12"}), FORM, "li", DEADLINE, BEFORE))
    opened = unlock(locked, FORM, "east", DAY, "zhao", " 数字有误 ", DEADLINE, AFTER)
    assert (opened.status, opened.unlocked_by) == (FiguresStatus.DRAFT, "zhao")
    assert (opened.unlock_reason, opened.typed) == ("数字有误", {"in": "12"})
    late = hand_in(typed({"in": "13"}, AFTER, opened), FORM, "li", DEADLINE, AFTER)
    assert late.status is FiguresStatus.LOCKED
    assert not may_edit(late, DEADLINE, AFTER)


@pytest.mark.parametrize(
    ("reason", "now", "code"),
    [(" ", AFTER, "reason_required"), ("why", BEFORE, "figures_not_locked")],
)
def test_what_cannot_be_unlocked(reason: str, now: datetime, code: str) -> None:
    with pytest.raises(RollCallError, match=code):
        unlock(None, FORM, "east", DAY, "zhao", reason, DEADLINE, now)


@pytest.mark.parametrize(
    ("text", "value"),
    [("12", 12), (" 1,234 ", 1234), ("１２", 12), ("0.5", Decimal("0.5")), ("", None), ("a", None)],
)
def test_numbers_as_people_type_them(text: str, value: object) -> None:
    assert number(text) == value


@given(st.lists(st.tuples(st.integers(0, 10**6), st.sampled_from(list(FiguresStatus))), max_size=9))
def test_sums_are_over_what_was_handed_in(rows: list[tuple[int, FiguresStatus]]) -> None:
    figures = [replace(typed({"in": str(n)}), status=status) for n, status in rows]
    expected = sum(n for n, status in rows if status.handed_in)
    assert sums(FORM, figures) == {"in": expected, "left": 0}


def test_older_days_keep_their_form() -> None:
    newer = replace(FORM, version=2, valid_from=DAY + timedelta(days=3))
    newest = replace(FORM, version=3, valid_from=DAY + timedelta(days=3))
    forms = (FORM, newer, newest)
    assert form_on(forms, DAY - timedelta(days=1)) is None
    assert form_on(forms, DAY + timedelta(days=2)) == FORM
    assert form_on(forms, DAY + timedelta(days=3)) == newest


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"fields": ()}, "no_figures"),
        ({"unit_kinds": ()}, "no_unit_kinds"),
        ({"fields": (FORM.fields[0], FORM.fields[0])}, "figure_key_twice"),
    ],
)
def test_forms_that_make_no_sense(change: dict[str, tuple[()]], code: str) -> None:
    with pytest.raises(InvalidInput, match=code):
        replace(FORM, **change)


def test_a_text_has_no_sum_and_every_figure_two_names() -> None:
    with pytest.raises(InvalidInput, match="sum_of_text"):
        FigureField("note", "备注", "Notes", FigureKind.TEXT)
    with pytest.raises(InvalidInput, match="figure_label_required"):
        FigureField("in", "人数", " ")
