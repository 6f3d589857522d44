"""The fates of rows about units (单位): parents may stand in the same file, in any order."""

from collections.abc import Sequence, Set
from dataclasses import dataclass, replace

from roll_call.import_cells import RowReader, UnitNames, last_name
from roll_call.importing import (
    COLUMNS,
    Fate,
    FieldChange,
    ImportKind,
    ImportRow,
    RowFate,
    Vocabulary,
    World,
)
from roll_call.people import Unit, UnitKind

_FIELDS = ("kind", "phone")


@dataclass(frozen=True, slots=True)
class _Waiting:
    reader: RowReader
    new_id: str


def plan_units(
    rows: Sequence[ImportRow], world: World, words: Vocabulary, new_ids: Sequence[str]
) -> tuple[RowFate[Unit], ...]:
    """One fate a row, in the order of the file; ``new_ids`` holds an unused id for each row.

    A unit is known by its name below its parent; without a parent it stands below the importer's
    own unit (whose own row may have no parent).
    """
    readers = [RowReader(row, COLUMNS[ImportKind.UNITS], words) for row in rows]
    waiting = [_Waiting(r, i) for r, i in zip(readers, new_ids, strict=True) if not r.problems]
    work = _Work(world)
    work.settle(waiting)
    refused = {r.line: _refused(r) for r in readers if r.problems}
    fates = {**work.fates, **refused}
    return tuple(fates[reader.line] for reader in readers)


class _Work:
    def __init__(self, world: World) -> None:
        self._world = world
        self._units = {unit_id: world.tree[unit_id] for unit_id in world.mine}
        self._placed = {(u.name, u.parent_id): u for u in self._units.values()}
        self._lines: dict[str, int] = {}
        self.fates: dict[int, RowFate[Unit]] = {}

    def settle(self, waiting: list[_Waiting]) -> None:
        """Rows whose parent is there first, until no further row finds its parent."""
        promised = {one.reader.text("name") for one in waiting}
        while waiting:
            names = UnitNames(self._units.values())
            later = [one for one in waiting if not self._place(one, names, promised)]
            if len(later) == len(waiting):
                for one in later:
                    one.reader.refuse("parent", "import_unit_unknown")
                return
            waiting = later
            promised = {one.reader.text("name") for one in waiting}

    def _place(self, one: _Waiting, names: UnitNames, promised: Set[str]) -> bool:
        """Give the row its fate; False where its parent may still come."""
        reader = one.reader
        home = self._world.tree[self._world.home_id]
        text = reader.text("parent")
        if not text and reader.text("name") == home.name:
            self._decide(one, home.parent_id)
            return True
        found = names.find(text) if text else home
        if isinstance(found, Unit):
            self._decide(one, found.id)
            return True
        if found == "import_unit_unknown" and {text, last_name(text)} & promised:
            return False
        reader.refuse("parent", found)
        return True

    def _decide(self, one: _Waiting, parent_id: str | None) -> None:
        reader, name = one.reader, one.reader.text("name")
        old = self._placed.get((name, parent_id))
        if old is not None and old.id in self._lines:
            reader.refuse("name", "import_twice", self._lines[old.id])
            return
        before = old or Unit(one.new_id, name, UnitKind.JUDICIAL_OFFICE, parent_id)
        unit = replace(
            before,
            kind=UnitKind(reader.code("kind", before.kind.value)),
            phone=reader.or_else("phone", before.phone),
        )
        self._units[unit.id] = self._placed[name, parent_id] = unit
        self._lines[unit.id] = reader.line
        self.fates[reader.line] = _fate(reader, old, unit)


def _fate(reader: RowReader, old: Unit | None, new: Unit) -> RowFate[Unit]:
    if old is None:
        return RowFate(reader.line, new.name, Fate.NEW, value=new)
    changes = tuple(
        FieldChange(name, str(getattr(old, name)), str(getattr(new, name)))
        for name in _FIELDS
        if getattr(old, name) != getattr(new, name)
    )
    fate = Fate.CHANGED if changes else Fate.UNCHANGED
    return RowFate(reader.line, new.name, fate, changes=changes, value=new if changes else None)


def _refused(reader: RowReader) -> RowFate[Unit]:
    return RowFate(reader.line, reader.text("name"), Fate.REFUSED, tuple(reader.problems))
