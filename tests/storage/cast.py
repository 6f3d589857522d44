"""The cast: one center, two offices, two officers, three persons, a roll-call of this morning."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TypeVar
from uuid import uuid4

from roll_call.call import RollCall, RollCallState
from roll_call.check_in import CheckInSession, SessionState
from roll_call.entry import Entry, EntryState
from roll_call.people import (
    Officer,
    Role,
    Subject,
    SubjectKind,
    SupervisedPerson,
    Unit,
    UnitKind,
)
from roll_call.ports.records import Change
from roll_call.ports.store import Store, Transaction
from roll_call.reasons import Reason

T = TypeVar("T")

NINE = datetime(2026, 11, 21, 1, 0, tzinfo=UTC)
"""09:00 in Shanghai."""

CENTER = Unit("center", "清河区司法局", UnitKind.COMMAND_CENTER, None, "010-1000")
EAST = Unit("east", "东街司法所", UnitKind.JUDICIAL_OFFICE, "center", "010-1001")
WEST = Unit("west", "西街司法所", UnitKind.JUDICIAL_OFFICE, "center")
ZHAO = Officer("zhao", "center", "赵敏", "Zhao", Role.DUTY_OFFICER, "值班")
QIAN = Officer("qian", "east", "钱进", "qian", Role.OFFICE_OFFICER)
LI = SupervisedPerson("li", "李雷", "D-001", ("east",), phone="138", demonstration=True)
HAN = SupervisedPerson("han", "韩梅", "D-002", ("west", "east"), exempt_prompts=frozenset({"nod"}))
WANG = SupervisedPerson("wang", "王武", "D-003", ("west",))
MORNING = RollCall("morning", "晨间点名", NINE, NINE + timedelta(hours=1), RollCallState.OPEN)


def person(person_id: str) -> Subject:
    """The subject of a person."""
    return Subject(SubjectKind.PERSON, person_id)


LI_ENTRY = Entry("e-li", "morning", person("li"))
HAN_ENTRY = Entry("e-han", "morning", person("han"))
EAST_ENTRY = Entry("e-east", "morning", Subject(SubjectKind.UNIT, "east"))
LI_SESSION = CheckInSession("s-li", "e-li", 1, SessionState.LIVE, ticket_at=NINE)


def change(event: str = "made", minutes: float = 0, **details: object) -> Change:
    """A change by the duty officer."""
    return Change(event, "zhao", NINE + timedelta(minutes=minutes), details)


def new_id() -> str:
    """An id as the server makes them."""
    return uuid4().hex


def everybody(tx: Transaction) -> None:
    """Bring the cast on stage."""
    for unit in (CENTER, EAST, WEST):
        tx.people.add_unit(unit, change())
    tx.people.add_officer(ZHAO, "hash-zhao", change())
    tx.people.add_officer(QIAN, "hash-qian", change())
    for somebody in (LI, HAN, WANG):
        tx.people.add_person(somebody, change())
    tx.calls.add_roll_call(MORNING, change())
    for entry in (LI_ENTRY, HAN_ENTRY, EAST_ENTRY):
        tx.calls.add_entry(entry, change())
    tx.sessions.add_session(LI_SESSION, change())


def settle(
    state: EntryState, reason: Reason | None, officer: str | None
) -> Callable[[Transaction], None]:
    """Settle Li's entry."""

    def work(tx: Transaction) -> None:
        old = tx.calls.entry("e-li")
        new = replace(old, state=state, reason=reason, settled_at=NINE, settled_by=officer)
        tx.calls.save_entry(new, old, change("officer_" + state.value))

    return work


async def staged(store: Store) -> Store:
    """Open a store and bring the cast on stage."""
    await store.open()
    await store.write(everybody)
    return store
