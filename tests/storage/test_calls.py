"""Contract: roll-calls, entries, deadlines."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from roll_call.call import RollCall, RollCallState
from roll_call.entry import EntryState
from roll_call.errors import Conflict, NotFound, StorageError
from roll_call.people import Subject, SubjectKind
from roll_call.ports.records import Deadline, DeadlineKind
from roll_call.ports.store import Store, Transaction
from roll_call.reasons import Reason
from tests.storage.cast import (
    EAST_ENTRY,
    HAN_ENTRY,
    LI_ENTRY,
    LI_SESSION,
    MORNING,
    NINE,
    change,
    new_id,
    person,
    settle,
)

SOON = NINE + timedelta(minutes=5)


async def test_the_days_roll_calls_come_earliest_first(store: Store) -> None:
    later = RollCall("later", "午后", NINE + timedelta(hours=5), NINE + timedelta(hours=6))
    await store.write(lambda tx: tx.calls.add_roll_call(later, change()))
    day = (NINE - timedelta(hours=9), NINE + timedelta(hours=15))
    assert await store.read(lambda r: r.calls.roll_calls_between(*day)) == (MORNING, later)
    until_then = await store.read(lambda r: r.calls.roll_calls_between(NINE, later.opens_at))
    assert until_then == (MORNING,)
    drafts = await store.read(lambda r: r.calls.roll_calls_in([RollCallState.DRAFT]))
    assert drafts == (later,)


async def test_an_entry_is_saved_only_over_what_was_read(store: Store) -> None:
    calling = replace(LI_ENTRY, state=EntryState.CALLING, deadline_at=SOON)
    await store.write(lambda tx: tx.calls.save_entry(calling, LI_ENTRY, change("due")))
    assert await store.read(lambda r: r.calls.entry("e-li")) == calling
    arrived = replace(LI_ENTRY, state=EntryState.ARRIVED)
    with pytest.raises(Conflict):
        await store.write(lambda tx: tx.calls.save_entry(arrived, LI_ENTRY, change("stale")))
    assert await store.read(lambda r: r.calls.entry("e-li")) == calling
    with pytest.raises(NotFound):
        ghost = replace(LI_ENTRY, id="ghost")
        await store.write(lambda tx: tx.calls.save_entry(ghost, ghost, change("x")))


async def test_the_same_holds_for_roll_calls_and_sessions(store: Store) -> None:
    closing = replace(MORNING, state=RollCallState.CLOSING)
    await store.write(lambda tx: tx.calls.save_roll_call(closing, MORNING, change("closed")))
    with pytest.raises(Conflict):
        await store.write(lambda tx: tx.calls.save_roll_call(closing, MORNING, change("closed")))
    worse = replace(LI_SESSION, attempt=2)
    await store.write(lambda tx: tx.sessions.save_session(worse, LI_SESSION, change("x")))
    with pytest.raises(Conflict):
        await store.write(lambda tx: tx.sessions.save_session(worse, LI_SESSION, change("x")))


@pytest.mark.parametrize(
    ("reason", "officer"),
    [(Reason.UNANSWERED, None), (None, "zhao"), (None, None), (Reason.UNANSWERED, "system")],
)
async def test_no_absence_without_a_named_officer_and_a_reason(
    store: Store, reason: Reason | None, officer: str | None
) -> None:
    with pytest.raises(StorageError, match="absent_needs_officer_and_reason"):
        await store.write(settle(EntryState.ABSENT, reason, officer))
    assert await store.read(lambda r: r.calls.entry("e-li")) == LI_ENTRY
    born_absent = replace(
        LI_ENTRY, id="e-w", subject=person("wang"), state=EntryState.ABSENT, reason=reason
    )
    with pytest.raises(StorageError):
        await store.write(lambda tx: tx.calls.add_entry(born_absent, change()))


async def test_an_officer_may_record_an_absence(store: Store) -> None:
    await store.write(settle(EntryState.ABSENT, Reason.UNANSWERED, "zhao"))
    assert (await store.read(lambda r: r.calls.entry("e-li"))).settled_by == "zhao"


async def test_a_subject_is_listed_once_in_a_roll_call(store: Store) -> None:
    with pytest.raises(Conflict, match="already_listed"):
        again = replace(LI_ENTRY, id="again")
        await store.write(lambda tx: tx.calls.add_entry(again, change()))


async def test_lists_show_names_and_only_the_own_offices(store: Store) -> None:
    everyone = await store.read(lambda r: r.calls.listings("morning"))
    assert {(e.subject_name, e.dossier_number, e.unit_ids) for e in everyone} == {
        ("李雷", "D-001", ("east",)),
        ("韩梅", "D-002", ("west", "east")),
        ("东街司法所", "", ("east",)),
    }
    shown = {e.entry.id: e for e in everyone}
    assert shown["e-li"].demonstration and shown["e-li"].phone == "138"
    assert shown["e-east"].phone == "010-1001" and shown["e-li"].roll_call_title == "晨间点名"
    west = await store.read(lambda r: r.calls.listings("morning", ["west"]))
    assert [e.entry for e in west] == [HAN_ENTRY]
    assert await store.read(lambda r: r.calls.listing("e-li")) == shown["e-li"]
    assert await store.read(lambda r: r.calls.counts(["morning", "none"], ["east"])) == {
        "morning": {EntryState.PENDING: 3},
        "none": {},
    }


async def test_review_cases_come_longest_waiting_first(store: Store) -> None:
    def to_review(tx: Transaction) -> None:
        for minutes, old in ((2, LI_ENTRY), (1, HAN_ENTRY)):
            new = replace(old, state=EntryState.REVIEW, reason=Reason.MISMATCH)
            tx.calls.save_entry(new, old, change("verdict_other", minutes))

    await store.write(to_review)
    cases = await store.read(lambda r: r.calls.review_cases())
    assert [case.entry.id for case in cases] == ["e-han", "e-li"]
    west = await store.read(lambda r: r.calls.review_cases(["west"]))
    assert [case.entry.id for case in west] == ["e-han"]


async def test_open_entries_are_those_one_can_still_answer(store: Store) -> None:
    assert [e.entry for e in await store.read(lambda r: r.calls.open_entries(person("li")))] == [
        LI_ENTRY
    ]
    east = Subject(SubjectKind.UNIT, "east")
    assert [e.entry for e in await store.read(lambda r: r.calls.open_entries(east))] == [EAST_ENTRY]
    await store.write(settle(EntryState.PRESENT, Reason.VERIFIED, None))
    assert await store.read(lambda r: r.calls.open_entries(person("li"))) == ()
    over = replace(MORNING, state=RollCallState.CLOSED)
    await store.write(lambda tx: tx.calls.save_roll_call(over, MORNING, change("all_settled")))
    assert await store.read(lambda r: r.calls.open_entries(person("han"))) == ()


async def test_a_deadline_is_claimed_by_exactly_one_of_many_workers(store: Store) -> None:
    def appoint(tx: Transaction) -> None:
        for number in range(20):
            call = replace(MORNING, id=f"c{number}", deadline_at=SOON)
            tx.calls.add_roll_call(call, change())

    await store.write(appoint)
    assert await store.read(lambda r: r.deadlines.due(SOON - timedelta(microseconds=1))) == ()
    won: list[Deadline] = []

    async def worker() -> None:
        for deadline in await store.read(lambda r: r.deadlines.due(SOON)):
            if await store.write(lambda tx, d=deadline: tx.deadlines.claim(d)):
                won.append(deadline)
            await asyncio.sleep(0)

    await asyncio.gather(*(worker() for _ in range(8)))
    assert sorted(d.id for d in won) == sorted(f"c{n}" for n in range(20))
    assert await store.read(lambda r: r.deadlines.due(SOON)) == ()


async def test_a_deadline_that_was_moved_is_not_claimed(store: Store) -> None:
    waiting = replace(LI_ENTRY, deadline_at=SOON)
    await store.write(lambda tx: tx.calls.save_entry(waiting, LI_ENTRY, change("due")))
    (deadline,) = await store.read(lambda r: r.deadlines.due(SOON))
    assert deadline == Deadline(DeadlineKind.ENTRY, "e-li", SOON)
    moved = replace(waiting, deadline_at=SOON + timedelta(minutes=1))
    await store.write(lambda tx: tx.calls.save_entry(moved, waiting, change("extended")))
    assert not await store.write(lambda tx: tx.deadlines.claim(deadline))
    assert await store.read(lambda r: r.deadlines.next_at()) == moved.deadline_at


async def test_a_claim_falls_with_the_work_that_made_it(store: Store) -> None:
    due = replace(LI_SESSION, id=new_id(), deadline_at=SOON)
    await store.write(lambda tx: tx.sessions.add_session(due, change()))

    def claim_and_fail(tx: Transaction) -> None:
        assert tx.deadlines.claim(Deadline(DeadlineKind.SESSION, due.id, SOON))
        raise Conflict()

    with pytest.raises(Conflict):
        await store.write(claim_and_fail)
    assert len(await store.read(lambda r: r.deadlines.due(SOON))) == 1
