"""Contract: facts and lines for reports, and the tables that went out."""

import sqlite3
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from roll_call.call import RollCallState
from roll_call.effects import ReportKind
from roll_call.entry import EntryState
from roll_call.errors import NotFound
from roll_call.people import SubjectKind
from roll_call.ports.records import CorrectionRecord
from roll_call.ports.reports import KeptReport
from roll_call.ports.store import Store, Transaction
from roll_call.reasons import Reason
from tests.storage.cast import EAST_ENTRY, HAN_ENTRY, LI_ENTRY, MORNING, NINE, change

DAY = (NINE - timedelta(hours=1), NINE + timedelta(hours=1))
TABLE = KeptReport("r1", "morning", ReportKind.FINAL, NINE, {"title": "晨间点名", "n": 1})


def rung_and_answered(tx: Transaction) -> None:
    """The east is rung twice, answers after 4.5 s, and is settled."""
    calling = replace(EAST_ENTRY, state=EntryState.CALLING)
    tx.calls.save_entry(calling, EAST_ENTRY, change("due"))
    tx.log.append("entry.call", "entry", EAST_ENTRY.id, {}, "zhao", NINE + timedelta(seconds=30))
    here = NINE + timedelta(seconds=4.5)
    arrived = replace(calling, state=EntryState.ARRIVED, arrived_at=here)
    tx.calls.save_entry(arrived, calling, change("ticket_taken"))
    present = replace(
        arrived, state=EntryState.PRESENT, reason=Reason.BY_EYE, settled_by="zhao", settled_at=here
    )
    tx.calls.save_entry(present, arrived, change("officer_present"))


async def test_facts_are_those_of_the_period_and_kind(store: Store) -> None:
    await store.write(rung_and_answered)
    [east] = await store.read(lambda r: r.reports.facts(*DAY, SubjectKind.UNIT))
    assert (east.unit_id, east.state, east.reason) == ("east", EntryState.PRESENT, Reason.BY_EYE)
    assert east.answer_s == 4.5
    persons = await store.read(lambda r: r.reports.facts(*DAY, SubjectKind.PERSON))
    assert sorted(fact.unit_id for fact in persons) == ["east", "west"]
    west = await store.read(lambda r: r.reports.facts(*DAY, SubjectKind.PERSON, ["west"]))
    assert [fact.unit_id for fact in west] == ["west"]
    later = (NINE + timedelta(seconds=1), NINE + timedelta(hours=1))
    assert await store.read(lambda r: r.reports.facts(*later, SubjectKind.UNIT)) == ()


@pytest.mark.parametrize("state", [RollCallState.DRAFT, RollCallState.CANCELLED])
async def test_what_never_was_held_is_no_fact(store: Store, state: RollCallState) -> None:
    gone = replace(MORNING, state=state)
    await store.write(lambda tx: tx.calls.save_roll_call(gone, MORNING, change("gone")))
    assert await store.read(lambda r: r.reports.facts(*DAY, SubjectKind.UNIT)) == ()


async def test_lines_stand_in_calling_order_with_the_first_ring(store: Store) -> None:
    await store.write(rung_and_answered)
    lines = await store.read(lambda r: r.reports.lines("morning"))
    assert [line.entry_id for line in lines] == [LI_ENTRY.id, HAN_ENTRY.id, EAST_ENTRY.id]
    east = lines[-1]
    assert (east.name, east.rang_at, east.answer_s) == ("东街司法所", NINE, 4.5)
    mine = await store.read(lambda r: r.reports.lines("morning", ["west"]))
    assert [line.entry_id for line in mine] == [HAN_ENTRY.id]


async def test_undos_are_no_corrections(store: Store) -> None:
    def correct(tx: Transaction) -> None:
        for number, undo in enumerate((True, False)):
            record = CorrectionRecord(
                f"c{number}",
                EAST_ENTRY.id,
                "zhao",
                NINE,
                "" if undo else "看错了",
                EntryState.PRESENT,
                Reason.BY_EYE,
                EntryState.REVIEW if undo else EntryState.EXCUSED,
                Reason.OTHER if undo else Reason.LEAVE,
                undo,
            )
            tx.evidence.add_correction(record, change("made"))

    await store.write(correct)
    kept = await store.read(lambda r: r.reports.corrections("morning"))
    assert [record.why for record in kept] == ["看错了"]
    lines = await store.read(lambda r: r.reports.lines("morning"))
    assert lines[-1].corrected == 1


async def test_when_the_window_closed(store: Store) -> None:
    assert await store.read(lambda r: r.reports.closed_at("morning")) is None
    closing = replace(MORNING, state=RollCallState.CLOSING)
    closed = change("window_closed", minutes=20)
    await store.write(lambda tx: tx.calls.save_roll_call(closing, MORNING, closed))
    at = await store.read(lambda r: r.reports.closed_at("morning"))
    assert at == NINE + timedelta(minutes=20)


async def test_unanswered_calls_of_units(store: Store) -> None:
    case = replace(EAST_ENTRY, state=EntryState.REVIEW, reason=Reason.UNANSWERED)
    await store.write(lambda tx: tx.calls.save_entry(case, EAST_ENTRY, change("window_closed")))
    assert await store.read(lambda r: r.reports.unanswered(*DAY)) == (("east", 1),)
    fault = replace(
        case,
        state=EntryState.EXCUSED,
        reason=Reason.DEVICE_FAULT,
        settled_by="zhao",
        settled_at=NINE,
    )
    await store.write(lambda tx: tx.calls.save_entry(fault, case, change("officer_excused")))
    assert await store.read(lambda r: r.reports.unanswered(*DAY)) == ()


async def test_a_table_that_went_out_stays(store: Store, data_dir: Path) -> None:
    await store.write(lambda tx: tx.reports.keep(TABLE, change("final")))
    assert await store.read(lambda r: r.reports.kept_report("r1")) == TABLE
    [kept] = await store.read(lambda r: r.reports.kept("morning"))
    assert (kept.id, kept.kind) == ("r1", ReportKind.FINAL)
    with pytest.raises(NotFound):
        await store.read(lambda r: r.reports.kept_report("r2"))
    [row] = await store.read(lambda r: r.log.history("report", "r1"))
    assert row.payload is not None and set(row.payload["record"]["body"]) == {"sha256"}
    with (
        sqlite3.connect(data_dir / "rollcall.db") as outside,
        pytest.raises(sqlite3.IntegrityError, match="reports_is_append_only"),
    ):
        outside.execute("UPDATE reports SET body = '{}'")
