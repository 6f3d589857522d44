"""Values by name; implements ``roll_call.ports.store.Settings``."""

from storage.journal import Rows


class SettingRows(Rows):
    """Reading."""

    def get(self, name: str) -> str | None:
        """The value, None where it is not set."""
        rows = self._query("SELECT value FROM settings WHERE name = ?", (name,))
        return rows[0]["value"] if rows else None


class SettingTables(SettingRows):
    """Reading and writing."""

    def set(self, name: str, value: str | None) -> None:
        """Set a value; None removes it."""
        if value is None:
            self._db.conn.execute("DELETE FROM settings WHERE name = ?", (name,))
            return
        sql = "INSERT OR REPLACE INTO settings (name, value) VALUES (?, ?)"
        self._db.conn.execute(sql, (name, value))
