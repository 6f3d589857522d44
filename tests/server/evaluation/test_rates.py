"""Error rates and their intervals on scores whose answer is known."""

import numpy as np
import pytest

from media.faces.calibration import OperatingPoint
from server.evaluation.intervals import clopper_pearson, intervals
from server.evaluation.rates import accepted, equal_error, true_accepts
from server.evaluation.session_estimate import session_estimate
from server.evaluation.trials import Pairs, Trials

GENUINE = np.array([0.2, 0.6, 0.7, 0.8, 0.9])
IMPOSTOR = np.linspace(-0.5, 0.495, 200)


def trials(genuine: np.ndarray, persons: int, impostor_scores: np.ndarray) -> Trials:
    """One genuine pair a person; impostor pairs between all persons in turn."""
    owners = np.arange(len(genuine)) % persons
    one = np.arange(len(impostor_scores)) % persons
    other = (one + 1) % persons
    return Trials(
        genuine=Pairs(genuine, owners, owners),
        impostor=Pairs(impostor_scores, one, other),
        enrolled=frozenset(range(persons)),
        not_enrolled=frozenset(),
        without_probe=frozenset(),
    )


def test_a_score_at_the_threshold_is_accepted() -> None:
    assert accepted(np.array([0.49, 0.5, 0.51]), 0.5) == pytest.approx(2 / 3)


def test_the_equal_error_is_where_both_rates_meet() -> None:
    found = equal_error(np.array([0.3, 0.5, 0.6, 0.7]), np.array([0.0, 0.1, 0.2, 0.4]))
    assert found.rate == pytest.approx(0.25)
    assert equal_error(np.array([0.8, 0.9]), np.array([0.1, 0.2])).rate == 0.0


def test_true_accepts_allow_no_more_false_accepts_than_asked_for() -> None:
    assert true_accepts(GENUINE, IMPOSTOR, 1e-2) == pytest.approx(0.8)
    assert true_accepts(np.array([0.49, 0.6]), IMPOSTOR, 1e-2) == 1.0
    assert true_accepts(np.array([0.49, 0.6]), IMPOSTOR, 1e-4) == 0.5


def test_nothing_wrong_in_few_trials_is_not_taken_for_certain() -> None:
    assert clopper_pearson(0, 30) == (0.0, pytest.approx(0.1157, abs=1e-4))
    assert clopper_pearson(3, 30) == (
        pytest.approx(0.0211, abs=1e-4),
        pytest.approx(0.2653, abs=1e-4),
    )
    perfect = intervals(trials(np.full(30, 0.9), 30, np.zeros(500)), [0.5])
    assert perfect.far[0][1] == pytest.approx(clopper_pearson(0, 500)[1])
    assert perfect.frr[0][1] == pytest.approx(clopper_pearson(0, 30)[1])


def test_errors_that_all_come_from_one_person_widen_the_interval() -> None:
    """Twenty rejected pairs of one person say less than one of each of twenty."""
    spread, owners = np.full(400, 0.9), np.arange(400) % 40
    scattered, gathered = spread.copy(), spread.copy()
    scattered[:20] = 0.1
    gathered[np.flatnonzero(owners == 0)] = 0.1
    gathered[np.flatnonzero(owners == 1)] = 0.1
    narrow, wide = (
        intervals(trials(scores, 40, np.zeros(400)), [0.5]).frr[0]
        for scores in (scattered, gathered)
    )
    assert wide[1] - wide[0] > 1.5 * (narrow[1] - narrow[0])
    assert narrow[0] < 0.05 < narrow[1]


def test_a_session_estimate_says_what_it_is_and_lies_between_its_ends() -> None:
    point = OperatingPoint("sface", 0.5, 0.45, 0.1, 5, 0.667, "a test")
    found = session_estimate(trials(GENUINE, 5, IMPOSTOR), point, 1)
    assert "estimate" in found["label"]
    assert found["needed"] == 4
    assert found["not_matched"]["repeated"] == pytest.approx(0.2)
    # 1 - P(at least 4 of 5 | 0.8)
    assert found["not_matched"]["independent"] == pytest.approx(1 - (5 * 0.8**4 * 0.2 + 0.8**5))
    assert found["false_match"] == {"independent": 0.0, "repeated": 0.0}
    # Clearly below 0.40: one genuine pair of five.
    assert found["false_mismatch"]["repeated"] == pytest.approx(0.2)
