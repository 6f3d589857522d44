"""A file becomes rows with named cells; what cannot be understood as a whole is refused here."""

from collections.abc import Sequence
from dataclasses import dataclass

from roll_call.errors import InvalidInput
from roll_call.importing import COLUMNS, ImportKind, ImportRow
from server.errors import TooLarge
from server.importing.csv_text import read_csv
from server.importing.limits import ImportLimits
from server.importing.words import heading, headings
from server.importing.workbook import read_workbook

_ARCHIVE = b"PK\x03\x04"
_OLD_EXCEL = b"\xd0\xcf\x11\xe0"


@dataclass(frozen=True, slots=True)
class Table:
    """The rows below the headings; ``ignored`` are headings that we do not know."""

    rows: tuple[ImportRow, ...]
    ignored: tuple[str, ...]


def read_table(kind: ImportKind, data: bytes, limits: ImportLimits, locale: str) -> Table:
    """By its content, not by its name. Takes up to a second: run it in a thread.

    Raises TooLarge, InvalidInput: import_old_excel, import_not_a_table, import_encoding,
    import_unpacks_too_large, import_empty, import_heading_missing, import_heading_twice,
    import_too_many_rows.
    """
    if len(data) > limits.max_bytes:
        raise TooLarge(limit=limits.max_bytes)
    if data.startswith(_OLD_EXCEL):
        raise InvalidInput("import_old_excel")
    cells = read_workbook(data, limits) if data.startswith(_ARCHIVE) else read_csv(data, limits)
    lines = [(n, row) for n, row in enumerate(cells, start=1) if any(cell.strip() for cell in row)]
    if len(lines) < 2:
        raise InvalidInput("import_empty")
    if len(lines) - 1 > limits.max_rows:
        raise InvalidInput("import_too_many_rows", limit=limits.max_rows)
    fields, ignored = _columns(kind, lines[0][1], locale)
    rows = tuple(
        ImportRow(line, {name: row[at] for name, at in fields.items() if at < len(row)})
        for line, row in lines[1:]
    )
    return Table(rows, ignored)


def _columns(
    kind: ImportKind, first: Sequence[str], locale: str
) -> tuple[dict[str, int], tuple[str, ...]]:
    """Where each field stands, and the headings that are none."""
    known = headings(kind)
    fields: dict[str, int] = {}
    ignored: list[str] = []
    for at, text in enumerate(first):
        name = text.strip().rstrip("*").strip()
        field = known.get(name.lower())
        if field is None:
            ignored += [name[:80]] if name else []
        elif field in fields:
            raise InvalidInput("import_heading_twice", heading=name[:80])
        else:
            fields[field] = at
    for column in COLUMNS[kind]:
        if column.required and column.name not in fields:
            missing = heading(kind, column.name, locale)
            raise InvalidInput("import_heading_missing", heading=missing)
    return fields, tuple(ignored)
