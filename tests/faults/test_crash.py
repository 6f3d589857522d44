"""kill -9 in the middle of a roll-call with people in every state: nothing is lost or doubled."""

import json
import subprocess
import sys
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import psutil
import pytest
import pytest_asyncio

from server.messages import Consent, Offer, Prompt, ReceiptMessage, TakeTicket
from tests.faults.sockets import family
from tests.faults.station import Handset, Station, actor, handset, running

pytestmark = [pytest.mark.serial, pytest.mark.asyncio(loop_scope="module")]

ONCE = ("entry.called", "entry.session_live", "entry.verdict_given", "receipt.issued")

PRESENT, SEEN_ONLY = ("present", "verified"), ("review", "low_assurance")
ENDS = {
    "done": PRESENT,
    "declined": ("review", "declined_face"),
    "moving": PRESENT,
    "waiting": SEEN_ONLY,
    "called": SEEN_ONLY,
}
"""State and reason at the end; those who are spared the movements are looked at by an officer."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def doomed(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Station]:
    """A server that a test may kill."""
    async with running(tmp_path_factory.mktemp("doomed") / "data", {}) as station:
        yield station
        await station.is_unharmed()


def audit(data: Path) -> dict[str, Any]:
    """What ``rollcall audit verify`` says."""
    command = [sys.executable, "-m", "server.cli", "audit", "verify", "--data", str(data), "--json"]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=60)
    report: dict[str, Any] = json.loads(ended.stdout.splitlines()[-1])
    return {**report, "exit": ended.returncode}


async def settled_by_declining(phone: Handset, entry_id: str) -> ReceiptMessage:
    """Someone who wants no face recognition: done, an officer will call."""
    await phone.say(TakeTicket(entry_id=entry_id))
    await phone.say(Consent(face_verification=False))
    receipt: ReceiptMessage = await phone.expect("receipt")
    return receipt


async def in_front_of_the_camera(phone: Handset, entry_id: str) -> str:
    """Someone who is being asked to move; returns the session."""
    session = await phone.enter(entry_id)
    await phone.say(Offer(sdp=await phone.offer_of(actor())))
    while not isinstance(message := await phone.next(), Prompt):
        await phone.react(message)
    return session.session_id


def told_once(timeline: list[dict[str, Any]]) -> Iterator[str]:
    """The steps that appear more than once although each happens once in these check-ins."""
    kinds = Counter(item["kind"] for item in timeline)
    yield from (kind for kind in ONCE if kinds[kind] > 1)


async def test_a_killed_server_goes_on_where_it_was(doomed: Station) -> None:
    names = ("done", "declined", "moving", "waiting", "called")
    ids = {
        name: await doomed.person(
            name, enrolled=name != "declined", liveness=name in ("done", "moving")
        )
        for name in names
    }
    opened = await doomed.roll_call(*ids.values())
    entries = {name: opened[person_id] for name, person_id in ids.items()}
    devices = {name: await doomed.phone_of(person_id) for name, person_id in ids.items()}

    async with AsyncExitStack() as stack:
        phones = {
            name: await stack.enter_async_context(handset(doomed.url, devices[name]))
            for name in names
        }
        await phones["done"].enter(entries["done"])
        await phones["done"].say(Offer(sdp=await phones["done"].offer_of(actor())))
        done = await phones["done"].finish()
        assert done.state == "present"
        declined = await settled_by_declining(phones["declined"], entries["declined"])
        session_id = await in_front_of_the_camera(phones["moving"], entries["moving"])
        await phones["waiting"].say(TakeTicket(entry_id=entries["waiting"]))
        ticket = await phones["waiting"].expect("ticket")
        workers = family(doomed.server.ready.pid)[1:]
        await doomed.lose_power()

    psutil.wait_procs(workers, timeout=10)
    assert not [worker for worker in workers if worker.is_running()], "workers outlived the server"
    await doomed.start()
    before = {name: await doomed.entry(entry_id) for name, entry_id in entries.items()}
    states = {name: detail["entry"]["state"] for name, detail in before.items()}
    assert states == {
        "done": "present",
        "declined": "review",
        "moving": states["moving"],
        "waiting": "arrived",
        "called": "calling",
    }
    assert states["moving"] in {"in_session", "arrived"}
    assert before["waiting"]["entry"]["arrived_at"] == ticket.taken_at
    for name, receipt in (("done", done), ("declined", declined)):
        path = f"/api/entries/{entries[name]}/receipts"
        kept = await doomed.staff.request("GET", path)
        assert [(k["number"], k["body"]) for k in kept] == [(receipt.number, receipt.body)]

    for name in ("moving", "waiting", "called"):
        async with handset(doomed.url, devices[name]) as phone:
            session = await phone.enter(entries[name])
            assert name != "moving" or session.session_id == session_id
            await phone.say(Offer(sdp=await phone.offer_of(actor())))
            receipt = await phone.finish()
            assert (receipt.state, receipt.reason) == ENDS[name], name

    for name, entry_id in entries.items():
        detail = await doomed.entry(entry_id)
        assert list(told_once(detail["timeline"])) == [], (name, detail["timeline"])
        assert len(detail["verdicts"]) == (0 if name == "declined" else 1), name
        assert (detail["entry"]["state"], detail["entry"]["reason"]) == ENDS[name], name
        assert name != "moving" or detail["entry"]["attempt"] == 1
        if before[name]["entry"]["arrived_at"]:
            assert detail["entry"]["arrived_at"] == before[name]["entry"]["arrived_at"], name
        if name != "declined":
            assert (await doomed.recording(entry_id))["state"] == "ready", name
    cut = (await doomed.entry(entries["moving"]))["recordings"]
    assert [kept["failure"] for kept in cut] == ["server_stopped", None]
    assert cut[0]["duration_s"] > 0.5, "it is whole again, with its length"
    assert cut[1]["offset_s"] > cut[0]["offset_s"] + cut[0]["duration_s"]
    report = audit(doomed.data)
    assert (report["intact"], report["exit"]) == (True, 0), report
