"""Enrolment: the fate of every picture, portraits kept encrypted, unreadable ones refused."""

import base64

from tests.server.town import FACE, Staff, Town

EMPTY = base64.b64encode(b"\xff\xd8\xff nobody here").decode()


async def test_three_good_pictures_give_full_assurance(town: Town, duty: Staff) -> None:
    path = f"/api/persons/{town.ids['ann']}"
    result = await duty.post(f"{path}/enrolment", {"pictures": [FACE, EMPTY, FACE, FACE]})
    assert (result["accepted"], result["frames"], result["assurance"]) == (True, 3, "high")
    fates = [(p["used"], p["problem"]) for p in result["pictures"]]
    assert fates == [(True, None), (False, "no_face"), (True, None), (True, None)]
    assert result["pictures"][1]["message"].startswith("没有看到人脸")
    person = await duty.get(path)
    assert person["enrolled"] and person["template_frames"] == 3
    status, portrait = await duty.ask("GET", f"{path}/portrait")
    assert status == 200 and portrait == base64.b64decode(FACE)
    database = (town.data / "rollcall.db").read_bytes()
    assert base64.b64decode(FACE) not in database


async def test_one_picture_is_ordinary_at_most(town: Town, duty: Staff) -> None:
    path = f"/api/persons/{town.ids['ann']}/enrolment"
    assert (await duty.post(path, {"pictures": [FACE]}))["assurance"] == "ordinary"


async def test_no_usable_picture_leaves_everything_as_it_was(town: Town, duty: Staff) -> None:
    path = f"/api/persons/{town.ids['ann']}"
    result = await duty.post(f"{path}/enrolment", {"pictures": [EMPTY]})
    assert not result["accepted"] and result["frames"] == 0
    assert not (await duty.get(path))["enrolled"]
    status, data = await duty.ask("GET", f"{path}/portrait")
    assert (status, data["error"]["code"]) == (404, "no_portrait")


async def test_what_is_no_picture_is_refused(town: Town, duty: Staff) -> None:
    path = f"/api/persons/{town.ids['ann']}/enrolment"
    svg = base64.b64encode(b"<svg onload=alert(1)>").decode()
    for pictures in ([svg], ["not base64!"], [""]):
        status, data = await duty.ask("POST", path, {"pictures": pictures})
        assert (status, data["error"]["code"]) == (400, "picture_unreadable")
    for pictures in ([], [FACE] * 9):
        status, data = await duty.ask("POST", path, {"pictures": pictures})
        assert (status, data["error"]["code"]) == (400, "invalid_input")


async def test_an_officer_is_enrolled_too(town: Town, duty: Staff) -> None:
    path = f"/api/officers/{town.ids['officer_east']}"
    await duty.post(f"{path}/enrolment", {"pictures": [FACE] * 3})
    officers = {o["username"]: o["enrolled"] for o in await duty.get("/api/officers")}
    assert officers["east"] and not officers["west"]
    assert (await duty.ask("GET", f"{path}/portrait"))[0] == 200


async def test_a_large_enrolment_passes_where_other_bodies_may_not(town: Town, duty: Staff) -> None:
    big = base64.b64encode(b"\xff\xd8\xff face" + b"x" * 1_000_000).decode()
    path = f"/api/persons/{town.ids['ann']}/enrolment"
    assert (await duty.post(path, {"pictures": [big]}))["accepted"]
