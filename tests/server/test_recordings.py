"""One recording goes with a session through all its connections; both sides lie on one line."""

import asyncio
from datetime import UTC, datetime
from typing import Any

from roll_call.ports.media import (
    AnswerOffer,
    ClosePeer,
    ContinueRecording,
    Gap,
    RecordingFailed,
    StartRecording,
    StopRecording,
)
from server.messages import Offer
from tests.server.hall import until
from tests.server.steps import answer, begin, connect, look
from tests.server.town import Phone, Staff, Town

BEGAN = datetime(2027, 1, 15, 8, 0, tzinfo=UTC)


def about_recordings(town: Town) -> list[str]:
    """What the engine was told of recordings and connections, in order."""
    kinds = (StartRecording, ContinueRecording, StopRecording, ClosePeer)
    return [type(c).__name__ for c in town.engine.commands if isinstance(c, kinds)]


async def recordings(duty: Staff, entry_id: str, count: int, state: str) -> list[dict[str, Any]]:
    """The entry's recordings once there are so many and the newest is in this state."""
    for _ in range(200):
        found: list[dict[str, Any]] = (await duty.get(f"/api/entries/{entry_id}"))["recordings"]
        if len(found) == count and all(one["state"] == state for one in found):
            return found
        await asyncio.sleep(0.02)
    raise AssertionError(found)


async def reconnected(town: Town, phone: Phone) -> str:
    """The phone comes back over another network; its new peer."""
    await phone.wire.say(Offer(sdp="v=0 another network"))
    await phone.wire.expect("answer")
    return town.engine.flow()


async def finish(town: Town, phone: Phone, peer: str) -> None:
    """The rest of the check-in."""
    await look(town, peer, 4)
    await phone.wire.expect("questions")
    await answer(phone)
    assert (await phone.wire.expect("receipt")).state == "present"


async def test_a_reconnect_is_a_gap_in_one_recording(town: Town, duty: Staff) -> None:
    phone, entry_id = await begin(town, duty)
    old = await connect(town, phone, entry_id)
    await look(town, old, 1)
    await recordings(duty, entry_id, 1, "recording")
    town.engine.drop(old)
    new = await reconnected(town, phone)
    town.engine.gaps = (Gap(4.0, 9.5, "disconnected"),)
    town.engine.began_unix_s = BEGAN.timestamp()
    await finish(town, phone, new)
    (kept,) = await recordings(duty, entry_id, 1, "ready")
    assert about_recordings(town) == [
        "StartRecording",
        "ClosePeer",
        "ContinueRecording",
        "StopRecording",
        "ClosePeer",
    ]
    assert new != old
    assert [c for c in town.engine.commands if isinstance(c, ContinueRecording)] == [
        ContinueRecording(kept["id"], new)
    ]
    assert kept["gaps"] == [{"start_s": 4.0, "end_s": 9.5, "why": "disconnected"}]
    assert (kept["role"], kept["began_at"], kept["offset_s"]) == (
        "subject",
        "2027-01-15T08:00:00.000Z",
        0.0,
    )


async def test_all_connections_of_a_session_are_answered_side_by_side(
    town: Town, duty: Staff
) -> None:
    """Else a recording could not go on in the same media process."""
    phone, entry_id = await begin(town, duty)
    old = await connect(town, phone, entry_id)
    await reconnected(town, phone)
    sessions = await town.services.store.read(lambda r: r.sessions.sessions_of(entry_id))
    assert [command.beside for command in town.engine.answered] == [sessions[0].id] * 2
    assert all(isinstance(command, AnswerOffer) for command in town.engine.answered)
    assert old.startswith(sessions[0].id)


async def test_another_codec_after_a_reconnect_begins_another_recording(
    town: Town, duty: Staff
) -> None:
    phone, entry_id = await begin(town, duty)
    old = await connect(town, phone, entry_id)
    (first,) = await recordings(duty, entry_id, 1, "recording")
    await until(lambda: town.engine.records(first["id"]), "recorded")
    town.engine.drop(old)
    new = await reconnected(town, phone)
    town.engine.cut(first["id"], "codec_changed")
    await finish(town, phone, new)
    kept = await recordings(duty, entry_id, 2, "ready")
    assert [one["failure"] for one in kept] == ["codec_changed", None]


async def test_a_recording_that_failed_is_begun_anew_when_media_return(
    town: Town, duty: Staff
) -> None:
    phone, entry_id = await begin(town, duty)
    old = await connect(town, phone, entry_id)
    (first,) = await recordings(duty, entry_id, 1, "recording")
    await until(lambda: town.engine.records(first["id"]), "recorded")
    town.engine.drop(old)
    town.engine.cut(first["id"], "engine_restarted")
    await recordings(duty, entry_id, 1, "ready")
    new = await reconnected(town, phone)
    await finish(town, phone, new)
    kept = await recordings(duty, entry_id, 2, "ready")
    assert [one["failure"] for one in kept] == ["engine_restarted", None]


async def test_both_sides_of_a_conversation_lie_on_one_line(town: Town, duty: Staff) -> None:
    phone, entry_id = await begin(town, duty)
    town.engine.began_unix_s = BEGAN.timestamp()
    peer = await connect(town, phone, entry_id)
    await recordings(duty, entry_id, 1, "recording")
    capture, (session,) = (
        town.services.desk.capture,
        await town.services.store.read(lambda r: r.sessions.sessions_of(entry_id)),
    )
    town.engine.began_unix_s += 12.25
    other = await capture.start_beside(session.id, entry_id, "console-7", role="officer")
    assert other is not None
    capture.continue_beside(other, "console-8")
    assert ContinueRecording(other, "console-8") in town.engine.commands
    capture.stop_beside(other)
    town.engine.began_unix_s -= 12.25
    await finish(town, phone, peer)
    kept = await recordings(duty, entry_id, 2, "ready")
    sides = {one["role"]: one["offset_s"] for one in kept}
    assert sides == {"subject": 0.0, "officer": 12.25}


async def test_an_officers_recording_that_cannot_start_hurts_nobody(
    town: Town, duty: Staff
) -> None:
    phone, entry_id = await begin(town, duty)
    peer = await connect(town, phone, entry_id)
    town.engine.fail_recordings = "no_media"
    session_id = peer.rpartition("-")[0]
    await town.services.desk.capture.start_beside(session_id, entry_id, "console-7")
    town.engine.fail_recordings = None
    await finish(town, phone, peer)
    for _ in range(100):
        detail = await duty.get(f"/api/entries/{entry_id}")
        states = {one["role"]: one["state"] for one in detail["recordings"]}
        if states == {"subject": "ready", "officer": "failed"}:
            return
        await asyncio.sleep(0.02)
    raise AssertionError(states)


async def test_a_file_that_is_still_being_written_is_left_to_the_next_start(
    town: Town, duty: Staff
) -> None:
    """The disk hangs while the server stops: what is on it must not be thrown away."""
    phone, entry_id = await begin(town, duty)
    await connect(town, phone, entry_id)
    (one,) = await recordings(duty, entry_id, 1, "recording")
    town.engine._files.clear()
    town.engine.emit(RecordingFailed(one["id"], None, "disk_slow"))
    await asyncio.sleep(0.1)
    assert [left.id for left in town.services.recordings.unsealed()] == [one["id"]]
    await town.services.desk.capture.keep(await town.services.desk.capture.leftovers())
    (kept,) = await recordings(duty, entry_id, 1, "ready")
    assert kept["failure"] == "server_stopped"
