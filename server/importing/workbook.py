"""Excel workbooks (.xlsx, ECMA-376): the first sheet's cells as text, formulas as their text.

A workbook is a ZIP archive of XML. Before it is parsed the archive is measured by what its parts
unpack to (``zipfile`` never reads beyond the size that is declared), and parts with a document type
are refused, so that neither a ZIP bomb nor growing entities get as far as the parser.
"""

import io
import zipfile
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import openpyxl

from roll_call.errors import InvalidInput
from server.importing.limits import MAX_CELL_CHARS, MAX_COLUMNS, MAX_PARTS, ImportLimits

_ENCRYPTED = 0x1


def read_workbook(data: bytes, limits: ImportLimits) -> list[list[str]]:
    """Rows of text. Raises InvalidInput(import_not_a_table, import_unpacks_too_large)."""
    try:
        _check_archive(data, limits)
        return list(_rows(data, limits))
    except InvalidInput:
        raise
    except Exception as error:  # openpyxl raises whatever it stumbles over
        raise InvalidInput("import_not_a_table") from error


def _check_archive(data: bytes, limits: ImportLimits) -> None:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = archive.infolist()
        size = sum(part.file_size for part in parts)
        if len(parts) > MAX_PARTS or size > limits.max_unpacked_bytes:
            raise InvalidInput("import_unpacks_too_large", limit=limits.max_unpacked_bytes)
        for part in parts:
            if part.flag_bits & _ENCRYPTED:
                raise InvalidInput("import_not_a_table")
            if part.filename.endswith((".xml", ".rels")):
                xml = archive.read(part).replace(b"\0", b"")
                if b"<!DOCTYPE" in xml or b"<!ENTITY" in xml:
                    raise InvalidInput("import_not_a_table")


def _rows(data: bytes, limits: ImportLimits) -> Iterator[list[str]]:
    book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, keep_links=False)
    try:
        sheet = book.worksheets[0]
        last = limits.max_rows + 2  # one more than may be there, so that too many are seen
        for row in sheet.iter_rows(max_row=last, max_col=MAX_COLUMNS, values_only=True):
            yield [_text(value) for value in row]
    finally:
        book.close()


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, str | int | float):
        return str(value)[:MAX_CELL_CHARS]
    return "="  # an array formula or a data table: refused like any other formula
