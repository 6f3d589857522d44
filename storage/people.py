"""Units, officers and persons; implements ``roll_call.ports.store.People``."""

from collections.abc import Collection
from typing import Any

from sqlite_utils import Database

from roll_call.people import Officer, Subject, SubjectKind, SupervisedPerson, Unit
from roll_call.ports.records import Change, Credentials
from storage.journal import Journal, Rows, record_of
from storage.plain import from_row, json_text, to_row

PERSONS = """SELECT p.*, (
    SELECT json_group_array(unit_id) FROM (
        SELECT unit_id FROM person_offices WHERE person_id = p.id ORDER BY position)
    ) AS office_ids FROM persons p"""

_UNITS = "SELECT value FROM json_each(?)"


class PeopleRows(Rows):
    """Reading."""

    def units(self) -> tuple[Unit, ...]:
        """All units by name."""
        return self._all(Unit, "SELECT * FROM units ORDER BY name, id")

    def unit(self, unit_id: str) -> Unit:
        """Raises ``NotFound``."""
        return self._get(Unit, "units", unit_id)

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

    def add_officer(self, officer: Officer, password_hash: str, change: Change) -> None:
        """Raises ``Conflict`` (``username_taken``)."""
        row = {**to_row(officer), "password_hash": password_hash}
        self._journal.insert("officers", row, taken="username_taken")
        self._note_officer(officer, change)

    def save_officer(self, officer: Officer, change: Change) -> None:
        """Raises ``NotFound``, ``Conflict`` (``username_taken``)."""
        self._journal.update("officers", officer.id, to_row(officer), taken="username_taken")
        self._note_officer(officer, change)

    def set_password_hash(self, officer_id: str, password_hash: str, change: Change) -> None:
        """The hash itself never reaches the log."""
        self._journal.update("officers", officer_id, {"password_hash": password_hash})
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
