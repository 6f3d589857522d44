"""Rounds, what was tried in them and seen; implements ``roll_call.ports.rounds.Rounds``."""

import json
from typing import Any

from sqlite_utils import Database

from roll_call.errors import Conflict, NotFound
from roll_call.instants import from_text
from roll_call.people import Subject, SubjectKind
from roll_call.ports.records import Change
from roll_call.ports.rounds import Course, Sighting, Snapshot
from roll_call.round import Round
from roll_call.round_steps import RoundStep
from storage.journal import Journal, Rows, record_of
from storage.plain import Row, digest, from_plain, json_text, to_row
from storage.vault import Vault

_COURSES = """SELECT e.id,
    (SELECT min(at) FROM log WHERE subject_kind = 'entry' AND subject_id = e.id
        AND kind IN ('entry.due', 'entry.call')) AS rang_at,
    (SELECT max(at) FROM log WHERE subject_kind = 'entry' AND subject_id = e.id
        AND kind IN ('entry.due', 'entry.call')) AS rang_again_at,
    (SELECT max(live_at) FROM sessions WHERE entry_id = e.id) AS live_at
    FROM entries e WHERE e.roll_call_id = ?"""

_SNAPSHOT = "SELECT s.*, e.subject_kind, e.subject_id FROM snapshots s JOIN entries e"
_SNAPSHOT += " ON e.id = s.entry_id"


class RoundRows(Rows):
    """Reading; pictures come out in clear."""

    def __init__(self, db: Database, vault: Vault) -> None:
        super().__init__(db)
        self._vault = vault

    def round(self, roll_call_id: str) -> Round | None:
        """None where nobody has begun one."""
        rows = self._query("SELECT body FROM rounds WHERE id = ?", (roll_call_id,))
        return _round(rows[0]) if rows else None

    def going(self) -> tuple[Round, ...]:
        """Those that are begun and not finished."""
        rows = self._query("SELECT body FROM rounds WHERE going = 1 ORDER BY rowid")
        return tuple(_round(row) for row in rows)

    def steps_of(self, roll_call_id: str) -> tuple[RoundStep, ...]:
        """Oldest first."""
        sql = "SELECT * FROM round_steps WHERE roll_call_id = ? ORDER BY at, rowid"
        return self._all(RoundStep, sql, (roll_call_id,))

    def courses(self, roll_call_id: str) -> dict[str, Course]:
        """By entry; of entries that were called or went live."""
        rows = self._query(_COURSES, (roll_call_id,))
        return {row["id"]: _course(row) for row in rows if row["rang_at"] or row["live_at"]}

    def sightings_of(self, roll_call_id: str) -> tuple[Sighting, ...]:
        """Oldest first."""
        sql = """SELECT s.* FROM sightings s JOIN entries e ON e.id = s.entry_id
            WHERE e.roll_call_id = ? ORDER BY s.at, s.rowid"""
        return self._all(Sighting, sql, (roll_call_id,))

    def snapshots_of(self, entry_id: str) -> tuple[Snapshot, ...]:
        """Oldest first."""
        sql = "SELECT * FROM snapshots WHERE entry_id = ? ORDER BY taken_at, rowid"
        return self._all(Snapshot, sql, (entry_id,))

    def snapshot(self, snapshot_id: str) -> Snapshot:
        """Raises ``NotFound``."""
        return self._get(Snapshot, "snapshots", snapshot_id)

    def still(self, snapshot_id: str) -> bytes:
        """In clear. Raises ``NotFound``, ``StorageError``."""
        rows = self._query(f"{_SNAPSHOT} WHERE s.id = ?", (snapshot_id,))
        if not rows:
            raise NotFound()
        return self._vault.open(_subject(rows[0]), _purpose(snapshot_id), rows[0]["sealed"])


class RoundTables(RoundRows):
    """Reading and writing."""

    def __init__(self, db: Database, vault: Vault, journal: Journal) -> None:
        super().__init__(db, vault)
        self._journal = journal

    def save_round(self, new: Round, old: Round, change: Change) -> None:
        """Raises ``Conflict`` unless it still has the version of ``old``."""
        row = {
            "id": new.id,
            "version": new.version,
            "going": int(new.started_at is not None and new.finished_at is None),
            "body": json_text(new),
        }
        sql = """INSERT INTO rounds (id, version, going, body)
            VALUES (:id, :version, :going, :body)
            ON CONFLICT (id) DO UPDATE SET version = :version, going = :going, body = :body
            WHERE version = :old"""
        if self._journal.changed(sql, {**row, "old": old.version}) != 1:
            raise Conflict()
        self._journal.note("round", new.id, None, change)

    def add_step(self, step: RoundStep, change: Change) -> None:
        """Add what was tried."""
        self._journal.insert("round_steps", to_row(step))
        self._journal.note("round_step", step.id, record_of(step), change)

    def add_sighting(self, sighting: Sighting, change: Change) -> None:
        """Add whom the machine recognised."""
        self._journal.insert("sightings", to_row(sighting))
        about = Subject(SubjectKind.OFFICER, sighting.officer_id)
        self._journal.note("sighting", sighting.id, record_of(sighting), change, about)

    def add_snapshot(self, snapshot: Snapshot, still: bytes, change: Change) -> None:
        """Seal and keep a picture. Raises ``NotFound``."""
        found = self._query(
            "SELECT subject_kind, subject_id FROM entries WHERE id = ?", (snapshot.entry_id,)
        )
        if not found:
            raise NotFound()
        subject = _subject(found[0])
        sealed = self._vault.seal(subject, _purpose(snapshot.id), still)
        row: Row = {**to_row(snapshot), "sealed": sealed}
        self._journal.insert("snapshots", row)
        self._journal.note("snapshot", snapshot.id, snapshot_record(row), change, subject)


def snapshot_record(row: Row) -> dict[str, Any]:
    """A snapshot as it stands in the log: the digest of what is stored, never the picture."""
    names = ("id", "entry_id", "session_id", "taken_at", "taken_by", "why", "content_type")
    return {**{name: row[name] for name in names}, "sealed_sha256": digest(row["sealed"])}


def _round(row: Row) -> Round:
    found: Round = from_plain(Round, json.loads(row["body"]))
    return found


def _course(row: Row) -> Course:
    return Course(*(from_text(row[n]) if row[n] else None for n in _COURSE_CELLS))


_COURSE_CELLS = ("rang_at", "rang_again_at", "live_at")


def _subject(row: Row) -> Subject:
    return Subject(SubjectKind(row["subject_kind"]), row["subject_id"])


def _purpose(snapshot_id: str) -> str:
    return f"snapshot/{snapshot_id}"
