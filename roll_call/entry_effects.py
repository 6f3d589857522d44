"""What has to be done when a roll-call entry moves, or when evidence comes that cannot move it."""

from roll_call import entry_events as on
from roll_call.effects import (
    CallSubject,
    CheckSettled,
    CloseCase,
    Effect,
    Effects,
    EndSession,
    EvidenceKind,
    IssueReceipt,
    KeepEvidence,
    Notify,
    OpenCase,
)
from roll_call.entry_state import Entry, EntryState
from roll_call.notices import Audience, NextStep, Notice
from roll_call.policy import Policy


def of_move(before: Entry, event: on.EntryEvent, after: Entry, policy: Policy) -> Effects:
    """All effects of an event that the table defines."""
    return (*_around(before, after), *_consequences(before, event, after, policy))


def of_stale(entry: Entry, event: on.SessionReport, name: str) -> Effects:
    """A report of a session that is not the current one: kept, and nothing else."""
    if isinstance(event, on.SessionLost):
        return ()  # the session's own log record says that it is over; here it means nothing
    return (KeepEvidence(entry.id, name, EvidenceKind.STALE, event.session_id),)


def of_late(entry: Entry, event: on.Evidence, name: str) -> Effects:
    """Evidence on a final entry: kept, with a receipt where the subject made an attempt."""
    session_id = event.session_id if isinstance(event, on.SessionReport) else None
    if isinstance(event, on.SessionLost):
        return ()
    kept = KeepEvidence(entry.id, name, EvidenceKind.LATE, session_id)
    if isinstance(event, on.LeaveCovers | on.SessionLive):
        return (kept,)  # the ticket or the verdict around it has, or gets, the receipt
    return (kept, IssueReceipt(entry.id, session_id, NextStep.NOTHING))


def _around(before: Entry, after: Entry) -> Effects:
    """What entering and leaving REVIEW and the finals always brings."""
    effects: list[Effect] = []
    left = before.state is EntryState.REVIEW and after.state is not EntryState.REVIEW
    if left:
        effects.append(CloseCase(after.id))
    entered = after.state is EntryState.REVIEW and before.state is not EntryState.REVIEW
    if entered and after.reason is not None:
        effects.append(OpenCase(after.id, after.reason))
        effects.append(Notify(Audience.OFFICERS, after.id, Notice.CASE_OPENED))
    if after.state.final:
        effects.append(CheckSettled(after.roll_call_id))
    return tuple(effects)


def _consequences(before: Entry, event: on.EntryEvent, after: Entry, policy: Policy) -> Effects:
    """What this very event brings."""
    session = event.session_id if isinstance(event, on.SessionReport) else None
    match event:
        case on.Call() | on.Due():
            return (CallSubject(after.id, after.subject, policy.call_ring_s),)
        case on.SessionLost(window_open=True):
            return (
                IssueReceipt(after.id, session, NextStep.RETRY),
                Notify(Audience.SUBJECT, after.id, Notice.CONNECTION_LOST),
            )
        case on.VerdictGiven() if after.state is EntryState.PRESENT:
            return (
                IssueReceipt(after.id, session, NextStep.NOTHING),
                Notify(Audience.SUBJECT, after.id, Notice.VERIFIED),
            )
        case on.VerdictGiven() | on.TechnicalFailure() | on.SessionLost():
            return _officer_follows(after, session)
        case on.ArrivalExpired():
            return _officer_follows(after, None)
        case on.VerdictDeadline():
            return _officer_follows(after, before.session_id)
        case on.FaceDeclined():
            return (*_end_session(before), *_declined(after))
        case on.LeaveCovers() | on.OfficerExcused():
            return (
                *_end_session(before),
                IssueReceipt(after.id, None, NextStep.NOTHING),
                Notify(Audience.SUBJECT, after.id, Notice.EXCUSED),
            )
        case on.Voided():
            return (*_end_session(before), Notify(Audience.SUBJECT, after.id, Notice.VOIDED))
        case on.OfficerPresent() | on.OfficerAbsent():
            return (
                IssueReceipt(after.id, before.session_id, NextStep.NOTHING),
                Notify(Audience.SUBJECT, after.id, Notice.DECIDED),
            )
        case _:
            return ()


def _officer_follows(after: Entry, session_id: str | None) -> Effects:
    return (
        IssueReceipt(after.id, session_id, NextStep.OFFICER_WILL_CALL),
        Notify(Audience.SUBJECT, after.id, Notice.OFFICER_WILL_CALL),
    )


def _declined(after: Entry) -> Effects:
    return (
        IssueReceipt(after.id, None, NextStep.OFFICER_WILL_CALL),
        Notify(Audience.OFFICERS, after.id, Notice.CALL_WANTED),
    )


def _end_session(before: Entry) -> Effects:
    if before.state is not EntryState.IN_SESSION or before.session_id is None:
        return ()
    return (EndSession(before.session_id),)
