"""Making roll-calls: a draft with its entries, put on the calendar, in one unit of work."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from roll_call import call_events
from roll_call.call import RollCall
from roll_call.call_list import Exclusion
from roll_call.call_origin import CallOrigin
from roll_call.entry import Entry
from roll_call.people import Subject
from roll_call.schedule import Window
from server.auth.tokens import new_id
from server.cascade import Cascade


@dataclass(frozen=True, slots=True)
class NewCall:
    """What a roll-call is made of; times are UTC. ``subjects`` stand in calling order.

    ``listed`` and what follows go into its ``CallOrigin``; ``listed`` 0 counts the subjects.
    """

    title: str
    opens_at: datetime
    closes_at: datetime
    subjects: Sequence[Subject]
    plan_id: str | None = None
    created_by: str | None = None
    call_list_id: str | None = None
    listed: int = 0
    excluded: tuple[Exclusion, ...] = ()
    drawn: bool = False
    random_order: bool = False
    band: Window | None = None
    late_open_s: float | None = None
    made_up_for: str | None = None


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
    if new.plan_id or new.call_list_id or new.made_up_for:
        cascade.tx.call_lists.add_origin(_origin(draft.id, new), cascade.change("recorded"))
    return cascade.roll_call_event(draft.id, call_events.Schedule())


def _origin(roll_call_id: str, new: NewCall) -> CallOrigin:
    return CallOrigin(
        roll_call_id=roll_call_id,
        listed=new.listed or len(new.subjects),
        plan_id=new.plan_id,
        call_list_id=new.call_list_id,
        excluded=new.excluded,
        drawn=tuple(subject.id for subject in new.subjects) if new.drawn else (),
        random_order=new.random_order,
        band_from=new.band.opens_at if new.band else None,
        band_until=new.band.closes_at if new.band else None,
        late_open_s=new.late_open_s,
        made_up_for=new.made_up_for,
    )


def open_now(cascade: Cascade, new: NewCall, officer_id: str) -> RollCall:
    """The same, opened at once by an officer."""
    scheduled = schedule(cascade, new)
    return cascade.roll_call_event(scheduled.id, call_events.Open(officer_id))
