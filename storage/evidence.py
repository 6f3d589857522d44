"""Verdicts, decisions, corrections, recordings; implements ``roll_call.ports.store.Evidence``."""

from sqlite_utils import Database

from roll_call.people import Subject
from roll_call.ports.records import (
    Change,
    ConnectionRecord,
    CorrectionRecord,
    DecisionRecord,
    RecordingRecord,
    VerificationRecord,
)
from storage.journal import Journal, Rows, record_of
from storage.plain import to_row
from storage.sessions import subject_of

Owned = VerificationRecord | DecisionRecord | CorrectionRecord | RecordingRecord | ConnectionRecord


class EvidenceRows(Rows):
    """Reading."""

    def verifications_of(self, entry_id: str) -> tuple[VerificationRecord, ...]:
        """Oldest first."""
        sql = "SELECT * FROM verifications WHERE entry_id = ? ORDER BY rowid"
        return self._all(VerificationRecord, sql, (entry_id,))

    def verifications_about(self, subject: Subject, limit: int) -> tuple[VerificationRecord, ...]:
        """Newest first."""
        sql = """SELECT v.* FROM verifications v JOIN entries e ON e.id = v.entry_id
            WHERE e.subject_kind = ? AND e.subject_id = ? ORDER BY v.rowid DESC LIMIT ?"""
        return self._all(VerificationRecord, sql, (subject.kind.value, subject.id, limit))

    def decisions_of(self, entry_id: str) -> tuple[DecisionRecord, ...]:
        """Oldest first."""
        sql = "SELECT * FROM decisions WHERE entry_id = ? ORDER BY rowid"
        return self._all(DecisionRecord, sql, (entry_id,))

    def corrections_of(self, entry_id: str) -> tuple[CorrectionRecord, ...]:
        """Oldest first."""
        sql = "SELECT * FROM corrections WHERE entry_id = ? ORDER BY rowid"
        return self._all(CorrectionRecord, sql, (entry_id,))

    def recording(self, recording_id: str) -> RecordingRecord:
        """Raises ``NotFound``."""
        return self._get(RecordingRecord, "recordings", recording_id)

    def recordings_of(self, entry_id: str) -> tuple[RecordingRecord, ...]:
        """Oldest first."""
        sql = "SELECT * FROM recordings WHERE entry_id = ? ORDER BY started_at, rowid"
        return self._all(RecordingRecord, sql, (entry_id,))

    def connections_of(self, entry_id: str) -> tuple[ConnectionRecord, ...]:
        """Oldest first."""
        sql = "SELECT * FROM connections WHERE entry_id = ? ORDER BY rowid"
        return self._all(ConnectionRecord, sql, (entry_id,))

    def unfinished_recordings(self) -> tuple[RecordingRecord, ...]:
        """Those still in state ``recording``."""
        sql = "SELECT * FROM recordings WHERE state = 'recording' ORDER BY started_at, rowid"
        return self._all(RecordingRecord, sql)


class EvidenceTables(EvidenceRows):
    """Reading and writing. What is added is never edited, but for a recording under way."""

    def __init__(self, db: Database, journal: Journal) -> None:
        super().__init__(db)
        self._journal = journal

    def add_verification(self, verification: VerificationRecord, change: Change) -> None:
        """Add a verdict."""
        self._add("verifications", "verification", verification, change)

    def add_decision(self, decision: DecisionRecord, change: Change) -> None:
        """Add an officer's decision."""
        self._add("decisions", "decision", decision, change)

    def add_correction(self, correction: CorrectionRecord, change: Change) -> None:
        """Add a correction."""
        self._add("corrections", "correction", correction, change)

    def add_recording(self, recording: RecordingRecord, change: Change) -> None:
        """Add a recording that begins."""
        self._add("recordings", "recording", recording, change)

    def add_connection(self, connection: ConnectionRecord, change: Change) -> None:
        """Add how well a session was connected."""
        self._add("connections", "connection", connection, change)

    def save_recording(self, recording: RecordingRecord, change: Change) -> None:
        """Raises ``NotFound``."""
        self._journal.update("recordings", recording.id, to_row(recording))
        self._note("recording", recording, change)

    def _add(self, table: str, kind: str, record: Owned, change: Change) -> None:
        self._journal.insert(table, to_row(record))
        self._note(kind, record, change)

    def _note(self, kind: str, record: Owned, change: Change) -> None:
        subject = subject_of(self._db, record.entry_id)
        self._journal.note(kind, record.id, record_of(record), change, subject)
