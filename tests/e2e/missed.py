"""After a long outage the scheduler finds roll-calls whose time came while nobody was there."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from roll_call.call import RollCall, RollCallState
from roll_call.call_origin import CallOrigin
from roll_call.entry import Entry
from roll_call.instants import utc_text
from roll_call.people import Subject, SubjectKind
from roll_call.ports.records import Change
from roll_call.ports.store import Transaction
from server.outages import ALIVE_SETTING
from storage.sqlite import SqliteStore
from tests.e2e.town import Town

MISSED_BEFORE = timedelta(days=1)
LATE_BY = timedelta(minutes=6)
LASTS = timedelta(hours=1)


def black_out(town: Town, plan_id: str, unit_ids: list[str]) -> dict[str, str]:
    """Two days without power: one roll-call of the plan was due yesterday, one a moment ago.

    Returns their ids as ``missed`` and ``late``; the server is up again.
    """
    now = datetime.now(UTC)
    due = {"missed": now - MISSED_BEFORE, "late": now - LATE_BY}
    ids = {name: uuid4().hex for name in due}
    change = Change("planned", "system", now)

    def work(t: Transaction) -> None:
        t.settings.set(ALIVE_SETTING, utc_text(now - timedelta(days=2)))
        title = t.plans.plan(plan_id).title
        for name, opens_at in due.items():
            scheduled = RollCallState.SCHEDULED
            call = RollCall(ids[name], title, opens_at, opens_at + LASTS, scheduled, plan_id)
            t.calls.add_roll_call(replace(call, deadline_at=opens_at), change)
            for unit_id in unit_ids:
                subject = Subject(SubjectKind.UNIT, unit_id)
                t.calls.add_entry(Entry(uuid4().hex, ids[name], subject), change)
            origin = CallOrigin(ids[name], listed=len(unit_ids), plan_id=plan_id)
            t.call_lists.add_origin(origin, change)

    async def plant() -> None:
        store = SqliteStore(town.data)
        await store.open()
        await store.write(work)
        await store.close()

    town.lose_power()
    town.background.run(plant())
    town.restore_power()
    return ids
