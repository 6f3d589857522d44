"""Import (批量导入) of units, officers and persons: rows of a table in, the fate of each row out.

Nothing is written here. A row is NEW, CHANGED (and in which fields), UNCHANGED or REFUSED (and why,
by cell); a plan's fingerprint says whether a later look comes to the same fates. An empty cell
changes nothing and gives a new record its default. Cells that a spreadsheet would run as a formula
are refused (OWASP: CSV injection).
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from typing import Generic, TypeVar

from roll_call.commitment import JsonValue, canonical_json
from roll_call.people import Officer, SupervisedPerson, Unit, UnitTree

V = TypeVar("V", Unit, Officer, SupervisedPerson)

MAX_NAME_CHARS = 80
MAX_PHONE_CHARS = 40
LIST_MARKS = re.compile(r"[、;；,，|]")
_RUNS_AS_FORMULA = re.compile(r"^[=@|＝＠]|^[+\-＋－](?![\d\s()\-]+$)")


class ImportKind(StrEnum):
    """What the rows of a file are about."""

    UNITS = "units"
    OFFICERS = "officers"
    PERSONS = "persons"


class Fate(StrEnum):
    """What becomes of a row."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Column:
    """A field of a file; ``words``: only words of the vocabulary are taken."""

    name: str
    required: bool = False
    max_chars: int = MAX_NAME_CHARS
    words: bool = False


COLUMNS: Mapping[ImportKind, tuple[Column, ...]] = {
    ImportKind.UNITS: (
        Column("name", required=True),
        Column("kind", words=True),
        Column("parent", max_chars=400),
        Column("phone", max_chars=MAX_PHONE_CHARS),
    ),
    ImportKind.OFFICERS: (
        Column("name", required=True),
        Column("username", required=True, max_chars=40),
        Column("unit", required=True, max_chars=400),
        Column("post"),
        Column("phone", max_chars=MAX_PHONE_CHARS),
        Column("role", words=True),
    ),
    ImportKind.PERSONS: (
        Column("name", required=True),
        Column("dossier_number", required=True, max_chars=40),
        Column("offices", required=True, max_chars=400),
        Column("supervision_class", words=True),
        Column("phone", max_chars=MAX_PHONE_CHARS),
        Column("minor", words=True),
        Column("locale", words=True),
    ),
}


@dataclass(frozen=True, slots=True)
class ImportRow:
    """A row of a file: its line (the first is 1) and its cells by field, as they stand there."""

    line: int
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a cell is refused; ``line`` names another row that is in the way."""

    field: str
    code: str
    value: str
    line: int | None = None


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A field's value before and after, as words of the file."""

    field: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class RowFate(Generic[V]):
    """What becomes of one row; ``value`` is what is saved where it is NEW or CHANGED."""

    line: int
    name: str
    fate: Fate
    problems: tuple[Problem, ...] = ()
    changes: tuple[FieldChange, ...] = ()
    value: V | None = None


@dataclass(frozen=True, slots=True)
class World:
    """What is there already, and who imports: ``mine`` are the units they may write to."""

    tree: UnitTree
    mine: frozenset[str]
    home_id: str
    importer_id: str
    officers: tuple[Officer, ...] = ()
    persons: tuple[SupervisedPerson, ...] = ()


Vocabulary = Mapping[str, Mapping[str, str]]
"""By field: the code of each word (lower case) that a cell may hold."""


def runs_as_formula(text: str) -> bool:
    """Whether a spreadsheet would run the cell; a telephone number with + or - is none."""
    return _RUNS_AS_FORMULA.search(text) is not None


def fingerprint(rows: Iterable[RowFate[V]]) -> str:
    """SHA-256 (hexadecimal) over all fates, without the ids of what would be new."""
    plain: list[JsonValue] = [
        [
            row.line,
            row.name,
            row.fate.value,
            [[p.field, p.code, p.value, p.line] for p in row.problems],
            [[c.field, c.old, c.new] for c in row.changes],
        ]
        for row in rows
    ]
    return sha256(canonical_json(plain)).hexdigest()


def saved_values(rows: Iterable[RowFate[V]], *fates: Fate) -> list[V]:
    """What is to be saved of the rows with one of these fates."""
    return [row.value for row in rows if row.value is not None and row.fate in fates]


def count_fates(rows: Iterable[RowFate[V]]) -> dict[Fate, int]:
    """How many rows have each fate; all four are there."""
    counts = dict.fromkeys(Fate, 0)
    for row in rows:
        counts[row.fate] += 1
    return counts
