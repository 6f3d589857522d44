"""Many frames decide together; a lucky or an unlucky one does not."""

from statistics import median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roll_call.errors import InvalidInput
from roll_call.quorum import QuorumOutcome, QuorumRule, decide

RULE = QuorumRule(threshold=0.45, min_frames=5)
SIMILARITIES = st.lists(st.floats(-1.0, 1.0), min_size=0, max_size=30)


@pytest.mark.parametrize(
    ("similarities", "outcome"),
    [
        ([0.7, 0.6, 0.65, 0.7, 0.6], QuorumOutcome.MATCH),
        ([0.45, 0.45, 0.45, 0.45, 0.45], QuorumOutcome.MATCH),
        ([0.7, 0.6, 0.65, 0.7, 0.1], QuorumOutcome.MATCH),
        ([0.1, 0.05, 0.2, 0.1, 0.9], QuorumOutcome.MISMATCH),
        ([0.7, 0.6, 0.65, 0.7], QuorumOutcome.UNDECIDED),
        ([0.1, 0.1, 0.1, 0.1], QuorumOutcome.UNDECIDED),
        ([], QuorumOutcome.UNDECIDED),
        ([0.40, 0.41, 0.42, 0.40, 0.39], QuorumOutcome.UNDECIDED),
        ([0.7, 0.7, 0.7, 0.1, 0.1], QuorumOutcome.UNDECIDED),
        ([0.1, 0.1, 0.1, 0.7, 0.7], QuorumOutcome.UNDECIDED),
    ],
)
def test_the_rule_by_example(similarities: list[float], outcome: QuorumOutcome) -> None:
    assert decide(RULE, similarities) is outcome


@given(SIMILARITIES, st.randoms())
def test_the_order_of_the_frames_does_not_matter(similarities: list[float], chance: object) -> None:
    shuffled = list(similarities)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert decide(RULE, similarities) is decide(RULE, shuffled)


@given(SIMILARITIES, st.floats(-1.0, 1.0))
def test_one_more_good_frame_never_turns_a_match_and_one_bad_frame_never_makes_one(
    similarities: list[float], extra: float
) -> None:
    before, after = decide(RULE, similarities), decide(RULE, [*similarities, extra])
    if before is QuorumOutcome.MATCH and extra >= RULE.threshold:
        assert after is QuorumOutcome.MATCH
    if len(similarities) >= RULE.min_frames and before is not QuorumOutcome.MATCH:
        assert after is not QuorumOutcome.MATCH or extra >= RULE.threshold


@given(SIMILARITIES)
def test_one_third_of_good_frames_is_never_called_somebody_else(similarities: list[float]) -> None:
    clear = RULE.threshold - RULE.margin
    good = sum(similarity >= clear for similarity in similarities)
    if similarities and good > len(similarities) * (1 - RULE.share) + 1e-9:
        assert decide(RULE, similarities) is not QuorumOutcome.MISMATCH


@given(SIMILARITIES)
def test_the_median_never_contradicts_the_outcome(similarities: list[float]) -> None:
    outcome = decide(RULE, similarities)
    if outcome is QuorumOutcome.MATCH:
        assert median(similarities) >= RULE.threshold
    if outcome is QuorumOutcome.MISMATCH:
        assert median(similarities) < RULE.threshold - RULE.margin


@pytest.mark.parametrize("bad", [float("nan"), float("inf"), 1.5, -2.0])
def test_a_similarity_that_cannot_be_is_an_error_not_a_verdict(bad: float) -> None:
    with pytest.raises(InvalidInput):
        decide(RULE, [0.7] * 5 + [bad])


@pytest.mark.parametrize(
    "changes", [{"min_frames": 0}, {"share": 0.5}, {"margin": -0.1}, {"threshold": 1.0}]
)
def test_a_rule_that_makes_no_sense_is_refused(changes: dict[str, float]) -> None:
    with pytest.raises(InvalidInput):
        QuorumRule(**{"threshold": 0.45, **changes})  # type: ignore[arg-type]
