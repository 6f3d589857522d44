"""Steps of a round that several tests take."""

import asyncio
import time
from collections.abc import Callable
from typing import Any

from tests.server.test_duty import answer_call
from tests.server.town import Staff, Town, Wire

OFFICES = ("east", "west")


async def open_call(town: Town, duty: Staff, *offices: str) -> tuple[str, list[str]]:
    """A roll-call of some offices; its id and the entries in calling order."""
    units = [town.ids[office] for office in offices or OFFICES]
    made = await duty.post("/api/roll-calls", {"unit_ids": units})
    view = await duty.get(f"/api/roll-calls/{made['id']}/round")
    assert [entry["subject_id"] for entry in view["entries"]] == units
    return made["id"], view["order"]


async def step(staff: Staff, roll_call_id: str, name: str, **body: Any) -> Any:
    """One step of the round."""
    return await staff.post(f"/api/roll-calls/{roll_call_id}/round/{name}", body)


def entry_of(view: Any, entry_id: str) -> Any:
    """One entry of a view."""
    return next(e for e in view["entries"] if e["entry_id"] == entry_id)


async def answered(town: Town, entry_id: str) -> Wire:
    """The office's terminal answers, and its picture arrives."""
    terminal = await answer_call(town, entry_id)
    town.engine.flow()
    return terminal


async def until(staff: Staff, roll_call_id: str, true: Callable[[Any], bool]) -> Any:
    """The first view of which it is true."""
    deadline = time.monotonic() + 20.0
    while True:
        view = await staff.get(f"/api/roll-calls/{roll_call_id}/round")
        if true(view):
            return view
        assert time.monotonic() < deadline, view
        await asyncio.sleep(0.03)
