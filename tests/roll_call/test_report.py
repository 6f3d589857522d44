"""Completion of a roll-call: what is counted where, how long it took, what a rate leaves out."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roll_call.decisions import DECISION_REASONS
from roll_call.entry import EntryState
from roll_call.people import SubjectKind
from roll_call.reasons import Reason
from roll_call.report import EntryLine, Standing, completion, standing, tally

NINE = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
S, R = EntryState, Reason


def after(seconds: float) -> datetime:
    return NINE + timedelta(seconds=seconds)


def line(
    name: str,
    state: EntryState = S.PRESENT,
    reason: Reason | None = R.BY_EYE,
    answer_s: float | None = 2,
    settled_s: float | None = 10,
) -> EntryLine:
    return EntryLine(
        entry_id=name,
        subject_kind=SubjectKind.UNIT,
        subject_id=name,
        name=name,
        unit_id=name,
        state=state,
        reason=reason,
        rang_at=NINE,
        answered_at=None if answer_s is None else after(answer_s),
        settled_at=None if settled_s is None else after(settled_s),
        settled_by=None if settled_s is None else "lin",
    )


@pytest.mark.parametrize(
    ("state", "reason", "column"),
    [
        (S.PRESENT, R.BY_EYE, Standing.PRESENT),
        (S.PRESENT, R.DEVICE_FAULT, Standing.PRESENT),
        (S.EXCUSED, R.LEAVE, Standing.LEAVE),
        (S.EXCUSED, R.OTHER, Standing.LEAVE),
        (S.EXCUSED, R.DEVICE_FAULT, Standing.FAULT),
        (S.EXCUSED, R.TECHNICAL_FAILURE, Standing.FAULT),
        (S.ABSENT, R.OFF_POST, Standing.ABSENT),
        (S.REVIEW, R.TECHNICAL_FAILURE, Standing.REVIEW),
        (S.REVIEW, R.UNANSWERED, Standing.REVIEW),
        (S.IN_SESSION, None, Standing.WAITING),
        (S.VOID, R.CANCELLED, Standing.VOID),
    ],
)
def test_where_an_entry_is_counted(
    state: EntryState, reason: Reason | None, column: Standing
) -> None:
    assert standing(state, reason) is column


@given(st.sampled_from(list(EntryState)), st.none() | st.sampled_from(list(Reason)))
def test_only_an_officers_absence_is_an_absence(state: EntryState, reason: Reason | None) -> None:
    counted = standing(state, reason) is Standing.ABSENT
    assert counted == (state is EntryState.ABSENT)
    if counted and reason in DECISION_REASONS["absent"]:
        assert reason not in {R.DEVICE_FAULT, R.TECHNICAL_FAILURE}


@given(st.lists(st.sampled_from(list(Standing))))
def test_the_columns_add_up_to_who_was_expected(columns: list[Standing]) -> None:
    found = tally(columns)
    shown = [c for c in Standing if c is not Standing.VOID]
    assert found.expected == sum(found[c] for c in shown)


@given(st.lists(st.sampled_from(list(Standing))), st.integers(0, 20), st.integers(0, 20))
def test_faults_leaves_and_open_cases_never_move_the_rate(
    columns: list[Standing], faults: int, cases: int
) -> None:
    more = [*columns, *[Standing.FAULT] * faults, *[Standing.REVIEW] * cases, Standing.LEAVE]
    assert tally(more).response_rate == tally(columns).response_rate


def test_a_rate_is_of_those_who_were_judged() -> None:
    columns = [Standing.PRESENT] * 3 + [Standing.ABSENT] + [Standing.FAULT] * 5
    assert tally(columns).response_rate == 0.75
    assert tally([Standing.FAULT, Standing.REVIEW]).response_rate is None


def test_it_ends_with_the_last_decision() -> None:
    lines = [line("a", settled_s=12), line("b", settled_s=15), line("c", answer_s=4, settled_s=30)]
    done = completion(lines, closed_at=after(3600))
    assert (done.started_at, done.ended_at) == (NINE, after(30))
    assert (done.took_s, done.seconds_per_unit, done.median_answer_s) == (30, 10, 2)


def test_what_is_decided_later_makes_it_no_longer() -> None:
    late = line("b", S.ABSENT, R.UNANSWERED, answer_s=None, settled_s=7200)
    done = completion([line("a", settled_s=20), late], closed_at=after(60))
    assert (done.took_s, done.seconds_per_unit) == (60, 60)


def test_a_case_left_open_does_not_end_it_before_its_window() -> None:
    case = line("b", S.REVIEW, R.UNANSWERED, answer_s=None, settled_s=None)
    lines = [line("a"), case]
    assert completion(lines, closed_at=None).took_s is None
    assert completion(lines, closed_at=after(90)).took_s == 90


def test_nobody_rang_nothing_to_measure() -> None:
    done = completion([replace(line("a"), rang_at=None)], closed_at=after(90))
    assert (done.took_s, done.seconds_per_unit, done.median_answer_s) == (None, None, None)
    assert completion([], closed_at=None).tally.expected == 0


def test_an_answer_before_the_ring_took_no_time() -> None:
    assert line("a", answer_s=-3).answer_s == 0
