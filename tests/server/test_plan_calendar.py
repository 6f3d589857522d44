"""Plans over the API and the calendar: what is planned, what happened, and that nothing is lost."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from tests.server.conftest import add_person, settle_in
from tests.server.test_call_lists import left_out, units_list
from tests.server.town import Staff, Town, make_town

DAY = "2026-11-20"
"""It is Friday, 09:00 in Shanghai."""


def plan_of(town: Town, *units: str, **more: Any) -> dict[str, Any]:
    ids = [town.ids[name] for name in units]
    base = {"title": "早点名", "starts": "10:00", "duration_minutes": 30, "subject_kind": "unit"}
    return {**base, "unit_ids": ids, **more}


async def day_of(staff: Staff, day: str = DAY) -> dict[str, Any]:
    month = await staff.get(f"/api/plans/calendar?month={day[:7]}")
    return next(each for each in month["days"] if each["day"] == day)


async def calls_in(staff: Staff, *states: str) -> list[dict[str, Any]]:
    """The day's roll-calls, once there are some and all are in one of the states."""
    for _ in range(200):
        found: list[dict[str, Any]] = await staff.get(f"/api/roll-calls?day={DAY}")
        if found and all(call["state"] in states for call in found):
            return found
        await asyncio.sleep(0.03)
    raise TimeoutError(found)


async def opened(town: Town, staff: Staff) -> dict[str, Any]:
    """The day's roll-call, prepared, and then at 10:01."""
    await calls_in(staff, "scheduled")
    town.clock.forward(minutes=61)
    (call,) = await calls_in(staff, "open")
    return call


async def names(staff: Staff, roll_call_id: str, state: str) -> list[str]:
    entries = await staff.get(f"/api/roll-calls/{roll_call_id}/entries")
    return sorted(e["subject_name"] for e in entries if e["state"] == state)


async def test_units_are_called_in_the_plans_order_without_who_is_left_out(
    town: Town, duty: Staff
) -> None:
    body = plan_of(town, "west", "center", "east", exclusions=[left_out(town, "center")])
    plan = await duty.post("/api/plans", body)
    assert plan["exclusions"][0]["by"] == "Duty"
    call = await opened(town, duty)
    entries = await town.services.store.read(lambda r: r.calls.entries(call["id"]))
    assert [e.subject.id for e in entries] == [town.ids["west"], town.ids["east"]]
    origin = await duty.get(f"/api/roll-calls/{call['id']}/origin")
    assert (origin["listed"], origin["plan"]) == (2, "早点名")
    assert [x["reason"] for x in origin["excluded"]] == ["设备检修"]


@pytest.mark.parametrize("where", ["plan", "list"])
async def test_who_is_left_out_after_the_roll_call_was_prepared_is_not_called(
    town: Town, duty: Staff, where: str
) -> None:
    made = await duty.post("/api/call-lists", units_list(town, "west", "east"))
    body = plan_of(town, call_list_id=made["id"])
    plan = await duty.post("/api/plans", body)
    await calls_in(duty, "scheduled")
    assert (await duty.get("/api/plans"))[0]["prepared"]
    out = [left_out(town, "west", DAY)]
    if where == "plan":
        path, changed = f"/api/plans/{plan['id']}", {**body, "exclusions": out}
    else:
        path = f"/api/call-lists/{made['id']}"
        changed = units_list(town, "west", "east", exclusions=out)
    status, data = await duty.ask("PUT", path, changed)
    assert status == 200, data
    call = await opened(town, duty)
    assert await names(duty, call["id"], "calling") == ["east office"]
    (void,) = [
        e for e in await duty.get(f"/api/roll-calls/{call['id']}/entries") if e["settled_by"]
    ]
    assert (void["state"], void["settled_by"]) == ("void", "Duty")


async def test_persons_of_a_unit_that_is_left_out_are_called_for_their_other_office(
    town: Town, duty: Staff
) -> None:
    await add_person(duty, town, "cat", ["east", "west"])
    body = plan_of(town, "center", subject_kind="person", exclusions=[left_out(town, "east")])
    await duty.post("/api/plans", body)
    call = await opened(town, duty)
    assert await names(duty, call["id"], "calling") == ["bob", "cat"]


async def test_holidays_and_workdays_share_the_year(town: Town, duty: Staff) -> None:
    await duty.post("/api/plans", plan_of(town, "east", days="holidays", title="节假日"))
    await duty.post("/api/plans", plan_of(town, "east", days="workdays", title="工作日"))
    month = await duty.get("/api/plans/calendar?month=2026-12")
    later = [day for day in month["days"] if day["day"] > DAY]
    for day in later:
        worked = day["kind"] in {"workday", "makeup_workday"}
        assert [p["title"] for p in day["planned"]] == ["工作日" if worked else "节假日"]


async def test_the_calendar_knows_the_national_holiday_and_its_make_up_day(
    town: Town, duty: Staff
) -> None:
    first, made_up = await day_of(duty, "2026-10-01"), await day_of(duty, "2026-10-10")
    assert (first["kind"], bool(first["name"]), first["known"]) == ("holiday", True, True)
    assert made_up["kind"] == "makeup_workday"


async def test_days_that_were_taken_out_have_no_window(town: Town, duty: Staff) -> None:
    body = plan_of(town, "east", days="every_day", excluded_days=["2026-11-22"])
    await duty.post("/api/plans", body)
    assert (await day_of(duty, "2026-11-22"))["planned"] == []
    assert len((await day_of(duty, "2026-11-23"))["planned"]) == 1


async def test_a_spot_check_is_a_secret_until_it_opens(town: Town, duty: Staff) -> None:
    body = plan_of(town, "west", "east", random_window_minutes=120, sample_count=1, title="抽查")
    await duty.post("/api/plans", body)
    planned = (await day_of(duty, "2026-11-23"))["planned"][0]
    assert (planned["band"], planned["listed"], planned["called"]) == (True, 2, 1)
    assert (planned["opens_at"], planned["closes_at"]) == (
        "2026-11-23T02:00:00.000Z",
        "2026-11-23T04:30:00.000Z",
    )
    (call,) = await calls_in(duty, "scheduled")
    band = ("2026-11-20T02:00:00.000Z", "2026-11-20T04:30:00.000Z", True)
    assert (call["opens_at"], call["closes_at"], call["band"]) == band
    (item,) = (await day_of(duty))["happened"]
    assert (item["opens_at"], item["closes_at"], item["band"]) == band
    assert await duty.get(f"/api/roll-calls/{call['id']}/entries") == []
    assert (await duty.get(f"/api/roll-calls/{call['id']}/origin"))["drawn"] == []
    offices = []
    for name in ("east", "west"):
        offices.append(Staff(town))
        await offices[-1].sign_in(name)
        assert await offices[-1].get(f"/api/roll-calls?day={DAY}") == []
        assert (await day_of(offices[-1]))["happened"] == []
        status, _ = await offices[-1].ask("GET", f"/api/roll-calls/{call['id']}")
        assert status == 404
    drawn_at = (await town.services.store.read(lambda r: r.calls.roll_call(call["id"]))).opens_at
    away = (drawn_at - town.clock.at).total_seconds() + 1
    town.clock.forward(seconds=away)
    await duty.sign_in("duty")
    (call,) = await calls_in(duty, "open")
    assert (call["total"], call["band"]) == (1, False)
    origin = await duty.get(f"/api/roll-calls/{call['id']}/origin")
    (drawn,) = origin["drawn"]
    assert drawn in {"east office", "west office"} and origin["listed"] == 2
    assert origin["band_from"] == band[0]


async def test_the_order_does_not_give_the_moment_away(town: Town, duty: Staff) -> None:
    spot = plan_of(town, "west", starts="09:30", random_window_minutes=600, title="抽查")
    await duty.post("/api/plans", spot)
    await duty.post("/api/plans", plan_of(town, "east", starts="09:40"))
    for _ in range(100):
        if len(found := await duty.get(f"/api/roll-calls?day={DAY}")) == 2:
            break
        await asyncio.sleep(0.03)
    assert [call["title"] for call in found] == ["抽查", "早点名"]
    assert [x["title"] for x in (await day_of(duty))["happened"]] == ["抽查", "早点名"]


async def test_a_fixed_hour_does_not_give_away_who_was_drawn(town: Town, duty: Staff) -> None:
    await duty.post("/api/plans", plan_of(town, "west", "east", sample_percent=100))
    await calls_in(duty, "scheduled")
    east = Staff(town)
    await east.sign_in("east")
    assert await east.get(f"/api/roll-calls?day={DAY}") == []
    await opened(town, duty)
    assert len(await east.get(f"/api/roll-calls?day={DAY}")) == 1


@pytest.mark.parametrize(
    ("one", "other", "found"),
    [
        ({}, {"starts": "10:15"}, [(1, True)]),
        ({}, {"starts": "10:30"}, []),
        ({}, {"starts": "09:30", "random_window_minutes": 60}, [(1, False)]),
        ({}, {"starts": "10:15", "days": "holidays"}, []),
    ],
)
async def test_plans_that_want_the_same_unit_at_once_are_shown(
    town: Town,
    duty: Staff,
    one: dict[str, Any],
    other: dict[str, Any],
    found: list[tuple[int, bool]],
) -> None:
    await duty.post("/api/plans", plan_of(town, "east", **one))
    await duty.post("/api/plans", plan_of(town, "east", "west", title="第二", **other))
    day = await day_of(duty, "2026-11-23")
    assert [(x["subjects"], x["certain"]) for x in day["overlaps"]] == found
    assert all(x["names"] == ["east office"] for x in day["overlaps"])


async def after_an_outage(
    tmp_path: Path, minutes: float, body: dict[str, Any]
) -> tuple[Town, dict[str, Any]]:
    """A town that was down from 09:30 on, with a plan of two offices; its day afterwards."""
    place = make_town(tmp_path / "data")
    async with place.running():
        await settle_in(place)
        staff = Staff(place)
        await staff.sign_in("duty")
        await staff.post("/api/plans", {**plan_of(place, "west", "east"), **body})
        place.clock.forward(minutes=30)
        await calls_in(staff, "scheduled")
        await asyncio.sleep(0.1)
    place.clock.forward(minutes=minutes)
    async with place.running():
        staff = Staff(place)
        await staff.sign_in("duty")
        await calls_in(staff, "open", "missed")
        return place, await day_of(staff)


@pytest.mark.parametrize(
    ("down", "policy", "fate", "late_s"),
    [
        (30.5, 0, "opened", 0),
        (40, None, "late", 600),
        (40, 0, "missed", 0),
        (50, None, "missed", 0),
        (55, 60, "late", 1500),
        (61, 60, "missed", 0),
    ],
)
async def test_the_plan_says_how_late_it_may_open(
    tmp_path: Path, down: float, policy: int | None, fate: str, late_s: int
) -> None:
    _, day = await after_an_outage(tmp_path, down, {"late_open_minutes": policy})
    (item,) = day["happened"]
    assert (item["fate"], item["late_s"]) == (fate, late_s)
    assert item["why"] == ("server_down" if fate != "opened" else None)
    assert item["counts"]["absent"] == 0


async def test_a_missed_one_is_made_up_once_and_both_say_so(tmp_path: Path) -> None:
    place, day = await after_an_outage(tmp_path, 200, {})
    missed = day["happened"][0]["roll_call_id"]
    async with place.running():
        staff, judge = Staff(place), Staff(place)
        await staff.sign_in("duty")
        await judge.sign_in("judge")
        assert (await judge.ask("POST", f"/api/roll-calls/{missed}/make-up"))[0] == 403
        made = await staff.post(f"/api/roll-calls/{missed}/make-up")
        assert (made["state"], made["title"], made["created_by"]) == ("open", "早点名", "Duty")
        entries = await place.services.store.read(lambda r: r.calls.entries(made["id"]))
        assert [e.subject.id for e in entries] == [place.ids["west"], place.ids["east"]]
        fates = {x["roll_call_id"]: x for x in (await day_of(staff))["happened"]}
        assert fates[missed]["made_up_by"] == made["id"]
        assert fates[made["id"]]["made_up_for"] == missed
        assert fates[missed]["fate"] == "missed"
        for path, code in ((missed, "already_made_up"), (made["id"], "not_missed")):
            _, data = await staff.ask("POST", f"/api/roll-calls/{path}/make-up")
            assert data["error"]["code"] == code
        rows = await place.services.store.read(lambda r: r.log.history("roll_call", missed))
        assert rows[-1].kind == "roll_call.made_up"
        assert rows[-1].actor == f"officer/{place.ids['officer_duty']}"


async def test_who_is_left_out_is_not_made_up_for(tmp_path: Path) -> None:
    place, day = await after_an_outage(tmp_path, 200, {})
    async with place.running():
        staff = Staff(place)
        await staff.sign_in("duty")
        plan_id = day["happened"][0]["plan_id"]
        body = plan_of(place, "west", "east", exclusions=[left_out(place, "west")])
        assert (await staff.ask("PUT", f"/api/plans/{plan_id}", body))[0] == 200
        missed = day["happened"][0]["roll_call_id"]
        made = await staff.post(f"/api/roll-calls/{missed}/make-up")
        assert await names(staff, made["id"], "calling") == ["east office"]


async def test_days_too_far_back_are_given_up_by_name(tmp_path: Path) -> None:
    place, _ = await after_an_outage(tmp_path, 35, {"days": "every_day"})
    place.clock.forward(days=40)
    async with place.running():
        staff = Staff(place)
        await staff.sign_in("duty")
        months = [await staff.get(f"/api/plans/calendar?month={m}") for m in ("2026-11", "2026-12")]
        rows = await place.services.store.read(lambda r: r.log.history("server", "self"))
    missed = {
        day["day"]
        for month in months
        for day in month["days"]
        if any(each["fate"] == "missed" for each in day["happened"])
    }
    assert len(missed) == 31 and min(missed) == "2026-11-29"
    (row,) = [row for row in rows if row.kind == "plan.days_given_up"]
    assert row.payload == {"from": "2026-11-20", "to": "2026-11-29"}
