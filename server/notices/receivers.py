"""Who gets a notice: chosen units or persons, all of them, or those of one roll-call."""

from collections.abc import Sequence
from dataclasses import dataclass

from roll_call.people import Officer, Subject, SubjectKind, UnitTree
from roll_call.ports.store import Records
from server.access import Verb, of_units, require
from server.directory import Directory, entry_units


@dataclass(frozen=True, slots=True)
class Choice:
    """``to``: units, persons, everyone or roll_call; no ids mean all of the officer's."""

    to: str
    unit_ids: Sequence[str] = ()
    person_ids: Sequence[str] = ()
    roll_call_id: str | None = None


def receivers(
    records: Records, choice: Choice, officer: Officer, directory: Directory, verb: Verb
) -> list[Subject]:
    """Every one of them must be the officer's. Raises NotAllowed, NotFound."""
    tree = directory.tree
    if choice.to == "roll_call":
        return _of_roll_call(records, choice.roll_call_id or "", officer, tree, verb)
    found: list[Subject] = []
    scope = directory.scope(officer.unit_id)
    if choice.to in ("units", "everyone"):
        chosen = choice.unit_ids or _all_units(directory, scope, officer)
        for unit_id in chosen:
            require(officer, verb, of_units([unit_id]), tree)
        found += [Subject(SubjectKind.UNIT, unit_id) for unit_id in chosen]
    if choice.to in ("persons", "everyone"):
        persons = (
            [records.people.person(person_id) for person_id in choice.person_ids]
            if choice.person_ids
            else records.people.persons(scope)
        )
        for person in persons:
            require(officer, verb, of_units(person.office_ids), tree)
        found += [Subject(SubjectKind.PERSON, person.id) for person in persons]
    return list(dict.fromkeys(found))


def _all_units(directory: Directory, scope: frozenset[str] | None, officer: Officer) -> list[str]:
    """The units below the officer's own; the center does not write to itself."""
    below = [
        unit.id
        for unit in directory.units
        if unit.parent_id is not None and (scope is None or unit.id in scope)
    ]
    return [unit_id for unit_id in below if unit_id != officer.unit_id] or below


def _of_roll_call(
    records: Records, roll_call_id: str, officer: Officer, tree: UnitTree, verb: Verb
) -> list[Subject]:
    records.calls.roll_call(roll_call_id)
    listings = records.calls.listings(roll_call_id)
    mine = []
    for listing in listings:
        require(officer, verb, of_units(entry_units(listing)), tree)
        mine.append(listing.entry.subject)
    return mine
