"""The first steps are marked by what is there, and can be put away and fetched back."""

from typing import Any

from tests.server.conftest import enrol
from tests.server.test_organisation import admin as admin
from tests.server.town import Staff, Town


def done(view: dict[str, Any]) -> set[str]:
    return {step["code"] for step in view["steps"] if step["done"]}


async def test_steps_are_marked_by_what_is_there(town: Town, admin: Staff) -> None:
    view = await admin.get("/api/start")
    assert [step["code"] for step in view["steps"]] == [
        "center",
        "units",
        "officers",
        "roster",
        "plan",
        "terminal",
        "faces",
    ]
    assert done(view) == {"center", "units", "officers"}
    await enrol(admin, town.ids["ann"])
    plan = {"title": "P", "starts": "09:00", "unit_ids": [town.ids["east"]]}
    made = await admin.post("/api/plans", plan)
    assert done(await admin.get("/api/start")) == {"center", "units", "officers", "plan", "faces"}
    await admin.put(f"/api/plans/{made['id']}", {**plan, "active": False})
    assert "plan" not in done(await admin.get("/api/start"))


async def test_they_are_put_away_for_all_administrators_and_fetched_back(admin: Staff) -> None:
    assert (await admin.get("/api/start"))["put_away"] is False
    assert (await admin.put("/api/start", {"put_away": True}))["put_away"] is True
    assert (await admin.get("/api/start"))["put_away"] is True
    assert (await admin.put("/api/start", {"put_away": False}))["put_away"] is False


async def test_they_are_for_administrators(duty: Staff) -> None:
    assert (await duty.refusal("GET", "/api/start"))[0] == 403
    assert (await duty.refusal("PUT", "/api/start", {"put_away": True}))[0] == 403
