"""Rates and their intervals."""

import pytest

from server.liveness.figures import Rate, interval, percent


@pytest.mark.parametrize(
    ("errors", "trials", "low", "high"),
    # Newcombe 1998, Statistics in Medicine 17, table I, method 5 (Clopper and Pearson).
    [
        (81, 263, 0.2527, 0.3676),
        (15, 148, 0.0578, 0.1617),
        (0, 20, 0.0, 0.1684),
        (1, 29, 0.0009, 0.1776),
    ],
)
def test_intervals_are_those_of_the_literature(
    errors: int, trials: int, low: float, high: float
) -> None:
    assert interval(errors, trials) == pytest.approx((low, high), abs=0.0001)


def test_no_error_in_150_still_leaves_two_percent_possible() -> None:
    assert Rate(0, 150).interval == pytest.approx((0.0, 0.0243), abs=0.0001)


def test_all_errors_reach_up_to_one() -> None:
    assert interval(5, 5)[1] == 1.0


def test_of_nothing_nothing_is_known() -> None:
    assert Rate(0, 0).rate is None
    assert Rate(0, 0).interval == (0.0, 1.0)
    assert Rate(0, 0).as_json("passed", "attacks")["rate"] is None
    assert percent(Rate(0, 0)) == "-"


def test_the_counts_stand_beside_the_rate() -> None:
    said = Rate(3, 150).as_json("passed", "attacks")
    assert said == {"rate": 0.02, "interval": [0.00414, 0.05733], "attacks": 150, "passed": 3}
