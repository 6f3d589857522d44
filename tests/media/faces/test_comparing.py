"""Similarities of the whole session, at moments that nobody can know, and never of bad frames."""

import random
from dataclasses import replace

from media.faces.comparing import Sampler
from roll_call.ports.faces import FaceProblem
from roll_call.quorum import QuorumOutcome, QuorumRule
from tests.media.faces.test_same_face import LOOK, OTHER, OWN

RULE = QuorumRule(threshold=0.45, min_frames=5)


def sampled(similarities: list[float], every_s: float = 0.6, counts: bool = True) -> Sampler:
    sampler = Sampler(RULE, random.Random(1))
    for number, similarity in enumerate(similarities):
        sampler.take(replace(LOOK, similarity=similarity), number * every_s, counts)
    return sampler


def test_enough_alike_frames_are_a_match_as_long_as_they_are_fresh() -> None:
    sampler = sampled([OWN] * 6)
    assert sampler.outcome(3.1) is QuorumOutcome.MATCH
    assert sampler.outcome(6.0) is QuorumOutcome.UNDECIDED


def test_the_last_frames_have_to_be_alike_too() -> None:
    assert sampled([OWN] * 6 + [OTHER]).outcome(3.7) is QuorumOutcome.UNDECIDED
    assert sampled([OWN] * 6 + [OTHER, OWN, OWN]).outcome(4.9) is QuorumOutcome.MATCH


def test_after_the_movements_two_more_frames_are_needed() -> None:
    sampler = sampled([OWN] * 6)
    sampler.movements_done()
    assert sampler.outcome(3.1) is QuorumOutcome.UNDECIDED
    sampler.take(replace(LOOK, similarity=OWN), 3.2, counts=True)
    sampler.take(replace(LOOK, similarity=OWN), 3.4, counts=True)
    assert sampler.outcome(3.5) is QuorumOutcome.MATCH


def test_a_mismatch_needs_frames_of_more_than_a_moment() -> None:
    assert sampled([OTHER] * 12, every_s=0.1).outcome(1.3) is QuorumOutcome.UNDECIDED
    assert sampled([OTHER] * 12, every_s=0.4).outcome(4.5) is QuorumOutcome.MISMATCH


def test_frames_with_a_problem_are_never_compared() -> None:
    sampler = Sampler(RULE, random.Random(1))
    for number in range(12):
        dark = replace(LOOK, similarity=OTHER, problem=FaceProblem.TOO_DARK)
        sampler.take(dark, number * 0.5, counts=True)
    assert sampler.outcome(6.0) is QuorumOutcome.UNDECIDED
    assert sampler.frames == []


def test_frames_of_a_movement_are_kept_and_decide_nothing() -> None:
    sampler = sampled([OTHER] * 12, counts=False)
    assert sampler.outcome(7.0) is QuorumOutcome.UNDECIDED
    assert sampler.summary() == {"median": None, "min": None, "frames": 0}
    assert [frame["counts"] for frame in sampler.frames] == [False] * 12


def test_the_moments_are_random_and_no_pause_is_long() -> None:
    def asked(seed: int) -> list[float]:
        sampler, moments = Sampler(RULE, random.Random(seed)), []
        for step in range(100):
            now_s = step * 0.1
            if sampler.wants(now_s, hurry=False, at_once=False):
                moments.append(now_s)
                sampler.take(replace(LOOK, similarity=OWN), now_s, counts=True)
        return moments

    assert asked(1) != asked(2)
    pauses = [after - before for before, after in zip(asked(1), asked(1)[1:], strict=False)]
    assert max(pauses) <= 1.2 + 1e-9
    assert len(set(round(pause, 1) for pause in pauses)) > 2


def test_a_doubt_is_followed_up_at_once_but_never_asked_twice_for_one_answer() -> None:
    sampler = sampled([OWN])
    assert not sampler.wants(0.1, hurry=False, at_once=False)
    assert sampler.wants(0.1, hurry=False, at_once=True)
    assert not sampler.wants(0.2, hurry=False, at_once=True)
    assert sampler.wants(0.5, hurry=False, at_once=True)


def test_after_a_change_of_face_nothing_of_before_counts() -> None:
    sampler = sampled([OWN] * 8)
    sampler.start_again()
    assert sampler.outcome(4.5) is QuorumOutcome.UNDECIDED
    assert len(sampler.frames) == 8
