"""The big screen, its map, and the alerts."""

from typing import Any

import pytest

from server.reports.area_map import drawn
from server.simulate.county import OFFICES
from server.simulate.county_map import STEPS, county_map, town
from tests.server.reports.test_results import finished
from tests.server.town import Staff, Town

SQUARE = [[[114.0, 30.0], [114.2, 30.0], [114.2, 30.2], [114.0, 30.0]]]


def areas(name: Any = "东乡", geometry: str = "Polygon", rings: Any = SQUARE) -> dict[str, Any]:
    feature = {
        "type": "Feature",
        "properties": {"name": name, "secret": "x"},
        "geometry": {"type": geometry, "coordinates": rings},
    }
    return {"type": "FeatureCollection", "features": [feature]}


@pytest.fixture
async def admin(town: Town) -> Staff:
    staff = Staff(town)
    await staff.sign_in("admin")
    return staff


async def test_today_at_a_glance(town: Town, duty: Staff) -> None:
    await finished(town, duty)
    await duty.post("/api/roll-calls", {"title": "日报告", "person_ids": [town.ids["ann"]]})
    screen = await duty.get("/api/screen")
    assert [(c["title"], c["kind"]) for c in screen["calls"]] == [
        ("早点名", "unit"),
        ("日报告", "person"),
    ]
    assert screen["units_today"]["fault"] == 1 and screen["persons_today"]["expected"] == 1
    units = {unit["name"]: unit["state"] for unit in screen["units"]}
    assert (units["east office"], units["west office"]) == ("present", "excused")
    assert {event["what"] for event in screen["timeline"]} == {
        "opened",
        "closed",
        "present",
        "excused",
    }


async def test_no_supervised_person_is_named(town: Town, duty: Staff) -> None:
    made = await duty.post("/api/roll-calls", {"person_ids": [town.ids["ann"], town.ids["bob"]]})
    for entry in await duty.get(f"/api/roll-calls/{made['id']}/entries"):
        body = {"outcome": "present", "reason": "by_phone", "note": "ann and bob"}
        await duty.post(f"/api/entries/{entry['id']}/decision", body)
    said = str(await duty.get("/api/screen"))
    assert not any(secret in said for secret in ("ann", "bob", town.ids["ann"], "D-ann"))


async def test_a_map_keeps_outlines_and_names_alone(town: Town, admin: Staff) -> None:
    status, kept = await admin.ask("PUT", "/api/map", {"areas": areas()})
    assert status == 200
    assert kept["areas"]["features"][0]["properties"] == {"name": "东乡"}
    place = {"longitude": 114.1, "latitude": 30.1}
    path = f"/api/units/{town.ids['east']}/place"
    _, kept = await admin.ask("PUT", path, place)
    assert kept["places"][town.ids["east"]]["longitude"] == 114.1
    _, kept = await admin.ask("PUT", path, {})
    assert kept["places"] == {}
    _, kept = await admin.ask("PUT", "/api/map", {"areas": None})
    assert kept["areas"] is None


@pytest.mark.parametrize(
    ("document", "code"),
    [
        ({}, "bad_map"),
        ({"type": "FeatureCollection", "features": []}, "bad_map"),
        (areas(name=3), "bad_map"),
        (areas(geometry="Point"), "bad_map"),
        (areas(rings="x"), "bad_map"),
        (areas(rings=[[[114.0, "30"]]]), "bad_map"),
        (areas(rings=[[[214.0, 30]]]), "bad_position"),
        (areas(rings=[[[114.0, 30.0]] * 60_001]), "map_too_large"),
    ],
)
async def test_what_is_no_map(admin: Staff, document: Any, code: str) -> None:
    status, answer = await admin.ask("PUT", "/api/map", {"areas": document})
    assert (status, answer["error"]["code"]) == (400, code)


async def test_only_administrators_change_the_map(town: Town, duty: Staff) -> None:
    assert (await duty.ask("PUT", "/api/map", {"areas": None}))[0] == 403
    assert (await duty.ask("PUT", f"/api/units/{town.ids['east']}/place", {}))[0] == 403


async def test_a_unit_that_often_does_not_answer_is_an_alert(town: Town, duty: Staff) -> None:
    for _ in range(3):
        call = await duty.post("/api/roll-calls", {"unit_ids": [town.ids["west"]]})
        await duty.post(f"/api/roll-calls/{call['id']}/close")
        town.clock.forward(minutes=5)
    found = {a["kind"]: a for a in await duty.get("/api/alerts")}
    assert (found["unanswered"]["about"], found["unanswered"]["number"]) == ("west office", 3)
    assert found["cases_waiting"]["number"] == 3
    east = Staff(town)
    await east.sign_in("east")
    assert await east.get("/api/alerts") == []


def test_the_demonstration_countys_map_is_one() -> None:
    kept = drawn(county_map())
    names = [area["properties"]["name"] for area in kept["features"]]
    assert names == [town(office) for office in OFFICES]
    first, second = (area["geometry"]["coordinates"][0] for area in kept["features"][:2])
    shared = {tuple(p) for p in first} & {tuple(p) for p in second}
    assert len(shared) == STEPS + 1
