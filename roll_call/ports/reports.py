"""The store's port for reports: facts to count, lines to print, tables that went out."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from roll_call.effects import ReportKind
from roll_call.people import SubjectKind
from roll_call.ports.records import Change, CorrectionRecord, JsonObject
from roll_call.report import EntryLine
from roll_call.statistics import EntryFact


@dataclass(frozen=True, slots=True)
class KeptReport:
    """The table of a roll-call as it went out; ``body`` is plain JSON and never changes.

    Supervised persons stand in it by id alone: a name would outlive its erasure.
    """

    id: str
    roll_call_id: str
    kind: ReportKind
    made_at: datetime
    body: JsonObject


@dataclass(frozen=True, slots=True)
class KeptReportSummary:
    """A kept report without its body."""

    id: str
    roll_call_id: str
    kind: ReportKind
    made_at: datetime


class ReportsReader(Protocol):
    """Reading for reports. ``unit_ids=None`` means all units."""

    def facts(
        self,
        start: datetime,
        end: datetime,
        kind: SubjectKind,
        unit_ids: Collection[str] | None = None,
    ) -> tuple[EntryFact, ...]:
        """Entries of roll-calls that opened in [start, end), drafts and cancelled ones left out.

        A person's fact stands under the first of their offices.
        """

    def lines(
        self, roll_call_id: str, unit_ids: Collection[str] | None = None
    ) -> tuple[EntryLine, ...]:
        """The rows of a roll-call's table in calling order."""

    def closed_at(self, roll_call_id: str) -> datetime | None:
        """When its window closed, by the log; None while it is open."""

    def corrections(self, roll_call_id: str) -> tuple[CorrectionRecord, ...]:
        """All corrections of a roll-call's entries but undos, oldest first."""

    def unanswered(self, start: datetime, end: datetime) -> tuple[tuple[str, int], ...]:
        """Units and how many of their own entries, of roll-calls that opened in [start, end),
        nobody answered (never_reached, unanswered), faults and leaves apart."""

    def kept(self, roll_call_id: str) -> tuple[KeptReportSummary, ...]:
        """Reports that went out, oldest first."""

    def kept_report(self, report_id: str) -> KeptReport:
        """Raises ``NotFound``."""


class Reports(ReportsReader, Protocol):
    """Keeping what goes out."""

    def keep(self, report: KeptReport, change: Change) -> None:
        """Add a report; the log has its digest. It is never edited."""
