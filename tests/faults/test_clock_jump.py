"""The machine's clock is put right, or wrong, by a day in mid-check-in: no verdict changes."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from server.clock import SystemClock
from tests.server.conftest import settle_in
from tests.server.steps import answer, begin, connect, look
from tests.server.town import Staff, Town, make_town

DAY = timedelta(hours=24)
SEVERAL_POLLS_S = 0.4
PATIENCE_S = 20.0


class Machine(SystemClock):
    """The real clock of a machine whose time a test sets; the scheduler polls it often."""

    def __init__(self) -> None:
        self.set_by = timedelta()
        super().__init__(lambda: datetime.now(UTC) + self.set_by)

    async def sleep(self, seconds: float) -> None:
        """Short, whatever was asked for."""
        await asyncio.sleep(0.02)


def town_of(machine: Machine, data: Path) -> Town:
    """A town, with fake media, whose server lives by this machine's time."""
    town = make_town(data)
    town.clock = machine  # type: ignore[assignment]
    return town


@pytest.mark.parametrize("moment", ["before the movements", "before the answers"])
@pytest.mark.parametrize("jump", [DAY, -DAY], ids=["a day on", "a day back"])
async def test_a_jump_changes_no_verdict(tmp_path: Path, jump: timedelta, moment: str) -> None:
    machine = Machine()
    town = town_of(machine, tmp_path / "data")
    async with town.running():
        await settle_in(town)
        duty = Staff(town)
        await duty.sign_in("duty")
        phone, entry_id = await begin(town, duty)
        peer = await connect(town, phone, entry_id)
        while (await duty.get(f"/api/entries/{entry_id}"))["entry"]["state"] != "in_session":
            await asyncio.sleep(0.02)
        if moment == "before the movements":
            machine.set_by = jump
            await asyncio.sleep(SEVERAL_POLLS_S)
        await look(town, peer, 12)
        await phone.wire.expect("questions")
        if moment == "before the answers":
            machine.set_by = jump
            await asyncio.sleep(SEVERAL_POLLS_S)
        await answer(phone)
        receipt = await phone.wire.expect("receipt")
        detail = await _after_signing_in_again(duty, machine, entry_id)
    assert [verdict["state"] for verdict in detail["verdicts"]] == ["match"], detail
    assert receipt.state == detail["entry"]["state"] == "present", receipt


@pytest.mark.parametrize("jump", [DAY, -DAY], ids=["a day on", "a day back"])
async def test_the_machines_time_is_taken_over_once_nobody_checks_in(
    tmp_path: Path, jump: timedelta
) -> None:
    machine = Machine()
    town = town_of(machine, tmp_path / "data")
    async with town.running():
        await settle_in(town)
        duty = Staff(town)
        await duty.sign_in("duty")
        _, entry_id = await begin(town, duty)
        machine.set_by = jump
        await _followed(machine)
        await asyncio.sleep(SEVERAL_POLLS_S)
        detail = await _after_signing_in_again(duty, machine, entry_id)
    # A window that is over by now leads to an officer, never to an absence.
    assert detail["entry"]["state"] == ("review" if jump > timedelta() else "calling")


async def _followed(machine: Machine) -> None:
    """Wait until the server goes by the machine's time."""
    async with asyncio.timeout(PATIENCE_S):
        while abs(machine.moved_by()) > timedelta(seconds=1):
            await asyncio.sleep(0.02)


async def _after_signing_in_again(staff: Staff, machine: Machine, entry_id: str) -> dict[str, Any]:
    """The entry, once the server goes by the machine's time: a sign-in of yesterday has expired."""
    await _followed(machine)
    await staff.sign_in("duty")
    detail: dict[str, Any] = await staff.get(f"/api/entries/{entry_id}")
    return detail
