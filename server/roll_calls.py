"""Making roll-calls: a draft with its entries, put on the calendar, in one unit of work."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from roll_call import call_events
from roll_call.call import RollCall
from roll_call.entry import Entry
from roll_call.people import Subject, SubjectKind
from roll_call.ports.store import Records
from server.auth.tokens import new_id
from server.cascade import Cascade


@dataclass(frozen=True, slots=True)
class NewCall:
    """What a roll-call is made of; times are UTC."""

    title: str
    opens_at: datetime
    closes_at: datetime
    subjects: Sequence[Subject]
    plan_id: str | None = None
    created_by: str | None = None


def schedule(cascade: Cascade, new: NewCall) -> RollCall:
    """DRAFT with its entries, then SCHEDULED; its deadline opens it."""
    draft = RollCall(
        id=new_id(),
        title=new.title,
        opens_at=new.opens_at,
        closes_at=new.closes_at,
        plan_id=new.plan_id,
        created_by=new.created_by,
    )
    change = cascade.change("created", {"subjects": len(new.subjects)})
    cascade.tx.calls.add_roll_call(draft, change)
    for subject in dict.fromkeys(new.subjects):
        entry = Entry(new_id(), draft.id, subject)
        cascade.tx.calls.add_entry(entry, cascade.change("listed"))
        cascade.outcome.entries[entry.id] = entry
    return cascade.roll_call_event(draft.id, call_events.Schedule())


def open_now(cascade: Cascade, new: NewCall, officer_id: str) -> RollCall:
    """The same, opened at once by an officer."""
    scheduled = schedule(cascade, new)
    return cascade.roll_call_event(scheduled.id, call_events.Open(officer_id))


def subjects_below(
    records: Records, kind: SubjectKind, unit_ids: Sequence[str], below: frozenset[str]
) -> list[Subject]:
    """A plan's subjects: the units named, or every person listed at them or below."""
    if kind is SubjectKind.UNIT:
        return [Subject(kind, unit_id) for unit_id in unit_ids]
    return [Subject(kind, person.id) for person in records.people.persons(below)]
