"""The machine's clock is put right, or wrong, by a day in mid-check-in: no verdict changes."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from tests.server.conftest import settle_in
from tests.server.steps import answer, begin, connect, look
from tests.server.town import Staff, make_town

DAY = timedelta(hours=24)
SEVERAL_POLLS_S = 0.3


@pytest.mark.parametrize("moment", ["before the movements", "before the answers"])
@pytest.mark.parametrize("jump", [DAY, -DAY], ids=["a day on", "a day back"])
async def test_a_jump_changes_no_verdict(tmp_path: Path, jump: timedelta, moment: str) -> None:
    town = make_town(tmp_path / "data")
    async with town.running():
        await settle_in(town)
        duty = Staff(town)
        await duty.sign_in("duty")
        phone, entry_id = await begin(town, duty)
        peer = await connect(town, phone, entry_id)
        if moment == "before the movements":
            town.clock.at += jump
            await asyncio.sleep(SEVERAL_POLLS_S)
        await look(town, peer, 12)
        await phone.wire.expect("questions")
        if moment == "before the answers":
            town.clock.at += jump
            await asyncio.sleep(SEVERAL_POLLS_S)
        await answer(phone)
        receipt = await phone.wire.expect("receipt")
        await duty.sign_in("duty")
        detail = await duty.get(f"/api/entries/{entry_id}")
    assert [verdict["state"] for verdict in detail["verdicts"]] == ["match"], detail
    assert receipt.state == "present", receipt
