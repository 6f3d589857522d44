"""Saving a record and putting it on record are one act: no table changes without a row in the log.

The log's payload carries the record as it was saved, so that the audit can compare the tables with
the chain and an UPDATE from outside shows.
"""

import sqlite3
from collections.abc import Callable, Collection, Mapping
from dataclasses import fields
from typing import Any, TypeVar

from sqlite_utils import Database

from roll_call.errors import Conflict, NotFound
from roll_call.people import Subject
from roll_call.ports.records import ADDED_LATER, Change
from storage.log import SqliteLog
from storage.plain import Row, digest, from_row, json_text, to_plain

T = TypeVar("T")

UNLOGGED_COLUMNS = frozenset({"deadline_at", "updated_at"})
"""A claim clears a deadline by itself, and ``updated_at`` follows the log."""


def record_of(value: Any) -> dict[str, Any]:
    """A dataclass as it stands in the log; bulky evidence by its digest."""
    plain: dict[str, Any] = to_plain(value)
    left_out = UNLOGGED_COLUMNS | _unknown_before(value)
    record = {name: item for name, item in plain.items() if name not in left_out}
    if "evidence" in record:
        record["evidence"] = {"sha256": digest(json_text(record["evidence"]).encode())}
    return record


def _unknown_before(value: Any) -> set[str]:
    """Fields that were added to the class later and say nothing here."""
    return {
        field.name
        for field in fields(value)
        if field.metadata == ADDED_LATER and getattr(value, field.name) == field.default
    }


class Rows:
    """Reading dataclasses from tables."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def _query(self, sql: str, params: Any = ()) -> list[Row]:
        return list(self._db.query(sql, params))

    def _all(self, cls: type[T], sql: str, params: Any = ()) -> tuple[T, ...]:
        return tuple(from_row(cls, row) for row in self._db.query(sql, params))

    def _first(self, cls: type[T], sql: str, params: Any = ()) -> T | None:
        row = next(self._db.query(sql, params), None)
        return None if row is None else from_row(cls, row)

    def _get(self, cls: type[T], table: str, key: str, column: str = "id") -> T:
        found = self._first(cls, f"SELECT * FROM {table} WHERE {column} = ?", (key,))
        if found is None:
            raise NotFound()
        return found


class Journal:
    """Writes rows and their log rows."""

    def __init__(self, db: Database, log: SqliteLog) -> None:
        self._db = db
        self._log = log

    def note(
        self,
        kind: str,
        key: str,
        record: Mapping[str, Any] | None,
        change: Change,
        data_subject: Subject | None = None,
    ) -> None:
        """Append the log row of a change; ``record`` is None where none is compared later."""
        payload: dict[str, Any] = {} if record is None else {"record": record}
        if change.details:
            payload["details"] = change.details
        self._log.append(
            f"{kind}.{change.event}",
            kind,
            key,
            payload,
            change.actor,
            change.at,
            data_subject=data_subject,
        )

    def note_removed(self, kind: str, key: str, change: Change) -> None:
        """Append the log row that says that a record was taken out."""
        self._log.append(f"{kind}.removed", kind, key, {"record": None}, change.actor, change.at)

    def mark_erased(self) -> None:
        """Ask for the WAL to be emptied after the commit."""
        self._log.erased = True

    def insert(self, table: str, row: Row, taken: str = "conflict") -> None:
        """Insert; raises ``Conflict`` with the code ``taken`` where a unique value is in use."""
        self._guard(taken, lambda: self._db.table(table).insert(row))

    def update(self, table: str, key: str, row: Row, taken: str = "conflict") -> None:
        """Overwrite the columns of ``row`` by id; raises ``NotFound``."""
        assignments = ", ".join(f"{name} = :{name}" for name in row)
        sql = f"UPDATE {table} SET {assignments} WHERE id = :_key"
        changed = self._guard(taken, lambda: self.changed(sql, {**row, "_key": key}))
        if not changed:
            raise NotFound()

    def replace(
        self, table: str, key: str, new: Row, old: Row, ignored: Collection[str] = UNLOGGED_COLUMNS
    ) -> None:
        """Overwrite a row that still is as ``old`` says; raises ``Conflict`` or ``NotFound``."""
        compared = {name: value for name, value in old.items() if name not in ignored}
        assignments = ", ".join(f"{name} = :{name}" for name in new)
        conditions = " AND ".join(f"{name} IS :old_{name}" for name in compared)
        params = {**new, **{f"old_{name}": value for name, value in compared.items()}, "_key": key}
        sql = f"UPDATE {table} SET {assignments} WHERE id = :_key AND {conditions}"
        if self.changed(sql, params) == 1:
            return
        if next(self._db.query(f"SELECT 1 FROM {table} WHERE id = ?", (key,)), None) is None:
            raise NotFound()
        raise Conflict()

    def changed(self, sql: str, params: Any = ()) -> int:
        """Run one statement; how many rows it changed."""
        return self._db.conn.execute(sql, params).rowcount

    def _guard(self, taken: str, act: Callable[[], T]) -> T:
        try:
            return act()
        except sqlite3.IntegrityError as error:
            if error.sqlite_errorname in {
                "SQLITE_CONSTRAINT_UNIQUE",
                "SQLITE_CONSTRAINT_PRIMARYKEY",
            }:
                raise Conflict(taken) from error
            raise
