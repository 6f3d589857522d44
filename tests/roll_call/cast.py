"""A named cast: one policy, one moment, and the values that most tests begin with."""

from datetime import UTC, datetime, timedelta

from roll_call import entry_events as on
from roll_call.entry import Entry, EntryState
from roll_call.people import Subject, SubjectKind
from roll_call.policy import Policy
from roll_call.reasons import Reason
from roll_call.verification import Assurance, Inconclusive, VerificationState

POLICY = Policy()
NINE = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
"""Monday, 09:00 in Shanghai."""

WANG = Subject(SubjectKind.PERSON, "wang")
OFFICER_LI = "officer-li"

UNFINISHED = tuple(state for state in EntryState if not state.final)
FINAL = tuple(state for state in EntryState if state.final)


def later(seconds: float) -> datetime:
    """So many seconds after nine."""
    return NINE + timedelta(seconds=seconds)


def entry_in(state: EntryState, **changes: object) -> Entry:
    """Wang's entry in a state, with the reason and the session that belong to it."""
    reason = Reason.OTHER if state is EntryState.REVIEW or state.final else None
    values: dict[str, object] = {
        "id": "e1",
        "roll_call_id": "rc1",
        "subject": WANG,
        "state": state,
        "reason": reason,
        "attempt": 1,
        "session_id": "s1",
    }
    return Entry(**{**values, **changes})  # type: ignore[arg-type]


def verdict(
    state: VerificationState,
    assurance: Assurance | None = None,
    inconclusive: Inconclusive | None = None,
    session_id: str = "s1",
    attempt: int = 1,
) -> on.VerdictGiven:
    """What a verification said in Wang's current session."""
    return on.VerdictGiven(session_id, attempt, state, assurance, inconclusive)


ENTRY_EVENTS: dict[str, on.EntryEvent] = {
    "call": on.Call(OFFICER_LI),
    "due": on.Due(),
    "ticket_taken": on.TicketTaken(),
    "session_live": on.SessionLive("s1", 1),
    "session_lost": on.SessionLost("s1", 1, window_open=True),
    "session_lost_late": on.SessionLost("s1", 1, window_open=False),
    "verdict_match": verdict(VerificationState.MATCH, Assurance.ORDINARY),
    "verdict_low": verdict(VerificationState.MATCH, Assurance.LOW),
    "verdict_other": verdict(VerificationState.MISMATCH),
    "verdict_deadline": on.VerdictDeadline(),
    "technical_failure": on.TechnicalFailure("s1", 1),
    "arrival_expired": on.ArrivalExpired(),
    "window_closed": on.WindowClosed(),
    "leave_covers": on.LeaveCovers("leave-1", OFFICER_LI),
    "face_declined": on.FaceDeclined(),
    "officer_present": on.OfficerPresent(OFFICER_LI, Reason.BY_EYE),
    "officer_absent": on.OfficerAbsent(OFFICER_LI, Reason.UNANSWERED),
    "officer_excused": on.OfficerExcused(OFFICER_LI, Reason.LEAVE),
    "void": on.Voided(OFFICER_LI, Reason.CANCELLED),
}
"""One event for each name that the entry's table knows, about Wang's current session."""
