"""Web Push to a browser of our own: sealed for it, signed by this server, given up or retried."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from roll_call.people import Subject, SubjectKind
from server.notice_messages import PushSubscribe
from tests.server.conftest import bound_phone, settle_in, start_roll_call
from tests.server.push_browser import PushBrowser, vouched
from tests.server.sink import Sink, sink
from tests.server.test_notify import admin, settled, until
from tests.server.town import Staff, Town, make_town

CONTACT = "duty@example.org"
NOTIFY = {"web_push": True, "web_push_contact": CONTACT, "private_targets": True}
LONGEST_S = 24 * 3600


@pytest.fixture
async def service() -> AsyncIterator[Sink]:
    """The push service of the browser's maker."""
    async with sink() as place:
        yield place


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    """A town that pushes, also to this machine."""
    place = make_town(tmp_path / "data", notify=NOTIFY)
    async with place.running():
        await settle_in(place)
        yield place


async def agreed(town: Town, staff: Staff, *messages: PushSubscribe) -> str:
    """Ann's phone agrees to pushes and goes away; returns the key that it was offered."""
    phone = await bound_phone(town, staff, town.ids["ann"])
    await phone.enter()
    offer = await phone.wire.expect("push_offer")
    for message in messages:
        await phone.wire.say(message)
    for _ in range(200):
        if await browsers(town) == len(messages):
            break
        await asyncio.sleep(0.01)
    assert await browsers(town) == len(messages)
    await phone.close()
    ann = Subject(SubjectKind.PERSON, town.ids["ann"])
    await until(lambda: next(town.services.sockets.of(ann), None) is None, "gone")
    return str(offer.key)


async def browsers(town: Town) -> int:
    """How many browsers of Ann's are pushed to."""
    ann = Subject(SubjectKind.PERSON, town.ids["ann"])
    found = await town.services.store.read(lambda r: r.notifications.push_subscriptions(ann))
    return len(found)


async def pushed(staff: Staff, state: str, outcome: str) -> dict[str, Any]:
    """The delivery by push, once it has come so far."""
    for _ in range(500):
        for one in await staff.get(f"/api/deliveries?state={state}"):
            if (one["channel"], one["outcome"]) == ("web_push", outcome):
                return dict(one)
        await asyncio.sleep(0.02)
    raise AssertionError(f"no push is {state}: {outcome}")


async def test_a_push_opens_in_the_persons_browser_and_says_who_sent_it(
    town: Town, service: Sink
) -> None:
    staff = await admin(town)
    browser = PushBrowser(service.url)
    key = await agreed(town, staff, browser.subscribe())
    await start_roll_call(staff, town.ids["ann"])
    await until(lambda: len(service.bodies) == 1, "pushed")
    (body,), (headers,) = service.bodies, service.headers
    delivery = await pushed(staff, "delivered", "http_204")
    told = browser.open(body)
    assert told["id"] == delivery["id"] and "Lin County 临县" in told["title"]
    assert told["body"] and told["title"].encode() not in body
    assert headers["Content-Encoding"] == "aes128gcm"
    assert int(headers["TTL"]) > 0 and headers["Urgency"] == "normal"
    claims = vouched(headers["Authorization"], key)
    parts = urlsplit(service.url)
    assert claims["aud"] == f"{parts.scheme}://{parts.netloc}", "the whole origin, with its port"
    assert claims["sub"] == f"mailto:{CONTACT}"
    left_s = claims["exp"] - town.clock.now().timestamp()
    assert 0 < left_s <= LONGEST_S
    shown = json.dumps([await staff.get("/api/deliveries"), delivery])
    assert service.url not in shown


async def test_a_browser_that_is_gone_is_not_pushed_to_again(town: Town, service: Sink) -> None:
    staff = await admin(town)
    await agreed(town, staff, PushBrowser(service.url).subscribe())
    service.status = 410
    await start_roll_call(staff, town.ids["ann"])
    failed = await pushed(staff, "failed", "http_410")
    assert failed["attempts"] == 1
    assert await browsers(town) == 0
    await start_roll_call(staff, town.ids["ann"])
    (missed,) = await settled(staff, "not_reachable")
    assert (missed["notice"], len(service.bodies)) == ("called", 1)


@pytest.mark.parametrize("answers", [[503], [503, 410]])
async def test_a_push_service_that_is_away_is_tried_again(
    town: Town, service: Sink, answers: list[int]
) -> None:
    """Also where another browser of theirs is gone for good."""
    staff = await admin(town)
    hands = [PushBrowser(f"{service.url}?browser={n}") for n in range(len(answers))]
    await agreed(town, staff, *(hand.subscribe() for hand in hands))
    service.answers = list(answers)
    await start_roll_call(staff, town.ids["ann"])
    await until(lambda: len(service.bodies) == len(answers), "tried")
    waiting = await pushed(staff, "pending", "http_503")
    assert await browsers(town) == 1, "away is not gone"
    town.clock.forward(seconds=10)
    done = await pushed(staff, "delivered", "http_204")
    assert (done["id"], done["attempts"]) == (waiting["id"], 2)
    assert hands[0].open(service.bodies[-1])["id"] == done["id"]


async def test_keys_that_are_none_are_refused_or_given_up(town: Town, service: Sink) -> None:
    staff = await admin(town)
    good = PushBrowser(service.url).subscribe()
    phone = await bound_phone(town, staff, town.ids["bob"])
    await phone.enter()
    await phone.wire.say(good.model_copy(update={"auth": "AAAA"}))
    assert (await phone.wire.expect("error")).code == "push_subscription_invalid"
    await agreed(town, staff, good.model_copy(update={"p256dh": "A" * 87}))
    await start_roll_call(staff, town.ids["ann"])
    await pushed(staff, "failed", "subscription_invalid")
    assert (await browsers(town), service.bodies) == (0, [])
