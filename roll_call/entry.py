"""RollCallEntry (点名条目): one subject in one roll-call, and the machine that moves it.

See docs/state-machines.md. Additions of our own: ``face_declined`` leads from every non-final
state to REVIEW (reason declined_face; in REVIEW it stays, with the reason it had), and
``ticket_taken`` stays in ARRIVED (a page loaded again, a session that never came up) and in REVIEW
(another try; the moment counts as arrival all the same); ``technical_failure`` is known to ARRIVED
too (a camera that does not open). All three only add ways to be heard.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from roll_call import entry_effects
from roll_call import entry_events as on
from roll_call.effects import Effects
from roll_call.entry_state import ENTRY_TABLE, Entry, EntryState
from roll_call.errors import InvalidInput
from roll_call.policy import Policy
from roll_call.reasons import Reason
from roll_call.verification import Inconclusive, VerificationState

__all__ = [
    "ENTRY_TABLE",
    "Entry",
    "EntryState",
    "apply",
    "event_name",
    "reason_for",
    "timer_event",
]


def event_name(event: on.EntryEvent) -> str:
    """The guards: the table's name for an event, also used in the log (``entry.<name>``)."""
    match event:
        case on.VerdictGiven(verdict=VerificationState.MATCH):
            clears = event.assurance is not None and event.assurance.clears
            return "verdict_match" if clears else "verdict_low"
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
        return entry, entry_effects.of_late(entry, event, name)
    if isinstance(event, on.SessionReport) and _stale(entry, event):
        return entry, entry_effects.of_stale(entry, event, name)
    target = ENTRY_TABLE.target(entry.state, name)
    moved = _moved(entry, event, target, policy, now)
    return moved, entry_effects.of_move(entry, event, moved, policy)


def timer_event(
    entry: Entry, outage: bool = False, network_fault: bool = False
) -> on.EntryTimer | None:
    """The event to apply when ``deadline_at`` has passed; None where no timer runs.

    A PENDING entry has a deadline where the server gave it a moment of its own to be called at.
    """
    match entry.state:
        case EntryState.PENDING:
            return on.Due()
        case EntryState.ARRIVED:
            return on.ArrivalExpired(outage)
        case EntryState.IN_SESSION:
            return on.VerdictDeadline(outage, network_fault)
        case _:
            return None


def _stale(entry: Entry, event: on.SessionReport) -> bool:
    if isinstance(event, on.SessionLive):
        return event.attempt < entry.attempt
    if isinstance(event, on.TechnicalFailure) and entry.state is EntryState.ARRIVED:
        return event.attempt != entry.attempt
    current = (entry.session_id, entry.attempt)
    return entry.state is not EntryState.IN_SESSION or current != (event.session_id, event.attempt)


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
            spared = event.outage or event.network_fault
            return Reason.TECHNICAL_FAILURE if spared else Reason.INCONCLUSIVE
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
    return Reason.TECHNICAL_FAILURE if event.network_fault else Reason.INCONCLUSIVE
