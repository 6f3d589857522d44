"""Taking a ticket: the moment of arrival, recorded at once and for good."""

from dataclasses import dataclass

from roll_call import check_in, entry_events
from roll_call.call import RollCallState
from roll_call.check_in import CheckInSession
from roll_call.entry import Entry
from roll_call.errors import Conflict
from roll_call.ports.records import EntryListing
from roll_call.receipt import content_from_bytes
from roll_call.verification import VerificationState
from server.auth.tokens import new_id
from server.cascade import Cascade
from server.receipting import ReceiptDesk


@dataclass(frozen=True, slots=True)
class Arrival:
    """The entry after the ticket; ``session`` is set where one is still open and goes on.

    Not ``admissible``: the arrival is on record, but there is nothing to do for the person any
    more: it is settled, or an officer is looking after it. The newest receipt says so.
    """

    listing: EntryListing
    session: CheckInSession | None = None
    admissible: bool = True
    verdict: VerificationState | None = None
    answered: bool = False
    located: bool = False


def arrive(cascade: Cascade, entry_id: str, receipts: ReceiptDesk, actor: str) -> Arrival:
    """Record the arrival, or find the session that goes on. Raises Conflict(entry_not_open)."""
    listing = cascade.tx.calls.listing(entry_id)
    going_on = _open_session(cascade, entry_id)
    if going_on is not None:
        return _carried_on(cascade, listing, going_on)
    if listing.roll_call_state in {RollCallState.DRAFT, RollCallState.SCHEDULED}:
        raise Conflict("entry_not_open")
    admissible = receipts.may_check_in(cascade.tx, listing.entry)
    if not (listing.entry.state.final and _has_final_receipt(cascade, listing.entry)):
        cascade.entry_event(entry_id, entry_events.TicketTaken(), actor=actor)
    return Arrival(cascade.tx.calls.listing(entry_id), admissible=admissible)


def _carried_on(cascade: Cascade, listing: EntryListing, session: CheckInSession) -> Arrival:
    reply = cascade.tx.sessions.reply(session.id)
    verdicts = cascade.tx.evidence.verifications_of(listing.entry.id)
    return Arrival(
        listing=listing,
        session=session,
        verdict=next((v.state for v in verdicts if v.session_id == session.id), None),
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


def _has_final_receipt(cascade: Cascade, entry: Entry) -> bool:
    """Whether a receipt says already how it ended: a page that asks again gets that one."""
    kept = cascade.tx.sessions.receipts_of(entry.id)
    return bool(kept) and content_from_bytes(kept[-1].body.encode()).state is entry.state
