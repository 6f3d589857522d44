"""Which reason code an entry gets: never the person's fault where it was ours."""

import pytest

from roll_call import entry_events as on
from roll_call.entry import EntryState, apply
from roll_call.errors import InvalidInput
from roll_call.reasons import Reason
from roll_call.verification import Assurance, Inconclusive, VerificationState
from tests.roll_call.cast import ENTRY_EVENTS, NINE, OFFICER_LI, POLICY, entry_in, verdict

PENDING, CALLING, ARRIVED, IN_SESSION, REVIEW = (
    EntryState.PENDING,
    EntryState.CALLING,
    EntryState.ARRIVED,
    EntryState.IN_SESSION,
    EntryState.REVIEW,
)
TECHNICAL = Reason.TECHNICAL_FAILURE
INCONCLUSIVE = VerificationState.INCONCLUSIVE


@pytest.mark.parametrize(
    ("state", "event", "reason"),
    [
        (PENDING, on.WindowClosed(), Reason.NEVER_REACHED),
        (PENDING, on.WindowClosed(outage=True), Reason.NEVER_REACHED),
        (CALLING, on.WindowClosed(), Reason.UNANSWERED),
        (CALLING, on.WindowClosed(outage=True), TECHNICAL),
        (ARRIVED, on.ArrivalExpired(), Reason.ARRIVAL_EXPIRED),
        (ARRIVED, on.ArrivalExpired(outage=True), TECHNICAL),
        (ARRIVED, on.TechnicalFailure("s2", 1), TECHNICAL),
        (IN_SESSION, on.TechnicalFailure("s1", 1), TECHNICAL),
        (IN_SESSION, on.SessionLost("s1", 1, window_open=False), TECHNICAL),
        (IN_SESSION, on.VerdictDeadline(), Reason.INCONCLUSIVE),
        (IN_SESSION, on.VerdictDeadline(outage=True), TECHNICAL),
        (IN_SESSION, verdict(VerificationState.MISMATCH), Reason.MISMATCH),
        (IN_SESSION, verdict(VerificationState.MATCH, Assurance.LOW), Reason.LOW_ASSURANCE),
        (
            IN_SESSION,
            verdict(VerificationState.MATCH, Assurance.INJECTION_NOT_EXCLUDED),
            Reason.LOW_ASSURANCE,
        ),
        (IN_SESSION, verdict(VerificationState.MATCH, None), Reason.LOW_ASSURANCE),
        (IN_SESSION, verdict(VerificationState.MATCH, Assurance.ORDINARY), Reason.VERIFIED),
        (IN_SESSION, verdict(VerificationState.MATCH, Assurance.HIGH), Reason.VERIFIED),
        (IN_SESSION, verdict(INCONCLUSIVE, None, Inconclusive.NO_REFERENCE), Reason.NO_REFERENCE),
        (IN_SESSION, verdict(INCONCLUSIVE, None, Inconclusive.TRIES_SPENT), Reason.INCONCLUSIVE),
        (IN_SESSION, on.FaceDeclined(), Reason.DECLINED_FACE),
        (REVIEW, on.LeaveCovers("l", OFFICER_LI), Reason.LEAVE),
        (REVIEW, on.OfficerPresent(OFFICER_LI, Reason.BY_PHONE), Reason.BY_PHONE),
    ],
)
def test_the_reason_tells_what_happened(
    state: EntryState, event: on.EntryEvent, reason: Reason
) -> None:
    after, _ = apply(entry_in(state), event, POLICY, NINE)
    assert after.reason is reason


def test_declining_face_recognition_does_not_wipe_out_why_the_case_is_open() -> None:
    case = entry_in(REVIEW, reason=Reason.MISMATCH)
    after, _ = apply(case, on.FaceDeclined(), POLICY, NINE)
    assert after.reason is Reason.MISMATCH


def test_an_unfinished_verification_is_no_verdict() -> None:
    with pytest.raises(InvalidInput) as refused:
        apply(entry_in(IN_SESSION), verdict(VerificationState.COMPARING), POLICY, NINE)
    assert refused.value.code == "not_a_verdict"


def test_the_machine_settles_in_nobodys_name_and_an_officer_in_theirs() -> None:
    by_machine, _ = apply(entry_in(IN_SESSION), ENTRY_EVENTS["verdict_match"], POLICY, NINE)
    by_officer, _ = apply(entry_in(REVIEW), ENTRY_EVENTS["officer_absent"], POLICY, NINE)
    by_leave, _ = apply(entry_in(CALLING), on.LeaveCovers("l", "officer-zhao"), POLICY, NINE)
    assert (by_machine.settled_by, by_machine.settled_at) == (None, NINE)
    assert (by_officer.settled_by, by_officer.settled_at) == (OFFICER_LI, NINE)
    assert by_leave.settled_by == "officer-zhao"
