"""kill -9 at every step of a check-in: the person carries on, and nothing is there twice."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from server.messages import Answers, Consent, LocationDeclined, Offer, TakeTicket
from storage.sqlite import SqliteStore
from tests.server.conftest import bound_phone, enrol, settle_in, start_roll_call
from tests.server.town import Phone, Staff, Town, make_town

ROOT = Path(__file__).resolve().parents[2]
STEPS = ("ticket", "consent", "answer", "prompt", "questions", "answers", "receipt")


@asynccontextmanager
async def process(place: Town) -> AsyncIterator[str]:
    """The server as a process, killed at the end; gives the set-up code."""
    server = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.server.crash_server",
        str(place.data),
        stdout=asyncio.subprocess.PIPE,
        cwd=ROOT,
    )
    assert server.stdout is not None
    try:
        port, code = (await server.stdout.readline()).decode().split()
        place.url = f"http://127.0.0.1:{port}"
        yield code
    finally:
        server.kill()
        await server.wait()
        for guest in place.guests:
            await guest.close()
        place.guests.clear()


async def walk(phone: Phone, entry_id: str, until: str) -> None:
    """Take the steps of a check-in up to and including one."""
    for step in STEPS[: STEPS.index(until) + 1]:
        await _step(phone, entry_id, step)


async def _step(phone: Phone, entry_id: str, step: str) -> None:
    wire = phone.wire
    match step:
        case "ticket":
            await wire.say(TakeTicket(entry_id=entry_id))
            await wire.expect("ticket")
        case "consent":
            await wire.say(Consent(face_verification=True))
            await wire.expect("session")
        case "answer":
            await wire.say(Offer(sdp="v=0"))
            await wire.expect("answer")
        case "answers":
            await wire.say(Answers(items={"where": "home", "health": "good"}))
            await wire.say(LocationDeclined())
        case _:
            if step not in wire.kinds:
                await wire.expect(step)


async def finish(phone: Phone, entry_id: str) -> str:
    """Whatever is still to be done; returns the state on the receipt."""
    wire = phone.wire
    await wire.say(TakeTicket(entry_id=entry_id))
    await wire.say(Consent(face_verification=True))
    while True:
        message = await wire.next()
        match message.type:
            case "session":
                await wire.say(Offer(sdp="v=0 again"))
            case "questions":
                await _step(phone, entry_id, "answers")
            case "receipt":
                return str(message.state)


@pytest.mark.parametrize("step", STEPS)
async def test_killed_at_this_step(tmp_path: Path, step: str) -> None:
    place = make_town(tmp_path / "data")
    async with process(place) as code:
        await settle_in(place, code)
        staff = Staff(place)
        await staff.sign_in("duty")
        await enrol(staff, place.ids["ann"])
        _, entry_id = await start_roll_call(staff, place.ids["ann"])
        phone = await bound_phone(place, staff, place.ids["ann"])
        await phone.enter()
        await walk(phone, entry_id, step)
    async with process(place):
        back = Phone(place)
        back.key, back.device_id = phone.key, phone.device_id
        await back.enter()
        assert await finish(back, entry_id) == "present"
    store = SqliteStore(place.data)
    await store.open()
    try:
        entry, sessions, verdicts, receipts = await store.read(
            lambda r: (
                r.calls.entry(entry_id),
                r.sessions.sessions_of(entry_id),
                r.evidence.verifications_of(entry_id),
                r.sessions.receipts_of(entry_id),
            )
        )
    finally:
        await store.close()
    assert entry.state.value == "present"
    assert len(sessions) == len(verdicts) == len(receipts) == 1
