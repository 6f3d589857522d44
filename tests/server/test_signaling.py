"""The WebSocket against whatever comes: foreign pages, forged keys, noise, floods."""

import asyncio
import json
import random

import aiohttp
import pytest

from roll_call.errors import StorageError
from server.connections import publisher
from server.messages import Consent, Hello, Offer, Route, TakeTicket
from tests.server.conftest import bound_phone, start_roll_call
from tests.server.steps import begin, connect
from tests.server.town import Phone, Staff, Town, Wire, make_town


async def upgrade(town: Town, origin: str | None) -> int:
    """The HTTP status of an upgrade with this Origin."""
    headers = {
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
    }
    if origin is not None:
        headers["Origin"] = origin
    async with (
        aiohttp.ClientSession() as http,
        http.get(town.url + "/ws", headers=headers) as reply,
    ):
        return reply.status


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "http://127.0.0.1:1", "null", "http://localhost"]
)
async def test_a_foreign_origin_is_refused_before_the_upgrade(town: Town, origin: str) -> None:
    assert await upgrade(town, origin) == 403
    assert await upgrade(town, town.url) == 101


async def test_a_cookie_without_an_origin_opens_no_console(town: Town, duty: Staff) -> None:
    wire = await Wire.connect(town, duty.http)
    await wire.expect("challenge")
    await wire.say(Hello(role="console"))
    error = await wire.expect("error")
    assert error.code == "foreign_origin" and error.fatal
    assert await wire.next() is None


async def test_no_console_without_a_cookie(town: Town) -> None:
    stranger = Staff(town)
    wire = await stranger.socket()
    assert (await wire.expect("error")).code == "not_signed_in"


async def test_a_signature_of_another_key_is_refused(town: Town, duty: Staff) -> None:
    phone = await bound_phone(town, duty, town.ids["ann"])
    thief = Phone(town)
    thief.device_id = phone.device_id
    failure = await thief.enter()
    assert (failure.code, failure.fatal) == ("bad_signature", True)


async def test_a_signature_over_an_older_nonce_is_refused(town: Town, duty: Staff) -> None:
    phone = await bound_phone(town, duty, town.ids["ann"])
    old = phone.sign("an older nonce")
    wire = await Wire.connect(town, phone.http)
    await wire.expect("challenge")
    await wire.say(Hello(role="phone", device_id=phone.device_id, signature=old))
    assert (await wire.expect("error")).code == "bad_signature"


async def test_an_unknown_device_is_refused(town: Town) -> None:
    stranger = Phone(town)
    stranger.device_id = "f" * 32
    assert (await stranger.enter()).code == "unknown_device"


async def test_a_new_link_retires_the_older_phone(town: Town, duty: Staff) -> None:
    old = await bound_phone(town, duty, town.ids["ann"])
    await old.enter()
    await bound_phone(town, duty, town.ids["ann"])
    await old.wire.expect("superseded")
    for resume in (False, True):
        assert (await old.enter(resume=resume)).code == "unknown_device"


async def test_identity_is_the_servers_word(town: Town, duty: Staff) -> None:
    _, bobs_entry = await start_roll_call(duty, town.ids["bob"])
    phone = await bound_phone(town, duty, town.ids["ann"])
    welcome = await phone.enter()
    assert welcome.name == "ann" and welcome.entries == []
    await phone.wire.say(TakeTicket(entry_id=bobs_entry))
    assert (await phone.wire.expect("error")).code == "not_allowed"
    entry = await duty.get(f"/api/entries/{bobs_entry}")
    assert entry["entry"]["arrived_at"] is None


async def test_an_unknown_entry_is_a_clear_error(town: Town, duty: Staff) -> None:
    phone = await bound_phone(town, duty, town.ids["ann"])
    await phone.enter()
    await phone.wire.say(TakeTicket(entry_id="nothing"))
    error = await phone.wire.expect("error")
    assert error.code == "unknown_entry" and error.message.startswith("没有找到这次点名")


async def test_steps_out_of_order_are_refused_and_harmless(town: Town, duty: Staff) -> None:
    phone, entry_id = await begin(town, duty)
    await phone.wire.say(Offer(sdp="v=0"))
    assert (await phone.wire.expect("error")).code == "unexpected_message"
    await phone.wire.say(TakeTicket(entry_id=entry_id))
    await phone.wire.say(Offer(sdp="v=0"))
    assert (await phone.wire.expect("error")).code == "unexpected_message"
    await phone.wire.say(Route(mid="0", session_id=None))
    assert (await phone.wire.expect("error")).code == "unexpected_message"
    await phone.wire.say(Consent(face_verification=True))
    await phone.wire.expect("session")


NOISE = [
    "",
    "{",
    "null",
    "[]",
    '"hello"',
    "{}",
    '{"type": "nothing"}',
    '{"type": "take_ticket"}',
    '{"type": "take_ticket", "entry_id": "../../etc"}',
    '{"type": "take_ticket", "entry_id": "a", "more": 1}',
    '{"type": "location", "latitude": 200, "longitude": 0, "accuracy_m": 1}',
    '{"type": "location", "latitude": NaN, "longitude": 0, "accuracy_m": 1}',
    '{"type": "answers", "items": {"a": {"b": 1}}}',
    "[" * 2000,
    "\u0000",
]


@pytest.mark.parametrize("noise", NOISE)
async def test_noise_is_answered_with_a_typed_error(town: Town, duty: Staff, noise: str) -> None:
    phone = await bound_phone(town, duty, town.ids["ann"])
    await phone.enter()
    await phone.wire.ws.send_str(noise)
    error = await phone.wire.expect("error")
    assert error.code == "bad_message" and not error.fatal


async def test_too_much_noise_closes_the_socket(town: Town, duty: Staff) -> None:
    phone = await bound_phone(town, duty, town.ids["ann"])
    await phone.enter()
    for _ in range(town.settings.server.bad_messages):
        await phone.wire.ws.send_str("{")
    while (error := await phone.wire.expect("error")).code == "bad_message":
        assert not error.fatal
    assert error.code == "too_many_bad_messages" and error.fatal
    assert await phone.wire.next() is None


async def test_a_message_beyond_the_limit_closes_only_that_socket(town: Town, duty: Staff) -> None:
    phone = await bound_phone(town, duty, town.ids["ann"])
    await phone.enter()
    await phone.wire.ws.send_str("x" * (town.settings.server.max_message_bytes + 1))
    assert await phone.wire.next() is None
    assert (await phone.enter()).type == "welcome"


async def test_an_offer_beyond_its_limit_is_named(town: Town, duty: Staff) -> None:
    phone = await bound_phone(town, duty, town.ids["ann"])
    await phone.enter()
    await phone.wire.ws.send_str(json.dumps({"type": "offer", "sdp": "v" * 140_000}))
    assert (await phone.wire.expect("error")).code == "too_large"


async def test_binary_messages_are_noise(town: Town, duty: Staff) -> None:
    phone = await bound_phone(town, duty, town.ids["ann"])
    await phone.enter()
    await phone.wire.ws.send_bytes(b"\x00\x01")
    assert (await phone.wire.expect("error")).code == "bad_message"


async def test_a_flood_is_slowed_down(tmp_path: object, town: Town, duty: Staff) -> None:
    phone = await bound_phone(town, duty, town.ids["ann"])
    await phone.enter()
    for _ in range(town.settings.server.message_burst + 2):
        await phone.wire.say(TakeTicket(entry_id="nothing"))
    while (error := await phone.wire.expect("error")).code == "unknown_entry":
        pass
    assert error.code == "rate_limited" and error.params["retry_after_s"] >= 1


async def test_the_first_message_must_be_a_hello(town: Town, duty: Staff) -> None:
    wire = await Wire.connect(town, duty.http)
    await wire.expect("challenge")
    await wire.say(TakeTicket(entry_id="x"))
    error = await wire.expect("error")
    assert (error.code, error.fatal) == ("hello_expected", True)


async def test_random_mutations_never_break_the_server(town: Town, duty: Staff) -> None:
    chance = random.Random(7)
    phone, entry_id = await begin(town, duty)
    good = [
        TakeTicket(entry_id=entry_id).model_dump_json(),
        Consent(face_verification=True).model_dump_json(),
        Offer(sdp="v=0").model_dump_json(),
        Hello(role="phone").model_dump_json(),
    ]
    for _ in range(60):
        text = list(chance.choice(good))
        for _ in range(chance.randint(1, 6)):
            text[chance.randrange(len(text))] = chr(chance.randint(0, 0x2FF))
        if phone.wire.ws.closed:
            await phone.enter()
        await phone.wire.ws.send_str("".join(text))
        await asyncio.sleep(0)
    await phone.enter()
    await connect(town, phone, entry_id)


async def test_simulators_are_phones_by_another_name(town: Town, duty: Staff) -> None:
    phone = await bound_phone(town, duty, town.ids["ann"])
    assert (await phone.enter(role="simulator")).role == "simulator"


async def test_an_allowed_origin_of_the_configuration(tmp_path: object) -> None:
    from pathlib import Path

    assert isinstance(tmp_path, Path)
    place = make_town(tmp_path, server={"allowed_origins": ["https://proxy.example"]})
    async with place.running():
        assert await upgrade(place, "https://proxy.example") == 101
        assert await upgrade(place, "https://other.example") == 403


async def test_a_greeting_that_fails_leaves_nothing_registered(
    town: Town, duty: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def failing(*_: object) -> None:
        raise StorageError("disk_full")

    phone = await bound_phone(town, duty, town.ids["ann"])
    monkeypatch.setattr(publisher, "welcome_person", failing)
    failure = await phone.enter()
    assert (failure.code, failure.fatal) == ("disk_full", True)
    await phone.wire.ws.close()
    for _ in range(100):
        if not town.services.sockets.count:
            break
        await asyncio.sleep(0.02)
    assert town.services.sockets.count == 0
