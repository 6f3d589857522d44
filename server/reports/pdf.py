"""A document as PDF. Printing runs in a process of its own, for a second and some 140 MB: reading a
Chinese font keeps an interpreter busy for longer than a live picture may wait.
"""

import asyncio
import json
import sys
from typing import Any

from roll_call.errors import FontError
from server.reports.document import Document, Kind, cell_text
from server.reports.fonts import font_paths

CONTENT_TYPE = "application/pdf"
TIMEOUT_S = 60.0
AT_ONCE = asyncio.Semaphore(1)


async def pdf(document: Document) -> bytes:
    """The file's bytes; raises FontError where the font is not there or printing fails."""
    fonts = await asyncio.to_thread(font_paths)
    job = {"fonts": [str(path) for path in fonts], **_plain(document)}
    async with AT_ONCE:
        printer = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "server.reports.printing",
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        try:
            printed, said = await asyncio.wait_for(
                printer.communicate(json.dumps(job).encode()), TIMEOUT_S
            )
        except BaseException:
            printer.kill()
            await printer.wait()
            raise
    if printer.returncode != 0:
        raise FontError("printing_failed", why=said.decode(errors="replace").strip()[-200:])
    return printed


def _plain(document: Document) -> dict[str, Any]:
    """The document with every value as the text that is printed."""
    return {
        "heading": document.heading,
        "title": document.title,
        "lines": document.lines,
        "foot": document.foot,
        "landscape": document.landscape,
        "sections": [
            {
                "title": section.title,
                "labels": [column.label for column in section.columns],
                "widths": [column.width for column in section.columns],
                "right": [column.kind is not Kind.TEXT for column in section.columns],
                "rows": [
                    [
                        cell_text(column.kind, value)
                        for column, value in zip(section.columns, row, strict=True)
                    ]
                    for row in section.rows
                ],
            }
            for section in document.sections
        ],
    }
