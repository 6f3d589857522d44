"""The verification's machine: the whole table, tries, and what a verdict carries."""

import pytest

from roll_call import verification_events as on
from roll_call.effects import TellEntryVerdict
from roll_call.errors import IllegalTransition
from roll_call.policy import Policy
from roll_call.verification import (
    VERIFICATION_TABLE,
    Assurance,
    Inconclusive,
    Verification,
    VerificationState,
    apply,
    new_verification,
)
from tests.roll_call import tables
from tests.roll_call.cast import NINE, POLICY

DEFINED = tables.pairs(VerificationState, tables.VERIFICATION, tables.VERIFICATION_ADDITIONS)

EVENTS: dict[str, on.VerificationEvent] = {
    "frames_start": on.FramesStart(),
    "live": on.LivenessPassed(),
    "liveness_exempt": on.LivenessExempt(),
    "try_failed": on.TryFailed(),
    "quorum_match": on.QuorumMatch(Assurance.HIGH),
    "quorum_mismatch": on.QuorumMismatch(),
    "not_enough_frames": on.NotEnoughFrames(),
    "face_lost": on.FaceLost(),
    "no_reference": on.NoReference(),
    "tries_spent": on.TriesSpent(),
    "deadline": on.DeadlinePassed(),
}


def test_the_table_is_the_design_and_our_named_addition() -> None:
    assert VERIFICATION_TABLE.pairs == DEFINED
    assert set(EVENTS) == VERIFICATION_TABLE.events


@pytest.mark.parametrize("state", VerificationState)
@pytest.mark.parametrize("name", EVENTS)
def test_every_pair_leads_where_the_design_says_or_is_refused(
    state: VerificationState, name: str
) -> None:
    verification = Verification("s1", 1, state)
    if (state, name) in DEFINED:
        after, effects = apply(verification, EVENTS[name], POLICY, NINE)
        assert after.state is DEFINED[state, name]
        assert effects == ((TellEntryVerdict("s1", 1),) if after.state.final else ())
    else:
        with pytest.raises(IllegalTransition):
            apply(verification, EVENTS[name], POLICY, NINE)


def test_the_last_failed_try_ends_it_without_blame() -> None:
    verification = new_verification("s1", 1, Policy(liveness_tries=2))
    verification, _ = apply(verification, on.FramesStart(), POLICY, NINE)
    verification, _ = apply(verification, on.TryFailed(), POLICY, NINE)
    assert (verification.state, verification.tries_left) == (VerificationState.AWAITING, 1)
    verification, _ = apply(verification, on.FramesStart(), POLICY, NINE)
    verification, effects = apply(verification, on.TryFailed(), POLICY, NINE)
    assert verification.state is VerificationState.INCONCLUSIVE
    assert verification.inconclusive is Inconclusive.TRIES_SPENT
    assert verification.tries_left == 0
    assert effects == (TellEntryVerdict("s1", 1),)


@pytest.mark.parametrize(
    ("event", "why"),
    [
        (on.NoReference(), Inconclusive.NO_REFERENCE),
        (on.TriesSpent(), Inconclusive.TRIES_SPENT),
        (on.DeadlinePassed(), Inconclusive.DEADLINE),
        (on.NotEnoughFrames(), Inconclusive.NOT_ENOUGH_FRAMES),
    ],
)
def test_an_inconclusive_verdict_says_why(event: on.VerificationEvent, why: Inconclusive) -> None:
    comparing = Verification("s1", 1, VerificationState.COMPARING)
    after, _ = apply(comparing, event, POLICY, NINE)
    assert after.inconclusive is why


def test_a_match_carries_what_it_is_worth_and_a_mismatch_nothing() -> None:
    comparing = Verification("s1", 1, VerificationState.COMPARING)
    match, _ = apply(comparing, on.QuorumMatch(Assurance.ORDINARY), POLICY, NINE)
    mismatch, _ = apply(comparing, on.QuorumMismatch(), POLICY, NINE)
    assert (match.assurance, mismatch.assurance) == (Assurance.ORDINARY, None)


def test_a_face_that_leaves_the_picture_has_to_show_liveness_again() -> None:
    comparing = Verification("s1", 1, VerificationState.COMPARING)
    after, _ = apply(comparing, on.FaceLost(), POLICY, NINE)
    assert after.state is VerificationState.LIVENESS
