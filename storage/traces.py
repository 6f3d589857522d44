"""The courses of heads in earlier sessions, sealed under the person's key.

They are biometric data and serve one comparison only (is this a replay of an earlier session?), so
they never reach the log, only the newest are kept, and they go with the key.
"""

import json
import zlib
from datetime import datetime

from sqlite_utils import Database

from roll_call.instants import utc_text
from roll_call.people import Subject
from roll_call.ports.records import Trace
from storage.journal import Rows
from storage.plain import Row, json_text
from storage.vault import Vault

KEPT = 20
"""Traces of a subject: as many as a session is compared with."""

_OF_SUBJECT = "subject_kind = ? AND subject_id = ?"

_BEFORE = """SELECT json_extract(evidence, '$.trace') AS trace FROM verifications WHERE rowid IN (
        SELECT v.rowid FROM verifications v JOIN entries e ON e.id = v.entry_id
        WHERE e.subject_kind = ? AND e.subject_id = ? ORDER BY v.at DESC, v.rowid DESC LIMIT ?)
    AND trace IS NOT NULL ORDER BY at DESC, rowid DESC"""


class TraceRows(Rows):
    """Reading: what comes out is in clear."""

    def __init__(self, db: Database, vault: Vault) -> None:
        super().__init__(db)
        self._vault = vault

    def traces(self, subject: Subject, limit: int) -> tuple[Trace, ...]:
        """The newest first; those of before traces were sealed stand in the evidence."""
        sql = f"SELECT session_id, sealed FROM traces WHERE {_OF_SUBJECT} ORDER BY at DESC LIMIT ?"
        rows = self._query(sql, (*_key(subject), limit))
        kept = tuple(self._opened(subject, row) for row in rows)
        return (*kept, *self._in_evidence(subject, limit))[:limit]

    def _opened(self, subject: Subject, row: Row) -> Trace:
        packed = self._vault.open(subject, _purpose(row["session_id"]), row["sealed"])
        return _rows(json.loads(zlib.decompress(packed)))

    def _in_evidence(self, subject: Subject, limit: int) -> tuple[Trace, ...]:
        found = self._query(_BEFORE, (*_key(subject), limit))
        return tuple(_rows(json.loads(row["trace"])) for row in found)


class TraceTables(TraceRows):
    """Reading, keeping and forgetting."""

    def keep_trace(self, subject: Subject, session_id: str, trace: Trace, at: datetime) -> None:
        """Seal and keep one; the oldest beyond ``KEPT`` goes."""
        packed = zlib.compress(json_text(trace).encode())
        sealed = self._vault.seal(subject, _purpose(session_id), packed)
        self._db.conn.execute(
            "INSERT OR REPLACE INTO traces (session_id, subject_kind, subject_id, at, sealed)"
            " VALUES (?, ?, ?, ?, ?)",
            (session_id, *_key(subject), utc_text(at), sealed),
        )
        self._db.conn.execute(
            f"""DELETE FROM traces WHERE {_OF_SUBJECT} AND session_id NOT IN (
                SELECT session_id FROM traces WHERE {_OF_SUBJECT} ORDER BY at DESC LIMIT {KEPT})""",
            (*_key(subject), *_key(subject)),
        )

    def _drop_traces(self, subject: Subject) -> None:
        self._db.conn.execute(f"DELETE FROM traces WHERE {_OF_SUBJECT}", _key(subject))


def _rows(plain: list[list[float]]) -> Trace:
    return tuple(tuple(row) for row in plain)


def _purpose(session_id: str) -> str:
    return f"trace/{session_id}"


def _key(subject: Subject) -> tuple[str, str]:
    return subject.kind.value, subject.id
