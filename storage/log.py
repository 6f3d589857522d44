"""The hash-chained log in two tables: the chain, and beside it the payloads with their salts."""

import json
import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from roll_call.commitment import SALT_BYTES, commit
from roll_call.instants import from_text
from roll_call.log import LogRecord, seal
from roll_call.people import Subject
from roll_call.ports.records import JsonObject, LogRow
from storage.plain import Row, digest, from_row, json_text, to_plain, to_row

ERASED_KIND = "log.payloads_erased"
"""The row that says which payloads were erased (``seq``), and of which records (``[kind, id,
digest]``); a payload missing without it is a finding."""

IMPERSONAL = frozenset({"entry", "session", "recording", "verification", "connection"})
"""Records that hold ids, states and times only: their digest outlives an erasure, so that a result
stays verifiable. A digest of a name or a note could be found by trying likely ones."""

_SELECT = "SELECT l.*, p.payload FROM log l LEFT JOIN log_payloads p ON p.seq = l.seq"

_ERASABLE = """SELECT seq, subject_kind AS kind, subject_id AS id, payload
    FROM log_payloads JOIN log USING (seq)"""

_OF_ENTRY = (
    "sessions",
    "recordings",
    "connections",
    "verifications",
    "decisions",
    "corrections",
    "receipts",
    "round_steps",
    "sightings",
    "snapshots",
)


class SqliteLogReader:
    """Implements ``roll_call.ports.store.LogReader``."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def history(self, subject_kind: str, subject_id: str) -> tuple[LogRow, ...]:
        """Rows about one thing, oldest first."""
        return self._rows(
            "WHERE l.subject_kind = ? AND l.subject_id = ? ORDER BY l.seq",
            (subject_kind, subject_id),
        )

    def entry_history(self, entry_id: str) -> tuple[LogRow, ...]:
        """Rows about an entry and everything that belongs to it, oldest first."""
        parts = ["SELECT 'entry' AS kind, :entry AS id", "SELECT 'reply', id FROM sessions"]
        parts[1] += " WHERE entry_id = :entry"
        for table in _OF_ENTRY:
            key = "number" if table == "receipts" else "id"
            parts.append(f"SELECT '{table[:-1]}', {key} FROM {table} WHERE entry_id = :entry")
        belonging = " UNION ALL ".join(parts)
        return self._rows(
            f"WHERE (l.subject_kind, l.subject_id) IN ({belonging}) ORDER BY l.seq",
            {"entry": entry_id},
        )

    def after(self, seq: int, limit: int = 500) -> tuple[LogRow, ...]:
        """Rows with a greater ``seq``, at most ``limit``."""
        return self._rows("WHERE l.seq > ? ORDER BY l.seq LIMIT ?", (seq, limit))

    def _rows(self, where: str, params: tuple[Any, ...] | dict[str, Any]) -> tuple[LogRow, ...]:
        return tuple(_log_row(row) for row in self._db.query(f"{_SELECT} {where}", params))


class SqliteLog(SqliteLogReader):
    """Implements ``roll_call.ports.store.Log``; only ever used by the one writer.

    ``erased`` asks the writer to empty the WAL after the commit, where old pages would live on.
    """

    def __init__(self, db: Database) -> None:
        super().__init__(db)
        self.erased = False

    def append(
        self,
        kind: str,
        subject_kind: str,
        subject_id: str,
        payload: JsonObject,
        actor: str,
        at: datetime,
        *,
        data_subject: Subject | None = None,
    ) -> int:
        """Append a row to the chain and its payload beside it; returns its ``seq``."""
        plain = to_plain(payload)
        salt = secrets.token_bytes(SALT_BYTES)
        who = (data_subject.kind.value, data_subject.id) if data_subject else (None, None)
        commitment = commit(committed(plain, *who), salt)
        record = seal(tail(self._db), at, actor, kind, subject_kind, subject_id, commitment)
        self._db.table("log").insert(to_row(record))
        self._db.table("log_payloads").insert(
            {
                "seq": record.seq,
                "salt": salt,
                "payload": json_text(plain),
                "data_subject_kind": who[0],
                "data_subject_id": who[1],
            }
        )
        return record.seq

    def erase(self, data_subject: Subject, actor: str, at: datetime) -> int:
        """Erase the payloads that hold a subject's data, and put the erasure itself on record."""
        who = (data_subject.kind.value, data_subject.id)
        where = "WHERE data_subject_kind = ? AND data_subject_id = ?"
        rows = list(self._db.query(f"{_ERASABLE} {where} ORDER BY seq", who))
        if rows:
            self._db.conn.execute(f"DELETE FROM log_payloads {where}", who)
            self.erased = True
            payload = {"erased": [row["seq"] for row in rows], "records": _last_records(rows)}
            self.append(ERASED_KIND, *who, payload, actor, at)
        return len(rows)


def _last_records(rows: list[Row]) -> list[list[str | None]]:
    """Kind, id and, where it tells nothing, digest of each record as it was last saved."""
    last: dict[tuple[str, str], str | None] = {}
    for row in rows:
        record = json.loads(row["payload"]).get("record")
        if record is not None:
            kept = digest(json_text(record).encode()) if row["kind"] in IMPERSONAL else None
            last[row["kind"], row["id"]] = kept
    return [[kind, key, kept] for (kind, key), kept in last.items()]


def committed(payload: Any, subject_kind: str | None, subject_id: str | None) -> dict[str, Any]:
    """What a commitment covers: the payload, and whose data it is."""
    return {"payload": payload, "data_subject": [subject_kind, subject_id]}


def tail(db: Database) -> LogRecord | None:
    """The newest record of the chain, None while it is empty."""
    row = next(db.query("SELECT * FROM log ORDER BY seq DESC LIMIT 1"), None)
    return None if row is None else from_row(LogRecord, row)


def _log_row(row: Mapping[str, Any]) -> LogRow:
    payload = row["payload"]
    return LogRow(
        seq=row["seq"],
        at=from_text(row["at"]),
        actor=row["actor"],
        kind=row["kind"],
        subject_kind=row["subject_kind"],
        subject_id=row["subject_id"],
        payload=None if payload is None else json.loads(payload),
    )
