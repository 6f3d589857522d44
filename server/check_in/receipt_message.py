"""The receipt as the phone shows it."""

from roll_call.entry import Entry, EntryState
from roll_call.notices import NextStep
from roll_call.ports.records import ReceiptRecord
from roll_call.ports.store import Records
from roll_call.reasons import Reason
from roll_call.receipt import content_from_bytes
from server.errors import texts
from server.instants import wire
from server.messages import ReceiptMessage
from server.receipting import ReceiptDesk
from server.verdict_reasons import for_person


def latest_receipt(
    records: Records, entry_id: str, locale: str, receipts: ReceiptDesk
) -> ReceiptMessage | None:
    """The newest receipt of an entry, None if it has none."""
    kept = records.sessions.receipts_of(entry_id)
    if not kept:
        return None
    entry = records.calls.entry(entry_id)
    message = _message(kept[-1], entry, receipts.may_retry(records, entry), locale)
    return message.model_copy(update={"reasons": _reasons(records, kept[-1], locale)})


def _reasons(records: Records, record: ReceiptRecord, locale: str) -> list[str]:
    """Why the session that the receipt is about ended as it did; nothing where none was judged.

    Nothing either once an officer decided: what the machine said explains no decision of theirs.
    """
    judged = records.evidence.verifications_of(record.entry_id)
    of_session = [one for one in judged if one.session_id == record.session_id]
    if not of_session:
        return []
    verdict, state = of_session[-1], content_from_bytes(record.body.encode()).state
    cleared = verdict.assurance is not None and verdict.assurance.clears
    if state.final and not (cleared and state is EntryState.PRESENT):
        return []
    return for_person(verdict, locale)


def _message(record: ReceiptRecord, entry: Entry, can_retry: bool, locale: str) -> ReceiptMessage:
    content = content_from_bytes(record.body.encode())
    next_step = content.next_step
    if next_step is NextStep.RETRY and not can_retry:
        next_step = NextStep.OFFICER_WILL_CALL
    return ReceiptMessage(
        number=record.number,
        entry_id=entry.id,
        state=content.state.value,
        reason=content.reason.value if content.reason else None,
        arrived_at=wire(content.arrived_at),
        finished_at=wire(content.issued_at),
        next=next_step.value,
        can_retry=can_retry and next_step is NextStep.RETRY,
        message=texts(locale).word("receipts", _text(content.state, content.reason, next_step)),
        body=record.body,
        signature=record.signature,
        key_id=record.key_id,
    )


def _text(state: EntryState, reason: Reason | None, next_step: NextStep) -> str:
    if state is EntryState.PRESENT:
        return "present"
    if state is EntryState.EXCUSED:
        return "excused"
    if state.final:
        return "decided"
    if next_step is NextStep.RETRY:
        return "retry"
    return "declined_face" if reason is Reason.DECLINED_FACE else "officer_will_call"
