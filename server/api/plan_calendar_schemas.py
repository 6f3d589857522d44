"""The HTTP API's values about the calendar of plans and the origin of roll-calls."""

from typing import Literal

from server.api.call_list_schemas import Called, Day, ExclusionView
from server.api.schemas import Moment, Schema

Fate = Literal["upcoming", "opened", "late", "missed", "cancelled"]
Why = Literal["server_down", "delayed"]


class PlannedView(Schema):
    """A plan on a day to come. ``band``: it opens at a moment between ``opens_at`` and
    ``closes_at`` that chance chooses. ``listed`` could be called, ``called`` of them are;
    ``excluded`` are left out."""

    plan_id: str
    title: str
    subject_kind: Called
    opens_at: Moment
    closes_at: Moment
    band: bool
    listed: int
    called: int
    excluded: int


class HappenedView(Schema):
    """A roll-call on its day. ``late_s``: by how much it opened late; ``why``: where it was late or
    missed. ``made_up_by`` and ``made_up_for``: the roll-calls at the other end of a making up."""

    roll_call_id: str
    title: str
    plan_id: str | None
    fate: Fate
    state: str
    opens_at: Moment
    closes_at: Moment
    band: bool
    opened_at: Moment | None
    late_s: int
    why: Why | None
    counts: dict[str, int]
    total: int
    made_up_by: str | None
    made_up_for: str | None


class OverlapView(Schema):
    """Two plans that want the same subjects at once; ``certain`` unless chance decides. ``names``:
    the first few of them."""

    plans: list[str]
    subjects: int
    names: list[str]
    certain: bool


class PlanDayView(Schema):
    """One day. ``kind``: workday, weekend, holiday or makeup_workday; ``name``: of the holiday.
    ``known``: whether that is more than the weekday."""

    day: Day
    kind: Literal["workday", "weekend", "holiday", "makeup_workday"]
    name: str
    known: bool
    planned: list[PlannedView]
    happened: list[HappenedView]
    overlaps: list[OverlapView]


class PlanCalendarView(Schema):
    """GET /api/plans/calendar?month=YYYY-MM: whole weeks from Monday to Sunday."""

    month: str
    today: Day
    days: list[PlanDayView]


class OriginView(Schema):
    """GET /api/roll-calls/{id}/origin: how it came to its subjects and its moment. ``drawn``: the
    names that chance drew, in calling order; empty before it opens, and where all are called."""

    plan: str | None
    call_list: str | None
    listed: int
    drawn: list[str]
    random_order: bool
    band_from: Moment | None
    band_until: Moment | None
    excluded: list[ExclusionView]
    fate: Fate
    opened_at: Moment | None
    late_s: int
    why: Why | None
    made_up_by: str | None
    made_up_for: str | None
