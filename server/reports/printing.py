"""The printing process: a job as JSON on standard input, the PDF on standard output.

A4, the bureau's heading on the first page, the table's head and page numbers on every page.
"""

import json
import sys
from typing import Any

from fpdf import FPDF
from fpdf.enums import TableBordersLayout, XPos, YPos
from fpdf.fonts import FontFace

FAMILY = "noto"
SIZE = 9
LINE_MM = 5.4


class Paper(FPDF):
    """A page with its foot: what it is, and which page of how many."""

    foot = ""

    def footer(self) -> None:
        """Called by fpdf2 at the end of each page."""
        self.set_y(-12)
        self.set_font(FAMILY, size=8)
        self.cell(self.epw / 2, 6, self.foot)
        self.cell(self.epw / 2, 6, f"{self.page_no()} / {{nb}}", align="R")


def printed(job: dict[str, Any]) -> bytes:
    """The job as PDF."""
    paper = Paper("landscape" if job["landscape"] else "portrait", "mm", "A4")
    regular, bold = job["fonts"]
    paper.add_font(FAMILY, "", regular)
    paper.add_font(FAMILY, "B", bold)
    paper.foot = job["foot"]
    paper.set_title(job["title"])
    paper.set_auto_page_break(True, margin=16)
    paper.add_page()
    _line(paper, job["heading"], 16, "B", "C")
    _line(paper, job["title"], 13, "B", "C")
    for text in job["lines"]:
        _line(paper, text, SIZE, "", "L")
    for section in job["sections"]:
        _section(paper, section)
    return bytes(paper.output())


def _line(paper: Paper, text: str, size: int, style: str, align: str) -> None:
    paper.set_font(FAMILY, style, size)
    paper.multi_cell(
        0, size * 0.6, text, align=align, new_x=XPos.LMARGIN, new_y=YPos.NEXT, padding=(0, 0, 1, 0)
    )


def _section(paper: Paper, section: dict[str, Any]) -> None:
    paper.ln(3)
    _line(paper, section["title"], 11, "B", "L")
    paper.set_font(FAMILY, size=SIZE)
    aligned = tuple("RIGHT" if right else "LEFT" for right in section["right"])
    with paper.table(
        col_widths=tuple(section["widths"]),
        text_align=aligned,
        line_height=LINE_MM,
        padding=(0.6, 1.2),
        borders_layout=TableBordersLayout.ALL,
        headings_style=FontFace(emphasis="BOLD", fill_color=(231, 233, 238)),
    ) as table:
        table.row(section["labels"])
        for row in section["rows"]:
            table.row(row)


if __name__ == "__main__":
    sys.stdout.buffer.write(printed(json.load(sys.stdin.buffer)))
