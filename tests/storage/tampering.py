"""What somebody with write access to the database file might do to it."""

import random
import sqlite3
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from roll_call.commitment import record_hash

Tamper = Callable[[sqlite3.Connection, random.Random], None]

_LOG_TEXTS = (
    "at",
    "actor",
    "kind",
    "subject_kind",
    "subject_id",
    "commitment",
    "prev_hash",
    "hash",
)
_RECORDS = {
    "entries": "state",
    "sessions": "attempt",
    "persons": "phone",
    "recordings": "started_at",
    "connections": "evidence",
    "round_steps": "note",
    "sightings": "evidence",
    "snapshots": "sealed",
    "decisions": "note",
    "corrections": "new_state",
    "verifications": "evidence",
    "receipts": "body",
    "replies": "sealed",
    "enrolments": "sealed",
    "enrolment_pictures": "sealed",
    "roll_calls": "closes_at",
    "officers": "role",
    "plans": "body",
    "call_lists": "body",
    "call_origins": "listed",
    "devices": "public_key",
    "terminals": "body",
    "figure_forms": "body",
    "day_figures": "typed",
    "channels": "to_persons",
    "notices": "text",
    "instant_replies": "sealed",
    "person_offices": "unit_id",
}
_DELETABLE = (*sorted(set(_RECORDS) - {"person_offices"}), "units")


def tamper_with(database: Path, tamper: Tamper, chance: random.Random) -> None:
    """Open the file as anybody could, with all guards of the schema taken down."""
    connection = sqlite3.connect(database)
    try:
        for (name,) in connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        ).fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        connection.execute("PRAGMA ignore_check_constraints = ON")
        tamper(connection, chance)
        connection.commit()
    finally:
        connection.close()


def _flipped(value: object, chance: random.Random) -> object:
    """The value with one bit or one character changed."""
    if isinstance(value, int):
        return value ^ (1 << chance.randrange(8))
    if isinstance(value, bytes):
        at = chance.randrange(len(value))
        return value[:at] + bytes([value[at] ^ (1 << chance.randrange(8))]) + value[at + 1 :]
    assert isinstance(value, str)
    at = chance.randrange(max(len(value), 1))
    other = chance.choice([c for c in "0123456789abcdefZ" if value[at : at + 1] != c])
    return value[:at] + other + value[at + 1 :]


def _flip(c: sqlite3.Connection, chance: random.Random, table: str, column: str) -> None:
    rows = c.execute(f"SELECT rowid, {column} FROM {table} WHERE {column} IS NOT NULL").fetchall()
    rowid, value = chance.choice(rows)
    c.execute(f"UPDATE {table} SET {column} = ? WHERE rowid = ?", (_flipped(value, chance), rowid))


def _seqs(c: sqlite3.Connection) -> list[int]:
    return [seq for (seq,) in c.execute("SELECT seq FROM log ORDER BY seq")]


def alter_log(c: sqlite3.Connection, chance: random.Random) -> None:
    """One character of one row of the chain."""
    _flip(c, chance, "log", chance.choice(_LOG_TEXTS))


def alter_payload(c: sqlite3.Connection, chance: random.Random) -> None:
    """One character of a payload, one bit of a salt, or whose data it is."""
    _flip(c, chance, "log_payloads", chance.choice(("payload", "salt", "data_subject_id")))


def delete_rows(c: sqlite3.Connection, chance: random.Random) -> None:
    """One to three rows, with their payloads."""
    for seq in chance.sample(_seqs(c), chance.randint(1, 3)):
        c.execute("DELETE FROM log WHERE seq = ?", (seq,))
        c.execute("DELETE FROM log_payloads WHERE seq = ?", (seq,))


def delete_payload(c: sqlite3.Connection, chance: random.Random) -> None:
    """A payload, without saying so in the log."""
    (seq,) = chance.choice(c.execute("SELECT seq FROM log_payloads").fetchall())
    c.execute("DELETE FROM log_payloads WHERE seq = ?", (seq,))


def reorder(c: sqlite3.Connection, chance: random.Random) -> None:
    """Two rows change places, each with its payload."""
    a, b = chance.sample(_seqs(c), 2)
    for table in ("log", "log_payloads"):
        for old, new in ((a, -1), (b, a), (-1, b)):
            c.execute(f"UPDATE {table} SET seq = ? WHERE seq = ?", (new, old))


def truncate(c: sqlite3.Connection, chance: random.Random) -> None:
    """The newest rows, with their payloads."""
    seq = _seqs(c)[-chance.randint(1, 10)]
    c.execute("DELETE FROM log WHERE seq >= ?", (seq,))
    c.execute("DELETE FROM log_payloads WHERE seq >= ?", (seq,))


def rewrite(c: sqlite3.Connection, chance: random.Random) -> None:
    """Alter one row and forge the whole chain behind it, which needs no secret."""
    seq = chance.choice(_seqs(c))
    c.execute("UPDATE log SET actor = actor || '2' WHERE seq = ?", (seq,))
    prev = c.execute("SELECT hash FROM log WHERE seq = ?", (seq - 1,)).fetchone()
    prev_hash = prev[0] if prev else "0" * 64
    for row in c.execute("SELECT * FROM log WHERE seq >= ? ORDER BY seq", (seq,)).fetchall():
        number, at, actor, kind, subject_kind, subject_id, commitment, _, _ = row
        when = datetime.fromisoformat(at)
        forged = record_hash(
            prev_hash, number, when, actor, kind, subject_kind, subject_id, commitment
        )
        c.execute(
            "UPDATE log SET prev_hash = ?, hash = ? WHERE seq = ?", (prev_hash, forged, number)
        )
        prev_hash = forged


def alter_record(c: sqlite3.Connection, chance: random.Random) -> None:
    """A result, a dossier, a piece of evidence: the tables that the pages show."""
    table = chance.choice(sorted(_RECORDS))
    _flip(c, chance, table, _RECORDS[table])


def delete_record(c: sqlite3.Connection, chance: random.Random) -> None:
    """A row of one of these tables."""
    table = chance.choice(_DELETABLE)
    (rowid,) = chance.choice(c.execute(f"SELECT rowid FROM {table}").fetchall())
    c.execute(f"DELETE FROM {table} WHERE rowid = ?", (rowid,))


def invent_record(c: sqlite3.Connection, chance: random.Random) -> None:
    """A decision that nobody took."""
    c.execute(
        "INSERT INTO decisions SELECT ?, entry_id, officer_id, 'absent', reason, note, at"
        " FROM decisions",
        (str(chance.random()),),
    )


TAMPERS: dict[str, Tamper] = {
    tamper.__name__: tamper
    for tamper in (
        alter_log,
        alter_payload,
        delete_rows,
        delete_payload,
        reorder,
        truncate,
        rewrite,
        alter_record,
        delete_record,
        invent_record,
    )
}
