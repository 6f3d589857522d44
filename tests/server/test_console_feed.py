"""What consoles are told of changes: nothing is missed while they open."""

import asyncio
from typing import Any

import pytest

from server.notice_messages import InstantReply
from tests.server.steps import begin
from tests.server.town import Staff, Town


async def test_a_change_while_the_console_still_opens_is_told(
    town: Town, duty: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page reads how things stand at its welcome; the room may keep it waiting after that."""
    phone, entry_id = await begin(town, duty, enrolled=False)
    roll_call_id = (await duty.get(f"/api/entries/{entry_id}"))["entry"]["roll_call_id"]
    let_in = asyncio.Event()
    open_page = town.services.rooms.open_page

    async def busy(*console: Any) -> None:
        await let_in.wait()
        await open_page(*console)

    monkeypatch.setattr(town.services.rooms, "open_page", busy)
    console = await duty.socket()
    await console.expect("welcome")
    await phone.wire.say(InstantReply(entry_id=entry_id, health="good", note=""))
    replies = f"/api/roll-calls/{roll_call_id}/replies"
    while not await duty.get(replies):
        await asyncio.sleep(0.01)
    let_in.set()
    assert (await console.expect("reply_received")).entry_id == entry_id
