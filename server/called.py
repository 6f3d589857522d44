"""Who a plan calls on a day: its list or its units, without those who are left out, as drawn."""

import random
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from roll_call.call_list import CallList, Exclusion
from roll_call.people import Subject, SubjectKind, SupervisedPerson, UnitTree
from roll_call.ports.store import Records
from roll_call.sampling import draw
from roll_call.schedule import RollCallPlan
from server.call_subjects import within


@dataclass(frozen=True, slots=True)
class Listed:
    """Who could be called on a day, in calling order; who is left out, and by which exclusion."""

    subjects: tuple[Subject, ...]
    left_out: Mapping[Subject, Exclusion]

    @property
    def excluded(self) -> tuple[Exclusion, ...]:
        """The exclusions that leave somebody out, each once."""
        return tuple(dict.fromkeys(self.left_out.values()))


@dataclass(frozen=True, slots=True)
class Register:
    """The lists and the persons that plans may call, read once."""

    lists: Mapping[str, CallList]
    persons: Mapping[str, SupervisedPerson]
    tree: UnitTree


def register_of(records: Records, plans: Iterable[RollCallPlan], tree: UnitTree) -> Register:
    """What these plans need; persons only where one is about persons."""
    about_persons = any(plan.subject_kind is SubjectKind.PERSON for plan in plans)
    return Register(
        {each.id: each for each in records.call_lists.call_lists()},
        {p.id: p for p in records.people.persons()} if about_persons else {},
        tree,
    )


def listed_on(register: Register, plan: RollCallPlan, day: date) -> Listed:
    """The plan's subjects of a local day, before anything is drawn."""
    tree, call_list = register.tree, None
    if plan.call_list_id is not None:
        call_list = register.lists[plan.call_list_id]
    held = (*(call_list.exclusions if call_list else ()), *plan.exclusions)
    rules = {x.subject: x for x in held if x.holds_on(day)}
    named = call_list.subjects if call_list else None
    if plan.subject_kind is SubjectKind.UNIT:
        units = named or tuple(Subject(SubjectKind.UNIT, u) for u in plan.unit_ids)
        return _sorted_out((u, rules.get(u)) for u in units if u.id in tree)
    everybody = register.persons
    chosen = everybody.values() if named is None else _known(everybody, named)
    roots = None if named is not None else plan.unit_ids
    return _sorted_out(_persons(chosen, tree, roots, rules))


def drawn_from(listed: Listed, plan: RollCallPlan, chance: random.Random) -> tuple[Subject, ...]:
    """Whom chance chooses of them, in calling order; all where the plan draws nobody."""
    size = plan.sample.size(len(listed.subjects))
    shares = [chance.random() for _ in listed.subjects]
    return draw(listed.subjects, size, shares, plan.random_order)


def _sorted_out(judged: Iterable[tuple[Subject, Exclusion | None]]) -> Listed:
    kept, left_out = [], {}
    for subject, exclusion in judged:
        if exclusion is None:
            kept.append(subject)
        else:
            left_out[subject] = exclusion
    return Listed(tuple(kept), left_out)


def _known(
    everybody: Mapping[str, SupervisedPerson], named: Iterable[Subject]
) -> list[SupervisedPerson]:
    return [everybody[subject.id] for subject in named if subject.id in everybody]


def _persons(
    persons: Iterable[SupervisedPerson],
    tree: UnitTree,
    roots: Iterable[str] | None,
    rules: Mapping[Subject, Exclusion],
) -> Iterator[tuple[Subject, Exclusion | None]]:
    """Each person that the roots reach. Who is listed at two offices (双列管) is left out with both
    of them only."""
    by_unit = [x for s, x in rules.items() if s.kind is SubjectKind.UNIT]
    for person in persons:
        reached = [o for o in person.office_ids if roots is None or within(tree, o, roots)]
        if not reached:
            continue
        subject = Subject(SubjectKind.PERSON, person.id)
        closed = [
            next((x for x in by_unit if within(tree, office, [x.subject.id])), None)
            for office in reached
        ]
        yield subject, rules.get(subject) or (closed[0] if all(closed) else None)
