"""Duty terminals; implements ``roll_call.ports.terminals.Terminals``."""

import json
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from roll_call.instants import utc_text
from roll_call.ports.records import Change
from roll_call.ports.terminals import TerminalSignIn
from roll_call.terminal import Terminal
from storage.journal import Journal, Rows, record_of
from storage.plain import from_plain, json_text, to_row


class TerminalRows(Rows):
    """Reading."""

    def terminals(self) -> tuple[Terminal, ...]:
        """All that ever said something about themselves."""
        rows = self._query("SELECT body FROM terminals ORDER BY unit_id")
        return tuple(from_plain(Terminal, json.loads(row["body"])) for row in rows)

    def sign_ins(self, now: datetime) -> tuple[TerminalSignIn, ...]:
        """Those that are still good, newest first."""
        sql = "SELECT * FROM terminal_sign_ins WHERE expires_at > ? ORDER BY created_at DESC, id"
        return self._all(TerminalSignIn, sql, (utc_text(now),))

    def sign_in(self, sign_in_id: str) -> TerminalSignIn:
        """Raises ``NotFound``."""
        return self._get(TerminalSignIn, "terminal_sign_ins", sign_in_id)

    def signed_in(self, token_hash: str, now: datetime) -> TerminalSignIn | None:
        """None if unknown, revoked or expired."""
        sql = "SELECT * FROM terminal_sign_ins WHERE token_hash = ? AND expires_at > ?"
        return self._first(TerminalSignIn, sql, (token_hash, utc_text(now)))


class TerminalTables(TerminalRows):
    """Reading and writing. No token and no hash of one reaches the log."""

    def __init__(self, db: Database, journal: Journal) -> None:
        super().__init__(db)
        self._journal = journal

    def save_terminal(self, terminal: Terminal, change: Change) -> None:
        """Add or overwrite."""
        sql = "INSERT OR REPLACE INTO terminals (unit_id, body) VALUES (?, ?)"
        self._journal.changed(sql, (terminal.unit_id, json_text(terminal)))
        self._journal.note("terminal", terminal.unit_id, record_of(terminal), change)

    def add_sign_in(self, sign_in: TerminalSignIn, change: Change) -> None:
        """Also drops those that have expired."""
        at = utc_text(change.at)
        self._journal.changed("DELETE FROM terminal_sign_ins WHERE expires_at <= ?", (at,))
        self._journal.insert("terminal_sign_ins", to_row(sign_in))
        self._journal.note("terminal_sign_in", sign_in.unit_id, None, change)

    def renew_sign_in(self, sign_in_id: str, seen_at: datetime, expires_at: datetime) -> None:
        """It was used. Idempotent."""
        sql = "UPDATE terminal_sign_ins SET seen_at = ?, expires_at = ? WHERE id = ?"
        self._journal.changed(sql, (utc_text(seen_at), utc_text(expires_at), sign_in_id))

    def end_sign_in(self, sign_in_id: str, change: Change) -> None:
        """Idempotent."""
        sql = "DELETE FROM terminal_sign_ins WHERE id = ? RETURNING unit_id"
        for row in self._db.conn.execute(sql, (sign_in_id,)).fetchall():
            self._journal.note("terminal_sign_in", row[0], None, change)


def terminal_record(row: dict[str, Any]) -> dict[str, Any]:
    """A terminal as it stands in the log; empty where the row contradicts itself."""
    body: dict[str, Any] = json.loads(row["body"])
    agree = body.get("unit_id") == row["unit_id"] and json_text(body) == row["body"]
    return body if agree else {}
