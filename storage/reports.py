"""Reports; implements ``roll_call.ports.reports.Reports``.

Facts are read as bare tuples: a year of fifty units is 36,500 of them.
"""

import json
from collections.abc import Collection
from datetime import datetime

from sqlite_utils import Database

from roll_call.effects import ReportKind
from roll_call.entry import EntryState
from roll_call.errors import NotFound
from roll_call.instants import from_text, utc_text
from roll_call.people import SubjectKind
from roll_call.ports.records import Change, CorrectionRecord
from roll_call.ports.reports import KeptReport, KeptReportSummary
from roll_call.reasons import Reason
from roll_call.report import EntryLine
from roll_call.statistics import EntryFact
from storage.calls import WITHIN, unit_list
from storage.journal import Journal, Rows
from storage.plain import Row, digest, json_text
from storage.schema_reports import FIRST_RINGS

_UNIT = """CASE e.subject_kind
    WHEN 'unit' THEN e.subject_id
    WHEN 'officer' THEN (SELECT unit_id FROM officers WHERE id = e.subject_id)
    ELSE (SELECT unit_id FROM person_offices WHERE person_id = e.subject_id
        ORDER BY position LIMIT 1)
    END"""

_RANG = f"(SELECT min(l.at) FROM log l WHERE l.subject_id = e.id AND {FIRST_RINGS})"

# CROSS JOIN keeps SQLite to this order: first the roll-calls of the period, then their entries.
_FACTS = f"""SELECT e.roll_call_id, {_UNIT}, e.state, e.reason,
    CASE WHEN e.arrived_at IS NOT NULL
        THEN (julianday(e.arrived_at) - julianday({_RANG})) * 86400.0 END
    FROM roll_calls r CROSS JOIN entries e ON e.roll_call_id = r.id
    WHERE r.opens_at >= :start AND r.opens_at < :end AND r.state NOT IN ('draft', 'cancelled')
        AND e.subject_kind = :kind AND {WITHIN}"""

_LINES = f"""SELECT e.*, {_UNIT} AS unit_id, {_RANG} AS rang_at,
    coalesce(p.name, u.name, o.name, '') AS name,
    (SELECT note FROM decisions d WHERE d.entry_id = e.id ORDER BY d.rowid DESC LIMIT 1) AS note,
    (SELECT count(*) FROM corrections c WHERE c.entry_id = e.id AND c.undo = 0) AS corrected
    FROM entries e
    LEFT JOIN persons p ON e.subject_kind = 'person' AND p.id = e.subject_id
    LEFT JOIN units u ON e.subject_kind = 'unit' AND u.id = e.subject_id
    LEFT JOIN officers o ON e.subject_kind = 'officer' AND o.id = e.subject_id
    WHERE e.roll_call_id = :call AND {WITHIN} ORDER BY e.rowid"""

_CLOSED = """SELECT min(at) AS at FROM log WHERE subject_kind = 'roll_call' AND subject_id = ?
    AND kind IN ('roll_call.window_closed', 'roll_call.suspend_limit', 'roll_call.cancel')"""

_UNANSWERED = """SELECT e.subject_id, count(*) FROM roll_calls r
    CROSS JOIN entries e ON e.roll_call_id = r.id
    WHERE r.opens_at >= ? AND r.opens_at < ? AND r.state NOT IN ('draft', 'cancelled', 'missed')
        AND e.subject_kind = 'unit' AND e.state IN ('review', 'absent')
        AND e.reason IN ('never_reached', 'unanswered')
    GROUP BY e.subject_id ORDER BY count(*) DESC, e.subject_id"""


class ReportRows(Rows):
    """Reading."""

    def facts(
        self,
        start: datetime,
        end: datetime,
        kind: SubjectKind,
        unit_ids: Collection[str] | None = None,
    ) -> tuple[EntryFact, ...]:
        """See the port."""
        params = {
            "start": utc_text(start),
            "end": utc_text(end),
            "kind": kind.value,
            "units": unit_list(unit_ids),
        }
        states = {state.value: state for state in EntryState}
        reasons: dict[str | None, Reason | None] = {r.value: r for r in Reason}
        reasons[None] = None
        return tuple(
            EntryFact(
                call,
                unit or "",
                states[state],
                reasons[reason],
                None if answer is None else max(0.0, round(answer, 2)),
            )
            for call, unit, state, reason, answer in self._db.conn.execute(_FACTS, params)
        )

    def lines(
        self, roll_call_id: str, unit_ids: Collection[str] | None = None
    ) -> tuple[EntryLine, ...]:
        """See the port."""
        rows = self._query(_LINES, {"call": roll_call_id, "units": unit_list(unit_ids)})
        return tuple(_line(row) for row in rows)

    def closed_at(self, roll_call_id: str) -> datetime | None:
        """See the port."""
        at = self._query(_CLOSED, (roll_call_id,))[0]["at"]
        return from_text(at) if at else None

    def corrections(self, roll_call_id: str) -> tuple[CorrectionRecord, ...]:
        """See the port."""
        sql = """SELECT c.* FROM corrections c JOIN entries e ON e.id = c.entry_id
            WHERE e.roll_call_id = ? AND c.undo = 0 ORDER BY c.rowid"""
        return self._all(CorrectionRecord, sql, (roll_call_id,))

    def unanswered(self, start: datetime, end: datetime) -> tuple[tuple[str, int], ...]:
        """See the port."""
        rows = self._db.conn.execute(_UNANSWERED, (utc_text(start), utc_text(end)))
        return tuple((unit, number) for unit, number in rows)

    def kept(self, roll_call_id: str) -> tuple[KeptReportSummary, ...]:
        """See the port."""
        sql = """SELECT id, roll_call_id, kind, made_at FROM reports
            WHERE roll_call_id = ? ORDER BY rowid"""
        return self._all(KeptReportSummary, sql, (roll_call_id,))

    def kept_report(self, report_id: str) -> KeptReport:
        """Raises ``NotFound``."""
        rows = self._query("SELECT * FROM reports WHERE id = ?", (report_id,))
        if not rows:
            raise NotFound()
        row = rows[0]
        return KeptReport(
            id=row["id"],
            roll_call_id=row["roll_call_id"],
            kind=ReportKind(row["kind"]),
            made_at=from_text(row["made_at"]),
            body=json.loads(row["body"]),
        )


class ReportTables(ReportRows):
    """Reading and keeping."""

    def __init__(self, db: Database, journal: Journal) -> None:
        super().__init__(db)
        self._journal = journal

    def keep(self, report: KeptReport, change: Change) -> None:
        """Add a report."""
        row = {
            "id": report.id,
            "roll_call_id": report.roll_call_id,
            "kind": report.kind.value,
            "made_at": utc_text(report.made_at),
            "body": json_text(report.body),
        }
        self._journal.insert("reports", row)
        self._journal.note("report", report.id, report_record(row), change)


def report_record(row: Row) -> Row:
    """A kept report as it stands in the log; its body by its digest."""
    return {**row, "body": {"sha256": digest(row["body"].encode())}}


def _line(row: Row) -> EntryLine:
    def at(name: str) -> datetime | None:
        return from_text(row[name]) if row[name] else None

    return EntryLine(
        entry_id=row["id"],
        subject_kind=SubjectKind(row["subject_kind"]),
        subject_id=row["subject_id"],
        name=row["name"],
        unit_id=row["unit_id"] or "",
        state=EntryState(row["state"]),
        reason=Reason(row["reason"]) if row["reason"] else None,
        rang_at=at("rang_at"),
        answered_at=at("arrived_at"),
        settled_at=at("settled_at"),
        settled_by=row["settled_by"],
        note=row["note"] or "",
        corrected=row["corrected"],
    )
