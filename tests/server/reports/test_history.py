"""The demonstration's past: told once, whole, by the real machines, and nowhere else."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from roll_call.call import RollCallState
from tests.server.conftest import settle_in
from tests.server.town import Staff, Town, make_town

PAST = "/api/demonstration/history"


@pytest.fixture
async def show(tmp_path: Path) -> AsyncIterator[Town]:
    """A town that says it is a demonstration."""
    place = make_town(tmp_path / "data", server={"demonstration": True})
    async with place.running():
        await settle_in(place)
        yield place


async def test_a_past_that_adds_up(show: Town) -> None:
    admin = Staff(show)
    await admin.sign_in("admin")
    told = await admin.post(PAST, {"days": 30})
    assert told["roll_calls"] >= 20
    view = await admin.get("/api/statistics?first=2026-10-01")
    assert view["roll_calls"] == told["roll_calls"]
    total = view["total"]
    assert total["waiting"] == total["review"] == 0
    assert 0.8 < total["response_rate"] <= 1 and 0.5 < total["median_answer_s"] < 10
    assert all("演示" in template["title"] for template in view["templates"])
    closed = await show.services.store.read(lambda r: r.calls.roll_calls_in([RollCallState.CLOSED]))
    assert len(closed) == told["roll_calls"]
    assert all(call.deadline_at is None for call in closed)


async def test_asked_again_it_tells_nothing_twice(show: Town) -> None:
    admin = Staff(show)
    await admin.sign_in("admin")
    told = await admin.post(PAST, {"days": 10})
    await admin.post(PAST, {"days": 10})
    assert (await admin.get("/api/statistics"))["roll_calls"] == told["roll_calls"]


async def test_a_real_center_has_none(town: Town) -> None:
    admin = Staff(town)
    await admin.sign_in("admin")
    status, answer = await admin.ask("POST", PAST, {"days": 1})
    assert (status, answer["error"]["code"]) == (409, "not_a_demonstration")


async def test_only_an_administrator_tells_it(show: Town) -> None:
    duty = Staff(show)
    await duty.sign_in("duty")
    status, _ = await duty.ask("POST", PAST, {"days": 1})
    assert status == 403
