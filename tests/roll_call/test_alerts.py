"""Alerts: what needs a hand now."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roll_call.alerts import Alert, AlertKind, Limits, Situation, alerts

K = AlertKind
UNITS = st.sampled_from(["a", "b", "c"])


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (Situation(), []),
        (Situation(free_gb=4.94), [Alert(K.DISK_LOW, number=4.9)]),
        (Situation(free_gb=5.0), []),
        (
            Situation(called={"a", "b"}, offline={"b", "c"}),
            [Alert(K.TERMINAL_OFFLINE, unit_id="b")],
        ),
        (
            Situation(called={"a"}, offline={"a"}, unanswered={"a": 9}, exceptions={"a": "power"}),
            [Alert(K.TERMINAL_EXCEPTION, unit_id="a", code="power")],
        ),
        (Situation(missed=["m"]), [Alert(K.CALL_MISSED, roll_call_id="m")]),
        (
            Situation(unanswered={"a": 3, "b": 2, "c": 5}),
            [
                Alert(K.UNANSWERED, unit_id="c", number=5),
                Alert(K.UNANSWERED, unit_id="a", number=3),
            ],
        ),
        (
            Situation(cases=2, figures_missing=["a"]),
            [Alert(K.CASES_WAITING, number=2), Alert(K.FIGURES_MISSING, unit_id="a")],
        ),
    ],
    ids=[
        "quiet",
        "disk",
        "just enough disk",
        "offline at its time alone",
        "an exception explains",
        "missed",
        "often unanswered",
        "cases and figures",
    ],
)
def test_alerts(now: Situation, expected: list[Alert]) -> None:
    assert list(alerts(now, Limits())) == expected


@given(st.sets(UNITS), st.sets(UNITS), st.dictionaries(UNITS, st.integers(0, 9)), st.integers(0, 3))
def test_the_most_urgent_comes_first(
    called: set[str], offline: set[str], unanswered: dict[str, int], cases: int
) -> None:
    situation = Situation(called=called, offline=offline, unanswered=unanswered, cases=cases)
    kinds = [alert.kind for alert in alerts(situation, Limits())]
    assert kinds == sorted(kinds, key=list(AlertKind).index)
