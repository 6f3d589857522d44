"""Reading the cells of one row of an import, collecting what is wrong with them."""

import re
from collections.abc import Iterable, Sequence

from roll_call.importing import (
    LIST_MARKS,
    Column,
    ImportRow,
    Problem,
    Vocabulary,
    runs_as_formula,
)
from roll_call.people import Unit, UnitTree

_PATH_MARK = re.compile(r"\s*[/／>＞]\s*")


class RowReader:
    """The cells of a row; ``problems`` grows while it is read."""

    def __init__(self, row: ImportRow, columns: Sequence[Column], words: Vocabulary) -> None:
        self.line = row.line
        self.problems: list[Problem] = []
        self._cells = {c.name: " ".join(row.cells.get(c.name, "").split()) for c in columns}
        self._words = words
        for column in columns:
            self._check(column)

    def _check(self, column: Column) -> None:
        text = self._cells[column.name]
        if not text:
            if column.required:
                self.refuse(column.name, "import_required")
        elif runs_as_formula(text):
            self.refuse(column.name, "import_formula")
        elif not text.isprintable():
            self.refuse(column.name, "import_unprintable")
        elif len(text) > column.max_chars:
            self.refuse(column.name, "import_too_long")
        elif column.words and text.lower() not in self._words.get(column.name, {}):
            self.refuse(column.name, "import_unknown_word")

    def text(self, field: str) -> str:
        """The cell without needless white space; empty where the column is missing."""
        return self._cells[field]

    def or_else(self, field: str, default: str) -> str:
        """The cell, or the default where it is empty."""
        return self._cells[field] or default

    def code(self, field: str, default: str) -> str:
        """The code of a word, or the default where the cell is empty or not understood."""
        return self._words.get(field, {}).get(self._cells[field].lower(), default)

    def items(self, field: str) -> tuple[str, ...]:
        """The parts of a cell that lists several, each once."""
        parts = (part.strip() for part in LIST_MARKS.split(self._cells[field]))
        return tuple(dict.fromkeys(part for part in parts if part))

    def refuse(self, field: str, code: str, line: int | None = None) -> None:
        """Something is wrong with a cell; said once a cell."""
        if all(problem.field != field for problem in self.problems):
            self.problems.append(Problem(field, code, self._cells[field][:200], line))


def last_name(text: str) -> str:
    """The unit's own name at the end of a path."""
    return _PATH_MARK.split(text)[-1]


class UnitNames:
    """Units by what a cell calls them: ``城关司法所``, or ``青河县司法局/城关司法所``."""

    def __init__(self, units: Iterable[Unit]) -> None:
        self.units = {unit.id: unit for unit in units}
        self.tree = UnitTree(self.units.values())
        self._named: dict[str, list[Unit]] = {}
        for unit in self.units.values():
            self._named.setdefault(unit.name, []).append(unit)

    def find(self, text: str) -> Unit | str:
        """The only unit of that name or path, else the code of what is wrong."""
        whole = self._named.get(text, [])
        fitting = whole or self._by_path(_PATH_MARK.split(text.strip()))
        if len(fitting) == 1:
            return fitting[0]
        return "import_unit_ambiguous" if fitting else "import_unit_unknown"

    def _by_path(self, names: Sequence[str]) -> list[Unit]:
        above = list(reversed(names[:-1]))
        return [
            unit
            for unit in self._named.get(names[-1], [])
            if [u.name for u in self.tree.ancestors(unit.id)][: len(above)] == above
        ]
