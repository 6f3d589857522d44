"""The HTTP values of the duty roster; days and hours are those of the center's zone."""

from typing import Annotated, Literal

from pydantic import Field

from server.api.schemas import Moment, Name, Note, Schema

Day = Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$", description="YYYY-MM-DD, local")]
Hour = Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$", description="HH:MM, local")]
Kind = Literal["workday", "weekend", "holiday", "makeup_workday"]
Rank = Annotated[int, Field(ge=0, le=3, description="0 is the A officer, 1 the B officer")]
Ref = Annotated[str, Field(min_length=1, max_length=64)]


class DayView(Schema):
    """A day of the calendar; ``known`` false: its kind is a guess by the weekday."""

    day: Day
    kind: Kind
    name: str
    known: bool


class ShiftView(Schema):
    """A shift; ``officer`` is who stands it, ``planned`` who was written down for it.

    ``by_hand``: no rotation rule changes it any more. ``substitution``: asked or approved.
    ``clash``: the officer stands another shift at the same time (said by GET /api/roster alone).
    """

    id: str
    unit_id: str
    day: Day
    starts: Hour
    ends: Hour
    starts_at: Moment
    ends_at: Moment
    leader: bool
    rank: int
    officer_id: str
    officer: str
    planned_id: str
    planned: str
    rule_id: str | None
    by_hand: bool
    substitution: Literal["asked", "approved"] | None
    clash: bool


class RosterOfficer(Schema):
    """Somebody who can be put down for a shift."""

    id: str
    name: str
    post: str
    unit: str


class RosterView(Schema):
    """GET /api/roster. ``in_charge``: the officer decides on substitutions of this unit now."""

    unit_id: str
    unit: str
    days: list[DayView]
    shifts: list[ShiftView]
    officers: list[RosterOfficer]
    editable: bool
    in_charge: bool


class ShiftInput(Schema):
    """POST /api/roster/shifts, PUT /api/roster/shifts/{id}; ends up to ``starts``: next day."""

    unit_id: Ref
    officer_id: Ref
    day: Day
    starts: Hour
    ends: Hour
    leader: bool = False
    rank: Rank = 0


class OnDutyView(Schema):
    """An officer on duty now."""

    officer_id: str
    name: str
    post: str
    phone: str
    leader: bool
    rank: int
    substitute_for: Annotated[str | None, Field(description="Name of who stays away")]


class UnitOnDuty(Schema):
    """GET /api/roster/now: nobody in ``on`` is a gap; ``next_at`` is the next shift in a week."""

    unit_id: str
    unit: str
    kind: str
    phone: str
    on: list[OnDutyView]
    next_at: Moment | None


class RuleInput(Schema):
    """A rotation rule; ``turns`` are officers' ids, A first."""

    unit_id: Ref
    title: Name
    turns: Annotated[list[list[Ref]], Field(max_length=100)]
    cycle: Literal["day", "week"] = "day"
    starts: Hour = "08:30"
    ends: Hour = "08:30"
    day_kinds: list[Kind]
    from_day: Day
    leader: bool = False


class RuleView(RuleInput):
    """``until`` is the last day that shifts were made for."""

    id: str
    until: Day | None


class PreviewRequest(Schema):
    """POST /api/roster/rules/preview; ``rule_id`` null: a new rule."""

    rule: RuleInput
    rule_id: str | None = None
    first: Day
    last: Day


class ApplyRequest(PreviewRequest):
    """POST /api/roster/rules/apply; ``digest`` is the one of the preview that was seen."""

    digest: str


class DifferenceView(Schema):
    """One shift of the preview; KEPT ones stay as they are, whatever the rule wants."""

    fate: Literal[
        "added",
        "changed",
        "removed",
        "unchanged",
        "kept_by_hand",
        "kept_substituted",
        "kept_begun",
    ]
    day: Day
    starts: Hour
    ends: Hour
    leader: bool
    rank: int
    officer: str
    was: str | None


class PreviewView(Schema):
    """``unknown_from``: from this day on holidays are a guess by the weekday."""

    digest: str
    days: list[DayView]
    differences: list[DifferenceView]
    unknown_from: Day | None


class SubstitutionRequest(Schema):
    """POST /api/substitutions; ``in_return_id``: a shift of the substitute taken in exchange."""

    shift_id: Ref
    substitute_id: Ref
    in_return_id: str | None = None
    reason: Note


class SubstitutionDecision(Schema):
    """POST /api/substitutions/{id}/decision."""

    approve: bool
    note: Note = ""


class SubstitutionView(Schema):
    """A substitution; ``may_decide`` and ``may_withdraw`` are said for who asks."""

    id: str
    unit_id: str
    unit: str
    shift: ShiftView
    in_return: ShiftView | None
    officer: str
    substitute: str
    asked_by: str
    asked_at: Moment
    reason: str
    state: Literal["asked", "approved", "refused", "withdrawn"]
    decided_by: str | None
    decided_at: Moment | None
    note: str
    may_decide: bool
    may_withdraw: bool
