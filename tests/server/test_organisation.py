"""Units and officers change: the tree stays a tree, access holds at both ends, sign-ins end."""

from typing import Any

import pytest

from tests.server.conftest import start_roll_call
from tests.server.town import PASSWORD, Staff, Town

NEW_PASSWORD = "a better horse battery"


@pytest.fixture
async def admin(town: Town) -> Staff:
    """The first administrator, signed in."""
    staff = Staff(town)
    await staff.sign_in("admin")
    return staff


async def unit(admin: Staff, name: str, parent: str, kind: str = "county_bureau") -> str:
    made = await admin.post("/api/units", {"name": name, "kind": kind, "parent_id": parent})
    return str(made["id"])


async def scoped_admin(admin: Staff, town: Town, unit_id: str) -> Staff:
    """An administrator of one branch of the tree."""
    body = {"name": "B", "username": "branch", "password": PASSWORD, "role": "administrator"}
    await admin.post("/api/officers", {**body, "unit_id": unit_id})
    staff = Staff(town)
    await staff.sign_in("branch")
    return staff


def as_is(view: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """The body that changes a unit or an officer in these fields alone."""
    fields = (
        ("name", "username", "role", "unit_id", "post", "phone", "active")
        if "username" in view
        else ("name", "kind", "parent_id", "phone")
    )
    return {**{name: view[name] for name in fields}, **changes}


async def one(admin: Staff, what: str, key: str) -> dict[str, Any]:
    return next(v for v in await admin.get(f"/api/{what}") if v["id"] == key)


async def test_a_unit_moves_with_everything_below_it(town: Town, admin: Staff) -> None:
    city = await unit(admin, "City", town.ids["center"], "city")
    east = await one(admin, "units", town.ids["east"])
    moved = await admin.put(f"/api/units/{east['id']}", as_is(east, parent_id=city, name="East"))
    assert (moved["parent_id"], moved["name"]) == (city, "East")
    counts = {c["unit_id"]: c for c in await admin.get("/api/units/counts")}
    assert (counts[city]["officers"], counts[city]["persons"]) == (1, 1)
    assert (counts[town.ids["center"]]["officers"], counts[town.ids["center"]]["persons"]) == (5, 2)
    below = await scoped_admin(admin, town, city)
    assert {u["id"] for u in await below.get("/api/units")} == {city, east["id"]}


async def test_a_person_of_two_offices_counts_once_above_both(town: Town, admin: Staff) -> None:
    both = [town.ids["east"], town.ids["west"]]
    await admin.post("/api/persons", {"name": "C", "dossier_number": "D-c", "office_ids": both})
    counts = {c["unit_id"]: c["persons"] for c in await admin.get("/api/units/counts")}
    assert [counts[town.ids[k]] for k in ("center", "east", "west")] == [3, 2, 2]


async def test_the_tree_stays_a_tree(town: Town, admin: Staff) -> None:
    city = await unit(admin, "City", town.ids["center"], "city")
    county = await unit(admin, "County", city)
    view = await one(admin, "units", city)
    for parent, code in ((county, "unit_cycle"), (city, "unit_cycle"), (None, "root_stays")):
        body = as_is(view, parent_id=parent)
        assert await admin.refusal("PUT", f"/api/units/{city}", body) == (400, code)
    root = await one(admin, "units", town.ids["center"])
    body = as_is(root, parent_id=city)
    assert await admin.refusal("PUT", f"/api/units/{root['id']}", body) == (400, "root_stays")
    assert await admin.refusal("DELETE", f"/api/units/{root['id']}") == (400, "root_stays")


async def test_the_center_is_called_what_its_unit_is_called(town: Town, admin: Staff) -> None:
    root = await one(admin, "units", town.ids["center"])
    await admin.put(f"/api/units/{root['id']}", as_is(root, name="New Center"))
    assert (await admin.get("/api/session"))["center"] == "New Center"


async def test_moving_needs_both_ends(town: Town, admin: Staff) -> None:
    city = await unit(admin, "City", town.ids["center"], "city")
    mine, lower = await unit(admin, "Mine", city), await unit(admin, "Lower", city)
    branch = await scoped_admin(admin, town, city)
    view, east = await one(admin, "units", mine), await one(admin, "units", town.ids["east"])
    assert (await branch.put(f"/api/units/{mine}", as_is(view, parent_id=lower)))["id"] == mine
    out = as_is(view, parent_id=town.ids["west"])
    assert (await branch.refusal("PUT", f"/api/units/{mine}", out))[0] == 403
    grab = as_is(east, parent_id=city)
    assert (await branch.refusal("PUT", f"/api/units/{east['id']}", grab))[0] == 404
    up = as_is(await one(admin, "units", city), parent_id=town.ids["east"])
    assert (await branch.refusal("PUT", f"/api/units/{city}", up))[0] == 403


async def test_only_an_empty_unit_is_removed(town: Town, admin: Staff) -> None:
    path = f"/api/units/{town.ids['east']}"
    status, data = await admin.ask("DELETE", path)
    assert (status, data["error"]["code"]) == (409, "unit_not_empty")
    hanging = {k: data["error"]["params"][k] for k in ("officers", "persons", "units", "cameras")}
    assert hanging == {"officers": 1, "persons": 1, "units": 0, "cameras": 0}
    plan = {"title": "P", "starts": "09:00", "unit_ids": [await unit(admin, "N", town.ids["east"])]}
    await admin.post("/api/plans", plan)
    status, data = await admin.ask("DELETE", f"/api/units/{plan['unit_ids'][0]}")
    assert (data["error"]["code"], data["error"]["params"]["plans"]) == ("unit_not_empty", 1)
    empty = await unit(admin, "Empty", town.ids["center"])
    assert (await admin.ask("DELETE", f"/api/units/{empty}"))[0] == 204
    assert empty not in {u["id"] for u in await admin.get("/api/units")}
    assert (await admin.ask("DELETE", f"/api/units/{empty}"))[0] == 404
    kinds = [r.kind for r in await town.services.store.read(lambda r: r.log.history("unit", empty))]
    assert kinds == ["unit.added", "unit.removed"]


async def test_a_unit_with_a_record_of_roll_calls_stays(town: Town, admin: Staff) -> None:
    lonely = await unit(admin, "Lonely", town.ids["center"], "prison")
    await admin.post("/api/roll-calls", {"unit_ids": [lonely]})
    refused = await admin.refusal("DELETE", f"/api/units/{lonely}")
    assert refused == (409, "unit_has_history")


@pytest.mark.parametrize(
    ("changes", "ends"),
    [
        ({"post": "Deputy", "phone": "139"}, False),
        ({"active": False}, True),
        ({"role": "reviewer"}, True),
        ({"unit_id": "west"}, True),
        ({"username": "east.two"}, True),
    ],
)
async def test_a_sign_in_ends_when_its_rights_change(
    town: Town, admin: Staff, changes: dict[str, Any], ends: bool
) -> None:
    east = Staff(town)
    await east.sign_in("east")
    console = await east.socket()
    await console.expect("live_changed")
    officer = await one(admin, "officers", town.ids["officer_east"])
    if "unit_id" in changes:
        changes = {"unit_id": town.ids["west"]}
    await admin.put(f"/api/officers/{officer['id']}", as_is(officer, **changes))
    assert (await east.ask("GET", "/api/session"))[0] == (401 if ends else 200)
    if ends:
        assert (await console.expect("error")).code == "not_signed_in"


async def test_who_is_retired_comes_back_with_the_old_password(town: Town, admin: Staff) -> None:
    path = f"/api/officers/{town.ids['officer_east']}"
    officer = await one(admin, "officers", town.ids["officer_east"])
    await admin.put(path, as_is(officer, active=False))
    sign_in = {"username": "east", "password": PASSWORD}
    assert await Staff(town).refusal("POST", "/api/session", sign_in) == (401, "sign_in_failed")
    await admin.put(path, as_is(officer, active=True))
    await Staff(town).sign_in("east")


async def test_the_last_administrator_stays(town: Town, admin: Staff) -> None:
    me = (await admin.get("/api/session"))["officer"]
    path = f"/api/officers/{me['id']}"
    for changes in ({"active": False}, {"role": "reviewer"}, {"unit_id": town.ids["east"]}):
        refused = await admin.refusal("PUT", path, as_is(me, **changes))
        assert refused == (409, "last_administrator")
    second = {"name": "S", "username": "second", "password": PASSWORD, "role": "administrator"}
    await admin.post("/api/officers", {**second, "unit_id": town.ids["center"]})
    assert (await admin.put(path, as_is(me, role="reviewer")))["role"] == "reviewer"


async def test_an_officer_moves_only_between_ones_own_units(town: Town, admin: Staff) -> None:
    city = await unit(admin, "City", town.ids["center"], "city")
    branch = await scoped_admin(admin, town, city)
    east = await one(admin, "officers", town.ids["officer_east"])
    body = as_is(east, unit_id=city)
    assert (await branch.refusal("PUT", f"/api/officers/{east['id']}", body))[0] == 403
    mine = (await branch.get("/api/session"))["officer"]
    body = as_is(mine, unit_id=town.ids["center"])
    assert (await branch.refusal("PUT", f"/api/officers/{mine['id']}", body))[0] == 403
    body = {"password": NEW_PASSWORD}
    assert (await branch.refusal("PUT", f"/api/officers/{east['id']}/password", body))[0] == 403


async def test_a_password_is_reset_by_an_administrator(town: Town, admin: Staff) -> None:
    east = Staff(town)
    await east.sign_in("east")
    path = f"/api/officers/{town.ids['officer_east']}/password"
    assert (await east.refusal("PUT", path, {"password": NEW_PASSWORD}))[0] == 403
    assert (await admin.ask("PUT", path, {"password": "short"}))[0] == 400
    assert (await admin.ask("PUT", path, {"password": NEW_PASSWORD}))[0] == 204
    assert (await east.ask("GET", "/api/session"))[0] == 401
    view = await east.post("/api/session", {"username": "east", "password": NEW_PASSWORD})
    assert view["must_change_password"] is True


async def test_a_password_of_somebody_elses_opens_nothing_but_its_change(
    town: Town, admin: Staff
) -> None:
    body = {"name": "F", "username": "fresh", "password": PASSWORD, "role": "office_officer"}
    body |= {"unit_id": town.ids["east"], "must_change_password": True}
    await admin.post("/api/officers", body)
    fresh = Staff(town)
    sign_in = {"username": "fresh", "password": PASSWORD}
    assert (await fresh.post("/api/session", sign_in))["must_change_password"] is True
    assert (await fresh.get("/api/session"))["officer"]["username"] == "fresh"
    refused = (403, "password_must_change")
    for path in ("/api/roll-calls", "/api/persons", "/api/officers"):
        assert await fresh.refusal("GET", path) == refused
    assert await fresh.refusal("POST", "/api/terminal/session", sign_in) == refused
    assert (await (await fresh.socket()).expect("error")).code == "password_must_change"
    change = {"old": PASSWORD, "new": NEW_PASSWORD}
    assert (await fresh.put("/api/session/password", change))["must_change_password"] is False
    assert (await fresh.ask("GET", "/api/persons"))[0] == 200
    again = {"username": "fresh", "password": NEW_PASSWORD}
    assert (await fresh.ask("POST", "/api/terminal/session", again))[0] == 200


async def test_ones_own_password_ends_all_other_sign_ins(town: Town, duty: Staff) -> None:
    elsewhere = Staff(town)
    await elsewhere.sign_in("duty")
    path, new = "/api/session/password", {"old": PASSWORD, "new": NEW_PASSWORD}
    wrong = {"old": "not my password", "new": NEW_PASSWORD}
    assert await duty.refusal("PUT", path, wrong) == (400, "password_wrong")
    same = {"old": PASSWORD, "new": PASSWORD}
    assert await duty.refusal("PUT", path, same) == (400, "password_same")
    assert (await duty.put(path, new))["officer"]["username"] == "duty"
    assert (await duty.ask("GET", "/api/session"))[0] == 200
    assert (await elsewhere.ask("GET", "/api/session"))[0] == 401
    rows = await town.services.store.read(lambda r: r.log.after(0, 1000))
    assert NEW_PASSWORD not in repr(rows)
    assert "officer.password_changed" in {row.kind for row in rows}


async def test_guessing_the_present_password_is_counted(town: Town, duty: Staff) -> None:
    wrong = {"old": "not my password", "new": NEW_PASSWORD}
    for _ in range(town.settings.server.failed_sign_ins):
        await duty.ask("PUT", "/api/session/password", wrong)
    right = {"old": PASSWORD, "new": NEW_PASSWORD}
    assert (await duty.ask("PUT", "/api/session/password", right))[0] == 429


async def test_entries_keep_the_names_of_units_that_moved(town: Town, admin: Staff) -> None:
    _, entry = await start_roll_call(admin, town.ids["ann"])
    east = await one(admin, "units", town.ids["east"])
    await admin.put(f"/api/units/{east['id']}", as_is(east, name="Eastern"))
    assert (await admin.get(f"/api/entries/{entry}"))["entry"]["offices"] == ["Eastern"]
