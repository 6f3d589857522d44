"""What the columns of an import are called, and which words their cells may hold, by language."""

from collections.abc import Mapping
from functools import cache

from roll_call.importing import COLUMNS, Column, ImportKind
from server.errors import LOCALES, texts

_SECTION = "imports"
_WORDED = {
    "kind": (
        "judicial_office",
        "county_bureau",
        "city",
        "province",
        "prison",
        "rehabilitation_center",
        "command_center",
    ),
    "role": ("office_officer", "duty_officer", "reviewer", "administrator"),
    "supervision_class": ("ordinary", "strict"),
    "minor": ("no", "yes"),
    "locale": ("zh-CN", "en"),
}
"""Codes by field, the usual one first."""


def heading(kind: ImportKind, field: str, locale: str) -> str:
    """What a column is called."""
    known = texts(locale).sections[_SECTION]
    return known.get(f"{kind.value}.{field}") or known[field]


def choices(column: Column, locale: str) -> tuple[str, ...]:
    """The words of a cell, the usual one first; empty where any text goes."""
    if not column.words:
        return ()
    return tuple(word_of(column.name, code, locale) for code in _WORDED[column.name])


def word_of(field: str, code: str, locale: str) -> str:
    """A code as the file writes it; other text as it is."""
    return texts(locale).sections[_SECTION].get(f"{field}.{code}", code)


def hint(field: str, locale: str) -> str:
    """What goes into a column, for the template."""
    return texts(locale).sections[_SECTION][f"hint.{field}"]


@cache
def vocabulary() -> Mapping[str, Mapping[str, str]]:
    """By field, the code of each word of either language, and each code itself."""
    return {
        field: {
            **{code.lower(): code for code in codes},
            **{word_of(field, c, locale).lower(): c for locale in LOCALES for c in codes},
        }
        for field, codes in _WORDED.items()
    }


@cache
def headings(kind: ImportKind) -> Mapping[str, str]:
    """The field of each heading of either language, and each field's own name."""
    names = {column.name: column.name for column in COLUMNS[kind]}
    for locale in LOCALES:
        names |= {heading(kind, c.name, locale).lower(): c.name for c in COLUMNS[kind]}
    return names
