"""Statistics over many roll-calls: month table, ranking, reasons, trends.

Plain figures of plain facts; what is counted how is decided in ``roll_call.report``.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from statistics import median
from typing import TypeVar

from roll_call.entry import EntryState
from roll_call.reasons import Reason
from roll_call.report import Standing, Tally, standing

K = TypeVar("K")

EXPLAINED = frozenset({Standing.LEAVE, Standing.FAULT, Standing.ABSENT, Standing.REVIEW})
"""The columns whose reasons a table names."""


@dataclass(frozen=True, slots=True)
class CallFact:
    """One roll-call: its local day, and the template (点名计划, 点名名单) that it was made from.

    ``template`` is the plan's or list's id, or the title of one called by hand.
    """

    id: str
    day: date
    template: str
    title: str


@dataclass(frozen=True, slots=True)
class EntryFact:
    """One entry, reduced to what statistics need. ``answer_s`` as in ``report.EntryLine``."""

    roll_call_id: str
    unit_id: str
    state: EntryState
    reason: Reason | None
    answer_s: float | None

    @property
    def standing(self) -> Standing:
        """The column it is counted in."""
        return standing(self.state, self.reason)


@dataclass(frozen=True, slots=True)
class Summary:
    """Figures of a group of entries; ``reasons`` count those of ``EXPLAINED`` columns."""

    tally: Tally
    median_answer_s: float | None
    reasons: Mapping[tuple[Standing, Reason], int]


def summary(facts: Sequence[EntryFact]) -> Summary:
    """Count columns and reasons, and take the median of the answers."""
    columns: Counter[Standing] = Counter()
    reasons: Counter[tuple[Standing, Reason]] = Counter()
    answers: list[float] = []
    for fact in facts:
        column = fact.standing
        columns[column] += 1
        if column in EXPLAINED and fact.reason is not None:
            reasons[column, fact.reason] += 1
        if fact.answer_s is not None:
            answers.append(fact.answer_s)
    return Summary(Tally(columns), median(answers) if answers else None, reasons)


@dataclass(frozen=True, slots=True)
class MonthTable:
    """月报: a row a unit, a column a template; ``cells`` has only pairs that occurred.

    ``templates`` are (key, newest title) in the order of their titles.
    """

    templates: tuple[tuple[str, str], ...]
    cells: Mapping[tuple[str, str], Summary]
    by_unit: Mapping[str, Summary]
    total: Summary


def month_table(calls: Sequence[CallFact], facts: Sequence[EntryFact]) -> MonthTable:
    """Group by unit and template."""
    known = {call.id: call.template for call in calls}
    cells = _grouped(facts, lambda fact: (fact.unit_id, known[fact.roll_call_id]))
    return MonthTable(
        templates=templates(calls, facts),
        cells={key: summary(group) for key, group in cells.items()},
        by_unit=by_unit(facts),
        total=summary(facts),
    )


def by_unit(facts: Iterable[EntryFact]) -> dict[str, Summary]:
    """Figures of each unit."""
    return {unit: summary(group) for unit, group in _grouped(facts, lambda f: f.unit_id).items()}


def templates(calls: Iterable[CallFact], facts: Iterable[EntryFact]) -> tuple[tuple[str, str], ...]:
    """Key and newest title of the templates that occur, in the order of their titles."""
    held = {fact.roll_call_id for fact in facts}
    newest_last = sorted((call for call in calls if call.id in held), key=lambda call: call.day)
    titles = {call.template: call.title for call in newest_last}
    return tuple(sorted(titles.items(), key=_by_title))


def _by_title(template: tuple[str, str]) -> tuple[str, str]:
    return template[1], template[0]


@dataclass(frozen=True, slots=True)
class Ranked:
    """``place`` is shared by units with the same rate (1, 1, 3); None where there is no rate."""

    place: int | None
    unit_id: str
    summary: Summary


def ranking(by_unit: Mapping[str, Summary]) -> tuple[Ranked, ...]:
    """Units by response rate net of device faults, those without a rate last.

    The median answer time only orders units of the same place: a slow line is no shortcoming.
    """
    rated = [(unit, s, s.tally.response_rate) for unit, s in by_unit.items()]
    with_rate = sorted(
        ((rate, unit, s) for unit, s, rate in rated if rate is not None),
        key=lambda row: (-row[0], _or_last(row[2].median_answer_s), row[1]),
    )
    ranked: list[Ranked] = []
    place, last = 0, None
    for index, (rate, unit, figures) in enumerate(with_rate, start=1):
        if rate != last:
            place, last = index, rate
        ranked.append(Ranked(place, unit, figures))
    unrated = sorted((unit, s) for unit, s, rate in rated if rate is None)
    return (*ranked, *(Ranked(None, unit, figures) for unit, figures in unrated))


def _or_last(seconds: float | None) -> float:
    return float("inf") if seconds is None else seconds


class Step(StrEnum):
    """The length of a trend's steps."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"

    def begin(self, day: date) -> date:
        """The first day of the step that a day lies in; weeks begin on Monday (ISO 8601)."""
        match self:
            case Step.DAY:
                return day
            case Step.WEEK:
                return day - timedelta(days=day.weekday())
            case Step.MONTH:
                return day.replace(day=1)


def trend(
    calls: Iterable[CallFact], facts: Sequence[EntryFact], step: Step
) -> tuple[tuple[date, Summary], ...]:
    """Figures by step, earliest first; steps without a roll-call are left out."""
    days = {call.id: step.begin(call.day) for call in calls}
    grouped = _grouped(facts, lambda fact: days[fact.roll_call_id])
    return tuple((begin, summary(grouped[begin])) for begin in sorted(grouped))


def _grouped(facts: Iterable[EntryFact], key: Callable[[EntryFact], K]) -> dict[K, list[EntryFact]]:
    groups: defaultdict[K, list[EntryFact]] = defaultdict(list)
    for fact in facts:
        groups[key(fact)].append(fact)
    return groups
