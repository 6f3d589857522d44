"""A person's own enrolment: asked for, guided on the phone, confirmed by an officer."""

import base64
import itertools
from pathlib import Path
from typing import Any

import pytest

from server import messages as m
from server.enrolment.self_service import PICTURES_AT_MOST
from tests.server.conftest import add_person, bound_phone, enrol, settle_in
from tests.server.town import Phone, Staff, Town, Wire, face, make_town

MAX_PICTURE_BYTES = 300_000
STRAIGHT, LEFT, RIGHT, BRIGHT = (
    face(b"face of ann " + how) for how in (b"straight", b"left", b"right", b"bright")
)


async def asked(town: Town, duty: Staff) -> Phone:
    """Ann's phone, told that her pictures are wanted."""
    phone = await bound_phone(town, duty, town.ids["ann"])
    await want(town, duty)
    await phone.enter()
    state = await phone.wire.expect("enrolment_state")
    assert (state.state, state.next, state.needed) == ("wanted", "straight", 4)
    return phone


async def want(town: Town, duty: Staff, wanted: bool = True) -> Any:
    path = f"/api/persons/{town.ids['ann']}/self-enrolment"
    return await duty.post(path, {"wanted": wanted})


async def shoot(phone: Phone, picture: str) -> Any:
    await phone.wire.say(m.EnrolmentPicture(data=picture))
    return await phone.wire.expect("picture_seen")


async def submitted(town: Town, duty: Staff) -> tuple[Phone, dict[str, Any]]:
    """Ann's pictures, handed in."""
    phone = await asked(town, duty)
    for picture in (STRAIGHT, LEFT, RIGHT, BRIGHT):
        assert (await shoot(phone, picture)).used
    await phone.wire.say(m.EnrolmentSubmit())
    assert (await phone.wire.expect("enrolment_state")).state == "submitted"
    (waiting,) = await duty.get("/api/self-enrolments")
    return phone, waiting


async def test_the_phone_is_guided_from_pose_to_pose(town: Town, duty: Staff) -> None:
    phone = await asked(town, duty)
    told = [await shoot(phone, picture) for picture in (STRAIGHT, LEFT, RIGHT, BRIGHT)]
    assert [(t.used, t.taken, t.needed, t.next) for t in told] == [
        (True, 1, 4, "left"),
        (True, 2, 4, "right"),
        (True, 3, 4, "other_light"),
        (True, 4, 4, None),
    ]


async def test_a_picture_that_is_not_used_says_what_to_do(town: Town, duty: Staff) -> None:
    phone = await asked(town, duty)
    masked = await shoot(phone, face(b"face with mask"))
    assert (masked.used, masked.problem, masked.taken) == (False, "mask", 0)
    assert "口罩" in masked.message
    aside = await shoot(phone, LEFT)
    assert aside.used and aside.next == "straight"
    again = await shoot(phone, LEFT)
    assert (again.used, again.problem, again.next) == (False, None, "straight")
    assert again.message == "请正对镜头。"


async def test_who_has_no_other_light_is_let_off(town: Town, duty: Staff) -> None:
    phone = await asked(town, duty)
    for picture in (STRAIGHT, LEFT, RIGHT):
        await shoot(phone, picture)
    same = face(b"face of ann alike")
    assert (await shoot(phone, same)).next == "other_light"
    last = await shoot(phone, same)
    assert (last.used, last.taken, last.needed, last.next) == (False, 3, 3, None)


async def test_an_officer_confirms_and_the_face_counts(town: Town, duty: Staff) -> None:
    phone, waiting = await submitted(town, duty)
    assert (waiting["state"], waiting["pictures"], waiting["likeness"]) == (
        "submitted",
        4,
        "no_reference",
    )
    path = f"/api/self-enrolments/{waiting['id']}"
    status, shown = await duty.ask("GET", f"{path}/pictures/1")
    assert status == 200 and shown == base64.b64decode(LEFT)
    assert (await duty.ask("GET", f"{path}/pictures/4"))[0] == 404
    assert (await duty.ask("GET", f"{path}/pictures/x"))[0] == 404
    result = await duty.post(f"{path}/confirm", {})
    assert (result["accepted"], result["frames"], result["version"]) == (True, 4, 1)
    assert (await phone.wire.expect("enrolment_state")).state == "confirmed"
    detail = await duty.get(f"/api/persons/{town.ids['ann']}/enrolment")
    assert (detail["current"]["source"], detail["current"]["enrolled_by"]) == ("self", "Duty")
    assert detail["self_enrolment"] is None
    assert await duty.get("/api/self-enrolments") == []
    assert (await duty.ask("GET", f"{path}/pictures/0"))[0] == 404


async def test_only_one_officer_settles_it(town: Town, duty: Staff) -> None:
    _, waiting = await submitted(town, duty)
    path = f"/api/self-enrolments/{waiting['id']}"
    await duty.post(f"{path}/confirm", {})
    for act, body in (("confirm", {}), ("reject", {"reason": "too late"})):
        status, data = await duty.ask("POST", f"{path}/{act}", body)
        assert (status, data["error"]["code"]) == (409, "already_settled")
        assert "roll-call" not in data["error"]["message"]


async def test_a_rejected_person_reads_why_and_tries_again(town: Town, duty: Staff) -> None:
    phone, waiting = await submitted(town, duty)
    path = f"/api/self-enrolments/{waiting['id']}"
    await duty.post(f"{path}/reject", {"reason": "The pictures are too dark."})
    told = await phone.wire.expect("enrolment_state")
    assert (told.state, told.message, told.next) == (
        "rejected",
        "The pictures are too dark.",
        "straight",
    )
    assert (await duty.ask("GET", f"{path}/pictures/0"))[0] == 404
    for picture in (STRAIGHT, LEFT, RIGHT):
        assert (await shoot(phone, picture)).used
    await phone.wire.say(m.EnrolmentSubmit())
    assert (await phone.wire.expect("enrolment_state")).state == "submitted"


async def test_likeness_is_a_hint_and_never_a_number(town: Town, duty: Staff) -> None:
    path = f"/api/persons/{town.ids['ann']}/enrolment"
    await duty.post(path, {"pictures": [face(b"face of somebody")] * 3})
    _, waiting = await submitted(town, duty)
    assert waiting["likeness"] == "unlike"
    assert not any(isinstance(value, float) for value in waiting.values())


async def test_a_lookalike_is_shown_and_needs_a_reason(town: Town, duty: Staff) -> None:
    twin = await add_person(duty, town, "twin", ["east"])
    await duty.post(f"/api/persons/{twin}/enrolment", {"pictures": [STRAIGHT] * 3})
    _, waiting = await submitted(town, duty)
    assert [d["name"] for d in waiting["duplicates"]] == ["twin"]
    path = f"/api/self-enrolments/{waiting['id']}/confirm"
    refused = await duty.post(path, {})
    assert (refused["refused"], refused["duplicates"][0]["name"]) == ("duplicate", "twin")
    assert (await duty.get("/api/self-enrolments"))[0]["state"] == "submitted"
    assert (await duty.post(path, {"despite_duplicate": "twins"}))["accepted"]


async def test_what_the_person_takes_back_is_gone(town: Town, duty: Staff) -> None:
    phone = await asked(town, duty)
    await shoot(phone, STRAIGHT)
    await phone.wire.say(m.EnrolmentSubmit(agreed=False))
    state = await phone.wire.expect("enrolment_state")
    assert (state.state, state.next) == ("wanted", "straight")
    assert (await shoot(phone, STRAIGHT)).taken == 1


async def test_too_few_pictures_cannot_be_handed_in(town: Town, duty: Staff) -> None:
    phone = await asked(town, duty)
    await shoot(phone, STRAIGHT)
    await phone.wire.say(m.EnrolmentSubmit())
    assert (await phone.wire.expect("error")).code == "too_few_pictures"
    (waiting,) = await duty.get("/api/self-enrolments")
    assert waiting["state"] == "wanted"


async def test_pictures_that_nobody_asked_for_are_refused(town: Town, duty: Staff) -> None:
    phone = await bound_phone(town, duty, town.ids["ann"])
    await phone.enter()
    for message in (m.EnrolmentPicture(data=STRAIGHT), m.EnrolmentSubmit()):
        await phone.wire.say(message)
        assert (await phone.wire.expect("error")).code == "enrolment_not_wanted"
    assert "enrolment_state" not in phone.wire.kinds


async def test_nothing_can_be_changed_once_it_was_handed_in(town: Town, duty: Staff) -> None:
    phone, _ = await submitted(town, duty)
    await phone.wire.say(m.EnrolmentPicture(data=STRAIGHT))
    assert (await phone.wire.expect("error")).code == "enrolment_not_wanted"


async def test_an_officer_thinks_better_of_it(town: Town, duty: Staff) -> None:
    phone, waiting = await submitted(town, duty)
    assert await want(town, duty, wanted=False) is None
    assert (await phone.wire.expect("enrolment_state")).state == "none"
    assert await duty.get("/api/self-enrolments") == []
    status, _ = await duty.ask("GET", f"/api/self-enrolments/{waiting['id']}/pictures/0")
    assert status == 404


async def test_asking_twice_is_asking_once(town: Town, duty: Staff) -> None:
    first, second = await want(town, duty), await want(town, duty)
    assert first["id"] == second["id"]
    assert len(await duty.get("/api/self-enrolments")) == 1


async def test_pictures_on_which_nobody_acts_are_thrown_away(town: Town, duty: Staff) -> None:
    _, waiting = await submitted(town, duty)
    town.clock.forward(days=14)
    await duty.sign_in("duty")
    assert await duty.get("/api/self-enrolments") == []
    pictures = await town.services.store.read(
        lambda r: r.self_enrolments.pending_pictures(waiting["id"])
    )
    assert pictures == ()
    assert (await want(town, duty))["id"] != waiting["id"]


async def test_pictures_wait_over_a_restart_of_the_server(tmp_path: Path) -> None:
    town = make_town(tmp_path / "data")
    async with town.running():
        await settle_in(town)
        duty = Staff(town)
        await duty.sign_in("duty")
        _, waiting = await submitted(town, duty)
    async with town.running():
        duty = Staff(town)
        await duty.sign_in("duty")
        assert await duty.get("/api/self-enrolments") == [waiting]
        assert (await duty.post(f"/api/self-enrolments/{waiting['id']}/confirm", {}))["accepted"]


@pytest.mark.parametrize(
    ("picture", "code"),
    [
        ("not base64!", "picture_unreadable"),
        (base64.b64encode(b"<svg/>").decode(), "picture_unreadable"),
        (face(b"face".ljust(MAX_PICTURE_BYTES, b"x")), "too_large"),
    ],
)
async def test_what_is_no_picture_or_too_large_is_refused(
    town: Town, duty: Staff, picture: str, code: str
) -> None:
    phone = await asked(town, duty)
    await phone.wire.ws.send_str(f'{{"type":"enrolment_picture","data":"{picture}"}}')
    assert (await phone.wire.expect("error")).code == code
    assert (await shoot(phone, STRAIGHT)).used


async def test_a_picture_as_large_as_allowed_passes(town: Town, duty: Staff) -> None:
    phone = await asked(town, duty)
    shown = b"face".ljust(MAX_PICTURE_BYTES - 4, b".")
    assert (await shoot(phone, face(shown))).used


@pytest.mark.parametrize("start", ['{"type":"hang_up","x":"', '{"data":"', '{"x":"'])
async def test_nothing_but_a_picture_may_be_so_large(town: Town, duty: Staff, start: str) -> None:
    phone = await asked(town, duty)
    await phone.wire.ws.send_str(start + "A" * 200_000 + '","type":"enrolment_picture"}')
    while await phone.wire.next() is not None:
        pass
    assert phone.wire.ws.close_code == 1009


async def test_a_stranger_may_not_send_so_much_either(town: Town, duty: Staff) -> None:
    wire = await Wire.connect(town, duty.http)
    await wire.expect("challenge")
    await wire.say(m.EnrolmentPicture(data="A" * 300_000))
    assert await wire.next() is None
    assert wire.ws.close_code == 1009


async def test_a_console_may_send_no_picture_and_nothing_so_large(town: Town, duty: Staff) -> None:
    wire = await duty.socket()
    await wire.expect("welcome")
    await wire.say(m.EnrolmentPicture(data=STRAIGHT))
    assert (await wire.expect("error")).code == "unexpected_message"
    await wire.say(m.EnrolmentPicture(data="A" * 300_000))
    while await wire.next() is not None:
        pass
    assert wire.ws.close_code == 1009


async def test_trying_for_ever_is_held_up_also_over_new_connections(
    town: Town, duty: Staff
) -> None:
    phone = await asked(town, duty)
    wall = face(b"nobody here")
    for number in range(PICTURES_AT_MOST):
        if number == PICTURES_AT_MOST // 2:
            await phone.enter()
        await shoot(phone, wall)
    await phone.wire.say(m.EnrolmentPicture(data=STRAIGHT))
    assert (await phone.wire.expect("error")).code == "rate_limited"


async def test_of_the_pictures_nothing_lies_in_clear_on_the_disk(town: Town, duty: Staff) -> None:
    await submitted(town, duty)
    on_disk = b"".join(path.read_bytes() for path in town.data.glob("rollcall.*"))
    assert b"face of ann" not in on_disk


ACTS: tuple[tuple[str, str, Any], ...] = (
    ("GET", "/api/self-enrolments/{id}/pictures/0", None),
    ("POST", "/api/self-enrolments/{id}/confirm", {}),
    ("POST", "/api/self-enrolments/{id}/reject", {"reason": "no"}),
    ("POST", "/api/persons/{ann}/self-enrolment", {"wanted": False}),
)


@pytest.mark.parametrize(("username", "act"), list(itertools.product(("west", "judge"), ACTS)))
async def test_officers_of_other_offices_and_reviewers_have_no_part_in_it(
    town: Town, duty: Staff, username: str, act: tuple[str, str, Any]
) -> None:
    _, waiting = await submitted(town, duty)
    stranger = Staff(town)
    await stranger.sign_in(username)
    method, path, body = act
    status, data = await stranger.ask(
        method, path.format(id=waiting["id"], ann=town.ids["ann"]), body
    )
    assert (status, data["error"]["code"]) == (403, "not_allowed")
    if username == "west":
        assert await stranger.get("/api/self-enrolments") == []
    else:
        assert (await stranger.ask("GET", "/api/self-enrolments"))[0] == 403
    assert (await duty.get("/api/self-enrolments"))[0]["state"] == "submitted"


async def test_every_step_is_on_record(town: Town, duty: Staff) -> None:
    _, waiting = await submitted(town, duty)
    path = f"/api/self-enrolments/{waiting['id']}"
    await duty.ask("GET", f"{path}/pictures/0")
    await duty.post(f"{path}/reject", {"reason": "too dark"})
    rows = await town.services.store.read(lambda r: r.log.history("self_enrolment", waiting["id"]))
    officer, person = f"officer/{town.ids['officer_duty']}", f"person/{town.ids['ann']}"
    assert [(row.kind, row.actor) for row in rows] == [
        ("self_enrolment.asked", officer),
        ("self_enrolment.submitted", person),
        ("self_enrolment.viewed", officer),
        ("self_enrolment.rejected", officer),
    ]


async def test_a_person_with_a_template_keeps_it_until_the_new_one_is_confirmed(
    town: Town, duty: Staff
) -> None:
    await enrol(duty, town.ids["ann"])
    _, waiting = await submitted(town, duty)
    path = f"/api/persons/{town.ids['ann']}/enrolment"
    assert (await duty.get(path))["current"]["version"] == 1
    await duty.post(f"/api/self-enrolments/{waiting['id']}/confirm", {})
    assert (await duty.get(path))["current"]["version"] == 2
