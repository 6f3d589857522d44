"""Daily figures: the center's form, what each unit handed in, the sums, and who is missing."""

from datetime import date, time, timedelta

from roll_call.daily_figures import DayFigures, FigureField, FigureForm, FigureKind, form_on, sums
from roll_call.errors import InvalidInput, NotFound
from roll_call.people import UnitKind
from roll_call.ports.records import Change
from roll_call.ports.store import Records, Transaction
from server.access import Verb, of_units
from server.api.figures_schemas import (
    FigureFormView,
    FiguresForms,
    FiguresTable,
    NewFigureForm,
    OwnFigures,
    TypedFigures,
    UnitFigures,
    UnlockFigures,
)
from server.api.figures_views import form_view, unit_figures
from server.api.routing import Call, RouteGroup
from server.auth.tokens import new_id
from server.instants import local_day, wire

routes = RouteGroup("figures")
DAY = {"day": "YYYY-MM-DD, today by default"}


@routes.get("/api/figures/form", "The form of a day", FiguresForms, query=DAY)
async def figures_form(call: Call) -> FiguresForms:
    """And the one that begins after it, if there is one."""
    call.require(Verb.VIEW_FIGURES)
    day = _day(call, call.request.query.get("day"))
    forms = await call.services.store.read(lambda r: r.figures.forms())
    later = [form for form in forms if form.valid_from > day]
    return FiguresForms(
        current=form_view(form_on(forms, day)), coming=form_view(later[-1] if later else None)
    )


@routes.put("/api/figures/form", "Change the form", body=NewFigureForm, returns=FigureFormView)
async def change_form(call: Call, body: NewFigureForm) -> FigureFormView:
    """A new version; days on which somebody has typed already keep theirs."""
    root = call.services.directory.root_id()
    call.require(Verb.MANAGE_FIGURES, of_units([root] if root else []))
    today = call.services.figures.today()

    def save(t: Transaction) -> FigureForm:
        begins = today + timedelta(days=1) if t.figures.of_day(today) else today
        version = max((form.version for form in t.figures.forms()), default=0) + 1
        form = _form(body, version, begins)
        t.figures.add_form(form, Change("changed", call.actor, call.services.clock.now()))
        return form

    view = form_view(await call.services.store.write(save))
    assert view is not None
    return view


@routes.get("/api/figures", "The figures of a day", FiguresTable, query=DAY)
async def figures_of_day(call: Call) -> FiguresTable:
    """Of the officer's unit and below."""
    call.require(Verb.VIEW_FIGURES)
    services, scope = call.services, call.scope
    day = _day(call, call.request.query.get("day"))

    def find(r: Records) -> tuple[FigureForm | None, list[str], tuple[DayFigures, ...]]:
        return form_on(r.figures.forms(), day), list(r.figures.status(day)), r.figures.of_day(day)

    form, expected, found = await services.store.read(find)
    if form is None:
        return FiguresTable(
            day=day.isoformat(), form=None, deadline=None, over=False, rows=[], sums={}, missing=[]
        )
    units = [unit for unit in expected if scope is None or unit in scope]
    known = {one.unit_id: one for one in found if one.unit_id in units}
    deadline = services.figures.deadline(form, day)
    rows = [unit_figures(call, unit, day, known.get(unit), deadline) for unit in units]
    return FiguresTable(
        day=day.isoformat(),
        form=form_view(form),
        deadline=wire(deadline),
        over=services.clock.now() >= deadline,
        rows=rows,
        sums={key: float(value) for key, value in sums(form, known.values()).items()},
        missing=[row.unit_id for row in rows if row.status in ("missing", "draft")],
    )


@routes.put(
    "/api/figures/{unit_id}/{day}", "Type in or hand in", body=TypedFigures, returns=UnitFigures
)
async def type_in(call: Call, body: TypedFigures) -> UnitFigures:
    """Raises figures_locked, figure_required, figure_not_a_number, unknown_figure."""
    unit_id = call.path("unit_id")
    call.require(Verb.HAND_IN_FIGURES, of_units([unit_id]))
    return await _typed(call, unit_id, _day(call, call.path("day")), body)


@routes.post(
    "/api/figures/{unit_id}/{day}/unlock",
    "Let a unit in again after the deadline",
    body=UnlockFigures,
    returns=UnitFigures,
)
async def unlock(call: Call, body: UnlockFigures) -> UnitFigures:
    """With a reason, on record. Raises reason_required, figures_not_locked."""
    unit_id, day = call.path("unit_id"), _day(call, call.path("day"))
    call.require(Verb.MANAGE_FIGURES, of_units([unit_id]))
    saved = await call.services.figures.unlock(unit_id, day, call.officer.id, body.reason)
    return await _view(call, saved)


@routes.get("/api/terminal/figures", "The unit's own figures of today", OwnFigures, terminal=True)
async def own_figures(call: Call) -> OwnFigures:
    """Raises no_figure_form where the unit hands nothing in."""
    unit_id, day = call.officer.unit_id, call.services.figures.today()

    def find(r: Records) -> tuple[FigureForm, DayFigures | None]:
        form = form_on(r.figures.forms(), day)
        if form is None or unit_id not in r.figures.status(day):
            raise NotFound("no_figure_form")
        return form, r.figures.figures(unit_id, day)

    form, figures = await call.services.store.read(find)
    deadline = call.services.figures.deadline(form, day)
    shown = form_view(form)
    assert shown is not None
    return OwnFigures(
        form=shown,
        deadline=wire(deadline),
        figures=unit_figures(call, unit_id, day, figures, deadline),
    )


@routes.put(
    "/api/terminal/figures/{day}",
    "Type in or hand in at the terminal",
    body=TypedFigures,
    returns=UnitFigures,
    terminal=True,
)
async def own_typed(call: Call, body: TypedFigures) -> UnitFigures:
    """The day is named, so that a page left open over midnight does not write into the next."""
    call.require(Verb.HAND_IN_FIGURES, of_units([call.officer.unit_id]))
    return await _typed(call, call.officer.unit_id, _day(call, call.path("day")), body)


async def _typed(call: Call, unit_id: str, day: date, body: TypedFigures) -> UnitFigures:
    if unit_id not in call.services.directory.tree:
        raise InvalidInput("unknown_unit")
    saved = await call.services.figures.type_in(
        unit_id, day, body.typed, call.officer.id, body.done
    )
    return await _view(call, saved)


async def _view(call: Call, saved: DayFigures) -> UnitFigures:
    forms = await call.services.store.read(lambda r: r.figures.forms())
    form = form_on(forms, saved.day)
    assert form is not None, "it was saved under a form"
    deadline = call.services.figures.deadline(form, saved.day)
    return unit_figures(call, saved.unit_id, saved.day, saved, deadline)


def _day(call: Call, text: str | None) -> date:
    return local_day(text, call.services.clock.now(), call.services.settings.zone)


def _form(body: NewFigureForm, version: int, begins: date) -> FigureForm:
    try:
        kinds = tuple(dict.fromkeys(UnitKind(kind) for kind in body.unit_kinds))
    except ValueError as error:
        raise InvalidInput("unknown_kind") from error
    fields = tuple(
        FigureField(
            key=field.key or new_id(),
            label_zh=field.label_zh.strip(),
            label_en=field.label_en.strip(),
            kind=FigureKind(field.kind),
            required=field.required,
            summed=field.summed,
        )
        for field in body.fields
    )
    return FigureForm(version, begins, time.fromisoformat(body.deadline), kinds, fields)
