"""RollCallEntry (点名条目): one subject in one roll-call, and the machine that moves it.

DESIGN section 4, with these additions of our own: ``face_declined`` leads from every non-final state
to REVIEW (reason declined_face; in REVIEW it stays, with the reason it had), and ``ticket_taken``
stays in ARRIVED (a page loaded again, a session that never came up) and in REVIEW (another try; the
moment counts as arrival all the same). Both only add ways for a person to be heard.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

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
from roll_call.errors import InvalidInput
from roll_call.notices import Audience, NextStep, Notice
from roll_call.people import Subject
from roll_call.policy import Policy
from roll_call.reasons import Reason
from roll_call.transitions import Table
from roll_call.verification import Assurance, Inconclusive, VerificationState


class EntryState(StrEnum):
    """待点 呼叫中 已到候 核验中 待核查, and the finals 已到 未到 准假 作废."""

    PENDING = "pending"
    CALLING = "calling"
    ARRIVED = "arrived"
    IN_SESSION = "in_session"
    REVIEW = "review"
    PRESENT = "present"
    ABSENT = "absent"
    EXCUSED = "excused"
    VOID = "void"

    @property
    def final(self) -> bool:
        """Whether only a Correction (更正) may still change it."""
        return self in {self.PRESENT, self.ABSENT, self.EXCUSED, self.VOID}


@dataclass(frozen=True, slots=True)
class Entry:
    """``attempt`` counts tickets; ``arrived_at`` is the first ticket; ``deadline_at`` is indexed.

    ``session_id`` names the latest session that went live, also once it is over. ``reason`` is set
    in REVIEW and in every final state. ``settled_by`` is an officer's id, None for the machine.
    """

    id: str
    roll_call_id: str
    subject: Subject
    state: EntryState = EntryState.PENDING
    reason: Reason | None = None
    attempt: int = 0
    session_id: str | None = None
    arrived_at: datetime | None = None
    deadline_at: datetime | None = None
    settled_at: datetime | None = None
    settled_by: str | None = None


def _rows() -> Mapping[EntryState, Mapping[str, EntryState]]:
    s = EntryState
    decided = {
        "officer_present": s.PRESENT,
        "officer_absent": s.ABSENT,
        "officer_excused": s.EXCUSED,
        "void": s.VOID,
        "leave_covers": s.EXCUSED,
        "face_declined": s.REVIEW,
    }
    reached = {"ticket_taken": s.ARRIVED, "session_live": s.IN_SESSION, "window_closed": s.REVIEW}
    return {
        s.PENDING: {"call": s.CALLING, "due": s.CALLING, **reached, **decided},
        s.CALLING: {"call": s.CALLING, **reached, **decided},
        s.ARRIVED: {
            "ticket_taken": s.ARRIVED,
            "session_live": s.IN_SESSION,
            "arrival_expired": s.REVIEW,
            "window_closed": s.ARRIVED,
            **decided,
        },
        s.IN_SESSION: {
            "verdict_match": s.PRESENT,
            "verdict_low": s.REVIEW,
            "verdict_other": s.REVIEW,
            "verdict_deadline": s.REVIEW,
            "technical_failure": s.REVIEW,
            "session_lost": s.CALLING,
            "session_lost_late": s.REVIEW,
            "window_closed": s.IN_SESSION,
            **decided,
        },
        s.REVIEW: {
            "call": s.REVIEW,
            "ticket_taken": s.REVIEW,
            "session_live": s.IN_SESSION,
            "window_closed": s.REVIEW,
            **decided,
        },
    }


ENTRY_TABLE: Table[EntryState] = Table("entry", _rows())
"""Every defined pair; final states have none."""


def event_name(event: on.EntryEvent) -> str:
    """The guards: the table's name for an event, also used in the log (``entry.<name>``)."""
    match event:
        case on.VerdictGiven(verdict=VerificationState.MATCH):
            sure = event.assurance in {Assurance.HIGH, Assurance.ORDINARY}
            return "verdict_match" if sure else "verdict_low"
        case on.VerdictGiven():
            if not event.verdict.final:
                raise InvalidInput("not_a_verdict", state=event.verdict.value)
            return "verdict_other"
        case on.SessionLost(window_open=False):
            return "session_lost_late"
        case _:
            return event.name


def apply(
    entry: Entry, event: on.EntryEvent, policy: Policy, now: datetime
) -> tuple[Entry, Effects]:
    """The entry after an event, and what has to be done.

    Evidence on a final entry, and reports of a session that is not the current one, change nothing
    and are kept (KeepEvidence). Raises IllegalTransition for an undefined pair.
    """
    name = event_name(event)
    if entry.state.final and isinstance(event, on.Evidence):
        return entry, _late(entry, event, name)
    if isinstance(event, on.SessionReport) and _stale(entry, event):
        return entry, _outdated(entry, event, name)
    target = ENTRY_TABLE.target(entry.state, name)
    moved = _moved(entry, event, target, policy, now)
    return moved, (*_around(entry, moved), *_consequences(entry, event, moved, policy))


def timer_event(entry: Entry, outage: bool = False) -> on.EntryTimer | None:
    """The event to apply when ``deadline_at`` has passed; None where no timer runs."""
    match entry.state:
        case EntryState.ARRIVED:
            return on.ArrivalExpired(outage)
        case EntryState.IN_SESSION:
            return on.VerdictDeadline(outage)
        case _:
            return None


def _stale(entry: Entry, event: on.SessionReport) -> bool:
    if isinstance(event, on.SessionLive):
        return event.attempt < entry.attempt
    current = (entry.session_id, entry.attempt)
    return entry.state is not EntryState.IN_SESSION or current != (event.session_id, event.attempt)


def _outdated(entry: Entry, event: on.SessionReport, name: str) -> Effects:
    if isinstance(event, on.SessionLost):
        return ()  # the session's own log record says that it is over; here it means nothing
    return (KeepEvidence(entry.id, name, EvidenceKind.STALE, event.session_id),)


def _late(entry: Entry, event: on.Evidence, name: str) -> Effects:
    session_id = event.session_id if isinstance(event, on.SessionReport) else None
    if isinstance(event, on.SessionLost):
        return ()
    kept = KeepEvidence(entry.id, name, EvidenceKind.LATE, session_id)
    if isinstance(event, on.LeaveCovers | on.SessionLive):
        return (kept,)  # the ticket or the verdict around it has, or gets, the receipt
    return (kept, IssueReceipt(entry.id, session_id, NextStep.ALREADY_DECIDED))


def _moved(
    entry: Entry, event: on.EntryEvent, target: EntryState, policy: Policy, now: datetime
) -> Entry:
    stays = target is entry.state
    moved = replace(
        entry,
        state=target,
        reason=entry.reason if stays else reason_for(entry.state, event),
        deadline_at=entry.deadline_at if stays else _deadline(target, policy, now),
    )
    match event:
        case on.TicketTaken():
            moved = replace(moved, attempt=entry.attempt + 1, arrived_at=entry.arrived_at or now)
            if target is EntryState.ARRIVED:
                moved = replace(moved, deadline_at=_deadline(target, policy, now))
        case on.SessionLive():
            moved = replace(
                moved,
                attempt=event.attempt,
                session_id=event.session_id,
                arrived_at=entry.arrived_at or now,
            )
        case _:
            pass
    if target.final:
        moved = replace(moved, settled_at=now, settled_by=_settled_by(event))
    return moved


def _deadline(target: EntryState, policy: Policy, now: datetime) -> datetime | None:
    match target:
        case EntryState.ARRIVED:
            return now + timedelta(seconds=policy.arrival_patience_s)
        case EntryState.IN_SESSION:
            return now + timedelta(seconds=policy.verdict_deadline_s)
        case _:
            return None


def _settled_by(event: on.EntryEvent) -> str | None:
    match event:
        case on.LeaveCovers():
            return event.approved_by
        case on.OfficerPresent() | on.OfficerAbsent() | on.OfficerExcused() | on.Voided():
            return event.officer_id
        case _:
            return None


def reason_for(state: EntryState, event: on.EntryEvent) -> Reason | None:
    """The reason code that an event gives to the state it leads to; None for waiting states."""
    match event:
        case on.OfficerPresent() | on.OfficerAbsent() | on.OfficerExcused() | on.Voided():
            return event.reason
        case on.WindowClosed():
            return _reason_unreached(state, event.outage)
        case on.ArrivalExpired():
            return Reason.TECHNICAL_FAILURE if event.outage else Reason.ARRIVAL_EXPIRED
        case on.VerdictDeadline():
            return Reason.TECHNICAL_FAILURE if event.outage else Reason.INCONCLUSIVE
        case on.TechnicalFailure() | on.SessionLost(window_open=False):
            return Reason.TECHNICAL_FAILURE
        case on.VerdictGiven():
            return _reason_of_verdict(event)
        case on.LeaveCovers():
            return Reason.LEAVE
        case on.FaceDeclined():
            return Reason.DECLINED_FACE
        case _:
            return None


def _reason_unreached(state: EntryState, outage: bool) -> Reason:
    if state is EntryState.PENDING:
        return Reason.NEVER_REACHED
    return Reason.TECHNICAL_FAILURE if outage else Reason.UNANSWERED


def _reason_of_verdict(event: on.VerdictGiven) -> Reason:
    match event_name(event):
        case "verdict_match":
            return Reason.VERIFIED
        case "verdict_low":
            return Reason.LOW_ASSURANCE
    if event.verdict is VerificationState.MISMATCH:
        return Reason.MISMATCH
    if event.inconclusive is Inconclusive.NO_REFERENCE:
        return Reason.NO_REFERENCE
    return Reason.INCONCLUSIVE


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
                IssueReceipt(after.id, session, NextStep.TRY_AGAIN),
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
