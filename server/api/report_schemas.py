"""The HTTP values of reports and statistics."""

from typing import Annotated, Literal

from pydantic import Field

from server.api.schemas import Moment, Schema

Day = Annotated[str, Field(description="YYYY-MM-DD in the center's zone")]


class TallyView(Schema):
    """应到 = 实到 + 请假 + 故障 + 未到 + 待核查 + 未完; ``response_rate`` 0..1 is net of faults.

    ``reasons``: number by ``<column>.<reason>``, of leave, fault, absent and review.
    """

    expected: int
    present: int
    leave: int
    fault: int
    absent: int
    review: int
    waiting: int
    void: int
    response_rate: float | None
    median_answer_s: float | None
    reasons: dict[str, int]


class CompletionView(Schema):
    """完成汇总; ``took_s`` is from the first ring to the end."""

    tally: TallyView
    started_at: Moment | None
    ended_at: Moment | None
    took_s: float | None
    seconds_per_unit: float | None


class CorrectedView(Schema):
    """更正: the original beside what it became."""

    at: Moment
    officer: str
    why: str
    old_state: str
    old_reason: str | None
    new_state: str
    new_reason: str


class ResultLine(Schema):
    """One row of a roll-call's table. ``standing``: the column it is counted in."""

    entry_id: str
    subject_kind: str
    subject_id: str
    name: str
    unit: str
    officers: list[str]
    state: str
    reason: str | None
    standing: str
    rang_at: Moment | None
    answered_at: Moment | None
    answer_s: float | None
    settled_at: Moment | None
    settled_by: str | None
    note: str
    corrections: list[CorrectedView]


class ResultTable(Schema):
    """A roll-call's table: what is on the screen, printed, and kept as it went out."""

    roll_call_id: str
    title: str
    state: str
    opens_at: Moment
    closes_at: Moment
    created_by: str | None
    completion: CompletionView
    lines: list[ResultLine]


class KeptReportView(Schema):
    """A table that went out: cut_off 截止表, final 终表, revised 修订表."""

    id: str
    kind: Literal["cut_off", "final", "revised"]
    made_at: Moment


class ResultsView(Schema):
    """GET /api/roll-calls/{id}/results."""

    table: ResultTable
    kept: list[KeptReportView]
    can_correct: bool
    can_export: bool


class DayCall(Schema):
    """One roll-call of units in the daily table."""

    id: str
    title: str
    state: str
    opens_at: Moment
    completion: CompletionView


class DayCell(Schema):
    """How a unit stood in one roll-call of the day."""

    entry_id: str
    state: str
    reason: str | None
    standing: str
    answer_s: float | None


class DayRow(Schema):
    """A unit's day; ``cells`` by roll-call id, without those that did not list it."""

    unit_id: str
    unit: str
    cells: dict[str, DayCell]


class DailyView(Schema):
    """GET /api/reports/daily: 每日汇总, for the leader. ``persons``: all persons' roll-calls."""

    day: Day
    calls: list[DayCall]
    rows: list[DayRow]
    persons: TallyView
    can_export: bool


class TemplateView(Schema):
    """A column of the month table: a plan, a call list, or a title called by hand."""

    key: str
    title: str


class MonthRow(Schema):
    """A unit's month; ``cells`` by template key."""

    unit_id: str
    unit: str
    total: TallyView
    cells: dict[str, TallyView]


class MonthView(Schema):
    """GET /api/reports/month: 月报, unit x template, with reasons."""

    month: Annotated[str, Field(description="YYYY-MM")]
    kind: Literal["unit", "person"]
    templates: list[TemplateView]
    rows: list[MonthRow]
    total: TallyView
    roll_calls: int
    can_export: bool


class RankedView(Schema):
    """排名 net of device faults; ``place`` None where nothing was judged."""

    place: int | None
    unit_id: str
    unit: str
    tally: TallyView


class TrendPoint(Schema):
    """A step of a trend, named by its first day."""

    begins: Day
    tally: TallyView


class StatisticsView(Schema):
    """GET /api/statistics."""

    first: Day
    last: Day
    step: Literal["day", "week", "month"]
    kind: Literal["unit", "person"]
    roll_calls: int
    total: TallyView
    ranking: list[RankedView]
    trend: list[TrendPoint]
    templates: list[TemplateView]
