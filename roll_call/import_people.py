"""The fates of rows about officers (工作人员) and supervised persons (社区矫正对象)."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from roll_call.import_cells import RowReader, UnitNames
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
from roll_call.people import Officer, Role, SupervisedPerson, SupervisionClass

_USERNAME = re.compile(r"^[A-Za-z0-9._-]{2,40}$")
_MAX_OFFICES = 2
_OFFICER_FIELDS = ("name", "unit_id", "post", "phone", "role")
_PERSON_FIELDS = ("name", "office_ids", "supervision_class", "phone", "minor", "locale")
_COLUMN_OF = {"unit_id": "unit", "office_ids": "offices"}

V = TypeVar("V", Officer, SupervisedPerson)


def plan_officers(
    rows: Sequence[ImportRow], world: World, words: Vocabulary, new_ids: Sequence[str]
) -> tuple[RowFate[Officer], ...]:
    """One fate a row; an officer is known by the user name, without regard to case."""
    names = _names(world)
    known = {officer.username.lower(): officer for officer in world.officers}
    lines: dict[str, int] = {}
    return tuple(
        _officer(RowReader(row, COLUMNS[ImportKind.OFFICERS], words), world, names, known, lines, i)
        for row, i in zip(rows, new_ids, strict=True)
    )


def plan_persons(
    rows: Sequence[ImportRow], world: World, words: Vocabulary, new_ids: Sequence[str]
) -> tuple[RowFate[SupervisedPerson], ...]:
    """One fate a row; a person is known by the dossier number (一人一档)."""
    names = _names(world)
    known = {person.dossier_number: person for person in world.persons}
    lines: dict[str, int] = {}
    return tuple(
        _person(RowReader(row, COLUMNS[ImportKind.PERSONS], words), world, names, known, lines, i)
        for row, i in zip(rows, new_ids, strict=True)
    )


def _names(world: World) -> UnitNames:
    return UnitNames(world.tree[unit_id] for unit_id in world.mine)


def _officer(
    reader: RowReader,
    world: World,
    names: UnitNames,
    known: Mapping[str, Officer],
    lines: dict[str, int],
    new_id: str,
) -> RowFate[Officer]:
    username = reader.text("username")
    if not _USERNAME.match(username):
        reader.refuse("username", "import_bad_username")
    _once(reader, "username", username.lower(), lines)
    unit_ids = _units(reader, "unit", (reader.text("unit"),), names)
    old = known.get(username.lower())
    if old is not None and old.unit_id not in world.mine:
        reader.refuse("username", "import_not_yours")
    before = old or Officer(
        new_id, "", "", username, Role.OFFICE_OFFICER, must_change_password=True
    )
    new = replace(
        before,
        name=reader.text("name"),
        unit_id=unit_ids[0] if unit_ids else "",
        post=reader.or_else("post", before.post),
        phone=reader.or_else("phone", before.phone),
        role=Role(reader.code("role", before.role.value)),
    )
    if old is not None and old.id == world.importer_id:
        if new.role is not old.role:
            reader.refuse("role", "import_yourself")
        if new.unit_id != old.unit_id:
            reader.refuse("unit", "import_yourself")
    return _fate(reader, old, new, _OFFICER_FIELDS, names)


def _person(
    reader: RowReader,
    world: World,
    names: UnitNames,
    known: Mapping[str, SupervisedPerson],
    lines: dict[str, int],
    new_id: str,
) -> RowFate[SupervisedPerson]:
    number = reader.text("dossier_number")
    _once(reader, "dossier_number", number, lines)
    office_ids = _units(reader, "offices", reader.items("offices"), names)
    if len(office_ids) > _MAX_OFFICES:
        reader.refuse("offices", "import_too_many_offices")
    old = known.get(number)
    if old is not None and not _may_change(old, office_ids, world.mine):
        reader.refuse("dossier_number", "import_not_yours")
    before = old or SupervisedPerson(new_id, "", number, ())
    minor = reader.code("minor", "yes" if before.minor else "no")
    new = replace(
        before,
        name=reader.text("name"),
        office_ids=office_ids,
        supervision_class=SupervisionClass(
            reader.code("supervision_class", before.supervision_class.value)
        ),
        phone=reader.or_else("phone", before.phone),
        minor=minor == "yes",
        locale=reader.code("locale", before.locale),
    )
    return _fate(reader, old, new, _PERSON_FIELDS, names)


def _may_change(old: SupervisedPerson, new: Sequence[str], mine: frozenset[str]) -> bool:
    """In charge of the person now, and of every office that joins or leaves."""
    return bool(set(old.office_ids) & mine) and (set(old.office_ids) ^ set(new)) <= mine


def _once(reader: RowReader, field: str, key: str, lines: dict[str, int]) -> None:
    if key in lines:
        reader.refuse(field, "import_twice", lines[key])
    elif key:
        lines[key] = reader.line


def _units(
    reader: RowReader, field: str, texts: Sequence[str], names: UnitNames
) -> tuple[str, ...]:
    ids: list[str] = []
    for text in texts:
        found = names.find(text)
        if isinstance(found, str):
            reader.refuse(field, found)
        else:
            ids.append(found.id)
    return tuple(dict.fromkeys(ids))


def _fate(
    reader: RowReader, old: V | None, new: V, fields: Sequence[str], names: UnitNames
) -> RowFate[V]:
    if reader.problems:
        return RowFate(reader.line, new.name, Fate.REFUSED, tuple(reader.problems))
    if old is None:
        return RowFate(reader.line, new.name, Fate.NEW, value=new)
    changes = tuple(
        FieldChange(_COLUMN_OF.get(f, f), _shown(getattr(old, f), names), _shown(now, names))
        for f in fields
        if (now := getattr(new, f)) != getattr(old, f)
    )
    fate = Fate.CHANGED if changes else Fate.UNCHANGED
    return RowFate(reader.line, new.name, fate, changes=changes, value=new if changes else None)


def _shown(value: object, names: UnitNames) -> str:
    """A field's value as the file writes it: units by name, flags as yes or no."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return "、".join(_shown(item, names) for item in value)
    text = str(value)
    return names.units[text].name if text in names.units else text
