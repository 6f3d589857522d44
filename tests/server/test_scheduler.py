"""Roll-calls by plan: opened, closed, missed, late; nothing is lost or doubled by a restart."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from server import scheduler
from server.messages import TakeTicket
from tests.server.conftest import bound_phone, settle_in, start_roll_call
from tests.server.town import Staff, Town, make_town

WORKDAYS = {"title": "Morning", "starts": "10:00", "duration_minutes": 30, "days": "workdays"}


async def beat(town: Town) -> None:
    """Let the scheduler look at the clock a few times."""
    await asyncio.sleep(0.12)


async def calls(town: Town, staff: Staff, day: str = "2026-11-20") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = await staff.get(f"/api/roll-calls?day={day}")
    return found


async def add_plan(town: Town, duty: Staff, **changes: Any) -> dict[str, Any]:
    plan: dict[str, Any] = await duty.post(
        "/api/plans", {**WORKDAYS, "unit_ids": [town.ids["center"]], **changes}
    )
    return plan


async def test_a_plan_opens_and_closes_its_roll_call(town: Town, duty: Staff) -> None:
    plan = await add_plan(town, duty)  # it is Friday, 09:00 in Shanghai
    assert plan["next_at"] == "2026-11-20T02:00:00.000Z"
    await beat(town)
    made = await calls(town, duty)
    assert [(c["title"], c["state"], c["total"]) for c in made] == [("Morning", "scheduled", 2)]
    town.clock.forward(minutes=61)
    await beat(town)
    assert (await calls(town, duty))[0]["state"] == "open"
    town.clock.forward(minutes=31)
    await beat(town)
    closed = (await calls(town, duty))[0]
    assert closed["state"] == "closing" and closed["counts"]["review"] == 2
    assert closed["counts"]["absent"] == 0
    reasons = {c["reason"] for c in await duty.get("/api/review")}
    assert reasons == {"unanswered"}


async def test_no_roll_call_on_a_day_off(town: Town, duty: Staff) -> None:
    await add_plan(town, duty)
    town.clock.forward(days=1)  # Saturday
    await beat(town)
    await duty.sign_in("duty")
    assert await calls(town, duty, "2026-11-21") == []
    town.clock.forward(days=2)
    await beat(town)
    await duty.sign_in("duty")
    assert len(await calls(town, duty, "2026-11-23")) == 1


async def test_a_plan_made_after_its_hour_begins_tomorrow(town: Town, duty: Staff) -> None:
    await add_plan(town, duty, starts="08:00")
    await beat(town)
    assert await calls(town, duty) == []


async def test_a_plan_at_night_is_refused(town: Town, duty: Staff) -> None:
    status, data = await duty.ask(
        "POST",
        "/api/plans",
        {**WORKDAYS, "starts": "21:50", "unit_ids": [town.ids["center"]]},
    )
    assert (status, data["error"]["code"]) == (400, "at_night")


async def restarted(tmp_path: Path, **away: float) -> tuple[Town, list[dict[str, Any]], list[Any]]:
    """A town that was down from 09:30 for a while; its roll-calls and review cases afterwards."""
    place = make_town(tmp_path / "data")
    async with place.running():
        await settle_in(place)
        staff = Staff(place)
        await staff.sign_in("duty")
        await add_plan(place, staff)
        place.clock.forward(minutes=30)
        await beat(place)
    place.clock.forward(**away)
    async with place.running():
        staff = Staff(place)
        await staff.sign_in("duty")
        await beat(place)
        return place, await calls(place, staff), await staff.get("/api/review")


async def test_a_short_outage_opens_late(tmp_path: Path) -> None:
    _, made, _ = await restarted(tmp_path, minutes=40)
    assert [c["state"] for c in made] == ["open"]


async def test_a_long_outage_is_missed_and_nobodys_fault(tmp_path: Path) -> None:
    _, made, review = await restarted(tmp_path, minutes=200)
    assert [c["state"] for c in made] == ["missed"]
    assert made[0]["counts"]["absent"] == 0 and review == []


async def test_days_without_the_server_are_recorded_as_missed(tmp_path: Path) -> None:
    place, _, _ = await restarted(tmp_path, days=4)  # down from Friday to Tuesday
    async with place.running():
        staff = Staff(place)
        await staff.sign_in("duty")
        states = {
            day: [c["state"] for c in await calls(place, staff, day)]
            for day in ("2026-11-20", "2026-11-21", "2026-11-23", "2026-11-24")
        }
    assert states == {
        "2026-11-20": ["missed"],
        "2026-11-21": [],
        "2026-11-23": ["missed"],
        "2026-11-24": ["scheduled"],
    }


async def test_an_outage_inside_the_window_makes_it_a_technical_failure(tmp_path: Path) -> None:
    place = make_town(tmp_path / "data")
    async with place.running():
        await settle_in(place)
        staff = Staff(place)
        await staff.sign_in("duty")
        await start_roll_call(staff, place.ids["ann"], minutes=30)
    place.clock.forward(minutes=45)
    async with place.running():
        staff = Staff(place)
        await staff.sign_in("duty")
        review = await staff.get("/api/review")
    assert [c["reason"] for c in review] == ["technical_failure"]


async def test_a_ticket_that_waits_too_long_goes_to_an_officer(town: Town, duty: Staff) -> None:
    _, entry_id = await start_roll_call(duty, town.ids["ann"])
    phone = await bound_phone(town, duty, town.ids["ann"])
    await phone.enter()
    await phone.wire.say(TakeTicket(entry_id=entry_id))
    ticket = await phone.wire.expect("ticket")
    town.clock.forward(minutes=16)
    receipt = await phone.wire.expect("receipt")
    assert (receipt.state, receipt.reason) == ("review", "arrival_expired")
    assert receipt.arrived_at == ticket.taken_at


async def test_a_phone_learns_that_its_roll_call_has_opened(town: Town, duty: Staff) -> None:
    phone = await bound_phone(town, duty, town.ids["ann"])
    assert (await phone.enter()).entries == []
    _, entry_id = await start_roll_call(duty, town.ids["ann"])
    welcome = await phone.wire.expect("welcome")
    assert [e.entry_id for e in welcome.entries] == [entry_id]


async def test_whoever_comes_late_is_still_heard(town: Town, duty: Staff) -> None:
    call_id, entry_id = await start_roll_call(duty, town.ids["ann"])
    await duty.post(f"/api/roll-calls/{call_id}/close")
    phone = await bound_phone(town, duty, town.ids["ann"])
    welcome = await phone.enter()
    assert [e.entry_id for e in welcome.entries] == [entry_id]
    await phone.wire.say(TakeTicket(entry_id=entry_id))
    assert (await phone.wire.expect("ticket")).position == 0


async def test_cancelling_voids_what_is_open(town: Town, duty: Staff) -> None:
    call_id, _ = await start_roll_call(duty, town.ids["ann"])
    seen = await duty.post(f"/api/roll-calls/{call_id}/suspend")
    assert seen["state"] == "suspended"
    seen = await duty.post(f"/api/roll-calls/{call_id}/resume")
    assert seen["state"] == "open"
    seen = await duty.post(f"/api/roll-calls/{call_id}/cancel")
    assert (seen["state"], seen["counts"]["void"]) == ("cancelled", 1)
    status, data = await duty.ask("POST", f"/api/roll-calls/{call_id}/resume")
    assert (status, data["error"]["code"]) == (409, "illegal_transition")


async def test_a_plan_changed_after_its_hour_begins_tomorrow(town: Town, duty: Staff) -> None:
    plan = await add_plan(town, duty, active=False)
    town.clock.forward(hours=3)
    await duty.sign_in("duty")
    body = {**WORKDAYS, "unit_ids": [town.ids["center"]], "active": True}
    status, changed = await duty.ask("PUT", f"/api/plans/{plan['id']}", body)
    assert (status, changed["next_at"]) == (200, "2026-11-23T02:00:00.000Z")
    await beat(town)
    assert await calls(town, duty) == []


async def test_a_plan_that_fails_holds_up_no_deadline(
    town: Town, duty: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any) -> None:
        raise KeyError("unforeseen")

    monkeypatch.setattr(scheduler, "carry_out", broken)
    await add_plan(town, duty)
    roll_call_id, _ = await start_roll_call(duty, town.ids["ann"], minutes=5)
    await beat(town)
    town.clock.forward(minutes=6)
    for _ in range(100):
        state = (await duty.get(f"/api/roll-calls/{roll_call_id}"))["state"]
        if state == "closing":
            break
        await asyncio.sleep(0.05)
    assert state == "closing"
    monkeypatch.undo()
    for _ in range(100):
        if made := [c for c in await calls(town, duty) if c["title"] == "Morning"]:
            break
        await asyncio.sleep(0.05)
    assert made  # and it is made up for as soon as it can be
