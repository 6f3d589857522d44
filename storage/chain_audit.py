"""The audit's walk along the log: every link, every commitment, and what each record last was."""

import json
from collections.abc import Iterator
from typing import Any

from sqlite_utils import Database

from roll_call.commitment import GENESIS_HASH, commit
from roll_call.errors import RollCallError
from roll_call.log import ChainFault, LogRecord, first_break
from storage.findings import Finding, FindingKind
from storage.head import Head
from storage.log import ERASED_KIND, committed
from storage.plain import Row, digest, from_row, json_text, to_row

REMOVED = "removed"
UNKNOWN = "unknown"

_FAULTS = {
    ChainFault.GAP: FindingKind.GAP,
    ChainFault.BROKEN_LINK: FindingKind.BROKEN_LINK,
    ChainFault.ALTERED: FindingKind.ALTERED,
}
_SQL = """SELECT l.*, p.salt, p.payload, p.data_subject_kind, p.data_subject_id
    FROM log l LEFT JOIN log_payloads p ON p.seq = l.seq ORDER BY l.seq"""


class ChainAudit:
    """Walk once with ``run``; then ``latest`` holds, by kind and id, the digest of the record as it
    was last saved, REMOVED, or UNKNOWN where its payload was erased."""

    def __init__(self, db: Database, head: Head | None) -> None:
        self._db = db
        self._head = head
        self._previous = Head(0, GENESIS_HASH)
        self._declared: set[int] = set()
        self._without_payload: dict[int, str] = {}
        self.latest: dict[tuple[str, str], str] = {}
        self.rows = 0

    @property
    def erased(self) -> int:
        """How many payloads were erased, as the log itself says."""
        return len(self._declared & self._without_payload.keys())

    def run(self) -> Iterator[Finding]:
        """All findings about the log."""
        for row in self._db.query(_SQL):
            self.rows += 1
            yield from self._link(row)
            yield from self._payload(row)
        yield from self._end()

    def _link(self, row: Row) -> Iterator[Finding]:
        """One record against its predecessor; goes on from what it finds, to find all."""
        where = f"{row['subject_kind']}/{row['subject_id']}"
        try:
            record = from_row(LogRecord, row)
            spelled_alike = to_row(record) == {name: row[name] for name in to_row(record)}
            broken = first_break([record], self._previous.seq, self._previous.hash)
        except (RollCallError, ValueError, TypeError):
            yield Finding(FindingKind.ALTERED, row["seq"], where)
        else:
            if broken is not None:
                yield Finding(_FAULTS[broken.fault], broken.seq, where)
            elif not spelled_alike:
                yield Finding(FindingKind.ALTERED, row["seq"], where)
        self._previous = Head(row["seq"], row["hash"])
        head = self._head or self._previous
        if head.seq == row["seq"] and head.hash != row["hash"]:
            yield Finding(FindingKind.HEAD_MISMATCH, row["seq"], where)

    def _payload(self, row: Row) -> Iterator[Finding]:
        where = f"{row['subject_kind']}/{row['subject_id']}"
        if row["payload"] is None:
            self._without_payload[row["seq"]] = where
            return
        payload = _opened(row)
        if payload is None:
            yield Finding(FindingKind.PAYLOAD_ALTERED, row["seq"], where)
            self.latest[row["subject_kind"], row["subject_id"]] = UNKNOWN
            return
        if row["kind"] == ERASED_KIND:
            self._declared.update(payload["erased"])
            for kind, key, kept in payload["records"]:
                if self.latest.get((kind, key)) != REMOVED:
                    self.latest[kind, key] = kept or UNKNOWN
        if "record" in payload:
            record = payload["record"]
            kept = REMOVED if record is None else digest(json_text(record).encode())
            self.latest[row["subject_kind"], row["subject_id"]] = kept

    def _end(self) -> Iterator[Finding]:
        if self._head is not None and self._previous.seq < self._head.seq:
            yield Finding(
                FindingKind.TRUNCATED, self._previous.seq, detail=f"head {self._head.seq}"
            )
        for seq, where in self._without_payload.items():
            if seq not in self._declared:
                yield Finding(FindingKind.PAYLOAD_MISSING, seq, where)
        stray = "SELECT seq FROM log_payloads WHERE seq NOT IN (SELECT seq FROM log)"
        for row in self._db.query(stray):
            yield Finding(FindingKind.PAYLOAD_STRAY, row["seq"])


def _opened(row: Row) -> dict[str, Any] | None:
    """The payload, if it is what was committed to, to the letter."""
    try:
        payload = json.loads(row["payload"])
        covered = committed(payload, row["data_subject_kind"], row["data_subject_id"])
        holds = commit(covered, row["salt"]) == row["commitment"]
        alike = json_text(payload) == row["payload"]
    except (RollCallError, ValueError, TypeError):
        return None
    return payload if holds and alike and isinstance(payload, dict) else None
