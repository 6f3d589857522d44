"""A document as an Excel workbook (Office Open XML, ECMA-376), a sheet a section.

What people wrote stays text: a cell that a spreadsheet might run as a formula is stored as a string
and marked with the quote prefix (OWASP, CSV and formula injection).
"""

import re
from datetime import datetime
from io import BytesIO

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from server.reports.document import Column, Document, Kind, Section, Value

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORMATS = {
    Kind.NUMBER: "0",
    Kind.PERCENT: "0.0%",
    Kind.SECONDS: "0.0",
    Kind.MOMENT: "yyyy-mm-dd hh:mm:ss",
}
RUNS_AS_FORMULA = re.compile(r"^[\s\0]*[=+\-@|＝＋－＠]")
NOT_IN_SHEET_NAMES = re.compile(r"[\\/*?:\[\]]")
LINE = Side(style="thin", color="999999")
FRAME = Border(left=LINE, right=LINE, top=LINE, bottom=LINE)
HEAD = PatternFill("solid", fgColor="E7E9EE")


def workbook(document: Document) -> bytes:
    """The file's bytes."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for number, section in enumerate(document.sections, start=1):
        title = NOT_IN_SHEET_NAMES.sub(" ", section.title)[:28] or str(number)
        _fill(book.create_sheet(title), document, section)
    book.properties.creator = document.heading
    book.properties.title = document.title
    data = BytesIO()
    book.save(data)
    return data.getvalue()


def _fill(sheet: Worksheet, document: Document, section: Section) -> None:
    wide = max(len(section.columns), 1)
    top = ((document.heading, 16, True), (document.title, 13, True))
    lines = ((line, 10, False) for line in (*document.lines, document.foot))
    for row, (text, size, bold) in enumerate((*top, *lines), start=1):
        cell = _write(sheet, row, 1, text)
        cell.font = Font(size=size, bold=bold)
        cell.alignment = Alignment(horizontal="center" if bold else "left", vertical="center")
        sheet.merge_cells(start_row=row, end_row=row, start_column=1, end_column=wide)
    head = sheet.max_row + 1
    for number, column in enumerate(section.columns, start=1):
        cell = _write(sheet, head, number, column.label)
        cell.font = Font(bold=True)
        cell.fill = HEAD
        cell.border = FRAME
        cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
        sheet.column_dimensions[get_column_letter(number)].width = column.width
    for offset, values in enumerate(section.rows, start=1):
        for number, (column, value) in enumerate(zip(section.columns, values, strict=True), 1):
            _format(_write(sheet, head + offset, number, value), column)
    sheet.freeze_panes = f"B{head + 1}"
    sheet.auto_filter.ref = f"A{head}:{get_column_letter(wide)}{head + len(section.rows)}"
    sheet.print_title_rows = f"{head}:{head}"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.orientation = "landscape" if document.landscape else "portrait"
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)


def _write(sheet: Worksheet, row: int, column: int, value: Value) -> Cell:
    cell = sheet.cell(row, column)
    assert isinstance(cell, Cell)
    if isinstance(value, str):
        cell.value = ILLEGAL_CHARACTERS_RE.sub("", value)
        cell.data_type = "s"
        cell.quotePrefix = RUNS_AS_FORMULA.match(value) is not None
    else:
        cell.value = value
    return cell


def _format(cell: Cell, column: Column) -> None:
    cell.border = FRAME
    text = column.kind is Kind.TEXT
    cell.alignment = Alignment(
        horizontal="left" if text else "right", vertical="center", wrap_text=text
    )
    if isinstance(cell.value, int | float | datetime) and column.kind in FORMATS:
        cell.number_format = FORMATS[column.kind]
