"""The HTTP API's values about plans."""

from typing import Annotated, Literal

from pydantic import Field

from server.api.call_list_schemas import Called, Day, ExclusionValue, ExclusionView
from server.api.schemas import Moment, Name, Schema

MOST_MINUTES = 24 * 60
Minutes = Annotated[int, Field(ge=0, le=MOST_MINUTES)]


class PlanView(Schema):
    """GET /api/plans. ``call_list``: the name of the list it calls from. ``sample_count`` and
    ``sample_percent``: how many are drawn (both 0: all). ``late_open_minutes``: how late it may
    open where the server was down, as set (null: the center's own measure) and as it holds.
    ``prepared``: whether today's roll-call is prepared already and stays as it is."""

    id: str
    title: str
    subject_kind: Called
    weekdays: list[int]
    days: str
    starts: str
    duration_minutes: int
    random_window_minutes: int
    unit_ids: list[str]
    active: bool
    call_list_id: str | None
    call_list: str | None
    excluded_days: list[Day]
    exclusions: list[ExclusionView]
    sample_count: int
    sample_percent: int
    random_order: bool
    late_open_minutes: int | None
    late_open_holds_minutes: int
    prepared: bool
    next_at: Moment | None


class NewPlan(Schema):
    """POST /api/plans, at ``starts`` (HH:MM local). Persons of ``unit_ids`` (all below them), or
    those very units in their order, or the subjects of ``call_list_id``."""

    title: Name
    subject_kind: Called = "person"
    weekdays: Annotated[list[Annotated[int, Field(ge=1, le=7)]], Field(max_length=7)] = Field(
        default_factory=list
    )
    days: Literal["every_day", "workdays", "holidays", "weekdays"] = "workdays"
    starts: Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
    duration_minutes: Annotated[int, Field(ge=5, le=MOST_MINUTES)] = 60
    random_window_minutes: Annotated[int, Field(ge=0, le=12 * 60)] = 0
    unit_ids: Annotated[list[str], Field(max_length=1000)] = Field(default_factory=list)
    call_list_id: str | None = None
    excluded_days: Annotated[list[Day], Field(max_length=366)] = Field(default_factory=list)
    exclusions: Annotated[list[ExclusionValue], Field(max_length=1000)] = Field(
        default_factory=list
    )
    sample_count: Annotated[int, Field(ge=0, le=100_000)] = 0
    sample_percent: Annotated[int, Field(ge=0, le=100)] = 0
    random_order: bool = False
    late_open_minutes: Minutes | None = None
    active: bool = True
