"""The room with real media: real phones, a real console, packets counted at both ends."""

import asyncio
import statistics
import time
from pathlib import Path
from typing import Any

import pytest

from roll_call.errors import StorageError
from storage.recordings import LocalRecordings
from tests.server.hall import Hall, hall, until

SWITCHES = 18
FLOWING = 10
SILENCE_S = 0.6
RECORDED_S = 1.2

pytestmark = [pytest.mark.serial, pytest.mark.timeout(120)]


@pytest.fixture
def full_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody is recorded, so that only those who look on need a picture."""

    def refuse(self: LocalRecordings, size_bytes: int) -> None:
        raise StorageError("disk_full")

    monkeypatch.setattr(LocalRecordings, "ensure_room", refuse)


async def all_tiles_show(place: Hall, slots: list[str]) -> None:
    """Phone n in slot n."""
    for number, slot in enumerate(slots[: len(place.phones)]):
        await until(
            lambda slot=slot, number=number: place.seen.whose.get(slot) == number,  # type: ignore[misc]
            f"tile {number}",
        )


async def officers_side(place: Hall, session: str, running: bool = False) -> dict[str, Any]:
    """The recording of the officer beside a session, once it has begun, or is whole."""
    guest = place.town.services.rooms.guest(session)
    assert guest is not None
    for _ in range(200):
        entry = await place.staff.request("GET", f"/api/entries/{guest.entry_id}")
        sides = [x for x in entry["recordings"] if x["role"] == "officer"]
        if sides and (sides[0]["began_at"] if running else sides[0]["state"] != "recording"):
            return dict(sides[0])
        await asyncio.sleep(0.05)
    raise AssertionError("the officer's side is not recorded")


async def video_rate_bps(place: Hall, number: int, over_s: float) -> float:
    """What a phone sends."""
    before, started = await place.phones[number].sent_bytes(), time.monotonic()
    await asyncio.sleep(over_s)
    sent = await place.phones[number].sent_bytes() - before
    return sent * 8 / (time.monotonic() - started)


async def test_a_wall_of_six_with_a_changing_spotlight(
    tmp_path: Path, full_disk: None, capsys: pytest.CaptureFixture[str]
) -> None:
    async with hall(tmp_path / "data", 6) as place, place.officer(6) as officer:
        await until(lambda: len(officer.live) == 6, "told who is live")
        for number, session in enumerate(place.sessions):
            await officer.show(number, session)
        await all_tiles_show(place, officer.slots)
        assert all(p.encoding and p.encoding.max_width == 320 for p in place.phones)
        small_bps = await video_rate_bps(place, 0, 2.0)
        large, took_ms = officer.slots[-1], []
        for switch in range(SWITCHES):
            number = switch % 6
            asked = time.monotonic()
            await officer.spotlight(place.sessions[number])
            await until(lambda n=number: place.seen.whose.get(large) == n, f"spotlight {number}")  # type: ignore[misc]
            took_ms.append((place.seen.since[large] - asked) * 1000)
            await asyncio.sleep(0.1)
        await officer.spotlight(place.sessions[0])
        await until(lambda: place.seen.sizes[large] == (640, 480), "large in full")
        large_bps = await video_rate_bps(place, 0, 2.0)
        lit = [p.encoding.max_width for p in place.phones if p.encoding is not None]
        assert lit == [640, 320, 320, 320, 320, 320]
        assert place.seen.sizes[officer.slots[1]] == (320, 240)
        assert small_bps < large_bps
        assert statistics.median(took_ms) < 2000
    with capsys.disabled():
        print(
            f"\nspotlight: median {statistics.median(took_ms):.0f} ms, max {max(took_ms):.0f} ms; "
            f"tile {small_bps / 1000:.0f} kbit/s, spotlight {large_bps / 1000:.0f} kbit/s"
        )


async def test_a_broadcast_is_seen_and_heard_on_every_phone(tmp_path: Path) -> None:
    async with hall(tmp_path / "data", 4) as place, place.officer(1) as officer:
        assert all(p.incoming.frames == {"video": 0, "audio": 0} for p in place.phones)
        await officer.publish()
        await officer.broadcast(True)
        for phone in place.phones:
            received = phone.incoming.frames
            await until(lambda r=received: min(r.values()) >= FLOWING, "picture and voice")  # type: ignore[misc]
            assert phone.room is not None and phone.room.speaker is not None
            assert phone.room.speaker.why == "broadcast"
        await officer.broadcast(False)
        await until(lambda: all(p.room and not p.room.speaker for p in place.phones), "told")
        await asyncio.sleep(SILENCE_S)
        before = [dict(p.incoming.frames) for p in place.phones]
        await asyncio.sleep(SILENCE_S)
        assert [p.incoming.frames for p in place.phones] == before, "nothing more comes"


async def test_a_talk_is_two_way_with_one_and_with_nobody_else(tmp_path: Path) -> None:
    async with hall(tmp_path / "data", 2) as place, place.officer(1) as officer:
        first, second = place.phones
        await officer.publish()
        await officer.spotlight(place.sessions[0])
        await officer.talk(place.sessions[0])
        await until(lambda: min(first.incoming.frames.values()) >= FLOWING, "the phone receives")
        await until(lambda: officer.incoming.frames["audio"] >= FLOWING, "the officer hears")
        await until(lambda: place.seen.whose.get(officer.slots[-1]) == 0, "the officer sees")
        assert second.incoming.frames == {"video": 0, "audio": 0}
        await officers_side(place, place.sessions[0], running=True)
        await asyncio.sleep(RECORDED_S)
        await officer.talk(place.sessions[1])
        await until(lambda: min(second.incoming.frames.values()) >= FLOWING, "the other receives")
        await until(lambda: first.room is not None and first.room.speaker is None, "told")
        await asyncio.sleep(SILENCE_S)
        before = dict(first.incoming.frames)
        await asyncio.sleep(SILENCE_S)
        assert first.incoming.frames == before
        recorded = await officers_side(place, place.sessions[0])
        assert recorded["state"] == "ready" and recorded["duration_s"] > RECORDED_S / 2
        assert recorded["offset_s"] > 0, "later than the subject's own, on one timeline"


async def test_who_is_muted_reaches_nobody_and_listening_sends_nothing(tmp_path: Path) -> None:
    async with hall(tmp_path / "data", 2) as place, place.officer(1) as officer:
        heard = officer.incoming.frames
        await officer.listen(place.sessions[0])
        await until(lambda: heard["audio"] >= FLOWING, "heard")
        phone = place.phones[0]
        assert phone.room is not None and phone.room.heard and phone.room.speaker is None
        for silence, sound in (
            (officer.mute(place.sessions[0], True), officer.mute(place.sessions[0], False)),
            (phone.switch(microphone=False), phone.switch(microphone=True)),
        ):
            await silence
            await asyncio.sleep(SILENCE_S)
            before = heard["audio"]
            await asyncio.sleep(SILENCE_S)
            assert heard["audio"] == before, "muted: not one packet more"
            await sound
            await until(lambda b=before: heard["audio"] >= b + FLOWING, "heard again")  # type: ignore[misc]
        assert phone.incoming.frames == {"video": 0, "audio": 0}, "listening is one way"


async def test_a_camera_that_is_off_sends_nothing_and_comes_back(tmp_path: Path) -> None:
    async with hall(tmp_path / "data", 1) as place, place.officer(1) as officer:
        phone, slot = place.phones[0], officer.slots[0]
        await officer.show(0, place.sessions[0])
        await until(lambda: place.seen.frames.get(slot, 0) >= FLOWING, "seen")
        await phone.switch(camera=False)
        await until(lambda: phone.encoding is not None and not phone.encoding.active, "asked")
        await asyncio.sleep(SILENCE_S)
        before, sent = place.seen.frames[slot], await phone.sent_bytes()
        await asyncio.sleep(SILENCE_S)
        assert (place.seen.frames[slot], await phone.sent_bytes()) == (before, sent)
        await phone.switch(camera=True)
        await until(lambda: place.seen.frames[slot] >= before + FLOWING, "seen again")
