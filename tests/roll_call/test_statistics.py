"""Month table, ranking net of device faults, trends."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roll_call.entry import EntryState
from roll_call.reasons import Reason
from roll_call.report import Standing
from roll_call.statistics import (
    CallFact,
    EntryFact,
    Step,
    month_table,
    ranking,
    summary,
    trend,
)

S, R = EntryState, Reason
MONDAY = date(2026, 11, 23)
CALLS = (
    CallFact("c1", MONDAY, "plan", "早点名"),
    CallFact("c2", date(2026, 11, 24), "plan", "晨间点名"),
    CallFact("c3", date(2026, 12, 1), "抽查", "抽查"),
)
OUTCOMES = {
    "+": (S.PRESENT, R.BY_EYE, 2.0),
    "-": (S.ABSENT, R.UNANSWERED, None),
    "f": (S.EXCUSED, R.DEVICE_FAULT, None),
    "l": (S.EXCUSED, R.LEAVE, None),
    "?": (S.REVIEW, R.UNANSWERED, None),
}


def facts(unit: str, outcomes: str, call: str = "c1") -> list[EntryFact]:
    return [EntryFact(call, unit, *OUTCOMES[one]) for one in outcomes]


def places(**outcomes: str) -> list[tuple[int | None, str]]:
    by_unit = {unit: summary(facts(unit, row)) for unit, row in outcomes.items()}
    return [(ranked.place, ranked.unit_id) for ranked in ranking(by_unit)]


@pytest.mark.parametrize(
    ("outcomes", "expected"),
    [
        ({"a": "++-", "b": "+++"}, [(1, "b"), (2, "a")]),
        ({"a": "++ff", "b": "++"}, [(1, "a"), (1, "b")]),
        ({"a": "+", "b": "+", "c": "-"}, [(1, "a"), (1, "b"), (3, "c")]),
        ({"a": "fff", "b": "+-"}, [(1, "b"), (None, "a")]),
        ({"a": "??", "b": "-"}, [(1, "b"), (None, "a")]),
    ],
    ids=["by rate", "a fault costs no place", "shared places", "nothing judged", "open cases"],
)
def test_ranking(outcomes: dict[str, str], expected: list[tuple[int | None, str]]) -> None:
    assert places(**outcomes) == expected


@given(st.text("+-l?", max_size=12), st.integers(0, 12))
def test_device_faults_never_move_a_unit(outcomes: str, faults: int) -> None:
    without = places(a=outcomes, b="+-")
    assert places(a=outcomes + "f" * faults, b="+-") == without


def test_the_month_table_is_unit_by_template_with_reasons() -> None:
    table = month_table(
        CALLS,
        [*facts("east", "+"), *facts("east", "-", "c2"), *facts("west", "fl", "c3")],
    )
    assert table.templates == (("抽查", "抽查"), ("plan", "晨间点名"))
    cell = table.cells["east", "plan"]
    assert (cell.tally.expected, cell.tally.response_rate) == (2, 0.5)
    assert cell.reasons == {(Standing.ABSENT, R.UNANSWERED): 1}
    assert table.cells["west", "抽查"].reasons == {
        (Standing.FAULT, R.DEVICE_FAULT): 1,
        (Standing.LEAVE, R.LEAVE): 1,
    }
    assert ("west", "plan") not in table.cells
    assert table.total.tally.expected == 4
    assert table.by_unit["east"].median_answer_s == 2.0


@pytest.mark.parametrize(
    ("step", "begins"),
    [
        (Step.DAY, ["2026-11-23", "2026-11-24", "2026-12-01"]),
        (Step.WEEK, ["2026-11-23", "2026-11-30"]),
        (Step.MONTH, ["2026-11-01", "2026-12-01"]),
    ],
)
def test_trend_steps(step: Step, begins: list[str]) -> None:
    points = trend(CALLS, [f for call in ("c1", "c2", "c3") for f in facts("a", "+", call)], step)
    assert [day.isoformat() for day, _ in points] == begins
    assert sum(figures.tally[Standing.PRESENT] for _, figures in points) == 3
