"""The duty roster over the API: rules with a preview, edits by hand, substitutions, who is on."""

from datetime import date
from typing import Any

import pytest

from roll_call.schedule import DayKind
from server.api.routing import Route
from server.api.table import all_routes
from server.calendar import CenterCalendar
from server.duty.expected import expected_officers
from tests.server.town import PASSWORD, Staff, Town

FRIDAY = "2026-11-20"
"""Today; it is 09:00."""


@pytest.fixture
async def east(town: Town) -> Staff:
    """An officer of the eastern office."""
    staff = Staff(town)
    await staff.sign_in("east")
    return staff


@pytest.fixture
async def admin(town: Town) -> Staff:
    """An administrator; a second officer, ``ella``, works in the east."""
    staff = Staff(town)
    await staff.sign_in("admin")
    ella = {
        "name": "Ella",
        "username": "ella",
        "password": PASSWORD,
        "role": "office_officer",
        "unit_id": town.ids["east"],
    }
    town.ids["officer_ella"] = (await staff.post("/api/officers", ella))["id"]
    return staff


def rule(town: Town, *turns: tuple[str, ...], **changes: Any) -> dict[str, Any]:
    """A rotation of the eastern office on workdays."""
    return {
        "unit_id": town.ids["east"],
        "title": "Day duty",
        "turns": [[town.ids[f"officer_{name}"] for name in turn] for turn in turns],
        "cycle": "day",
        "starts": "08:30",
        "ends": "17:30",
        "day_kinds": ["workday", "makeup_workday"],
        "from_day": FRIDAY,
        **changes,
    }


async def applied(
    staff: Staff, body: dict[str, Any], first: str, last: str, rule_id: str | None = None
) -> dict[str, Any]:
    """Preview a rule and apply what was seen."""
    wish = {"rule": body, "rule_id": rule_id, "first": first, "last": last}
    seen = await staff.post("/api/roster/rules/preview", wish)
    made: dict[str, Any] = await staff.post(
        "/api/roster/rules/apply", {**wish, "digest": seen["digest"]}
    )
    return made


async def shifts(staff: Staff, first: str, days: int = 7, unit: str | None = None) -> list[Any]:
    """Shifts as ``(day, starts, officer, rank)``."""
    query = f"first={first}&days={days}" + (f"&unit_id={unit}" if unit else "")
    found = (await staff.get(f"/api/roster?{query}"))["shifts"]
    return [(s["day"][5:], s["starts"], s["officer"], s["rank"]) for s in found]


def shift(town: Town, officer: str, day: str = FRIDAY, **changes: Any) -> dict[str, Any]:
    """A shift of the eastern office, written by hand."""
    return {
        "unit_id": town.ids["east"],
        "officer_id": town.ids[f"officer_{officer}"],
        "day": day,
        "starts": "08:30",
        "ends": "17:30",
        **changes,
    }


async def test_a_preview_changes_nothing_and_what_it_shows_is_done(
    town: Town, admin: Staff, east: Staff
) -> None:
    wish = {
        "rule": rule(town, ("east", "ella"), ("ella",)),
        "first": "2026-11-23",
        "last": "2026-11-30",
    }
    seen = await east.post("/api/roster/rules/preview", wish)
    assert [d["fate"] for d in seen["differences"]] == ["added"] * 9
    assert await shifts(east, "2026-11-23") == []
    made = await east.post("/api/roster/rules/apply", {**wish, "digest": seen["digest"]})
    assert (made["until"], seen["unknown_from"]) == ("2026-11-30", None)
    assert (await shifts(east, "2026-11-23", 3))[:4] == [
        ("11-23", "08:30", "Ella", 0),
        ("11-24", "08:30", "East", 0),
        ("11-24", "08:30", "Ella", 1),
        ("11-25", "08:30", "Ella", 0),
    ]
    assert [r["id"] for r in await east.get("/api/roster/rules")] == [made["id"]]


async def test_hand_edits_survive_the_next_run_of_the_rule(
    town: Town, admin: Staff, east: Staff
) -> None:
    body = rule(town, ("east",))
    made = await applied(east, body, "2026-11-23", "2026-11-25")
    roster = (await east.get("/api/roster?first=2026-11-23"))["shifts"]
    edit = shift(town, "ella", "2026-11-23", starts="10:00")
    status, _ = await east.ask("PUT", f"/api/roster/shifts/{roster[0]['id']}", edit)
    assert status == 200
    assert (await east.ask("DELETE", f"/api/roster/shifts/{roster[1]['id']}"))[0] == 204
    await applied(east, {**body, "ends": "18:00"}, "2026-11-23", "2026-11-25", made["id"])
    found = (await east.get("/api/roster?first=2026-11-23"))["shifts"]
    assert [(s["day"], s["officer"], s["starts"], s["ends"]) for s in found] == [
        ("2026-11-23", "Ella", "10:00", "17:30"),
        ("2026-11-25", "East", "08:30", "18:00"),
    ]


async def test_a_roster_that_changed_meanwhile_is_previewed_again(
    town: Town, admin: Staff, east: Staff
) -> None:
    wish = {"rule": rule(town, ("east",)), "first": "2026-11-23", "last": "2026-11-25"}
    seen = await east.post("/api/roster/rules/preview", wish)
    await east.post("/api/roster/shifts", shift(town, "ella", "2026-11-24"))
    status, error = await east.ask(
        "POST", "/api/roster/rules/apply", {**wish, "digest": seen["digest"]}
    )
    assert (status, error["error"]["code"]) == (409, "roster_changed")
    assert await shifts(east, "2026-11-23") == [("11-24", "08:30", "Ella", 0)]


async def test_stopping_a_rule_takes_off_what_is_to_come(
    town: Town, admin: Staff, east: Staff
) -> None:
    made = await applied(east, rule(town, ("east",)), FRIDAY, "2026-11-25")
    assert [s[0] for s in await shifts(east, FRIDAY)] == ["11-20", "11-23", "11-24", "11-25"]
    assert (await east.ask("DELETE", f"/api/roster/rules/{made['id']}"))[0] == 204
    assert [s[0] for s in await shifts(east, FRIDAY)] == ["11-20"]
    assert await east.get("/api/roster/rules") == []


async def test_years_nobody_published_are_said_so_until_the_center_enters_them(
    town: Town, admin: Staff, duty: Staff
) -> None:
    wish = {"rule": rule(town, ("east",)), "first": "2026-12-30", "last": "2027-01-04"}
    seen = await duty.post("/api/roster/rules/preview", wish)
    assert seen["unknown_from"] == "2027-01-01"
    assert [d["day"][5:] for d in seen["differences"]] == ["12-30", "12-31", "01-01", "01-04"]
    entered = {
        "own": [
            {"day": "2027-01-01", "kind": "holiday", "name": "元旦"},
            {"day": "2027-01-03", "kind": "makeup_workday", "name": "元旦"},
        ],
        "complete": True,
    }
    status, _ = await duty.ask("PUT", "/api/calendar/2027", entered)
    assert status == 403
    status, year = await admin.ask("PUT", "/api/calendar/2027", entered)
    assert (status, year["known_until"], year["published"]) == (200, 2027, False)
    seen = await duty.post("/api/roster/rules/preview", wish)
    assert seen["unknown_from"] is None
    assert [d["day"][5:] for d in seen["differences"]] == ["12-30", "12-31", "01-03", "01-04"]
    assert (await duty.get("/api/session"))["calendar_until"] == 2027
    restarted = CenterCalendar(town.services.store)
    await restarted.load()
    assert restarted.known(date(2027, 5, 1))
    assert restarted.day_kind(date(2027, 1, 1)) is DayKind.HOLIDAY


@pytest.mark.parametrize(
    ("own", "code"),
    [
        ([{"day": "2027-01-04", "kind": "makeup_workday"}], "wrong_day_kind"),
        ([{"day": "2026-01-01", "kind": "holiday"}], "day_outside_year"),
        ([{"day": "2027-01-01", "kind": "holiday"}] * 2, "day_twice"),
        ([{"day": "2027-13-01", "kind": "holiday"}], "bad_time"),
    ],
)
async def test_dates_that_cannot_be_are_refused(
    admin: Staff, own: list[dict[str, str]], code: str
) -> None:
    status, error = await admin.ask("PUT", "/api/calendar/2027", {"own": own})
    assert (status, error["error"]["code"]) == (400, code)


async def lead(admin: Staff, town: Town, officer: str, unit: str = "center") -> None:
    """An officer leads today (带班)."""
    body = shift(town, officer, leader=True, starts="08:00", ends="08:00")
    await admin.post("/api/roster/shifts", {**body, "unit_id": town.ids[unit]})


async def asked(
    staff: Staff, town: Town, officer: str = "east", substitute: str = "ella"
) -> tuple[str, str]:
    """A shift of today and the substitution asked for it."""
    made = await staff.post("/api/roster/shifts", shift(town, officer))
    wish = {
        "shift_id": made["id"],
        "substitute_id": town.ids[f"officer_{substitute}"],
        "reason": "At court",
    }
    return made["id"], (await staff.post("/api/substitutions", wish))["id"]


async def test_the_leader_on_duty_approves_and_the_substitute_is_expected(
    town: Town, admin: Staff, east: Staff, duty: Staff
) -> None:
    console = await duty.socket()
    await console.expect("live_changed")
    shift_id, wish_id = await asked(east, town)
    assert (await console.expect("roster_changed")).unit_ids == [town.ids["east"]]
    bell = await console.expect("bell")
    assert (bell.item.notice, bell.item.about_id) == ("substitution_asked", wish_id)

    async def decide(staff: Staff) -> tuple[int, str]:
        status, data = await staff.ask(
            "POST", f"/api/substitutions/{wish_id}/decision", {"approve": True}
        )
        return status, data["state"] if status == 200 else data["error"]["code"]

    assert await decide(east) == (403, "own_request")
    assert await decide(duty) == (403, "not_in_charge")
    await lead(admin, town, "duty")
    assert (await duty.get("/api/substitutions"))[0]["may_decide"] is True
    assert await decide(duty) == (200, "approved")
    assert await decide(duty) == (409, "substitution_settled")
    (row,) = [u for u in await duty.get("/api/roster/now") if u["unit_id"] == town.ids["east"]]
    assert [(o["name"], o["substitute_for"]) for o in row["on"]] == [("Ella", "East")]
    status, error = await east.ask("PUT", f"/api/roster/shifts/{shift_id}", shift(town, "ella"))
    assert (status, error["error"]["code"]) == (409, "shift_held")
    await duty.post(f"/api/substitutions/{wish_id}/withdraw")
    assert await shifts(east, FRIDAY) == [("11-20", "08:30", "East", 0)]


async def test_a_leader_who_asks_needs_an_administrator(
    town: Town, admin: Staff, east: Staff
) -> None:
    await lead(admin, town, "east", unit="east")
    _, wish_id = await asked(east, town)
    path = f"/api/substitutions/{wish_id}/decision"
    assert (await east.ask("POST", path, {"approve": True}))[0] == 403
    refused = await admin.ask("POST", path, {"approve": False})
    assert refused[1]["error"]["code"] == "reason_required"
    done = await admin.post(path, {"approve": False, "note": "Nobody else is there"})
    assert (done["state"], done["decided_by"]) == ("refused", "Zhao")
    assert (
        await shifts(east, FRIDAY)
        == [
            ("11-20", "08:30", "East", 0),
            ("11-20", "08:00", "East", 0),
        ][::-1]
    )


async def test_another_officers_shift_is_the_business_of_who_keeps_the_roster(
    town: Town, admin: Staff, duty: Staff, east: Staff
) -> None:
    judge, west = Staff(town), Staff(town)
    await judge.sign_in("judge")
    await west.sign_in("west")
    made = await duty.post("/api/roster/shifts", shift(town, "east"))
    wish = {
        "shift_id": made["id"],
        "substitute_id": town.ids["officer_ella"],
        "reason": "Ill since this morning",
    }
    for other in (judge, west):
        assert (await other.ask("POST", "/api/substitutions", wish))[0] == 403
    assert (await duty.post("/api/substitutions", wish))["asked_by"] == "Duty"
    assert await west.get("/api/substitutions") == []
    assert len(await judge.get("/api/substitutions")) == 1


async def test_who_may_touch_which_roster(town: Town, admin: Staff, east: Staff) -> None:
    west, judge = Staff(town), Staff(town)
    await west.sign_in("west")
    await judge.sign_in("judge")
    for staff in (west, judge):
        assert (await staff.ask("POST", "/api/roster/shifts", shift(town, "east")))[0] == 403
    assert (await west.ask("GET", f"/api/roster?unit_id={town.ids['east']}"))[0] == 403
    assert [u["unit_id"] for u in await west.get("/api/roster/now")] == [town.ids["west"]]
    seen = await judge.get(f"/api/roster?unit_id={town.ids['east']}")
    assert seen["editable"] is False
    made = await east.post("/api/roster/shifts", shift(town, "east"))
    assert (await west.ask("DELETE", f"/api/roster/shifts/{made['id']}"))[0] == 403
    nobody = {**shift(town, "east"), "officer_id": "nobody"}
    status, error = await east.ask("POST", "/api/roster/shifts", nobody)
    assert (status, error["error"]["code"]) == (400, "unknown_officer")


async def test_expected_officers_by_rank_with_the_leader_last(
    town: Town, admin: Staff, east: Staff
) -> None:
    await east.post("/api/roster/shifts", shift(town, "ella", rank=1))
    await east.post("/api/roster/shifts", shift(town, "east"))
    await lead(admin, town, "duty", unit="east")
    units = [town.ids["east"], town.ids["west"]]
    at = town.clock.now()
    found = await town.services.store.read(lambda r: expected_officers(r, units, at))
    named = [(o.name, o.rank, o.leader) for o in found[town.ids["east"]]]
    assert named == [("East", 0, False), ("Ella", 1, False), ("Duty", 0, True)]
    assert found[town.ids["west"]] == ()


async def test_every_route_of_the_roster_asks_the_policy(town: Town) -> None:
    roster: list[Route] = [r for r in all_routes() if r.tag in {"roster", "hand-overs", "calendar"}]
    assert len(roster) >= 18
    stranger = Staff(town)
    for route in roster:
        path = route.path.replace("{id}", "x").replace("{item}", "y").replace("{year}", "2027")
        status, _ = await stranger.ask(route.method, path, {})
        assert status == 401, path


async def test_a_hand_over_is_confirmed_by_both_and_carries_what_is_pending(
    town: Town, admin: Staff, east: Staff
) -> None:
    ella = Staff(town)
    await ella.sign_in("ella")
    unit = {"unit_id": town.ids["east"]}
    log = await east.post("/api/hand-overs", unit)
    status, error = await ella.ask("POST", "/api/hand-overs", unit)
    assert (status, error["error"]["code"]) == (409, "hand_over_open")
    path = f"/api/hand-overs/{log['id']}"
    for text in ("Camera broken", "Call Ann back"):
        log = await east.post(f"{path}/items", {"text": text})
    first = log["items"][0]["id"]
    status, _ = await ella.ask(
        "PUT", f"{path}/items/{first}", {"text": "Camera mended", "done": True}
    )
    assert status == 200
    await east.post(f"{path}/give", {"taker_id": town.ids["officer_ella"], "note": "Quiet"})
    status, error = await east.ask("POST", f"{path}/take")
    assert (status, error["error"]["code"]) == (403, "not_the_taker")
    taken = await ella.post(f"{path}/take")
    assert (taken["state"], taken["giver"], taken["taker"]) == ("taken", "East", "Ella")
    book = await ella.get("/api/hand-overs")
    assert [one["state"] for one in book["logs"]] == ["open", "taken"]
    assert [(i["text"], i["carried"]) for i in book["logs"][0]["items"]] == [
        ("Call Ann back", True)
    ]
    carried = book["logs"][0]
    status, error = await ella.ask(
        "DELETE", f"/api/hand-overs/{carried['id']}/items/{carried['items'][0]['id']}"
    )
    assert (status, error["error"]["code"]) == (400, "pending_item_dropped")
    west = Staff(town)
    await west.sign_in("west")
    assert (await west.ask("POST", f"{path}/items", {"text": "x"}))[0] == 403


async def test_an_officer_on_two_shifts_at_once_is_shown(
    town: Town, admin: Staff, east: Staff
) -> None:
    await admin.post("/api/roster/shifts", shift(town, "east"))
    await admin.post("/api/roster/shifts", shift(town, "ella"))
    elsewhere = {**shift(town, "east", starts="17:00", ends="20:00"), "unit_id": town.ids["west"]}
    await admin.post("/api/roster/shifts", elsewhere)
    seen = (await east.get(f"/api/roster?first={FRIDAY}"))["shifts"]
    assert {s["officer"]: s["clash"] for s in seen} == {"East": True, "Ella": False}
