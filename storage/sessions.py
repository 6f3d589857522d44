"""Check-in sessions, replies and receipts; implements ``roll_call.ports.store.Sessions``."""

import json
from datetime import date
from typing import Any

from sqlite_utils import Database

from roll_call.check_in import CheckInSession, SessionState
from roll_call.errors import NotFound, StorageError
from roll_call.instants import from_text
from roll_call.people import Subject, SubjectKind
from roll_call.ports.records import Change, CheckInReply, ReceiptRecord
from storage.journal import Journal, Rows, record_of
from storage.plain import Row, digest, json_text, to_plain, to_row
from storage.vault import Vault

_FINAL = json_text([state for state in SessionState if state.final])


class SessionRows(Rows):
    """Reading."""

    def __init__(self, db: Database, vault: Vault) -> None:
        super().__init__(db)
        self._vault = vault

    def session(self, session_id: str) -> CheckInSession:
        """Raises ``NotFound``."""
        return self._get(CheckInSession, "sessions", session_id)

    def sessions_of(self, entry_id: str) -> tuple[CheckInSession, ...]:
        """All attempts of an entry, in order."""
        sql = "SELECT * FROM sessions WHERE entry_id = ? ORDER BY attempt, rowid"
        return self._all(CheckInSession, sql, (entry_id,))

    def open_sessions(self) -> tuple[CheckInSession, ...]:
        """Those that are neither ended nor failed."""
        sql = """SELECT * FROM sessions WHERE state NOT IN (SELECT value FROM json_each(?))
            ORDER BY rowid"""
        return self._all(CheckInSession, sql, (_FINAL,))

    def reply(self, session_id: str) -> CheckInReply | None:
        """None if there is none, or the person's data key was destroyed."""
        found = self._replies("session_id = ?", session_id)
        return found[0] if found else None

    def replies_of(self, entry_id: str) -> tuple[CheckInReply, ...]:
        """The replies of all attempts that can still be read, oldest first."""
        return self._replies("entry_id = ? ORDER BY at", entry_id)

    def replies_in(self, roll_call_id: str) -> tuple[CheckInReply, ...]:
        """The newest reply of each entry that can still be read."""
        where = "entry_id IN (SELECT id FROM entries WHERE roll_call_id = ?) ORDER BY at"
        newest = {reply.entry_id: reply for reply in self._replies(where, roll_call_id)}
        return tuple(newest.values())

    def receipts_of(self, entry_id: str) -> tuple[ReceiptRecord, ...]:
        """Oldest first."""
        sql = "SELECT * FROM receipts WHERE entry_id = ? ORDER BY rowid"
        return self._all(ReceiptRecord, sql, (entry_id,))

    def receipt(self, number: str) -> ReceiptRecord:
        """Raises ``NotFound``."""
        return self._get(ReceiptRecord, "receipts", number, column="number")

    def _replies(self, where: str, key: str) -> tuple[CheckInReply, ...]:
        replies: list[CheckInReply] = []
        for row in self._query(f"SELECT * FROM replies WHERE {where}", (key,)):
            try:
                replies.append(self._open(row))
            except StorageError as error:
                if error.code != "key_destroyed":
                    raise
        return tuple(replies)

    def _open(self, row: Row) -> CheckInReply:
        subject = subject_of(self._db, row["entry_id"])
        said = json.loads(self._vault.open(subject, _purpose(row["session_id"]), row["sealed"]))
        return CheckInReply(
            session_id=row["session_id"],
            entry_id=row["entry_id"],
            at=from_text(row["at"]),
            answers=said["answers"],
            location=said["location"],
            location_declined=said["location_declined"],
        )


class SessionTables(SessionRows):
    """Reading and writing."""

    def __init__(self, db: Database, vault: Vault, journal: Journal) -> None:
        super().__init__(db, vault)
        self._journal = journal

    def add_session(self, session: CheckInSession, change: Change) -> None:
        """Add a session of an entry."""
        self._journal.insert("sessions", to_row(session))
        self._note(session, change)

    def save_session(self, session: CheckInSession, old: CheckInSession, change: Change) -> None:
        """Raises ``Conflict`` unless it still is as ``old`` says (its deadline apart)."""
        self._journal.replace("sessions", old.id, to_row(session), to_row(old))
        self._note(session, change)

    def save_reply(self, reply: CheckInReply, change: Change) -> None:
        """Insert or replace; the log gets a digest of what is stored, not the words."""
        subject = subject_of(self._db, reply.entry_id)
        said = {name: to_plain(getattr(reply, name)) for name in _SAID}
        clear = json_text(said).encode()
        row = {
            "session_id": reply.session_id,
            "entry_id": reply.entry_id,
            "at": to_plain(reply.at),
            "sealed": self._vault.seal(subject, _purpose(reply.session_id), clear),
        }
        sql = """INSERT INTO replies (session_id, entry_id, at, sealed)
            VALUES (:session_id, :entry_id, :at, :sealed)
            ON CONFLICT (session_id) DO UPDATE SET at = excluded.at, sealed = excluded.sealed"""
        self._journal.changed(sql, row)
        self._journal.note("reply", reply.session_id, reply_record(row), change, subject)

    def next_receipt_number(self, day: date) -> int:
        """1, 2, 3, ... within a day."""
        sql = """INSERT INTO receipt_numbers (day, last) VALUES (?, 1)
            ON CONFLICT (day) DO UPDATE SET last = last + 1 RETURNING last"""
        (number,) = self._db.conn.execute(sql, (day.isoformat(),)).fetchone()
        return int(number)

    def add_receipt(self, receipt: ReceiptRecord, change: Change) -> None:
        """Raises ``Conflict`` (``receipt_number_taken``)."""
        self._journal.insert("receipts", to_row(receipt), taken="receipt_number_taken")
        subject = subject_of(self._db, receipt.entry_id)
        self._journal.note("receipt", receipt.number, record_of(receipt), change, subject)

    def _note(self, session: CheckInSession, change: Change) -> None:
        subject = subject_of(self._db, session.entry_id)
        self._journal.note("session", session.id, record_of(session), change, subject)


_SAID = ("answers", "location", "location_declined")


def subject_of(db: Database, entry_id: str) -> Subject:
    """Whom an entry is about. Raises ``NotFound``."""
    sql = "SELECT subject_kind, subject_id FROM entries WHERE id = ?"
    row = next(db.query(sql, (entry_id,)), None)
    if row is None:
        raise NotFound()
    return Subject(SubjectKind(row["subject_kind"]), row["subject_id"])


def reply_record(row: Row) -> dict[str, Any]:
    """A reply as it stands in the log."""
    columns = {name: row[name] for name in ("session_id", "entry_id", "at")}
    return {**columns, "sealed_sha256": digest(row["sealed"])}


def _purpose(session_id: str) -> str:
    return f"reply/{session_id}"
