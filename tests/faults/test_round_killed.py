"""kill -9 in the middle of a round: it goes on where it stood, and the office answers again."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from server.simulate.staff import StaffClient
from tests.faults.station import Station, running
from tests.faults.test_crash import audit

pytestmark = pytest.mark.serial

KEPT = ("conductor", "current", "current_since", "order", "started_at", "version")


async def step(staff: StaffClient, key: str, name: str, **body: Any) -> Any:
    """One step of the round."""
    return await staff.request("POST", f"/api/roll-calls/{key}/round/{name}", body)


async def offices(staff: StaffClient, count: int) -> list[str]:
    """Units without a terminal: whoever is called here does not answer."""
    made = []
    for number in range(count):
        body = {"name": f"第{number + 1}司法所", "kind": "judicial_office"}
        made.append(str((await staff.request("POST", "/api/units", body))["id"]))
    return made


async def begun(station: Station) -> tuple[str, Any]:
    """A round of four: one settled, one put off, the third is current."""
    units = await offices(station.staff, 4)
    made = await station.staff.request("POST", "/api/roll-calls", {"unit_ids": units})
    key = made["id"]
    await step(station.staff, key, "take")
    view = await step(station.staff, key, "call", entry_id=None)
    settled = {"outcome": "present", "reason": "on_site"}
    view = await step(station.staff, key, "confirm", entry_id=view["current"], **settled)
    view = await step(station.staff, key, "confirm", entry_id=view["current"], outcome="later")
    dialled = {"step": "phone", "number": "110", "outcome": "no_answer"}
    view = await step(station.staff, key, "escalate", entry_id=view["current"], **dialled)
    return key, view


async def test_a_killed_round_goes_on_where_it_stood(tmp_path: Path) -> None:
    async with running(tmp_path / "data", {}) as station:
        key, before = await begun(station)
        # whatever is acknowledged is on disk; what is not may be either, and never half
        hurried = asyncio.create_task(
            step(station.staff, key, "confirm", entry_id=before["current"], outcome="later")
        )
        await asyncio.sleep(0.005)
        await station.lose_power()
        acknowledged = await asyncio.gather(hurried, return_exceptions=True)
        await station.start()
        view = await station.staff.request("GET", f"/api/roll-calls/{key}/round")
        if isinstance(acknowledged[0], dict):
            before = acknowledged[0]
        if view["version"] == before["version"]:
            assert {name: view[name] for name in KEPT} == {name: before[name] for name in KEPT}
        else:
            assert view["version"] == before["version"] + 1
            assert view["order"][-1] == before["current"]
        assert sorted(view["order"]) == sorted(before["order"])
        tried = [t["step"] for entry in view["entries"] for t in entry["tried"]]
        assert {"call", "later", "phone"} <= set(tried)
        while view["current"] is not None:
            body = {"entry_id": view["current"], "outcome": "open"}
            view = await step(station.staff, key, "confirm", **body)
        view = await step(station.staff, key, "finish")
        states = sorted(entry["state"] for entry in view["entries"])
        assert states == ["present", "review", "review", "review"]
        await station.is_unharmed()
    assert audit(tmp_path / "data")["exit"] == 0
