"""A round with real media and real vision: an officer is recognised in a terminal's picture."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from secrets import token_urlsafe
from typing import Any

import pytest

from server.simulate.demo_seed import first_administrator
from server.simulate.embedded import EmbeddedServer
from server.simulate.load.footage import footage
from server.simulate.staff import StaffClient
from server.simulate.terminals import Terminal, make_offices
from tests.media.faces.conftest import three_pictures


async def until(
    staff: StaffClient, key: str, true: Callable[[dict[str, Any]], object]
) -> dict[str, Any]:
    """The first entry of the round once it is true of it."""
    async with asyncio.timeout(30.0):
        while True:
            view = await staff.request("GET", f"/api/roll-calls/{key}/round")
            entry: dict[str, Any] = view["entries"][0]
            if true(entry):
                return entry
            await asyncio.sleep(0.1)


@pytest.mark.serial
async def test_a_terminal_answers_is_recognised_recorded_and_kept(tmp_path: Path) -> None:
    async with (
        EmbeddedServer(tmp_path / "data") as server,
        StaffClient(server.ready.url) as staff,
    ):
        password = token_urlsafe(16)
        await first_administrator(staff, server.ready.setup_code or "", password)
        await staff.sign_in("admin", password)
        office = (await make_offices(staff, 1))[0]
        officers = await staff.request("GET", "/api/officers")
        who = next(o["id"] for o in officers if o["username"] == office.username)
        assert (await staff.enrol("officers", who, three_pictures("hopper")))["accepted"]
        film = footage("VP8", (640, 480), 15, 800_000, somebody=True)
        async with Terminal(server.ready.url, office, film) as terminal:
            await terminal.connect()
            made = await staff.request("POST", "/api/roll-calls", {"unit_ids": [office.unit_id]})
            key, path = made["id"], f"/api/roll-calls/{made['id']}/round"
            await terminal.answer_call()
            await staff.request("POST", f"{path}/call", {"entry_id": None})
            entry = await until(staff, key, lambda e: e["face"] == "recognised")
            assert entry["recognised"]["officer_id"] == who
            assert (entry["connection"], entry["proposal"]["outcome"]) == ("live", "present")
            kept = {"entry_id": entry["entry_id"]}
            await staff.request("POST", f"{path}/snapshot", kept)
            body = {**kept, "outcome": "present", "reason": "by_eye"}
            await staff.request("POST", f"{path}/confirm", body)
            await until(staff, key, lambda e: e["state"] == "present" and e["connection"] == "live")
            await staff.request("POST", f"{path}/finish", {})
            detail = f"/api/entries/{entry['entry_id']}"
            stills = await staff.request("GET", f"{detail}/snapshots")
            assert [one["why"] for one in stills][:1] == ["asked"]
            async with asyncio.timeout(20.0):
                while True:
                    record = (await staff.request("GET", detail))["recordings"][0]
                    if record["state"] == "ready":
                        break
                    await asyncio.sleep(0.2)
            assert record["duration_s"] > 1.0
