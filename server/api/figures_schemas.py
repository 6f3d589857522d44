"""The HTTP values of daily figures (日报数据)."""

from typing import Annotated, Literal

from pydantic import Field

from roll_call.daily_figures import FIELDS, LABEL_CHARACTERS, TEXT_CHARACTERS
from server.api.schemas import Moment, Note, Schema

Day = Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$", description="Local day of the center")]
Key = Annotated[str, Field(min_length=1, max_length=40, pattern=r"^[A-Za-z0-9_-]+$")]
Label = Annotated[str, Field(min_length=1, max_length=LABEL_CHARACTERS)]
Status = Literal["missing", "draft", "submitted", "locked"]
Typed = Annotated[
    dict[Key, Annotated[str, Field(max_length=TEXT_CHARACTERS)]], Field(max_length=FIELDS)
]


class FigureFieldView(Schema):
    """One line of the form; a new one needs no ``key``."""

    key: Key | None = None
    label_zh: Label
    label_en: Label
    kind: Literal["number", "text"] = "number"
    required: bool = True
    summed: bool = True


class FigureFormView(Schema):
    """The form of a day; older days keep the version that was in use then."""

    version: int
    valid_from: Day
    deadline: Annotated[str, Field(description="Local time, HH:MM")]
    unit_kinds: list[str]
    fields: list[FigureFieldView]


class NewFigureForm(Schema):
    """PUT /api/figures/form; in use from today where nobody has typed yet, else tomorrow."""

    deadline: Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")] = "09:00"
    unit_kinds: Annotated[list[str], Field(min_length=1, max_length=10)]
    fields: Annotated[list[FigureFieldView], Field(min_length=1, max_length=FIELDS)]


class FiguresForms(Schema):
    """GET /api/figures/form: the form of the day, and a newer one that begins later."""

    current: FigureFormView | None
    coming: FigureFormView | None


class Unlocked(Schema):
    """A duty officer let the unit in again after the deadline."""

    by: str
    at: Moment
    reason: str


class UnitFigures(Schema):
    """One unit's figures of a day; ``typed`` is what stands in the form, as it was typed."""

    unit_id: str
    unit: str
    day: Day
    status: Status
    editable: bool
    typed: dict[str, str]
    saved_at: Moment | None
    saved_by: str | None
    submitted_at: Moment | None
    submitted_by: str | None
    unlocked: Unlocked | None


class FiguresTable(Schema):
    """GET /api/figures: every unit that hands in, and the sums over what was handed in."""

    day: Day
    form: FigureFormView | None
    deadline: Moment | None
    over: Annotated[bool, Field(description="The deadline is over")]
    rows: list[UnitFigures]
    sums: Annotated[dict[str, float], Field(description="By field key")]
    missing: Annotated[list[str], Field(description="Units that have not handed in")]


class OwnFigures(Schema):
    """GET /api/terminal/figures: the terminal's own unit, today."""

    form: FigureFormView
    deadline: Moment
    figures: UnitFigures


class TypedFigures(Schema):
    """What stands in the form now; ``done`` hands it in. What cannot be handed in stays a draft."""

    typed: Typed
    done: bool = False


class UnlockFigures(Schema):
    """POST .../unlock."""

    reason: Annotated[Note, Field(min_length=1)]
