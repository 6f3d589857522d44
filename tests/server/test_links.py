"""One-time links: single use, short-lived, bound to the device's key, nothing of them at rest."""

import asyncio
import sqlite3
import xml.etree.ElementTree as ET

from tests.server.conftest import bound_phone
from tests.server.town import Phone, Staff, Town


async def test_a_second_redemption_is_refused(town: Town, duty: Staff) -> None:
    link = await duty.post(f"/api/persons/{town.ids['ann']}/link")
    assert (await Phone(town).redeem(link["url"]))[0] == 200
    status, data = await Phone(town).redeem(link["url"])
    assert (status, data["error"]["code"]) == (403, "link_used")


async def test_of_many_phones_at_once_exactly_one_is_bound(town: Town, duty: Staff) -> None:
    link = await duty.post(f"/api/persons/{town.ids['ann']}/link")
    results = await asyncio.gather(*(Phone(town).redeem(link["url"]) for _ in range(8)))
    assert sorted(status for status, _ in results) == [200] + [403] * 7


async def test_the_same_phone_may_ask_again_when_the_answer_was_lost(
    town: Town, duty: Staff
) -> None:
    link = await duty.post(f"/api/persons/{town.ids['ann']}/link")
    phone = Phone(town)
    first, again = await phone.redeem(link["url"]), await phone.redeem(link["url"])
    assert first == again and again[0] == 200


async def test_a_link_ends_after_its_minutes(town: Town, duty: Staff) -> None:
    link = await duty.post(f"/api/persons/{town.ids['ann']}/link")
    town.clock.forward(minutes=town.settings.server.link_minutes, seconds=1)
    status, data = await Phone(town).redeem(link["url"])
    assert (status, data["error"]["code"]) == (403, "link_expired")


async def test_a_guessed_link_is_refused_and_guessing_is_slowed(town: Town) -> None:
    codes = [(await Phone(town).redeem("x/p#guess"))[1]["error"]["code"] for _ in range(40)]
    assert codes[0] == "link_unknown" and codes[-1] == "rate_limited"


async def test_a_foreign_page_cannot_redeem(town: Town, duty: Staff) -> None:
    link = await duty.post(f"/api/persons/{town.ids['ann']}/link")
    body = {"token": link["url"].rpartition("#")[2], "public_key": Phone(town).jwk}
    for origin in ("https://evil.example", None):
        status, data = await duty.ask("POST", "/api/phone/redeem", body, origin=origin)
        assert (status, data["error"]["code"]) == (403, "foreign_origin")


async def test_a_key_of_another_curve_is_refused(town: Town, duty: Staff) -> None:
    link = await duty.post(f"/api/persons/{town.ids['ann']}/link")
    token = link["url"].rpartition("#")[2]
    good = Phone(town).jwk
    for bad in (
        {},
        {**good, "crv": "P-384"},
        {**good, "x": "AAAA"},
        {**good, "y": good["x"]},
        {**good, "kty": "RSA"},
    ):
        body = {"token": token, "public_key": bad}
        status, data = await duty.ask("POST", "/api/phone/redeem", body)
        assert (status, data["error"]["code"]) == (400, "bad_public_key")


async def test_the_token_rests_nowhere_and_no_private_key_is_kept(town: Town, duty: Staff) -> None:
    link = await duty.post(f"/api/persons/{town.ids['ann']}/link")
    token = link["url"].rpartition("#")[2]
    body = {"token": token, "public_key": {**Phone(town).jwk, "d": "private-part"}}
    assert (await duty.ask("POST", "/api/phone/redeem", body))[0] == 200
    with sqlite3.connect(town.data / "rollcall.db") as db:
        dump = "\n".join(db.iterdump())
    assert token not in dump and "private-part" not in dump


async def test_the_qr_is_an_svg_without_inline_style_or_script(town: Town, duty: Staff) -> None:
    link = await duty.post(f"/api/persons/{town.ids['ann']}/link")
    root = ET.fromstring(link["qr_svg"])
    assert root.tag.endswith("svg")
    assert not any("style" in e.attrib or e.tag.endswith("script") for e in root.iter())


async def test_the_link_of_a_call_works_like_any_other(town: Town, duty: Staff) -> None:
    made = await duty.post("/api/roll-calls", {"person_ids": [town.ids["ann"]]})
    entries = await duty.get(f"/api/roll-calls/{made['id']}/entries")
    called = await duty.post(f"/api/entries/{entries[0]['id']}/call")
    assert called["entry"]["state"] == "calling"
    assert (await Phone(town).redeem(called["link"]["url"]))[0] == 200


async def test_the_register_shows_who_has_a_phone(town: Town, duty: Staff) -> None:
    await bound_phone(town, duty, town.ids["ann"])
    bound = {p["name"]: p["device_bound"] for p in await duty.get("/api/persons")}
    assert bound == {"ann": True, "bob": False}
