"""A table on its way out: headed, titled, in sections; Excel and PDF are made of the same value."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

Value = str | int | float | datetime | None
"""Moments are local wall-clock time without a zone: spreadsheets know no other."""


class Kind(StrEnum):
    """What a column holds: PERCENT is 0..1, SECONDS a duration."""

    TEXT = "text"
    NUMBER = "number"
    PERCENT = "percent"
    SECONDS = "seconds"
    MOMENT = "moment"


@dataclass(frozen=True, slots=True)
class Column:
    """``width`` in characters of the latin alphabet."""

    label: str
    kind: Kind = Kind.TEXT
    width: int = 12


@dataclass(frozen=True, slots=True)
class Section:
    """One table."""

    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Value, ...], ...]


@dataclass(frozen=True, slots=True)
class Document:
    """``heading`` is the bureau's, ``lines`` stand below the title, ``foot`` on every page."""

    heading: str
    title: str
    lines: tuple[str, ...]
    sections: tuple[Section, ...]
    foot: str
    landscape: bool = False


def cell_text(kind: Kind, value: Value) -> str:
    """A value as print shows it."""
    if value is None:
        return "–"
    if isinstance(value, datetime):
        return f"{value:%m-%d %H:%M:%S}"
    if kind is Kind.PERCENT and isinstance(value, int | float):
        return f"{value:.1%}"
    if kind is Kind.SECONDS and isinstance(value, int | float):
        return clock(value)
    return str(value)


def clock(seconds: float) -> str:
    """``4.2``, ``1:05``, ``1:02:03``: tenths below a minute."""
    if seconds < 60:
        return f"{seconds:.1f}"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"
