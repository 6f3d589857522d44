"""The daily table, the month table and statistics over the API."""

from typing import Any

import pytest

from tests.server.reports.test_results import decide, finished
from tests.server.town import Staff, Town


@pytest.fixture
async def month(town: Town, duty: Staff) -> None:
    """Two days of an early roll-call: the east always there, the west once absent, once faulty."""
    await finished(town, duty)
    town.clock.forward(days=1)
    await duty.sign_in("duty")
    made = await duty.post(
        "/api/roll-calls",
        {"title": "早点名", "unit_ids": [town.ids["east"], town.ids["west"]]},
    )
    for entry in await duty.get(f"/api/roll-calls/{made['id']}/entries"):
        there = entry["subject_id"] == town.ids["east"]
        outcome = ("present", "by_eye") if there else ("absent", "unanswered")
        await decide(duty, entry["id"], *outcome)
    await duty.post("/api/roll-calls", {"person_ids": [town.ids["ann"]]})


async def test_the_daily_table(town: Town, duty: Staff, month: None) -> None:
    day = await duty.get("/api/reports/daily")
    [call] = day["calls"]
    assert call["completion"]["tally"]["absent"] == 1
    west = next(row for row in day["rows"] if row["unit_id"] == town.ids["west"])
    assert west["cells"][call["id"]]["reason"] == "unanswered"
    assert day["persons"]["expected"] == 1
    yesterday = await duty.get("/api/reports/daily?day=2026-11-20")
    assert yesterday["persons"]["expected"] == 0 and len(yesterday["calls"]) == 1


async def test_the_month_table(town: Town, duty: Staff, month: None) -> None:
    view = await duty.get("/api/reports/month?month=2026-11")
    assert [t["title"] for t in view["templates"]] == ["早点名"]
    west = next(row for row in view["rows"] if row["unit_id"] == town.ids["west"])
    assert west["total"]["expected"] == 2 and west["total"]["response_rate"] == 0.0
    assert west["total"]["reasons"] == {"absent.unanswered": 1, "fault.device_fault": 1}
    empty = await duty.get("/api/reports/month?month=2026-10")
    assert empty["rows"] == [] and empty["total"]["expected"] == 0


async def test_statistics(town: Town, duty: Staff, month: None) -> None:
    view = await duty.get("/api/statistics?step=day")
    assert [(r["place"], r["unit"]) for r in view["ranking"]] == [
        (1, "east office"),
        (2, "west office"),
    ]
    assert [point["begins"] for point in view["trend"]] == ["2026-11-20", "2026-11-21"]
    assert view["total"]["response_rate"] == pytest.approx(2 / 3)
    only = await duty.get(f"/api/statistics?unit={town.ids['east']}&template=早点名")
    assert only["total"]["response_rate"] == 1.0 and only["roll_calls"] == 2
    persons = await duty.get("/api/statistics?kind=person")
    assert persons["total"]["waiting"] == 1


async def test_an_office_sees_its_own_figures(town: Town, duty: Staff, month: None) -> None:
    east = Staff(town)
    await east.sign_in("east")
    view = await east.get("/api/statistics")
    assert [row["unit_id"] for row in view["ranking"]] == [town.ids["east"]]


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("first=2026-11-21&last=2026-11-20", "bad_period"),
        ("first=2020-01-01&last=2026-11-20", "bad_period"),
        ("step=year", "invalid_input"),
        ("kind=officer", "invalid_input"),
        ("first=yesterday", "bad_time"),
    ],
)
async def test_what_cannot_be_asked(town: Town, duty: Staff, query: str, code: str) -> None:
    status, answer = await duty.ask("GET", f"/api/statistics?{query}")
    assert (status, answer["error"]["code"]) == (400, code)


async def test_months_and_formats_are_checked(town: Town, duty: Staff) -> None:
    async def code(path: str) -> Any:
        return (await duty.ask("GET", path))[1]["error"]["code"]

    assert await code("/api/reports/month?month=2026-13") == "bad_time"
    assert await code("/api/reports/month/export?format=doc") == "invalid_input"
