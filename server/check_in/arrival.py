"""Taking a ticket: the moment of arrival, recorded at once and for good."""

from dataclasses import dataclass

from roll_call import check_in, entry_events
from roll_call.call import RollCallState
from roll_call.check_in import CheckInSession
from roll_call.entry import EntryState
from roll_call.errors import Conflict
from roll_call.ports.records import EntryListing
from server.auth.tokens import new_id
from server.cascade import Cascade
from server.receipting import ReceiptDesk


@dataclass(frozen=True, slots=True)
class Arrival:
    """The entry after the ticket; ``session`` is set where one is still open and goes on."""

    listing: EntryListing
    session: CheckInSession | None
    verdict_in: bool
    answered: bool
    located: bool


def arrive(cascade: Cascade, entry_id: str, receipts: ReceiptDesk, actor: str) -> Arrival:
    """Record the arrival, or find the session that goes on.

    Raises Conflict: entry_not_open, already_settled, window_closed, no_attempts_left.
    """
    listing = cascade.tx.calls.listing(entry_id)
    open_session = _open_session(cascade, entry_id)
    if open_session is None:
        _check_open(cascade, listing, receipts)
        cascade.entry_event(entry_id, entry_events.TicketTaken(), actor=actor)
        return Arrival(cascade.tx.calls.listing(entry_id), None, False, False, False)
    reply = cascade.tx.sessions.reply(open_session.id)
    verdicts = cascade.tx.evidence.verifications_of(entry_id)
    return Arrival(
        listing=listing,
        session=open_session,
        verdict_in=any(v.session_id == open_session.id for v in verdicts),
        answered=reply is not None and bool(reply.answers),
        located=reply is not None and bool(reply.location or reply.location_declined),
    )


def open_session(cascade: Cascade, entry_id: str, actor: str) -> CheckInSession:
    """The session of the entry's ticket."""
    entry = cascade.tx.calls.entry(entry_id)
    session = check_in.new_session(new_id(), entry_id, entry.attempt, cascade.policy, cascade.now)
    cascade.tx.sessions.add_session(session, cascade.change("opened", actor=actor))
    return session


def _open_session(cascade: Cascade, entry_id: str) -> CheckInSession | None:
    sessions = cascade.tx.sessions.sessions_of(entry_id)
    return next((s for s in reversed(sessions) if not s.state.final), None)


def _check_open(cascade: Cascade, listing: EntryListing, receipts: ReceiptDesk) -> None:
    entry = listing.entry
    if entry.state.final:
        raise Conflict("already_settled")
    if listing.roll_call_state in {RollCallState.DRAFT, RollCallState.SCHEDULED}:
        raise Conflict("entry_not_open")
    if not listing.roll_call_state.window_open and entry.state is not EntryState.ARRIVED:
        raise Conflict("window_closed")
    if entry.state is EntryState.REVIEW and not receipts.may_retry(cascade.tx, entry):
        raise Conflict("no_attempts_left")
