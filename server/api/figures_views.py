"""Daily figures as HTTP shows them."""

from datetime import date, datetime

from roll_call.daily_figures import DayFigures, FigureForm, may_edit
from server.api.figures_schemas import FigureFieldView, FigureFormView, UnitFigures, Unlocked
from server.api.routing import Call
from server.instants import wire


def form_view(form: FigureForm | None) -> FigureFormView | None:
    """None stays None."""
    if form is None:
        return None
    return FigureFormView(
        version=form.version,
        valid_from=form.valid_from.isoformat(),
        deadline=f"{form.deadline:%H:%M}",
        unit_kinds=[kind.value for kind in form.unit_kinds],
        fields=[
            FigureFieldView(
                key=field.key,
                label_zh=field.label_zh,
                label_en=field.label_en,
                kind=field.kind.value,
                required=field.required,
                summed=field.summed,
            )
            for field in form.fields
        ],
    )


def unit_figures(
    call: Call, unit_id: str, day: date, figures: DayFigures | None, deadline: datetime
) -> UnitFigures:
    """A unit's figures, or that there are none yet."""
    directory = call.services.directory
    editable = may_edit(figures, deadline, call.services.clock.now())
    unlocked = None
    if figures is not None and figures.unlocked_at is not None:
        unlocked = Unlocked(
            by=directory.officer_name(figures.unlocked_by) or "",
            at=wire(figures.unlocked_at),
            reason=figures.unlock_reason,
        )
    return UnitFigures(
        unit_id=unit_id,
        unit=directory.name(unit_id),
        day=day.isoformat(),
        status=figures.status.value if figures else "missing",
        editable=editable,
        typed=dict(figures.typed) if figures else {},
        saved_at=wire(figures.saved_at) if figures else None,
        saved_by=directory.officer_name(figures.saved_by) if figures else None,
        submitted_at=wire(figures.submitted_at) if figures else None,
        submitted_by=directory.officer_name(figures.submitted_by) if figures else None,
        unlocked=unlocked,
    )
