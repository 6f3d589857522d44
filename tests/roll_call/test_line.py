"""What a line carries: down after two lossy reports, up by trials that get rarer."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roll_call.line import MOST_TRIAL_AFTER_S, TRIAL_AFTER_S, Line, LineJudge

OVER_S = 2.0
losses = st.lists(st.floats(0, 1), max_size=200)


def fed(judge: LineJudge, *reports: float) -> Line:
    for loss in reports:
        judge.report(loss, OVER_S)
    return judge.line


def good_until_trial_s(judge: LineJudge) -> float:
    """For how long a line has to be good before more is tried."""
    before, waited_s = judge.line, 0.0
    while judge.report(0.0, OVER_S) is before:
        waited_s += OVER_S
        assert waited_s <= 2 * MOST_TRIAL_AFTER_S
    return waited_s + OVER_S


@pytest.mark.parametrize(
    ("reports", "line"),
    [
        ((), Line.WIDE),
        ((0.5,), Line.WIDE),
        ((0.5, 0.05, 0.5), Line.WIDE),
        ((0.1, 0.1, 0.1), Line.WIDE),
        ((0.11, 0.11), Line.NARROW),
        ((0.5, 0.5, 0.5), Line.NARROW),
        ((0.5, 0.5, 0.5, 0.5), Line.SOUND_ONLY),
        ((0.9,) * 20, Line.SOUND_ONLY),
    ],
)
def test_two_lossy_reports_are_a_step_down(reports: tuple[float, ...], line: Line) -> None:
    assert fed(LineJudge(), *reports) is line


def test_a_line_has_to_be_good_without_a_break_before_more_is_tried() -> None:
    judge = LineJudge()
    assert fed(judge, 0.5, 0.5, *[0.0] * 9, 0.05) is Line.NARROW
    assert good_until_trial_s(judge) == TRIAL_AFTER_S
    assert fed(judge) is Line.WIDE


def test_trials_that_fail_get_rarer_and_one_that_lasts_makes_good() -> None:
    judge = LineJudge()
    fed(judge, 0.5, 0.5)
    waits = []
    for _ in range(5):
        waits.append(good_until_trial_s(judge))
        fed(judge, 0.5, 0.5)
    assert waits == [20.0, 40.0, 80.0, 160.0, 160.0]
    good_until_trial_s(judge)
    fed(judge, *[0.0] * 80, 0.5, 0.5)
    assert good_until_trial_s(judge) == TRIAL_AFTER_S


@given(losses)
def test_one_step_at_a_time_and_never_up_on_loss(reports: list[float]) -> None:
    judge = LineJudge()
    for loss in reports:
        before = judge.line
        after = judge.report(loss, OVER_S)
        assert abs(after - before) <= 1
        assert after <= before or loss <= 0.02
        assert after >= before or loss > 0.10
