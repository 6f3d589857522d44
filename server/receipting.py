"""Numbers and signs a receipt inside the unit of work that it belongs to."""

from datetime import datetime
from zoneinfo import ZoneInfo

from roll_call.entry import Entry, EntryState
from roll_call.notices import NextStep
from roll_call.people import SubjectKind
from roll_call.ports.records import ReceiptRecord
from roll_call.ports.store import Records, Transaction
from roll_call.reasons import Reason
from roll_call.receipt import canonical_bytes, receipt_of
from server.receipts import ReceiptSigner

RETRY_REASONS = frozenset({Reason.MISMATCH, Reason.INCONCLUSIVE, Reason.TECHNICAL_FAILURE})
"""Cases that another try may clear; every other one waits for an officer."""

LATE_REASONS = frozenset({Reason.NEVER_REACHED, Reason.UNANSWERED, Reason.ARRIVAL_EXPIRED})
"""Cases of people who come after all: they are still heard while the roll-call is being closed."""


class ReceiptDesk:
    """``attempts``: how many verdicts of the machine a person may ask for in one roll-call."""

    def __init__(self, signer: ReceiptSigner, zone: ZoneInfo, attempts: int) -> None:
        self._signer = signer
        self._zone = zone
        self._attempts = attempts

    def sign(
        self,
        tx: Transaction,
        entry: Entry,
        session_id: str | None,
        next_step: NextStep,
        now: datetime,
    ) -> ReceiptRecord:
        """A fresh receipt of the entry as it stands; says "retry" where one is still possible."""
        if next_step is NextStep.OFFICER_WILL_CALL and self.may_retry(tx, entry):
            next_step = NextStep.RETRY
        day = now.astimezone(self._zone).date()
        number = f"{day:%Y%m%d}-{tx.sessions.next_receipt_number(day):05d}"
        body = canonical_bytes(receipt_of(entry, number, session_id, next_step, now)).decode()
        return ReceiptRecord(
            number=number,
            entry_id=entry.id,
            session_id=session_id,
            issued_at=now,
            body=body,
            signature=self._signer.sign(body),
            key_id=self._signer.key_id,
        )

    def may_retry(self, records: Records, entry: Entry) -> bool:
        """Whether the person may take another ticket now.

        Technical failures cost no attempt: they are never the person's fault.
        """
        if entry.state.final:
            return False
        if entry.state is EntryState.REVIEW and entry.reason not in RETRY_REASONS:
            return False
        if not records.calls.roll_call(entry.roll_call_id).state.window_open:
            return False
        return self._attempts_left(records, entry)

    def may_check_in(self, records: Records, entry: Entry) -> bool:
        """Whether a ticket leads to a session; else an officer is looking after the case."""
        if entry.state is not EntryState.REVIEW or entry.subject.kind is SubjectKind.UNIT:
            return not entry.state.final  # an office is decided by eye, however often it comes
        if entry.reason not in RETRY_REASONS | LATE_REASONS:
            return False
        return self._attempts_left(records, entry)

    def _attempts_left(self, records: Records, entry: Entry) -> bool:
        """What the network spoiled costs nothing; yet a bad network is no way to try forever."""
        tried = records.evidence.verifications_of(entry.id)
        counted = [v for v in tried if not v.evidence.get("network_faults")]
        return len(counted) < self._attempts and len(tried) < 2 * self._attempts
