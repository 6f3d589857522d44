"""CSV (RFC 4180) as spreadsheets write it here: UTF-8 or GB18030; comma, semicolon or tab."""

import csv
import io

from roll_call.errors import InvalidInput
from server.importing.limits import MAX_CELL_CHARS, MAX_COLUMNS, ImportLimits

_SEPARATORS = ",;\t"


def read_csv(data: bytes, limits: ImportLimits) -> list[list[str]]:
    """Rows of text. Raises InvalidInput(import_encoding, import_not_a_table)."""
    text = _decoded(data)
    if "\0" in text:
        raise InvalidInput("import_not_a_table")
    first = text.lstrip().partition("\n")[0]
    separator = max(_SEPARATORS, key=first.count)
    rows: list[list[str]] = []
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True):
            rows.append([cell[:MAX_CELL_CHARS] for cell in row[:MAX_COLUMNS]])
            if len(rows) > limits.max_rows + 1:
                break
    except csv.Error as error:
        raise InvalidInput("import_not_a_table") from error
    return rows


def _decoded(data: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise InvalidInput("import_encoding")
