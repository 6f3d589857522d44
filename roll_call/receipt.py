"""Receipt (回执): what a person takes away from every attempt, failed ones included.

The server signs ``canonical_bytes`` (Ed25519, RFC 8032) and hands out number, content and
signature. A receipt holds no name, no picture, no score: whoever has the paper knows whose it is,
and nobody else learns anything. ``content_from_bytes`` reads back what a signature was checked for.
"""

import json
from dataclasses import dataclass
from datetime import datetime

from roll_call.commitment import JsonValue, canonical_json
from roll_call.entry import Entry, EntryState
from roll_call.errors import InvalidInput
from roll_call.instants import from_text, utc_text
from roll_call.notices import NextStep
from roll_call.reasons import Reason

RECEIPT_VERSION = 1


@dataclass(frozen=True, slots=True)
class Receipt:
    """The content of a receipt. Times are UTC.

    ``number`` is unique and readable aloud. ``arrived_at`` is the first ticket: proof of having
    come in time, however the attempt ended.
    """

    number: str
    entry_id: str
    roll_call_id: str
    session_id: str | None
    attempt: int
    state: EntryState
    reason: Reason | None
    arrived_at: datetime | None
    issued_at: datetime
    next_step: NextStep


def receipt_of(
    entry: Entry, number: str, session_id: str | None, next_step: NextStep, now: datetime
) -> Receipt:
    """The receipt for an entry as it stands, for effect IssueReceipt."""
    return Receipt(
        number=number,
        entry_id=entry.id,
        roll_call_id=entry.roll_call_id,
        session_id=session_id,
        attempt=entry.attempt,
        state=entry.state,
        reason=entry.reason,
        arrived_at=entry.arrived_at,
        issued_at=now,
        next_step=next_step,
    )


def canonical_bytes(receipt: Receipt) -> bytes:
    """What is signed: canonical JSON (``roll_call.commitment``), equal for equal receipts."""
    content: dict[str, JsonValue] = {
        "version": RECEIPT_VERSION,
        "number": receipt.number,
        "entry_id": receipt.entry_id,
        "roll_call_id": receipt.roll_call_id,
        "session_id": receipt.session_id,
        "attempt": receipt.attempt,
        "state": receipt.state.value,
        "reason": None if receipt.reason is None else receipt.reason.value,
        "arrived_at": None if receipt.arrived_at is None else utc_text(receipt.arrived_at),
        "issued_at": utc_text(receipt.issued_at),
        "next": receipt.next_step.value,
    }
    return canonical_json(content)


def content_from_bytes(body: bytes) -> Receipt:
    """Read a receipt back. Raises InvalidInput(bad_receipt), also for a spelling of other bytes."""
    try:
        content = json.loads(body)
        receipt = Receipt(
            number=_text(content["number"]),
            entry_id=_text(content["entry_id"]),
            roll_call_id=_text(content["roll_call_id"]),
            session_id=None if content["session_id"] is None else _text(content["session_id"]),
            attempt=_whole(content["attempt"]),
            state=EntryState(content["state"]),
            reason=None if content["reason"] is None else Reason(content["reason"]),
            arrived_at=None if content["arrived_at"] is None else from_text(content["arrived_at"]),
            issued_at=from_text(content["issued_at"]),
            next_step=NextStep(content["next"]),
        )
        same = canonical_bytes(receipt) == body
    except (KeyError, TypeError, ValueError, AttributeError, InvalidInput) as error:
        raise InvalidInput("bad_receipt") from error
    if not same:
        raise InvalidInput("bad_receipt")
    return receipt


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("a string was expected")
    return value


def _whole(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError("a whole number was expected")
    return value
