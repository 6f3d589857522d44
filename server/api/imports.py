"""Imports: a template to fill in, a dry run that shows every row's fate, and then the deed."""

import base64
import binascii
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from aiohttp import web

from roll_call.errors import InvalidInput, NotFound
from roll_call.importing import Fate, FieldChange, ImportKind, Problem, RowFate, count_fates
from server.access import Verb
from server.api.import_schemas import (
    AppliedView,
    CellChange,
    CellProblem,
    DryRunView,
    FateCounts,
    FirstPassword,
    ImportFileBody,
    ImportOrder,
    RowFateView,
)
from server.api.routing import Call, RouteGroup
from server.errors import texts
from server.importing.desk import ImportFile
from server.importing.template import csv_template, workbook_template
from server.importing.words import heading, word_of

routes = RouteGroup("imports")

_VERBS: Mapping[ImportKind, Verb] = {
    ImportKind.UNITS: Verb.MANAGE_UNITS,
    ImportKind.OFFICERS: Verb.MANAGE_OFFICERS,
    ImportKind.PERSONS: Verb.MANAGE_PERSONS,
}
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@routes.get(
    "/api/imports/{kind}/template",
    "An empty file to fill in",
    dict[str, object],
    content_type=_XLSX,
    query={"format": "xlsx (default) or csv", "lang": "zh-CN or en"},
)
async def read_template(call: Call) -> web.Response:
    """Headings in the user's language."""
    kind = _kind(call)
    as_csv = call.request.query.get("format") == "csv"
    make = csv_template if as_csv else workbook_template
    name = texts(call.locale).sections["imports"][f"file.{kind.value}"]
    ending, content_type = ("csv", "text/csv") if as_csv else ("xlsx", _XLSX)
    return web.Response(
        body=make(kind, call.locale),
        content_type=content_type,
        headers={"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}.{ending}"},
    )


@routes.post(
    "/api/imports/{kind}/dry-run",
    "What an import would do",
    body=ImportFileBody,
    returns=DryRunView,
    large=True,
)
async def dry_run(call: Call, body: ImportFileBody) -> DryRunView:
    """Nothing is written."""
    file = _file(call, body.content)
    looked = await call.services.imports.look(file)
    return DryRunView(
        sha256=file.digest,
        fingerprint=looked.fingerprint,
        counts=_counts(count_fates(looked.rows)),
        ignored=list(looked.ignored),
        rows=[_row(call, file.kind, row) for row in looked.rows],
    )


@routes.post(
    "/api/imports/{kind}/apply",
    "Do what a dry run showed",
    body=ImportOrder,
    returns=AppliedView,
    large=True,
)
async def apply(call: Call, body: ImportOrder) -> AppliedView:
    """Refused rows are left out. Raises import_file_changed, import_outdated."""
    file = _file(call, body.content)
    applied = await call.services.imports.apply(file, body.sha256, body.fingerprint)
    directory = call.services.directory
    return AppliedView(
        counts=_counts(applied.counts),
        passwords=[
            FirstPassword(
                name=one.officer.name,
                unit=directory.name(one.officer.unit_id),
                username=one.officer.username,
                password=one.password,
            )
            for one in applied.sign_ins
        ],
    )


def _kind(call: Call) -> ImportKind:
    """The kind of the path, which the officer may import. Raises NotFound, NotAllowed."""
    code = call.path("kind")
    if code not in list(ImportKind):
        raise NotFound()
    kind = ImportKind(code)
    call.require(_VERBS[kind])
    return kind


def _file(call: Call, content: str) -> ImportFile:
    kind = _kind(call)
    try:
        data = base64.b64decode(content, validate=True)
    except binascii.Error as error:
        raise InvalidInput("import_not_a_table") from error
    return ImportFile(kind, data, call.officer, call.locale)


def _counts(counts: Mapping[Fate, int]) -> FateCounts:
    return FateCounts(**{fate.value: n for fate, n in counts.items()})


def _row(call: Call, kind: ImportKind, row: RowFate[Any]) -> RowFateView:
    return RowFateView(
        line=row.line,
        name=row.name,
        fate=row.fate.value,
        problems=[_problem(call, kind, problem) for problem in row.problems],
        changes=[_change(call, kind, change) for change in row.changes],
    )


def _problem(call: Call, kind: ImportKind, problem: Problem) -> CellProblem:
    params = {"line": problem.line or 0}
    message = texts(call.locale).word("import_problems", problem.code, params)
    return CellProblem(
        field=problem.field,
        heading=heading(kind, problem.field, call.locale),
        value=problem.value,
        code=problem.code,
        message=message,
    )


def _change(call: Call, kind: ImportKind, change: FieldChange) -> CellChange:
    return CellChange(
        field=change.field,
        heading=heading(kind, change.field, call.locale),
        old=word_of(change.field, change.old, call.locale),
        new=word_of(change.field, change.new, call.locale),
    )
