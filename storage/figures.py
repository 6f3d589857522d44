"""Daily figures; implements ``roll_call.ports.terminals.Figures``."""

import json
from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from sqlite_utils import Database

from roll_call.daily_figures import DayFigures, FigureForm, FiguresStatus, form_on
from roll_call.ports.records import Change
from storage.journal import Journal, Rows, record_of
from storage.plain import from_plain, json_text, to_row


class FigureRows(Rows):
    """Reading."""

    def forms(self) -> tuple[FigureForm, ...]:
        """All versions, oldest first."""
        rows = self._query("SELECT body FROM figure_forms ORDER BY version")
        return tuple(from_plain(FigureForm, json.loads(row["body"])) for row in rows)

    def figures(self, unit_id: str, day: date) -> DayFigures | None:
        """None where nothing was ever typed."""
        sql = "SELECT * FROM day_figures WHERE unit_id = ? AND day = ?"
        return self._first(DayFigures, sql, (unit_id, day.isoformat()))

    def of_day(self, day: date, unit_ids: Collection[str] | None = None) -> tuple[DayFigures, ...]:
        """All units' of one day."""
        sql = "SELECT * FROM day_figures WHERE day = ? ORDER BY unit_id"
        found = self._all(DayFigures, sql, (day.isoformat(),))
        return tuple(one for one in found if unit_ids is None or one.unit_id in unit_ids)

    def submitted(self) -> tuple[DayFigures, ...]:
        """Handed in and not locked yet, of any day."""
        return self._all(DayFigures, "SELECT * FROM day_figures WHERE status = 'submitted'")

    def status(self, day: date) -> Mapping[str, FiguresStatus]:
        """Of every unit that hands in on that day; empty where there is no form."""
        form = form_on(self.forms(), day)
        if form is None:
            return {}
        kinds = {kind.value for kind in form.unit_kinds}
        units = self._query("SELECT id, kind FROM units")
        known = {one.unit_id: one.status for one in self.of_day(day)}
        return {
            unit["id"]: known.get(unit["id"], FiguresStatus.MISSING)
            for unit in units
            if unit["kind"] in kinds
        }


class FigureTables(FigureRows):
    """Reading and writing."""

    def __init__(self, db: Database, journal: Journal) -> None:
        super().__init__(db)
        self._journal = journal

    def add_form(self, form: FigureForm, change: Change) -> None:
        """Raises ``Conflict`` where the version is taken."""
        row = {"version": form.version, "body": json_text(form)}
        self._journal.insert("figure_forms", row)
        self._journal.note("figure_form", str(form.version), record_of(form), change)

    def save_figures(self, figures: DayFigures, change: Change) -> None:
        """Add or overwrite."""
        self._db.table("day_figures").insert(to_row(figures), pk="id", replace=True)
        self._journal.note("day_figures", figures.id, record_of(figures), change)


def form_record(row: dict[str, Any]) -> dict[str, Any]:
    """A form as it stands in the log; empty where the row contradicts itself."""
    body: dict[str, Any] = json.loads(row["body"])
    agree = body.get("version") == row["version"] and json_text(body) == row["body"]
    return body if agree else {}
