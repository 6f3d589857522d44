"""Enrolment: the fate of every picture, portraits kept encrypted, unreadable ones refused."""

import asyncio
import base64

from tests.server.conftest import add_person
from tests.server.town import FACE, Staff, Town, face

EMPTY = face(b"nobody here")


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


async def test_too_few_different_pictures_need_the_officers_word(town: Town, duty: Staff) -> None:
    path = f"/api/persons/{town.ids['ann']}"
    same = face(b"face alike")
    refused = await duty.post(f"{path}/enrolment", {"pictures": [FACE, same, same]})
    assert (refused["accepted"], refused["refused"], refused["needed"]) == (False, "too_few", 3)
    assert [p["problem"] for p in refused["pictures"]] == [None, "too_alike", "too_alike"]
    assert not (await duty.get(path))["enrolled"]
    body = {"pictures": [FACE], "provisional": True}
    kept = await duty.post(f"{path}/enrolment", body)
    assert (kept["accepted"], kept["assurance"], kept["version"]) == (True, "ordinary", 1)
    assert (await duty.get(path))["reminder"] == "provisional"


async def test_a_mask_is_refused_in_words(town: Town, duty: Staff) -> None:
    path = f"/api/persons/{town.ids['ann']}/enrolment?lang=en"
    result = await duty.post(path, {"pictures": [face(b"face with mask")] * 3})
    assert result["refused"] == "no_usable_picture"
    assert "mask" in result["pictures"][0]["message"]


async def test_enough_pictures_are_not_provisional_whatever_the_box_says(
    town: Town, duty: Staff
) -> None:
    path = f"/api/persons/{town.ids['ann']}"
    await duty.post(f"{path}/enrolment", {"pictures": [FACE] * 3, "provisional": True})
    assert (await duty.get(path))["reminder"] is None


async def test_every_enrolment_is_a_version_on_record(town: Town, duty: Staff) -> None:
    path = f"/api/persons/{town.ids['ann']}/enrolment"
    await duty.post(path, {"pictures": [FACE], "provisional": True})
    await duty.post(path, {"pictures": [FACE] * 3})
    detail = await duty.get(path)
    assert [(v["version"], v["frames"], v["provisional"]) for v in detail["history"]] == [
        (2, 3, False),
        (1, 1, True),
    ]
    current = detail["current"]
    assert (current["version"], current["model"], current["model_version"]) == (
        2,
        "fake-model",
        "v1",
    )
    assert (current["source"], current["enrolled_by"]) == ("officer", "Duty")
    assert detail["reminders"] == []


async def test_somebody_enrolled_under_another_name_is_found(town: Town, duty: Staff) -> None:
    twin = await add_person(duty, town, "twin", ["east"])
    pictures = {"pictures": [face(b"face of kim")] * 3}
    await duty.post(f"/api/persons/{town.ids['ann']}/enrolment", pictures)
    path = f"/api/persons/{twin}/enrolment"
    refused = await duty.post(path, pictures)
    assert (refused["accepted"], refused["refused"], refused["version"]) == (
        False,
        "duplicate",
        None,
    )
    (lookalike,) = refused["duplicates"]
    assert (lookalike["name"], lookalike["dossier_number"]) == ("ann", "D-ann")
    assert (await duty.get(path))["current"] is None
    kept = await duty.post(path, {**pictures, "despite_duplicate": "identical twins"})
    assert kept["accepted"] and kept["duplicates"] == [lookalike]
    rows = await town.services.store.read(
        lambda r: r.log.history("enrolment", f"person/{twin}/fake-model")
    )
    assert rows[0].payload is not None
    said = rows[0].payload["details"]["despite_duplicate"]
    assert said == {"reason": "identical twins", "of": [f"person/{town.ids['ann']}"]}
    refusals = await town.services.store.read(lambda r: r.log.history("person", twin))
    assert "person.enrolment_refused" in [row.kind for row in refusals]


async def test_blanks_are_no_reason(town: Town, duty: Staff) -> None:
    pictures = {"pictures": [face(b"face of kim")] * 3}
    await duty.post(f"/api/persons/{town.ids['ann']}/enrolment", pictures)
    twin = await add_person(duty, town, "twin", ["east"])
    body = {**pictures, "despite_duplicate": "   "}
    assert (await duty.post(f"/api/persons/{twin}/enrolment", body))["refused"] == "duplicate"


async def test_the_same_person_may_be_enrolled_again(town: Town, duty: Staff) -> None:
    path = f"/api/persons/{town.ids['ann']}/enrolment"
    for version in (1, 2):
        result = await duty.post(path, {"pictures": [face(b"face of kim")] * 3})
        assert (result["accepted"], result["version"]) == (True, version)


async def test_an_officer_posing_as_a_person_is_found_too(town: Town, duty: Staff) -> None:
    pictures = {"pictures": [face(b"face of kim")] * 3}
    await duty.post(f"/api/officers/{town.ids['officer_east']}/enrolment", pictures)
    refused = await duty.post(f"/api/persons/{town.ids['ann']}/enrolment", pictures)
    assert [d["kind"] for d in refused["duplicates"]] == ["officer"]


async def test_other_offices_are_not_searched(town: Town, duty: Staff) -> None:
    pictures = {"pictures": [face(b"face of kim")] * 3}
    for name in ("ann", "bob"):
        path = f"/api/persons/{town.ids[name]}/enrolment"
        assert (await duty.post(path, pictures))["accepted"]


async def test_a_lookalike_of_an_office_one_may_not_see_is_not_named(
    town: Town, duty: Staff
) -> None:
    both = await add_person(duty, town, "both", ["east", "west"])
    pictures = {"pictures": [face(b"face of kim")] * 3}
    await duty.post(f"/api/persons/{town.ids['bob']}/enrolment", pictures)
    east = Staff(town)
    await east.sign_in("east")
    refused = await east.post(f"/api/persons/{both}/enrolment", pictures)
    assert (refused["refused"], refused["duplicates"]) == ("duplicate", [])


async def test_of_two_lookalikes_enrolled_at_once_one_is_refused(town: Town, duty: Staff) -> None:
    ids = [await add_person(duty, town, name, ["east"]) for name in ("one", "two")]
    pictures = {"pictures": [face(b"face of kim")] * 3}
    results = await asyncio.gather(
        *(duty.post(f"/api/persons/{who}/enrolment", pictures) for who in ids)
    )
    assert sorted(r["accepted"] for r in results) == [False, True]


async def test_no_usable_picture_leaves_everything_as_it_was(town: Town, duty: Staff) -> None:
    path = f"/api/persons/{town.ids['ann']}"
    result = await duty.post(f"{path}/enrolment", {"pictures": [EMPTY]})
    assert (result["accepted"], result["refused"], result["frames"]) == (
        False,
        "no_usable_picture",
        0,
    )
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
    assert (await duty.post(path, {"pictures": [big], "provisional": True}))["accepted"]
