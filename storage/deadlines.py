"""The deadlines of three tables; implements ``roll_call.ports.store.Deadlines``."""

from datetime import datetime

from sqlite_utils import Database

from roll_call.instants import from_text, utc_text
from roll_call.ports.records import Deadline, DeadlineKind
from storage.journal import Journal, Rows

_TABLES = {
    DeadlineKind.ROLL_CALL: "roll_calls",
    DeadlineKind.ENTRY: "entries",
    DeadlineKind.SESSION: "sessions",
}


class DeadlineRows(Rows):
    """Reading."""

    def due(self, now: datetime, limit: int = 100) -> tuple[Deadline, ...]:
        """Those at or before ``now``, earliest first."""
        parts = (
            f"SELECT '{kind.value}' AS kind, id, deadline_at AS at FROM {table}"
            " WHERE deadline_at <= :now"
            for kind, table in _TABLES.items()
        )
        sql = " UNION ALL ".join(parts) + " ORDER BY at, kind, id LIMIT :limit"
        return self._all(Deadline, sql, {"now": utc_text(now), "limit": limit})

    def next_at(self) -> datetime | None:
        """The earliest of all."""
        parts = (f"SELECT min(deadline_at) AS at FROM {table}" for table in _TABLES.values())
        rows = self._query(f"SELECT min(at) AS at FROM ({' UNION ALL '.join(parts)})")
        at = rows[0]["at"]
        return None if at is None else from_text(at)


class DeadlineTables(DeadlineRows):
    """Reading and claiming."""

    def __init__(self, db: Database, journal: Journal) -> None:
        super().__init__(db)
        self._journal = journal

    def claim(self, deadline: Deadline) -> bool:
        """Clear it if it still stands as read: one row changed, or somebody was faster."""
        table = _TABLES[deadline.kind]
        sql = f"UPDATE {table} SET deadline_at = NULL WHERE id = ? AND deadline_at = ?"
        return self._journal.changed(sql, (deadline.id, utc_text(deadline.at))) == 1
