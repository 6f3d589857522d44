"""Call lists over the API: order, exclusions, who may see and change them, starting from one."""

from typing import Any

from tests.server.town import Staff, Town


def units_list(town: Town, *names: str, **more: Any) -> dict[str, Any]:
    ids = [town.ids[name] for name in names]
    return {"name": "早点名", "subject_kind": "unit", "subject_ids": ids, **more}


def left_out(town: Town, name: str, until: str | None = None) -> dict[str, Any]:
    return {
        "subject_kind": "unit",
        "subject_id": town.ids[name],
        "reason": "设备检修",
        "until": until,
    }


async def test_a_list_is_called_in_its_order_without_who_is_left_out(
    town: Town, duty: Staff
) -> None:
    body = units_list(town, "west", "center", "east", exclusions=[left_out(town, "center")])
    made = await duty.post("/api/call-lists", body)
    assert (made["total"], made["today"], made["editable"]) == (3, 2, True)
    assert made["exclusions"][0]["by"] == "Duty"
    call = await duty.post("/api/roll-calls", {"call_list_id": made["id"]})
    entries = await town.services.store.read(lambda r: r.calls.entries(call["id"]))
    assert [e.subject.id for e in entries] == [town.ids["west"], town.ids["east"]]
    origins = await town.services.store.read(lambda r: r.call_lists.origins([call["id"]]))
    assert origins[call["id"]].call_list_id == made["id"]
    assert [x.subject.id for x in origins[call["id"]].excluded] == [town.ids["center"]]


async def test_an_exclusion_ends_by_itself(town: Town, duty: Staff) -> None:
    body = units_list(town, "west", "east", exclusions=[left_out(town, "east", "2026-11-20")])
    made = await duty.post("/api/call-lists", body)
    assert made["today"] == 1
    town.clock.forward(days=1)
    await duty.sign_in("duty")
    assert (await duty.get(f"/api/call-lists/{made['id']}"))["today"] == 2


async def test_the_officer_who_left_somebody_out_stays_on_record(town: Town, duty: Staff) -> None:
    body = units_list(town, "west", "east", exclusions=[left_out(town, "east")])
    made = await duty.post("/api/call-lists", body)
    admin = Staff(town)
    await admin.sign_in("admin")
    body["exclusions"] = [left_out(town, "east"), left_out(town, "west")]
    status, changed = await admin.ask("PUT", f"/api/call-lists/{made['id']}", body)
    assert status == 200
    assert [x["by"] for x in changed["exclusions"]] == ["Duty", "Zhao"]


async def test_a_list_in_use_cannot_be_removed(town: Town, duty: Staff) -> None:
    made = await duty.post("/api/call-lists", units_list(town, "west", "east"))
    plan = {"title": "早点名", "starts": "10:00", "call_list_id": made["id"]}
    shown = await duty.post("/api/plans", plan)
    assert (shown["subject_kind"], shown["call_list"]) == ("unit", "早点名")
    status, data = await duty.ask("DELETE", f"/api/call-lists/{made['id']}")
    assert (status, data["error"]["code"]) == (409, "call_list_used")
    persons = {**units_list(town, "west"), "subject_kind": "person"}
    persons["subject_ids"] = [town.ids["ann"]]
    status, data = await duty.ask("PUT", f"/api/call-lists/{made['id']}", persons)
    assert (status, data["error"]["code"]) == (409, "call_list_kind_used")
    other = await duty.post("/api/call-lists", {**persons, "name": "重点人员"})
    status, _ = await duty.ask("DELETE", f"/api/call-lists/{other['id']}")
    assert status == 204
    assert [x["name"] for x in await duty.get("/api/call-lists")] == ["早点名"]


async def test_names_are_taken_once_and_members_must_be_registered(town: Town, duty: Staff) -> None:
    await duty.post("/api/call-lists", units_list(town, "west"))
    for body, code in (
        (units_list(town, "east"), "call_list_name_taken"),
        ({**units_list(town, "east"), "name": "X", "subject_ids": ["gone"]}, "unknown_subject"),
    ):
        _, data = await duty.ask("POST", "/api/call-lists", body)
        assert data["error"]["code"] == code


async def test_an_office_sees_its_own_part_of_a_list_and_changes_nothing(
    town: Town, duty: Staff
) -> None:
    body = units_list(town, "west", "east", exclusions=[left_out(town, "west")])
    made = await duty.post("/api/call-lists", body)
    west = await duty.post("/api/call-lists", {**units_list(town, "west"), "name": "西片"})
    east = Staff(town)
    await east.sign_in("east")
    (seen,) = await east.get("/api/call-lists")
    assert (seen["subject_ids"], seen["exclusions"]) == ([town.ids["east"]], [])
    assert (seen["total"], seen["editable"]) == (2, False)
    for method, path, ask in (
        ("PUT", f"/api/call-lists/{made['id']}", body),
        ("DELETE", f"/api/call-lists/{made['id']}", None),
        ("POST", "/api/call-lists", {**units_list(town, "east"), "name": "东片"}),
        ("POST", "/api/roll-calls", {"call_list_id": west["id"]}),
    ):
        status, _ = await east.ask(method, path, ask)
        assert status == 403, path
