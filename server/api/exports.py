"""Reports as files: Excel and PDF with the bureau's heading. Every export is a row in the log."""

from urllib.parse import quote

from aiohttp import web

from roll_call.errors import InvalidInput
from server.access import Verb, of_units
from server.api.report_schemas import ResultTable
from server.api.reports import daily_table, month_of_units, results_table
from server.api.routing import Call, RouteGroup
from server.instants import wire
from server.reports import excel, pdf
from server.reports.document import Document
from server.reports.documents import Desk, daily_document, month_document, results_document

routes = RouteGroup("reports")

_FORMAT = {"format": "xlsx or pdf"}


@routes.get(
    "/api/roll-calls/{id}/results/export",
    "The results as a file",
    None,
    content_type="application/*",
    query=_FORMAT,
)
async def export_results(call: Call) -> web.Response:
    """As they stand now."""
    call.require(Verb.EXPORT_REPORTS)
    table = await results_table(call)
    return await _sent(call, results_document(table, _desk(call)), f"roll_call/{call.path('id')}")


@routes.get(
    "/api/reports/kept/{id}/export",
    "A table as it went out, as a file",
    None,
    content_type="application/*",
    query=_FORMAT,
)
async def export_kept(call: Call) -> web.Response:
    """Of the whole center; persons stand in it without names."""
    root = call.services.directory.root_id()
    call.require(Verb.EXPORT_REPORTS, of_units([] if root is None else [root]))
    report_id = call.path("id")
    kept = await call.services.store.read(lambda r: r.reports.kept_report(report_id))
    table = ResultTable.model_validate(kept.body)
    document = results_document(table, _desk(call), (kept.kind.value, wire(kept.made_at)))
    return await _sent(call, document, f"report/{report_id}")


@routes.get(
    "/api/reports/daily/export",
    "The daily table as a file",
    None,
    content_type="application/*",
    query={"day": "YYYY-MM-DD", **_FORMAT},
)
async def export_daily(call: Call) -> web.Response:
    """Of the officer's units."""
    call.require(Verb.EXPORT_REPORTS)
    day = await daily_table(call)
    return await _sent(call, daily_document(day, _desk(call)), _own_unit(call))


@routes.get(
    "/api/reports/month/export",
    "The month table as a file",
    None,
    content_type="application/*",
    query={"month": "YYYY-MM", "kind": "unit or person", **_FORMAT},
)
async def export_month(call: Call) -> web.Response:
    """Of the officer's units."""
    call.require(Verb.EXPORT_REPORTS)
    month = await month_of_units(call)
    return await _sent(call, month_document(month, _desk(call)), _own_unit(call))


def _own_unit(call: Call) -> str:
    return f"unit/{call.officer.unit_id}"


def _desk(call: Call) -> Desk:
    services = call.services
    return Desk(
        heading=services.settings.reports.heading or services.directory.center,
        locale=call.locale,
        zone=services.settings.zone,
        officer=call.officer.name,
        now=services.clock.now(),
        demonstration=services.settings.server.demonstration,
    )


async def _sent(call: Call, document: Document, about: str) -> web.Response:
    """Made, put on record, and sent."""
    wanted = call.request.query.get("format") or "xlsx"
    match wanted:
        case "xlsx":
            data, content_type = excel.workbook(document), excel.CONTENT_TYPE
        case "pdf":
            data, content_type = await pdf.pdf(document), pdf.CONTENT_TYPE
        case _:
            raise InvalidInput("invalid_input", fields="format")
    details = {"title": document.title, "format": wanted, "bytes": len(data)}
    kind, _, subject_id = about.partition("/")
    now = call.services.clock.now()
    await call.services.store.write(
        lambda t: t.log.append("report.exported", kind, subject_id, details, call.actor, now)
    )
    name = quote(f"{document.title}.{wanted}".replace("/", "-"))
    return web.Response(
        body=data,
        content_type=content_type,
        headers={
            "Content-Disposition": f"attachment; filename*=UTF-8''{name}",
            "Cache-Control": "private, no-store",
        },
    )
