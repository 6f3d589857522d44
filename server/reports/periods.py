"""Days, months and longer: the facts of a period, and the tables made of them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from roll_call.call import RollCall, RollCallState
from roll_call.call_origin import CallOrigin
from roll_call.errors import InvalidInput
from roll_call.people import SubjectKind
from roll_call.ports.store import Records
from roll_call.report import EntryLine, completion, tally
from roll_call.statistics import (
    CallFact,
    EntryFact,
    Step,
    by_unit,
    month_table,
    ranking,
    summary,
    templates,
    trend,
)
from server.api.report_schemas import (
    DailyView,
    DayCall,
    DayCell,
    DayRow,
    MonthRow,
    MonthView,
    RankedView,
    StatisticsView,
    TemplateView,
    TrendPoint,
)
from server.directory import Directory
from server.instants import day_bounds, wire
from server.reports.figures import completion_view, summary_view, tally_view

MAX_DAYS = 3 * 366
NEVER_HELD = frozenset({RollCallState.DRAFT, RollCallState.CANCELLED})
Kind = Literal["unit", "person"]


@dataclass(frozen=True, slots=True)
class Period:
    """Local days, both included; raises InvalidInput(bad_period) for none or too many."""

    first: date
    last: date

    def __post_init__(self) -> None:
        if not 0 <= (self.last - self.first).days < MAX_DAYS:
            raise InvalidInput("bad_period", days=MAX_DAYS)


def month_of(text: str) -> Period:
    """``YYYY-MM``; raises InvalidInput(bad_time)."""
    try:
        first = date.fromisoformat(f"{text}-01")
    except ValueError as error:
        raise InvalidInput("bad_time") from error
    following = (first + timedelta(days=31)).replace(day=1)
    return Period(first, following - timedelta(days=1))


@dataclass(frozen=True, slots=True)
class Facts:
    """What happened in a period."""

    calls: tuple[CallFact, ...]
    entries: tuple[EntryFact, ...]

    def of(self, template: str | None, unit_id: str | None) -> "Facts":
        """Only those of a template and a unit, where one is named."""
        kept = {c.id for c in self.calls if template in {None, c.template}}
        entries = tuple(
            fact
            for fact in self.entries
            if fact.roll_call_id in kept and unit_id in {None, fact.unit_id}
        )
        return Facts(self.calls, entries)

    @property
    def roll_calls(self) -> int:
        """How many roll-calls the entries belong to."""
        return len({fact.roll_call_id for fact in self.entries})


def read_facts(
    records: Records,
    period: Period,
    kind: Kind,
    zone: ZoneInfo,
    unit_ids: Collection[str] | None,
) -> Facts:
    """Raises InvalidInput(bad_time)."""
    start, end = day_bounds(period.first, zone)[0], day_bounds(period.last, zone)[1]
    held = [
        call
        for call in records.calls.roll_calls_between(start, end)
        if call.state not in NEVER_HELD
    ]
    origins = records.call_lists.origins([call.id for call in held])
    calls = tuple(
        CallFact(
            call.id,
            call.opens_at.astimezone(zone).date(),
            _template(call, origins.get(call.id)),
            call.title,
        )
        for call in held
    )
    return Facts(calls, records.reports.facts(start, end, SubjectKind(kind), unit_ids))


def _template(call: RollCall, origin: CallOrigin | None) -> str:
    """The plan, the list, or the title: what the month table has a column for."""
    return call.plan_id or (origin.call_list_id if origin else None) or call.title


def month_view(
    month: str, kind: Kind, facts: Facts, directory: Directory, can_export: bool
) -> MonthView:
    """月报."""
    table = month_table(facts.calls, facts.entries)
    rows = [
        MonthRow(
            unit_id=unit,
            unit=directory.name(unit),
            total=summary_view(total),
            cells={
                key: summary_view(table.cells[unit, key])
                for key, _ in table.templates
                if (unit, key) in table.cells
            },
        )
        for unit, total in table.by_unit.items()
    ]
    return MonthView(
        month=month,
        kind=kind,
        templates=[TemplateView(key=key, title=title) for key, title in table.templates],
        rows=sorted(rows, key=lambda row: row.unit),
        total=summary_view(table.total),
        roll_calls=facts.roll_calls,
        can_export=can_export,
    )


def statistics_view(
    period: Period, step: Step, kind: Kind, everything: Facts, chosen: Facts, directory: Directory
) -> StatisticsView:
    """The figures of ``chosen``; the templates to choose from are those of ``everything``."""
    known = templates(everything.calls, everything.entries)
    return StatisticsView(
        first=period.first.isoformat(),
        last=period.last.isoformat(),
        step=step.value,
        kind=kind,
        roll_calls=chosen.roll_calls,
        total=summary_view(summary(chosen.entries)),
        ranking=[
            RankedView(
                place=ranked.place,
                unit_id=ranked.unit_id,
                unit=directory.name(ranked.unit_id),
                tally=summary_view(ranked.summary),
            )
            for ranked in ranking(by_unit(chosen.entries))
        ],
        trend=[
            TrendPoint(begins=begins.isoformat(), tally=summary_view(figures))
            for begins, figures in trend(chosen.calls, chosen.entries, step)
        ],
        templates=[TemplateView(key=key, title=title) for key, title in known],
    )


def read_day(
    records: Records,
    day: date,
    zone: ZoneInfo,
    unit_ids: Collection[str] | None,
    can_export: bool,
) -> DailyView:
    """每日汇总: a row a unit, a column a roll-call of units."""
    start, end = day_bounds(day, zone)
    calls: list[DayCall] = []
    cells: dict[tuple[str, str], dict[str, DayCell]] = {}
    persons: list[EntryLine] = []
    for call in records.calls.roll_calls_between(start, end):
        if call.state in NEVER_HELD:
            continue
        lines = records.reports.lines(call.id, unit_ids)
        persons += [line for line in lines if line.subject_kind is SubjectKind.PERSON]
        units = [line for line in lines if line.subject_kind is SubjectKind.UNIT]
        if not units:
            continue
        done = completion(units, records.reports.closed_at(call.id))
        calls.append(
            DayCall(
                id=call.id,
                title=call.title,
                state=call.state.value,
                opens_at=wire(call.opens_at),
                completion=completion_view(done),
            )
        )
        for line in units:
            cells.setdefault((line.subject_id, line.name), {})[call.id] = _cell(line)
    return DailyView(
        day=day.isoformat(),
        calls=calls,
        rows=_rows(cells),
        persons=tally_view(tally(line.standing for line in persons)),
        can_export=can_export,
    )


def _rows(cells: Mapping[tuple[str, str], dict[str, DayCell]]) -> list[DayRow]:
    return [DayRow(unit_id=u, unit=name, cells=row) for (u, name), row in cells.items()]


def _cell(line: EntryLine) -> DayCell:
    return DayCell(
        entry_id=line.entry_id,
        state=line.state.value,
        reason=line.reason.value if line.reason else None,
        standing=line.standing.value,
        answer_s=line.answer_s,
    )
