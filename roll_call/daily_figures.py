"""Daily figures (日报数据): a form of the center, handed in by each unit, locked at the deadline.

What was typed is kept as it was typed until it is handed in; only then is it checked. Moments,
days and the zone come in as values.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, tzinfo
from decimal import Decimal, InvalidOperation
from enum import StrEnum

from roll_call.errors import Conflict, InvalidInput
from roll_call.people import UnitKind

FIELDS = 40
LABEL_CHARACTERS = 60
TEXT_CHARACTERS = 500
LARGEST = Decimal(10) ** 12


class FigureKind(StrEnum):
    """What is typed into a field."""

    NUMBER = "number"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class FigureField:
    """One line of the form; ``key`` is stable over versions, labels may change.

    Raises InvalidInput(figure_label_required, sum_of_text).
    """

    key: str
    label_zh: str
    label_en: str
    kind: FigureKind = FigureKind.NUMBER
    required: bool = True
    summed: bool = True

    def __post_init__(self) -> None:
        labels = (self.label_zh, self.label_en)
        if not all(0 < len(label.strip()) <= LABEL_CHARACTERS for label in labels):
            raise InvalidInput("figure_label_required", limit=LABEL_CHARACTERS)
        if self.summed and self.kind is FigureKind.TEXT:
            raise InvalidInput("sum_of_text", field=self.key)


@dataclass(frozen=True, slots=True)
class FigureForm:
    """A version of the form (表单版本), in use from a local day on; older days keep theirs.

    ``deadline`` is local time; units of ``unit_kinds`` hand in. Raises
    InvalidInput(no_figures, figure_key_twice, no_unit_kinds).
    """

    version: int
    valid_from: date
    deadline: time
    unit_kinds: tuple[UnitKind, ...]
    fields: tuple[FigureField, ...]

    def __post_init__(self) -> None:
        if not 0 < len(self.fields) <= FIELDS:
            raise InvalidInput("no_figures", limit=FIELDS)
        if len({field.key for field in self.fields}) != len(self.fields):
            raise InvalidInput("figure_key_twice")
        if not self.unit_kinds:
            raise InvalidInput("no_unit_kinds")

    def deadline_on(self, day: date, zone: tzinfo) -> datetime:
        """The moment at which that day's figures are locked."""
        return datetime.combine(day, self.deadline, zone)


def form_on(forms: Iterable[FigureForm], day: date) -> FigureForm | None:
    """The newest version that is in use on a day."""
    valid = [form for form in forms if form.valid_from <= day]
    return max(valid, key=lambda form: form.version, default=None)


class FiguresStatus(StrEnum):
    """Where a unit's figures of one day stand."""

    MISSING = "missing"
    """未填: nothing is there."""
    DRAFT = "draft"
    """草稿: typed, not handed in."""
    SUBMITTED = "submitted"
    """已报: handed in, may still be changed."""
    LOCKED = "locked"
    """已锁定: handed in, and the deadline is over."""

    @property
    def handed_in(self) -> bool:
        """Whether they count in the sums."""
        return self in {self.SUBMITTED, self.LOCKED}


@dataclass(frozen=True, slots=True)
class DayFigures:
    """One unit's figures of one local day; ``typed`` by field key. ``unlocked_*``: the last time
    that a duty officer let the unit in again after the deadline, and why."""

    id: str
    unit_id: str
    day: date
    form_version: int
    status: FiguresStatus
    typed: Mapping[str, str]
    saved_at: datetime
    saved_by: str
    submitted_at: datetime | None = None
    submitted_by: str | None = None
    unlocked_at: datetime | None = None
    unlocked_by: str | None = None
    unlock_reason: str = ""


def figures_id(unit_id: str, day: date) -> str:
    """One record a unit and day."""
    return f"{unit_id}-{day.isoformat()}"


def may_edit(figures: DayFigures | None, deadline: datetime, now: datetime) -> bool:
    """Before the deadline always; after it only while an officer has unlocked them."""
    if now < deadline:
        return figures is None or figures.status is not FiguresStatus.LOCKED
    unlocked = figures is not None and figures.unlocked_at is not None
    return unlocked and figures is not None and not figures.status.handed_in


def type_in(
    old: DayFigures | None,
    form: FigureForm,
    unit_id: str,
    day: date,
    typed: Mapping[str, str],
    officer: str,
    deadline: datetime,
    now: datetime,
) -> DayFigures:
    """The draft with what stands in the form now; figures that were handed in are taken back.

    Raises Conflict(figures_locked), InvalidInput(unknown_figure, figure_too_long).
    """
    if not may_edit(old, deadline, now):
        raise Conflict("figures_locked")
    _check_typed(form, typed)
    base = old or DayFigures(
        figures_id(unit_id, day), unit_id, day, form.version, FiguresStatus.DRAFT, {}, now, officer
    )
    return replace(
        base,
        form_version=form.version,
        status=FiguresStatus.DRAFT,
        typed=dict(typed),
        saved_at=now,
        saved_by=officer,
    )


def hand_in(
    draft: DayFigures, form: FigureForm, officer: str, deadline: datetime, now: datetime
) -> DayFigures:
    """The figures as handed in; after an unlocking they lock at once.

    Raises InvalidInput(figure_required, figure_not_a_number) naming the first field in question.
    """
    for field in form.fields:
        text = draft.typed.get(field.key, "").strip()
        if field.required and not text:
            raise InvalidInput("figure_required", field=field.key)
        if text and field.kind is FigureKind.NUMBER and number(text) is None:
            raise InvalidInput("figure_not_a_number", field=field.key)
    over = now >= deadline
    return replace(
        draft,
        status=FiguresStatus.LOCKED if over else FiguresStatus.SUBMITTED,
        submitted_at=now,
        submitted_by=officer,
    )


def lock(figures: DayFigures) -> DayFigures:
    """At the deadline: what was handed in stays as it is."""
    if figures.status is not FiguresStatus.SUBMITTED:
        raise Conflict("figures_not_submitted")
    return replace(figures, status=FiguresStatus.LOCKED)


def unlock(
    old: DayFigures | None,
    form: FigureForm,
    unit_id: str,
    day: date,
    officer: str,
    reason: str,
    deadline: datetime,
    now: datetime,
) -> DayFigures:
    """A duty officer lets the unit in again (解锁); what was typed stays as a draft.

    Raises InvalidInput(reason_required), Conflict(figures_not_locked).
    """
    if not reason.strip():
        raise InvalidInput("reason_required")
    if may_edit(old, deadline, now):
        raise Conflict("figures_not_locked")
    base = old or DayFigures(
        figures_id(unit_id, day), unit_id, day, form.version, FiguresStatus.DRAFT, {}, now, officer
    )
    return replace(
        base,
        status=FiguresStatus.DRAFT,
        unlocked_at=now,
        unlocked_by=officer,
        unlock_reason=reason.strip(),
    )


def number(text: str) -> Decimal | None:
    """What was typed as a count, zero or more; full-width digits and thousands' commas are read."""
    try:
        value = Decimal(text.strip().replace(",", "").replace("，", ""))
    except InvalidOperation:
        return None
    return value if value.is_finite() and 0 <= value <= LARGEST else None


def sums(form: FigureForm, figures: Iterable[DayFigures]) -> dict[str, Decimal]:
    """The center's totals by field key, over what was handed in."""
    handed_in = [one for one in figures if one.status.handed_in]
    return {
        field.key: sum(
            (number(one.typed.get(field.key, "")) or Decimal(0) for one in handed_in), Decimal(0)
        )
        for field in form.fields
        if field.summed
    }


def _check_typed(form: FigureForm, typed: Mapping[str, str]) -> None:
    known = {field.key for field in form.fields}
    for key, text in typed.items():
        if key not in known:
            raise InvalidInput("unknown_figure")
        if len(text) > TEXT_CHARACTERS:
            raise InvalidInput("figure_too_long", field=key, limit=TEXT_CHARACTERS)
