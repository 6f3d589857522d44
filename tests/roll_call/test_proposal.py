"""Proposals: over all evidence there is, none is an absence, and each is one that may be given."""

import itertools

import pytest

from roll_call.decisions import DECISION_REASONS
from roll_call.entry_state import EntryState
from roll_call.errors import InvalidInput
from roll_call.proposal import Because, Connection, Evidence, Face, Outcome, Proposal, propose
from roll_call.reasons import Reason
from roll_call.round_steps import Step

EXCEPTIONS = (None, Reason.LEAVE, Reason.DEVICE_FAULT, Reason.OTHER)
STEPS: tuple[tuple[Step, ...], ...] = ((), (Step.PHONE,), (Step.PHONE, Step.LEADER))


def everything() -> list[Evidence]:
    """Every combination that makes a difference."""
    return [
        Evidence(
            state=state,
            connection=connection,
            is_person=is_person,
            ring_over=ring_over,
            face=face,
            recognised_expected=expected,
            faults=faults,
            exception=exception,
            retries=retries,
            tried=tried,
            reached=tried if reached else (),
        )
        for (state, connection, is_person, ring_over, face, faults, exception) in itertools.product(
            EntryState,
            Connection,
            (False, True),
            (False, True),
            Face,
            ((), ("camera",)),
            EXCEPTIONS,
        )
        for expected in ((None, True, False) if face is Face.RECOGNISED else (None,))
        for retries, tried, reached in ((0, (), False), (1, STEPS[1], False), (2, STEPS[2], True))
    ]


def test_no_evidence_ever_leads_to_an_absence() -> None:
    assert {outcome.value for outcome in Outcome} == {"present", "excused", "later", "open"}
    for seen in everything():
        found = propose(seen)
        assert (found is None) == seen.state.final
        if found is None:
            continue
        assert found.because
        allowed = DECISION_REASONS.get(found.outcome.value, frozenset())
        assert (found.reason is None) == (found.outcome in {Outcome.LATER, Outcome.OPEN})
        assert found.reason is None or found.reason in allowed


def test_only_who_is_seen_or_spoken_to_is_proposed_as_present() -> None:
    for seen in everything():
        found = propose(seen)
        if found is not None and found.outcome is Outcome.PRESENT:
            assert seen.connection is Connection.LIVE or seen.reached


def test_a_device_fault_is_never_held_against_an_office() -> None:
    for seen in everything():
        found = propose(seen)
        silent = seen.connection is not Connection.LIVE and not seen.reached
        if found is not None and seen.faults and silent and seen.exception is None:
            assert (found.outcome, found.reason) == (Outcome.EXCUSED, Reason.DEVICE_FAULT)


LIVE = Evidence(EntryState.IN_SESSION, Connection.LIVE)
SILENT = Evidence(EntryState.CALLING, Connection.RINGING)


@pytest.mark.parametrize(
    ("seen", "outcome", "reason", "because"),
    [
        (
            Evidence(
                EntryState.IN_SESSION,
                Connection.LIVE,
                face=Face.RECOGNISED,
                recognised_expected=True,
            ),
            Outcome.PRESENT,
            Reason.BY_EYE,
            (Because.LIVE, Because.EXPECTED_RECOGNISED),
        ),
        (
            Evidence(
                EntryState.IN_SESSION,
                Connection.LIVE,
                face=Face.RECOGNISED,
                recognised_expected=False,
            ),
            Outcome.PRESENT,
            Reason.BY_EYE,
            (Because.LIVE, Because.OTHER_RECOGNISED),
        ),
        (LIVE, Outcome.PRESENT, Reason.BY_EYE, (Because.LIVE, Because.FACE_UNKNOWN)),
        (
            Evidence(EntryState.IN_SESSION, Connection.LIVE, face=Face.NONE),
            Outcome.LATER,
            None,
            (Because.NOBODY_SEEN,),
        ),
        (SILENT, Outcome.LATER, None, (Because.RINGING,)),
        (
            Evidence(EntryState.CALLING, Connection.RINGING, ring_over=True),
            Outcome.LATER,
            None,
            (Because.UNANSWERED,),
        ),
        (
            Evidence(EntryState.CALLING, Connection.OFFLINE, retries=1),
            Outcome.OPEN,
            None,
            (Because.OFFLINE, Because.SECOND_TURN, Because.NOT_TELEPHONED),
        ),
        (
            Evidence(EntryState.CALLING, Connection.OFFLINE, retries=1, tried={Step.PHONE}),
            Outcome.OPEN,
            None,
            (Because.OFFLINE, Because.SECOND_TURN, Because.LEADER_NOT_TOLD),
        ),
        (
            Evidence(
                EntryState.CALLING,
                Connection.OFFLINE,
                tried={Step.PHONE},
                reached={Step.PHONE},
            ),
            Outcome.PRESENT,
            Reason.BY_PHONE,
            (Because.REACHED_BY_PHONE,),
        ),
        (
            Evidence(EntryState.CALLING, Connection.LOST),
            Outcome.LATER,
            None,
            (Because.CONNECTION_LOST,),
        ),
        (
            Evidence(EntryState.CALLING, Connection.OFFLINE, exception=Reason.LEAVE),
            Outcome.EXCUSED,
            Reason.LEAVE,
            (Because.EXCEPTION_TOLD,),
        ),
        (
            Evidence(EntryState.CALLING, Connection.SIGNED_IN, faults=("camera",)),
            Outcome.EXCUSED,
            Reason.DEVICE_FAULT,
            (Because.SELF_TEST_FAULT,),
        ),
    ],
)
def test_what_is_proposed(
    seen: Evidence, outcome: Outcome, reason: Reason | None, because: tuple[Because, ...]
) -> None:
    assert propose(seen) == Proposal(outcome, reason, because)


def test_an_office_cannot_report_what_excuses_nobody() -> None:
    with pytest.raises(InvalidInput):
        Evidence(EntryState.CALLING, Connection.OFFLINE, exception=Reason.UNANSWERED)
