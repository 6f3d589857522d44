"""Contract: sessions, replies, receipts, verdicts, decisions, recordings, and their history."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from roll_call.check_in import SessionState
from roll_call.entry import EntryState
from roll_call.errors import Conflict, InvalidInput, NotFound
from roll_call.ports.media import Gap
from roll_call.ports.records import (
    CheckInReply,
    ConnectionRecord,
    CorrectionRecord,
    DecisionRecord,
    ReceiptRecord,
    RecordingRecord,
    RecordingState,
    VerificationRecord,
)
from roll_call.ports.store import Store, Transaction
from roll_call.reasons import Reason
from roll_call.verification import Assurance, VerificationState
from storage.journal import record_of
from tests.storage.cast import LI_SESSION, NINE, change

VERDICT = VerificationRecord(
    id="v1",
    session_id="s-li",
    entry_id="e-li",
    attempt=1,
    state=VerificationState.MATCH,
    assurance=Assurance.ORDINARY,
    inconclusive=None,
    at=NINE,
    evidence={"model": "sface", "frames": [{"s": 1.25, "similarity": 0.71}], "threshold": 0.4},
)
DECISION = DecisionRecord("d1", "e-li", "zhao", EntryState.PRESENT, Reason.BY_EYE, "看过录像", NINE)
CORRECTION = CorrectionRecord(
    id="c1",
    entry_id="e-li",
    officer_id="zhao",
    at=NINE,
    why="误点",
    old_state=EntryState.PRESENT,
    old_reason=None,
    new_state=EntryState.EXCUSED,
    new_reason=Reason.LEAVE,
    undo=False,
)
CONNECTION = ConnectionRecord(
    "n1", "s-li", "e-li", NINE, ("frozen",), {"grade": "poor", "loss": 0.25, "freeze_s": 4.0}
)
RECORDING = RecordingRecord("r1", "s-li", "e-li", NINE)
RECEIPT = ReceiptRecord("20261121-1", "e-li", "s-li", NINE, '{"state":"present"}', "sig", "k1")
REPLY = CheckInReply(
    "s-li", "e-li", NINE, {"where": "家里"}, {"latitude": 31.25, "datum": "WGS-84"}
)


async def test_sessions_in_order_and_those_still_open(store: Store) -> None:
    over = replace(LI_SESSION, state=SessionState.FAILED, ended_at=NINE)
    again = replace(LI_SESSION, id="s2", attempt=2, state=SessionState.NEW)
    await store.write(lambda tx: tx.sessions.save_session(over, LI_SESSION, change("deadline")))
    await store.write(lambda tx: tx.sessions.add_session(again, change()))
    assert await store.read(lambda r: r.sessions.sessions_of("e-li")) == (over, again)
    assert await store.read(lambda r: r.sessions.open_sessions()) == (again,)


async def test_a_reply_comes_back_and_may_be_completed(store: Store) -> None:
    first = replace(REPLY, location=None)
    await store.write(lambda tx: tx.sessions.save_reply(first, change("answered")))
    assert await store.read(lambda r: r.sessions.reply("s-li")) == first
    await store.write(lambda tx: tx.sessions.save_reply(REPLY, change("located")))
    assert await store.read(lambda r: r.sessions.replies_of("e-li")) == (REPLY,)
    assert await store.read(lambda r: r.sessions.reply("none")) is None


async def test_a_roll_call_has_the_newest_reply_of_each_entry(store: Store) -> None:
    again = replace(LI_SESSION, id="s-again", attempt=2)
    await store.write(lambda tx: tx.sessions.add_session(again, change()))
    later = replace(REPLY, session_id="s-again", at=REPLY.at + timedelta(minutes=1))
    await store.write(lambda tx: tx.sessions.save_reply(later, change("answered")))
    await store.write(lambda tx: tx.sessions.save_reply(REPLY, change("answered")))
    roll_call = await store.read(lambda r: r.calls.entry("e-li").roll_call_id)
    assert await store.read(lambda r: r.sessions.replies_in(roll_call)) == (later,)
    assert await store.read(lambda r: r.sessions.replies_in("none")) == ()


async def test_receipt_numbers_have_no_gaps_within_a_day(store: Store) -> None:
    today = date(2026, 11, 21)

    def failing(tx: Transaction) -> None:
        tx.sessions.next_receipt_number(today)
        raise Conflict()

    numbers = [await store.write(lambda tx: tx.sessions.next_receipt_number(today))]
    with pytest.raises(Conflict):
        await store.write(failing)
    numbers.append(await store.write(lambda tx: tx.sessions.next_receipt_number(today)))
    next_day = today + timedelta(days=1)
    numbers.append(await store.write(lambda tx: tx.sessions.next_receipt_number(next_day)))
    assert numbers == [1, 2, 1]


async def test_a_receipt_is_kept_to_the_letter_and_never_edited(store: Store) -> None:
    await store.write(lambda tx: tx.sessions.add_receipt(RECEIPT, change("issued")))
    assert await store.read(lambda r: r.sessions.receipt(RECEIPT.number)) == RECEIPT
    assert await store.read(lambda r: r.sessions.receipts_of("e-li")) == (RECEIPT,)
    with pytest.raises(Conflict, match="receipt_number_taken"):
        await store.write(lambda tx: tx.sessions.add_receipt(RECEIPT, change("issued")))


async def test_evidence_comes_back_as_it_was_given(store: Store) -> None:
    def work(tx: Transaction) -> None:
        tx.evidence.add_verification(VERDICT, change("given"))
        tx.evidence.add_decision(DECISION, change("taken"))
        tx.evidence.add_correction(CORRECTION, change("made"))

    await store.write(work)
    assert await store.read(lambda r: r.evidence.verifications_of("e-li")) == (VERDICT,)
    assert await store.read(lambda r: r.evidence.decisions_of("e-li")) == (DECISION,)
    assert await store.read(lambda r: r.evidence.corrections_of("e-li")) == (CORRECTION,)


async def test_a_recording_is_unfinished_until_it_is_saved_as_ready(store: Store) -> None:
    await store.write(lambda tx: tx.evidence.add_recording(RECORDING, change("started")))
    assert await store.read(lambda r: r.evidence.unfinished_recordings()) == (RECORDING,)
    ready = replace(
        RECORDING,
        state=RecordingState.READY,
        finished_at=NINE,
        content_type="video/webm",
        sha256="ab",
        size_bytes=10,
        duration_s=15.0,
        video_frames=450,
        audio_packets=700,
    )
    await store.write(lambda tx: tx.evidence.save_recording(ready, change("sealed")))
    assert await store.read(lambda r: r.evidence.unfinished_recordings()) == ()
    assert await store.read(lambda r: r.evidence.recording("r1")) == ready
    assert await store.read(lambda r: r.evidence.recordings_of("e-li")) == (ready,)
    with pytest.raises(NotFound):
        await store.read(lambda r: r.evidence.recording("none"))


async def test_a_recordings_timeline_is_kept(store: Store) -> None:
    whole = replace(
        RECORDING,
        state=RecordingState.READY,
        role="officer",
        began_at=NINE,
        gaps=(Gap(3.5, 33.25, "disconnected"), Gap(40.0, 41.0, "lost")),
    )
    await store.write(lambda tx: tx.evidence.add_recording(RECORDING, change("started")))
    await store.write(lambda tx: tx.evidence.save_recording(whole, change("sealed")))
    assert await store.read(lambda r: r.evidence.recording("r1")) == whole


def test_a_field_added_later_is_not_in_the_log_before_it_says_something() -> None:
    """Else every recording of an older version would read as altered."""
    before = {"id", "session_id", "entry_id", "started_at", "state", "finished_at"}
    before |= {"content_type", "sha256", "size_bytes", "duration_s", "video_frames"}
    before |= {"audio_packets", "failure"}
    assert set(record_of(RECORDING)) == before
    assert set(record_of(replace(RECORDING, role="officer"))) == before | {"role"}


async def test_an_entrys_history_tells_everything_that_belongs_to_it_in_order(
    store: Store,
) -> None:
    def work(tx: Transaction) -> None:
        tx.evidence.add_recording(RECORDING, change("started"))
        tx.sessions.save_reply(REPLY, change("answered"))
        tx.evidence.add_verification(VERDICT, change("given"))
        tx.evidence.add_decision(DECISION, change("taken", note="看过录像"))
        tx.evidence.add_correction(CORRECTION, change("made"))
        tx.sessions.add_receipt(RECEIPT, change("issued"))
        tx.log.append("entry.viewed", "entry", "e-li", {"by": "zhao"}, "zhao", NINE)

    await store.write(work)
    rows = await store.read(lambda r: r.log.entry_history("e-li"))
    assert [row.kind for row in rows] == [
        "entry.made",
        "session.made",
        "recording.started",
        "reply.answered",
        "verification.given",
        "decision.taken",
        "correction.made",
        "receipt.issued",
        "entry.viewed",
    ]
    decision = rows[5]
    assert decision.payload is not None and decision.payload["details"] == {"note": "看过录像"}
    assert (decision.actor, decision.at) == ("zhao", NINE)
    assert "家里" not in repr(rows)


async def test_the_log_reads_on_from_where_one_stood(store: Store) -> None:
    everything = await store.read(lambda r: r.log.after(0, 10_000))
    assert [row.seq for row in everything] == list(range(1, len(everything) + 1))
    assert await store.read(lambda r: r.log.after(3, 2)) == everything[3:5]
    about_li = await store.read(lambda r: r.log.history("person", "li"))
    assert [row.kind for row in about_li] == ["person.made"]


async def test_what_is_not_plain_json_is_refused_whole(store: Store) -> None:
    with pytest.raises(InvalidInput, match="not_json"):
        await store.write(
            lambda tx: tx.evidence.add_decision(DECISION, change("taken", bad=float("nan")))
        )
    assert await store.read(lambda r: r.evidence.decisions_of("e-li")) == ()


async def test_how_a_session_was_connected_is_kept_and_never_edited(store: Store) -> None:
    again = replace(CONNECTION, id="n2", faults=())
    await store.write(lambda tx: tx.evidence.add_connection(CONNECTION, change("measured")))
    await store.write(lambda tx: tx.evidence.add_connection(again, change("measured")))
    assert await store.read(lambda r: r.evidence.connections_of("e-li")) == (CONNECTION, again)
    assert await store.read(lambda r: r.evidence.connections_of("e-han")) == ()
    with pytest.raises(Conflict):
        await store.write(lambda tx: tx.evidence.add_connection(again, change("measured")))
    history = await store.read(lambda r: r.log.entry_history("e-li"))
    assert [row.subject_id for row in history if row.kind == "connection.measured"] == ["n1", "n2"]
