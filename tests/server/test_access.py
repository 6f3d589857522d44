"""Who may do what to whom: the policy function over every role, verb and object, and the API."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roll_call.people import Officer, Role, Unit, UnitKind, UnitTree
from server.access import GRANTS, DeviceActor, Target, Verb, allowed, of_units
from tests.server.conftest import add_person, enrol, start_roll_call
from tests.server.town import FACE, Staff, Town

TREE = UnitTree(
    [
        Unit("root", "root", UnitKind.COMMAND_CENTER, None),
        Unit("east", "east", UnitKind.JUDICIAL_OFFICE, "root"),
        Unit("west", "west", UnitKind.JUDICIAL_OFFICE, "root"),
        Unit("yard", "yard", UnitKind.REHABILITATION_CENTER, "east"),
    ]
)
UNITS = ("root", "east", "west", "yard")


def officer(role: Role, unit: str, active: bool = True) -> Officer:
    return Officer("o", unit, "O", "o", role, active=active)


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("verb", list(Verb))
def test_every_role_verb_and_object(role: Role, verb: Verb) -> None:
    for own, target in itertools.product(UNITS, UNITS):
        expected = verb in GRANTS[role] and TREE.within(target, own)
        assert allowed(officer(role, own), verb, of_units([target]), TREE) is expected


@given(
    st.sampled_from(list(Role)),
    st.sampled_from(list(Verb)),
    st.sampled_from(UNITS),
    st.frozensets(st.sampled_from([*UNITS, "gone"])),
)
def test_an_object_of_several_units(
    role: Role, verb: Verb, own: str, units: frozenset[str]
) -> None:
    inside = [unit in TREE and TREE.within(unit, own) for unit in units]
    granted = verb in GRANTS[role]
    who = officer(role, own)
    assert allowed(who, verb, of_units(units), TREE) is (granted and any(inside))
    every = granted and bool(inside) and all(inside)
    assert allowed(who, verb, of_units(units, every=True), TREE) is every


@pytest.mark.parametrize("verb", list(Verb))
def test_a_device_may_only_check_in_and_enrol_its_own_person(verb: Verb) -> None:
    device = DeviceActor("d", "ann")
    granted = verb in {Verb.CHECK_IN, Verb.ENROL_ONESELF}
    assert allowed(device, verb, Target(person_id="ann"), TREE) is granted
    assert not allowed(device, verb, Target(person_id="bob"), TREE)
    assert not allowed(device, verb, of_units(["root"]), TREE)
    assert not allowed(device, verb, None, TREE)


@pytest.mark.parametrize("role", list(Role))
def test_nobody_checks_in_for_a_person_and_nobody_acts_once_retired(role: Role) -> None:
    assert not GRANTS[role] & {Verb.CHECK_IN, Verb.ENROL_ONESELF}
    retired = officer(role, "root", active=False)
    assert not any(allowed(retired, verb, None, TREE) for verb in Verb)


def test_reviewers_change_no_registers_and_office_officers_correct_nothing() -> None:
    for verb in (Verb.MANAGE_PERSONS, Verb.ENROL, Verb.EXEMPT, Verb.START_ROLL_CALL):
        assert verb not in GRANTS[Role.REVIEWER]
    assert Verb.CORRECT not in GRANTS[Role.OFFICE_OFFICER]
    assert Verb.MANAGE_OFFICERS not in GRANTS[Role.DUTY_OFFICER]


NEW_PERSON = {"name": "X", "dossier_number": "D-x", "office_ids": ["{east}"]}
NEW_OFFICER = {
    "name": "N",
    "username": "new.one",
    "password": "long enough 1",
    "role": "reviewer",
    "unit_id": "{east}",
}
GONE = {k: v for k, v in NEW_OFFICER.items() if k != "password"} | {"username": "gone"}
UNIT = {"name": "east office", "kind": "judicial_office", "parent_id": "{center}"}
NEW_PLAN = {"title": "P", "starts": "09:00", "unit_ids": ["{east}"]}
NEW_LIST = {"name": "{who}", "subject_kind": "unit", "subject_ids": ["{east}"]}
NEW_SHIFT = {
    "unit_id": "{east}",
    "officer_id": "{officer_east}",
    "day": "2026-11-21",
    "starts": "08:30",
    "ends": "17:30",
}
BY_EYE = {"outcome": "present", "reason": "by_eye", "note": "seen"}
MENDED = {"outcome": "excused", "reason": "leave", "note": "was on leave"}

THIS = {"entry_id": "{entry}"}
DIALLED = {**THIS, "step": "phone", "number": "110"}
LATER = {**THIS, "outcome": "later"}
NEW_NOTICE = {"text": "Meeting at ten", "to": "units", "unit_ids": ["{east}"]}
NEW_EMERGENCY = {"text": "Answer at once", "unit_ids": ["{east}"]}
NEW_CHANNEL = {
    "kind": "webhook",
    "name": "Sink",
    "url": "https://sink.example/hook",
    "secret": "0123456789abcdef",
}

# method, path, body, and who may: of the officers of the east, the west, duty, judge, admin
MATRIX = [
    ("GET", "/api/units", None, "east west duty judge admin"),
    ("POST", "/api/units", {"name": "N", "kind": "prison"}, "admin"),
    ("GET", "/api/units/counts", None, "east west duty judge admin"),
    ("PUT", "/api/units/{east}", UNIT, "admin"),
    ("DELETE", "/api/units/{empty}", None, "admin"),
    ("PUT", "/api/officers/{officer_gone}", GONE, "admin"),
    ("PUT", "/api/officers/{officer_gone}/password", {"password": "long enough 2"}, "admin"),
    ("GET", "/api/officers", None, "east west duty judge admin"),
    ("POST", "/api/officers", NEW_OFFICER, "admin"),
    ("GET", "/api/persons", None, "east west duty judge admin"),
    ("POST", "/api/persons", NEW_PERSON, "east duty admin"),
    ("GET", "/api/persons/{ann}", None, "east duty judge admin"),
    ("PUT", "/api/persons/{ann}", NEW_PERSON, "east duty admin"),
    ("POST", "/api/persons/{ann}/link", None, "east duty admin"),
    ("POST", "/api/persons/{ann}/enrolment", {"pictures": [FACE]}, "east duty admin"),
    ("GET", "/api/persons/{ann}/portrait", None, "east duty judge admin"),
    ("POST", "/api/officers/{officer_east}/enrolment", {"pictures": [FACE]}, "east duty admin"),
    ("GET", "/api/plans", None, "east west duty judge admin"),
    ("POST", "/api/plans", NEW_PLAN, "duty admin"),
    ("GET", "/api/plans/calendar", None, "east west duty judge admin"),
    ("GET", "/api/call-lists", None, "east west duty judge admin"),
    ("POST", "/api/call-lists", NEW_LIST, "duty admin"),
    ("GET", "/api/roll-calls/{call}/origin", None, "east duty judge admin"),
    ("POST", "/api/roll-calls", {"person_ids": ["{ann}"]}, "east duty admin"),
    ("GET", "/api/roll-calls/{call}", None, "east duty judge admin"),
    ("GET", "/api/roll-calls/{call}/entries", None, "east duty judge admin"),
    ("GET", "/api/roll-calls/{call}/round", None, "east duty judge admin"),
    ("POST", "/api/roll-calls/{call}/round/take", {}, "east duty admin"),
    ("POST", "/api/roll-calls/{call}/round/call", THIS, "east duty admin"),
    ("POST", "/api/roll-calls/{call}/round/prompt", THIS, "east duty admin"),
    ("POST", "/api/roll-calls/{call}/round/escalate", DIALLED, "east duty admin"),
    ("POST", "/api/roll-calls/{call}/round/confirm", LATER, "east duty admin"),
    ("GET", "/api/entries/{entry}/snapshots", None, "east duty judge admin"),
    ("POST", "/api/roll-calls/{call}/suspend", None, "duty admin"),
    ("GET", "/api/entries/{entry}", None, "east duty judge admin"),
    ("GET", "/api/entries/{entry}/portrait", None, "east duty judge admin"),
    ("GET", "/api/entries/{entry}/receipts", None, "east duty judge admin"),
    ("POST", "/api/entries/{entry}/call", None, "east duty admin"),
    ("POST", "/api/entries/{entry}/decision", BY_EYE, "east duty judge admin"),
    ("POST", "/api/entries/{done}/correction", MENDED, "duty judge admin"),
    ("GET", "/api/review", None, "east west duty judge admin"),
    ("GET", "/api/terminals", None, "east west duty judge admin"),
    ("GET", "/api/figures", None, "east west duty judge admin"),
    ("POST", "/api/terminals/{east}/self-test", None, "duty admin"),
    ("GET", "/api/roster/now", None, "east west duty judge admin"),
    ("GET", "/api/roster?unit_id={east}", None, "east duty judge admin"),
    ("POST", "/api/roster/shifts", NEW_SHIFT, "east duty admin"),
    ("GET", "/api/substitutions", None, "east west duty judge admin"),
    ("GET", "/api/hand-overs?unit_id={east}", None, "east duty judge admin"),
    ("GET", "/api/calendar/2027", None, "east west duty judge admin"),
    ("PUT", "/api/calendar/2027", {"own": []}, "admin"),
    ("GET", "/api/health", None, "admin"),
    ("GET", "/api/notices", None, "east west duty judge admin"),
    ("POST", "/api/notices", NEW_NOTICE, "east duty admin"),
    ("POST", "/api/emergency-calls", NEW_EMERGENCY, "duty admin"),
    ("GET", "/api/bells", None, "east west duty judge admin"),
    ("GET", "/api/channels", None, "admin"),
    ("POST", "/api/channels", NEW_CHANNEL, "admin"),
    ("GET", "/api/deliveries", None, "admin"),
]


def filled(value: object, ids: dict[str, str]) -> object:
    """``{name}`` replaced by the id of that name, everywhere."""
    if isinstance(value, str):
        return value.format(**ids)
    if isinstance(value, list):
        return [filled(item, ids) for item in value]
    if isinstance(value, dict):
        return {key: filled(item, ids) for key, item in value.items()}
    return value


async def _spare(town: Town) -> None:
    """An empty unit and an officer that the requests may change and remove."""
    admin = Staff(town)
    await admin.sign_in("admin")
    unit = await admin.post("/api/units", {"name": "empty", "kind": "prison"})
    body = filled({**GONE, "password": "long enough 1"}, town.ids)
    town.ids["empty"], town.ids["officer_gone"] = (
        unit["id"],
        (await admin.post("/api/officers", body))["id"],
    )


@pytest.mark.parametrize("who", ["east", "west", "duty", "judge", "admin", "nobody"])
async def test_every_role_on_every_resource(town: Town, duty: Staff, who: str) -> None:
    await enrol(duty, town.ids["ann"])
    town.ids["call"], town.ids["entry"] = await start_roll_call(duty, town.ids["ann"])
    _, town.ids["done"] = await start_roll_call(duty, town.ids["ann"])
    await duty.post(f"/api/entries/{town.ids['done']}/decision", BY_EYE)
    await _spare(town)
    town.ids["who"] = who
    staff = Staff(town)
    if who != "nobody":
        await staff.sign_in(who)
    for method, path, body, may in MATRIX:
        status, data = await staff.ask(method, str(filled(path, town.ids)), filled(body, town.ids))
        if who == "nobody":
            assert (status, data["error"]["code"]) == (401, "not_signed_in"), path
        elif who in may.split():
            assert status < 400 or data["error"]["code"] == "dossier_number_taken", (path, data)
        else:
            assert status in (403, 404), (path, status, data)


async def test_lists_show_only_what_is_ones_own(town: Town, duty: Staff) -> None:
    call_id, _ = await start_roll_call(duty, town.ids["ann"], town.ids["bob"])
    west = Staff(town)
    await west.sign_in("west")
    assert [p["name"] for p in await west.get("/api/persons")] == ["bob"]
    assert [u["id"] for u in await west.get("/api/units")] == [town.ids["west"]]
    entries = await west.get(f"/api/roll-calls/{call_id}/entries")
    assert [e["subject_name"] for e in entries] == ["bob"]
    seen = await west.get(f"/api/roll-calls/{call_id}")
    assert seen["total"] == 1
    assert (await duty.get(f"/api/roll-calls/{call_id}"))["total"] == 2


async def test_a_person_listed_by_two_offices_is_seen_by_both(town: Town, duty: Staff) -> None:
    town.ids["cat"] = await add_person(duty, town, "cat", ["east", "west"])
    for who in ("east", "west"):
        staff = Staff(town)
        await staff.sign_in(who)
        assert "cat" in [p["name"] for p in await staff.get("/api/persons")]


async def test_looks_and_refusals_are_on_record(town: Town, duty: Staff) -> None:
    await enrol(duty, town.ids["ann"])
    _, entry_id = await start_roll_call(duty, town.ids["ann"])
    await duty.get(f"/api/entries/{entry_id}")
    await duty.ask("GET", f"/api/persons/{town.ids['ann']}/portrait")
    west = Staff(town)
    await west.sign_in("west")
    await west.ask("GET", f"/api/entries/{entry_id}")
    rows = await town.services.store.read(lambda r: r.log.after(0, 1000))
    kinds = [row.kind for row in rows]
    assert "entry.viewed" in kinds and "person.portrait_viewed" in kinds
    refused = next(row for row in rows if row.kind == "access.refused")
    assert refused.actor == f"officer/{town.ids['officer_west']}"
    assert refused.payload is not None and refused.payload["verb"] == "view_entry"
    detail = await duty.get(f"/api/entries/{entry_id}")
    assert ("entry.viewed", "Duty") in [(t["kind"], t["actor"]) for t in detail["timeline"]]


async def test_an_office_moves_nobody_into_or_out_of_another(town: Town, duty: Staff) -> None:
    cat = await add_person(duty, town, "cat", ["east", "west"])
    east = Staff(town)
    await east.sign_in("east")

    async def put(person: str, name: str, *offices: str) -> int:
        ids = [town.ids[office] for office in offices]
        body = {"name": name, "dossier_number": f"D-{name}", "office_ids": ids, "locale": "en"}
        return (await east.ask("PUT", f"/api/persons/{person}", body))[0]

    assert await put(cat, "cat", "east") == 403
    assert await put(town.ids["ann"], "ann", "east", "west") == 403
    assert await put(cat, "cat", "west", "east") == 200
    new = {"name": "dan", "dossier_number": "D-dan", "locale": "en"}
    both = {**new, "office_ids": [town.ids["east"], town.ids["west"]]}
    assert (await east.ask("POST", "/api/persons", both))[0] == 403
