"""Units, officers and persons; implements ``roll_call.ports.store.People``."""

import sqlite3
from collections.abc import Collection, Mapping
from typing import Any

from sqlite_utils import Database

from roll_call.errors import Conflict
from roll_call.people import Officer, Subject, SubjectKind, SupervisedPerson, Unit
from roll_call.ports.records import Change, Credentials, HeadCount
from storage.journal import Journal, Rows, record_of
from storage.plain import from_row, json_text, to_row

PERSONS = """SELECT p.*, (
    SELECT json_group_array(unit_id) FROM (
        SELECT unit_id FROM person_offices WHERE person_id = p.id ORDER BY position)
    ) AS office_ids FROM persons p"""

_UNITS = "SELECT value FROM json_each(?)"

_BELOW = """WITH RECURSIVE line (unit_id, above) AS (
    SELECT id, id FROM units
    UNION SELECT line.unit_id, u.parent_id FROM line JOIN units u ON u.id = line.above
    WHERE u.parent_id IS NOT NULL)"""

_HEADS = f"""{_BELOW}
    SELECT u.id,
        (SELECT COUNT(DISTINCT o.id) FROM line JOIN officers o ON o.unit_id = line.unit_id
            WHERE line.above = u.id AND o.active = 1) AS officers,
        (SELECT COUNT(DISTINCT p.person_id) FROM line JOIN person_offices p
            ON p.unit_id = line.unit_id WHERE line.above = u.id) AS persons
    FROM units u"""

_HANGING = {
    "units": "SELECT COUNT(*) AS n FROM units WHERE parent_id = ?",
    "officers": "SELECT COUNT(*) AS n FROM officers WHERE unit_id = ?",
    "persons": "SELECT COUNT(*) AS n FROM person_offices WHERE unit_id = ?",
    "cameras": "SELECT COUNT(*) AS n FROM cameras WHERE unit_id = ?",
    "plans": """SELECT COUNT(DISTINCT plans.id) AS n
        FROM plans, json_each(plans.body, '$.unit_ids') listed WHERE listed.value = ?""",
}
"""What hangs on a unit and can be moved elsewhere first."""

_HISTORY = "SELECT COUNT(*) AS n FROM entries WHERE subject_kind = 'unit' AND subject_id = ?"


class PeopleRows(Rows):
    """Reading."""

    def units(self) -> tuple[Unit, ...]:
        """All units by name."""
        return self._all(Unit, "SELECT * FROM units ORDER BY name, id")

    def unit(self, unit_id: str) -> Unit:
        """Raises ``NotFound``."""
        return self._get(Unit, "units", unit_id)

    def head_counts(self) -> Mapping[str, HeadCount]:
        """By unit, with everything below it; a person of two offices counts once above both."""
        return {
            row["id"]: HeadCount(row["officers"], row["persons"]) for row in self._query(_HEADS)
        }

    def officers(self, unit_ids: Collection[str] | None = None) -> tuple[Officer, ...]:
        """Officers by name, active or not."""
        where, params = ("", ()) if unit_ids is None else _within("unit_id IN", unit_ids)
        return self._all(Officer, f"SELECT * FROM officers {where} ORDER BY name, id", params)

    def officer(self, officer_id: str) -> Officer:
        """Raises ``NotFound``."""
        return self._get(Officer, "officers", officer_id)

    def credentials(self, username: str) -> Credentials | None:
        """By sign-in name, without regard to case."""
        rows = self._query("SELECT * FROM officers WHERE username = ?", (username,))
        if not rows:
            return None
        return Credentials(from_row(Officer, rows[0]), rows[0]["password_hash"])

    def persons(self, unit_ids: Collection[str] | None = None) -> tuple[SupervisedPerson, ...]:
        """Persons by name; with ``unit_ids``, those listed by one of these offices."""
        inner = "p.id IN (SELECT person_id FROM person_offices WHERE unit_id IN"
        where, params = ("", ()) if unit_ids is None else _within(inner, unit_ids, ")")
        return self._all(SupervisedPerson, f"{PERSONS} {where} ORDER BY p.name, p.id", params)

    def person(self, person_id: str) -> SupervisedPerson:
        """Raises ``NotFound``."""
        return self._get(SupervisedPerson, f"({PERSONS})", person_id)


class PeopleTables(PeopleRows):
    """Reading and writing."""

    def __init__(self, db: Database, journal: Journal) -> None:
        super().__init__(db)
        self._journal = journal

    def add_unit(self, unit: Unit, change: Change) -> None:
        """Add a node of the tree."""
        self._journal.insert("units", to_row(unit))
        self._journal.note("unit", unit.id, record_of(unit), change)

    def save_unit(self, unit: Unit, change: Change) -> None:
        """Raises ``NotFound``."""
        self._journal.update("units", unit.id, to_row(unit))
        self._journal.note("unit", unit.id, record_of(unit), change)

    def remove_unit(self, unit_id: str, change: Change) -> None:
        """Raises ``NotFound``, ``Conflict`` where something hangs on it or history names it."""
        self.unit(unit_id)
        hanging = {what: self._count(sql, unit_id) for what, sql in _HANGING.items()}
        if any(hanging.values()):
            raise Conflict("unit_not_empty", **hanging)
        if self._count(_HISTORY, unit_id):
            raise Conflict("unit_has_history")
        try:
            self._journal.changed("DELETE FROM units WHERE id = ?", (unit_id,))
        except sqlite3.IntegrityError as error:
            raise Conflict("unit_in_use") from error
        self._journal.note_removed("unit", unit_id, change)

    def _count(self, sql: str, unit_id: str) -> int:
        return int(self._query(sql, (unit_id,))[0]["n"])

    def add_officer(self, officer: Officer, password_hash: str, change: Change) -> None:
        """Raises ``Conflict`` (``username_taken``)."""
        row = {**to_row(officer), "password_hash": password_hash}
        self._journal.insert("officers", row, taken="username_taken")
        self._note_officer(officer, change)

    def save_officer(self, officer: Officer, change: Change) -> None:
        """Raises ``NotFound``, ``Conflict`` (``username_taken``)."""
        self._journal.update("officers", officer.id, to_row(officer), taken="username_taken")
        self._note_officer(officer, change)

    def set_password_hash(
        self, officer_id: str, password_hash: str, change: Change, *, must_change: bool
    ) -> None:
        """The hash itself never reaches the log."""
        row = {"password_hash": password_hash, "must_change_password": int(must_change)}
        self._journal.update("officers", officer_id, row)
        self._note_officer(self.officer(officer_id), change)

    def add_person(self, person: SupervisedPerson, change: Change) -> None:
        """Raises ``Conflict`` (``dossier_number_taken``)."""
        self._journal.insert("persons", _person_row(person), taken="dossier_number_taken")
        self._list_at_offices(person)
        self._note_person(person, change)

    def save_person(self, person: SupervisedPerson, change: Change) -> None:
        """Raises ``NotFound``, ``Conflict`` (``dossier_number_taken``)."""
        row = _person_row(person)
        self._journal.update("persons", person.id, row, taken="dossier_number_taken")
        self._journal.changed("DELETE FROM person_offices WHERE person_id = ?", (person.id,))
        self._list_at_offices(person)
        self._note_person(person, change)

    def _list_at_offices(self, person: SupervisedPerson) -> None:
        for position, unit_id in enumerate(person.office_ids):
            row = {"person_id": person.id, "position": position, "unit_id": unit_id}
            self._journal.insert("person_offices", row)

    def _note_officer(self, officer: Officer, change: Change) -> None:
        who = Subject(SubjectKind.OFFICER, officer.id)
        self._journal.note("officer", officer.id, record_of(officer), change, who)

    def _note_person(self, person: SupervisedPerson, change: Change) -> None:
        who = Subject(SubjectKind.PERSON, person.id)
        self._journal.note("person", person.id, record_of(person), change, who)


def _person_row(person: SupervisedPerson) -> dict[str, Any]:
    row = to_row(person)
    del row["office_ids"]
    return row


def _within(left: str, unit_ids: Collection[str], right: str = "") -> tuple[str, tuple[Any, ...]]:
    return f"WHERE {left} ({_UNITS}){right}", (json_text(sorted(unit_ids)),)
