"""The center's own dates; implements ``roll_call.ports.roster.OwnCalendar``."""

from sqlite_utils import Database

from roll_call.own_calendar import OwnYear
from roll_call.ports.records import Change
from storage.journal import Journal, Rows, record_of
from storage.plain import to_row


class OwnCalendarRows(Rows):
    """Reading."""

    def years(self) -> tuple[OwnYear, ...]:
        """All that were entered, earliest first."""
        return self._all(OwnYear, "SELECT * FROM own_years ORDER BY year")


class OwnCalendarTables(OwnCalendarRows):
    """Reading and writing."""

    def __init__(self, db: Database, journal: Journal) -> None:
        super().__init__(db)
        self._journal = journal

    def save_year(self, year: OwnYear, change: Change) -> None:
        """Insert or replace the dates of a year."""
        sql = """INSERT OR REPLACE INTO own_years (year, days, complete)
            VALUES (:year, :days, :complete)"""
        self._journal.changed(sql, to_row(year))
        self._journal.note("own_year", str(year.year), record_of(year), change)
