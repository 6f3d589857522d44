"""An empty file to fill in: headings in the user's language, choices as drop-down lists."""

import csv
import io

import openpyxl
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from roll_call.importing import COLUMNS, ImportKind
from server.errors import texts
from server.importing.words import choices, heading, hint

_WIDTH = 24
_LAST_ROW = 5001


def workbook_template(kind: ImportKind, locale: str) -> bytes:
    """An .xlsx file; its second sheet says what goes where."""
    words = texts(locale).sections["imports"]
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = words[f"sheet.{kind.value}"]
    notes = book.create_sheet(words["sheet.notes"])
    notes.append([words["notes.column"], words["notes.meaning"], words["notes.choices"]])
    for at, column in enumerate(COLUMNS[kind], start=1):
        letter, name = get_column_letter(at), heading(kind, column.name, locale)
        marked = f"{name} *" if column.required else name
        sheet.cell(1, at, marked).font = Font(bold=True)
        sheet.column_dimensions[letter].width = _WIDTH
        offered = choices(column, locale)
        if offered:
            rule = DataValidation(type="list", formula1=f'"{",".join(offered)}"', allow_blank=True)
            sheet.add_data_validation(rule)
            rule.add(f"{letter}2:{letter}{_LAST_ROW}")
        notes.append([marked, hint(column.name, locale), " / ".join(offered)])
    for letter, width in (("A", 18), ("B", 70), ("C", 60)):
        notes.column_dimensions[letter].width = width
    sheet.freeze_panes = "A2"
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def csv_template(kind: ImportKind, locale: str) -> bytes:
    """The headings alone, as UTF-8 with a byte order mark (Excel needs it)."""
    text = io.StringIO(newline="")
    names = [f"{heading(kind, c.name, locale)}{' *' * c.required}" for c in COLUMNS[kind]]
    csv.writer(text).writerow(names)
    return text.getvalue().encode("utf-8-sig")
