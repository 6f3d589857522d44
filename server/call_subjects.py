"""Subjects of lists and plans: whose they are, and which of them there still are."""

from collections.abc import Iterable, Mapping

from roll_call.errors import InvalidInput
from roll_call.people import Subject, SubjectKind, UnitTree
from roll_call.ports.store import Records
from server.access import Verb, of_units
from server.api.routing import Call

Belonging = Mapping[Subject, frozenset[str]]
"""The units that each subject belongs to; empty where the subject is gone."""


def belonging(records: Records, subjects: Iterable[Subject]) -> Belonging:
    """The units of each subject: a person's offices, or the unit itself."""
    wanted = list(subjects)
    units = {unit.id for unit in records.people.units()}
    offices: dict[str, frozenset[str]] = {}
    if any(subject.kind is SubjectKind.PERSON for subject in wanted):
        offices = {p.id: frozenset(p.office_ids) for p in records.people.persons()}
    return {
        s: (frozenset({s.id}) & units) if s.kind is SubjectKind.UNIT else offices.get(s.id, _NONE)
        for s in wanted
    }


def require_each(call: Call, verb: Verb, belongs: Belonging) -> None:
    """The access policy for each subject; raises InvalidInput(unknown_subject), NotAllowed."""
    for units in belongs.values():
        if not units:
            raise InvalidInput("unknown_subject")
        call.require(verb, of_units(units))


def visible(belongs: Belonging, scope: frozenset[str] | None) -> frozenset[Subject]:
    """Those of the subjects that somebody of this scope sees."""
    return frozenset(
        s for s, units in belongs.items() if units and (scope is None or units & scope)
    )


def within(tree: UnitTree, unit_id: str, roots: Iterable[str]) -> bool:
    """Whether a unit is one of ``roots`` or stands below one."""
    return unit_id in tree and any(tree.within(unit_id, root) for root in roots)


_NONE: frozenset[str] = frozenset()
