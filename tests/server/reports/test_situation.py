"""Alerts out of what terminals, figures and the disk say."""

import asyncio
from pathlib import Path

from server.terminal_messages import ExceptionReport
from tests.server.conftest import settle_in
from tests.server.test_figures import FORM, put
from tests.server.test_terminals import Device, terminal_of
from tests.server.town import Staff, Town, make_town

NOTICED_WITHIN_S = 10.0


async def kinds(staff: Staff) -> list[tuple[str, str]]:
    return [(alert["kind"], alert["about"]) for alert in await staff.get("/api/alerts")]


async def test_a_terminal_that_is_away_when_its_unit_is_called(town: Town, duty: Staff) -> None:
    device = Device(town)
    await device.become("east")
    wire = await terminal_of(device)
    await wire.ws.close()
    async with asyncio.timeout(NOTICED_WITHIN_S):
        while any(
            row["state"] and row["state"]["connected"] for row in await duty.get("/api/terminals")
        ):
            await asyncio.sleep(0.02)
    assert await kinds(duty) == []
    await duty.post("/api/roll-calls", {"unit_ids": [town.ids["east"], town.ids["west"]]})
    assert await kinds(duty) == [("terminal_offline", "east office")]


async def test_an_office_that_said_why_is_told_of_once(town: Town, duty: Staff) -> None:
    device = Device(town)
    await device.become("east")
    wire = await terminal_of(device)
    await wire.say(ExceptionReport(reason="room_taken", note="庭审"))
    await wire.expect("terminal")
    await wire.ws.close()
    await duty.post("/api/roll-calls", {"unit_ids": [town.ids["east"]]})
    [alert] = await duty.get("/api/alerts")
    assert (alert["kind"], alert["code"]) == ("terminal_exception", "room_taken")


async def test_figures_are_missed_only_after_their_deadline(town: Town, duty: Staff) -> None:
    await put(duty, "/api/figures/form", FORM)
    assert await kinds(duty) == []
    town.clock.forward(minutes=31)
    found = await kinds(duty)
    assert sorted(found) == [
        ("figures_missing", "east office"),
        ("figures_missing", "west office"),
    ]


async def test_a_disk_that_fills_up(tmp_path: Path) -> None:
    place = make_town(tmp_path / "data", reports={"disk_low_gb": 10_000})
    async with place.running():
        await settle_in(place)
        duty, east = Staff(place), Staff(place)
        await duty.sign_in("duty")
        await east.sign_in("east")
        [alert] = await duty.get("/api/alerts")
        assert alert["kind"] == "disk_low" and 0 < alert["number"] < 10_000
        assert await kinds(east) == []
