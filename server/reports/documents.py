"""Documents of the tables: worded in the reader's language, times in the center's zone."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from roll_call.instants import from_text
from server.api.report_schemas import (
    CompletionView,
    DailyView,
    DayCell,
    MonthView,
    ResultTable,
    TallyView,
)
from server.errors import texts
from server.reports.document import Column, Document, Kind, Section, Value, cell_text, clock

COUNTS = ("expected", "present", "leave", "fault", "absent", "review")


@dataclass(frozen=True, slots=True)
class Desk:
    """Who prints what in which words: ``heading`` is the bureau's, ``made`` goes to the foot."""

    heading: str
    locale: str
    zone: ZoneInfo
    officer: str
    now: datetime
    demonstration: bool = False

    def word(self, code: str, **params: str | int) -> str:
        """A word of the reports."""
        return texts(self.locale).word("report", code, params)

    def state(self, state: str, reason: str | None = None) -> str:
        """A state, with its reason."""
        named = texts(self.locale).word("report_states", state)
        if reason is None or state == "present":
            return named
        return f"{named} · {self.reason(reason)}"

    def reason(self, reason: str | None) -> str:
        """A reason, empty for none."""
        return texts(self.locale).word("report_reasons", reason) if reason else ""

    def local(self, at: str | None) -> datetime | None:
        """A moment of the wire as wall-clock time, whole seconds."""
        if at is None:
            return None
        return from_text(at).astimezone(self.zone).replace(tzinfo=None, microsecond=0)

    def foot(self) -> str:
        """Who printed it, and when."""
        at = f"{self.now.astimezone(self.zone):%Y-%m-%d %H:%M:%S}"
        made = self.word("made", at=at, officer=self.officer)
        return f"{self.word('demonstration')} · {made}" if self.demonstration else made


def results_document(
    table: ResultTable, desk: Desk, kept: tuple[str, str] | None = None
) -> Document:
    """A roll-call's table; ``kept`` is kind and moment of one that went out."""
    opened = desk.local(table.opens_at)
    lines = [_sum(table.completion.tally, desk), _times(table.completion, desk)]
    if kept is not None:
        at = f"{desk.local(kept[1]):%Y-%m-%d %H:%M:%S}"
        lines.append(desk.word("kept", kind=desk.word(kept[0]), at=at))
    lines.append(desk.word("rate_note"))
    return Document(
        heading=desk.heading,
        title=f"{table.title}  {opened:%Y-%m-%d %H:%M}",
        lines=tuple(lines),
        sections=tuple(s for s in (_results(table, desk), _corrections(table, desk)) if s.rows),
        foot=desk.foot(),
        landscape=True,
    )


def _results(table: ResultTable, desk: Desk) -> Section:
    word = desk.word
    return Section(
        word("results"),
        (
            Column(word("unit"), width=20),
            Column(word("officers"), width=14),
            Column(word("state"), width=10),
            Column(word("reason"), width=16),
            Column(word("answered_at"), Kind.MOMENT, 18),
            Column(word("answer_s"), Kind.SECONDS, 10),
            Column(word("settled_at"), Kind.MOMENT, 18),
            Column(word("settled_by"), width=12),
            Column(word("note"), width=28),
        ),
        tuple(
            (
                line.name or word("person_hidden"),
                ", ".join(line.officers),
                word(line.standing),
                desk.reason(line.reason),
                desk.local(line.answered_at),
                line.answer_s,
                desk.local(line.settled_at),
                line.settled_by or "",
                line.note,
            )
            for line in table.lines
        ),
    )


def _corrections(table: ResultTable, desk: Desk) -> Section:
    word = desk.word
    return Section(
        word("corrections"),
        (
            Column(word("unit"), width=20),
            Column(word("was"), width=18),
            Column(word("became"), width=18),
            Column(word("at"), Kind.MOMENT, 18),
            Column(word("officer"), width=12),
            Column(word("why"), width=40),
        ),
        tuple(
            (
                line.name or word("person_hidden"),
                desk.state(each.old_state, each.old_reason),
                desk.state(each.new_state, each.new_reason),
                desk.local(each.at),
                each.officer,
                each.why,
            )
            for line in table.lines
            for each in line.corrections
        ),
    )


def daily_document(day: DailyView, desk: Desk) -> Document:
    """每日汇总: the roll-calls of the day, then unit by unit."""
    word = desk.word
    summary = Section(
        word("summary"),
        (
            Column(word("template"), width=24),
            Column(word("at"), Kind.MOMENT, 18),
            *_count_columns(desk),
            Column(word("took"), Kind.SECONDS, 10),
            Column(word("seconds_per_unit"), Kind.SECONDS, 10),
        ),
        tuple(
            (
                call.title,
                desk.local(call.opens_at),
                *_counts(call.completion.tally),
                call.completion.took_s,
                call.completion.seconds_per_unit,
            )
            for call in day.calls
        ),
    )
    units = Section(
        word("results"),
        (Column(word("unit"), width=22), *(Column(call.title, width=16) for call in day.calls)),
        tuple(
            (row.unit, *(_cell(row.cells.get(call.id), desk) for call in day.calls))
            for row in day.rows
        ),
    )
    lines = [word("rate_note")]
    if day.persons.expected:
        lines.insert(0, word("persons", sum=_sum(day.persons, desk)))
    return Document(
        heading=desk.heading,
        title=f"{word('daily')}  {day.day}",
        lines=tuple(lines),
        sections=(summary, units) if day.calls else (summary,),
        foot=desk.foot(),
        landscape=True,
    )


def month_document(month: MonthView, desk: Desk) -> Document:
    """月报: ranking order is the page's; here units stand by name, with every reason."""
    word = desk.word
    totals = Section(
        word("summary"),
        (Column(word("unit"), width=22), *_count_columns(desk)),
        (
            *((row.unit, *_counts(row.total)) for row in month.rows),
            (word("total"), *_counts(month.total)),
        ),
    )
    by_template = Section(
        word("by_template"),
        (
            Column(word("unit"), width=22),
            Column(word("template"), width=22),
            *_count_columns(desk),
        ),
        tuple(
            (row.unit, template.title, *_counts(row.cells[template.key]))
            for row in month.rows
            for template in month.templates
            if template.key in row.cells
        ),
    )
    reasons = Section(
        word("reasons"),
        (
            Column(word("unit"), width=22),
            Column(word("state"), width=14),
            Column(word("reason"), width=22),
            Column(word("number"), Kind.NUMBER, 8),
        ),
        tuple(
            (row.unit, word(column), desk.reason(reason), number)
            for row in month.rows
            for column, reason, number in _reasons(row.total)
        ),
    )
    return Document(
        heading=desk.heading,
        title=f"{word('month')}  {month.month}",
        lines=(_sum(month.total, desk), word("rate_note")),
        sections=tuple(s for s in (totals, by_template, reasons) if s.rows),
        foot=desk.foot(),
        landscape=True,
    )


def _count_columns(desk: Desk) -> Iterable[Column]:
    yield from (Column(desk.word(name), Kind.NUMBER, 8) for name in COUNTS)
    yield Column(desk.word("response_rate"), Kind.PERCENT, 10)
    yield Column(desk.word("median_answer_s"), Kind.SECONDS, 12)


def _counts(tally: TallyView) -> tuple[Value, ...]:
    numbers = tuple(getattr(tally, name) for name in COUNTS)
    return (*numbers, tally.response_rate, tally.median_answer_s)


def _reasons(tally: TallyView) -> Iterable[tuple[str, str, int]]:
    for key, number in tally.reasons.items():
        column, _, reason = key.partition(".")
        yield column, reason, number


def _cell(cell: DayCell | None, desk: Desk) -> str:
    """The column it is counted in, and the reason where that says more."""
    if cell is None:
        return ""
    column, reason = desk.word(cell.standing), desk.reason(cell.reason)
    plain = cell.standing == "present" or reason in {"", column}
    return column if plain else f"{column} · {reason}"


def _sum(tally: TallyView, desk: Desk) -> str:
    named = (*COUNTS, "waiting")
    return desk.word("sum", **{name: getattr(tally, name) for name in named})


def _times(done: CompletionView, desk: Desk) -> str:
    def at(moment: str | None) -> str:
        local = desk.local(moment)
        return f"{local:%H:%M:%S}" if local else "–"

    return desk.word(
        "times",
        **{"from": at(done.started_at)},
        to=at(done.ended_at),
        took="–" if done.took_s is None else clock(done.took_s),
        each=cell_text(Kind.SECONDS, done.seconds_per_unit),
        answer=cell_text(Kind.SECONDS, done.tally.median_answer_s),
        rate=cell_text(Kind.PERCENT, done.tally.response_rate),
    )
