"""Reports: the results of a roll-call, the daily table, the month table, statistics."""

from datetime import timedelta

from roll_call.errors import InvalidInput
from roll_call.ports.store import Records
from roll_call.statistics import Step
from server.access import Verb, allowed
from server.api.report_schemas import (
    DailyView,
    KeptReportView,
    MonthView,
    ResultsView,
    ResultTable,
    StatisticsView,
)
from server.api.roll_calls import seen_roll_call
from server.api.routing import Call, RouteGroup
from server.instants import local_day, wire
from server.reports.periods import (
    Kind,
    Period,
    month_of,
    month_view,
    read_day,
    read_facts,
    statistics_view,
)
from server.reports.results import read_table

routes = RouteGroup("reports")

_DAY = {"day": "YYYY-MM-DD in the center's zone; today if absent"}
_KIND = {"kind": "unit (default) or person"}
_MONTH = {"month": "YYYY-MM; this month if absent", **_KIND}
DEFAULT_DAYS = 30
KINDS: dict[str, Kind] = {"unit": "unit", "person": "person"}


@routes.get("/api/roll-calls/{id}/results", "What a roll-call came to", ResultsView)
async def roll_call_results(call: Call) -> ResultsView:
    """404 where it lists nobody of the officer's; the look is logged."""
    table = await results_table(call)

    def kept(r: Records) -> list[KeptReportView]:
        found = r.reports.kept(table.roll_call_id) if call.scope is None else ()
        return [KeptReportView(id=k.id, kind=k.kind.value, made_at=wire(k.made_at)) for k in found]

    return ResultsView(
        table=table,
        kept=await call.services.store.read(kept),
        can_correct=_may(call, Verb.CORRECT),
        can_export=_may(call, Verb.EXPORT_REPORTS),
    )


@routes.get("/api/reports/daily", "The day's table for the leader", DailyView, query=_DAY)
async def daily_report(call: Call) -> DailyView:
    """Roll-calls of units; persons as a sum alone."""
    return await daily_table(call)


@routes.get("/api/reports/month", "Unit x template", MonthView, query=_MONTH)
async def month_report(call: Call) -> MonthView:
    """Of the officer's units."""
    return await month_of_units(call)


@routes.get(
    "/api/statistics",
    "Response rate net of device faults, answer times, ranking, reasons, trends",
    StatisticsView,
    query={
        "first": "YYYY-MM-DD; 30 days back if absent",
        "last": "YYYY-MM-DD; today if absent",
        "step": "day, week or month",
        "template": "key of a template",
        "unit": "id of a unit",
        **_KIND,
    },
)
async def statistics(call: Call) -> StatisticsView:
    """Of the officer's units."""
    call.require(Verb.VIEW_REPORTS)
    asked, services = call.request.query, call.services
    zone, now = services.settings.zone, services.clock.now()
    last = local_day(asked.get("last"), now, zone)
    back = (last - timedelta(days=DEFAULT_DAYS - 1)).isoformat()
    period = Period(local_day(asked.get("first") or back, now, zone), last)
    kind = _kind(call)
    template, unit = asked.get("template") or None, asked.get("unit") or None
    step, scope, directory = _step(call), call.scope, services.directory

    def count(r: Records) -> StatisticsView:
        everything = read_facts(r, period, kind, zone, scope)
        chosen = everything.of(template, unit)
        return statistics_view(period, step, kind, everything, chosen, directory)

    return await services.store.read(count)


async def results_table(call: Call) -> ResultTable:
    """The table of the path's roll-call as the officer may see it; the look is logged."""
    call.require(Verb.VIEW_REPORTS)
    roll_call_id, scope = call.path("id"), call.scope
    await seen_roll_call(call, roll_call_id)
    await call.services.views.saw(call.officer, "roll_call.results", f"roll_call/{roll_call_id}")
    return await call.services.store.read(lambda r: read_table(r, roll_call_id, scope))


async def daily_table(call: Call) -> DailyView:
    """The daily table that is asked for."""
    call.require(Verb.VIEW_REPORTS)
    services, scope = call.services, call.scope
    zone = services.settings.zone
    day = local_day(call.request.query.get("day"), services.clock.now(), zone)
    may = _may(call, Verb.EXPORT_REPORTS)
    return await services.store.read(lambda r: read_day(r, day, zone, scope, may))


async def month_of_units(call: Call) -> MonthView:
    """The month table that is asked for."""
    call.require(Verb.VIEW_REPORTS)
    services = call.services
    this_month = f"{services.clock.now().astimezone(services.settings.zone):%Y-%m}"
    month, kind = call.request.query.get("month") or this_month, _kind(call)
    may, scope, period = _may(call, Verb.EXPORT_REPORTS), call.scope, month_of(month)

    def count(r: Records) -> MonthView:
        facts = read_facts(r, period, kind, services.settings.zone, scope)
        return month_view(month, kind, facts, services.directory, may)

    return await services.store.read(count)


def _may(call: Call, verb: Verb) -> bool:
    return allowed(call.officer, verb, None, call.services.directory.tree)


def _kind(call: Call) -> Kind:
    asked = call.request.query.get("kind") or "unit"
    if asked not in KINDS:
        raise InvalidInput("invalid_input", fields="kind")
    return KINDS[asked]


def _step(call: Call) -> Step:
    try:
        return Step(call.request.query.get("step") or "day")
    except ValueError as error:
        raise InvalidInput("invalid_input", fields="step") from error
