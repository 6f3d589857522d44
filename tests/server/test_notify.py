"""Channels, the outbox and what is on record: nothing leaves unasked, nothing is lost."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from roll_call.ports.notifier import TransportError
from server.notify.guard import Guard
from server.notify.http import judged
from server.notify.webhook.transport import signature
from tests.server.conftest import settle_in, start_roll_call
from tests.server.sink import Sink, sink
from tests.server.town import Staff, Town, make_town

SECRET = "0123456789abcdef-secret"


@pytest.fixture
async def receiver() -> AsyncIterator[Sink]:
    async with sink() as place:
        yield place


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    """A town whose configuration lets webhooks stay on this machine."""
    place = make_town(tmp_path / "data", notify={"private_targets": True})
    async with place.running():
        await settle_in(place)
        yield place


async def admin(town: Town) -> Staff:
    staff = Staff(town)
    await staff.sign_in("admin")
    return staff


async def hook(staff: Staff, receiver: Sink, **more: Any) -> str:
    body = {"kind": "webhook", "name": "Sink", "url": receiver.url, "secret": SECRET, **more}
    return str((await staff.post("/api/channels", body))["id"])


async def until(true: Callable[[], bool], what: str) -> None:
    for _ in range(1000):
        if true():
            return
        await asyncio.sleep(0.01)
    raise AssertionError(what)


async def settled(staff: Staff, state: str, channel: str | None = None) -> list[dict[str, Any]]:
    """Deliveries in a state, by one channel or any, once there are any."""
    for _ in range(500):
        found = await staff.get(f"/api/deliveries?state={state}")
        found = [one for one in found if channel in {None, one["channel"]}]
        if found:
            return found
        await asyncio.sleep(0.02)
    raise AssertionError(f"no delivery is {state}")


async def test_an_unreached_person_goes_to_the_webhook_signed_and_without_a_name(
    town: Town, receiver: Sink
) -> None:
    staff = await admin(town)
    await hook(staff, receiver)
    await start_roll_call(staff, town.ids["ann"])
    await until(lambda: len(receiver.bodies) >= 2, "called, and the roll-call's opening")
    told = {json.loads(body)["notice"]: json.loads(body) for body in receiver.bodies}
    assert told["called"]["to"] == {"kind": "person", "id": town.ids["ann"]}
    assert all(
        b"ann" not in body.replace(town.ids["ann"].encode(), b"") for body in receiver.bodies
    )
    for body, headers in zip(receiver.bodies, receiver.headers, strict=True):
        expected = signature(SECRET, headers["Rollcall-Timestamp"], body)
        assert headers["Rollcall-Signature"] == expected
    assert await settled(staff, "delivered", "Sink")


async def test_without_a_channel_the_person_is_on_record_as_not_reachable(town: Town) -> None:
    staff = await admin(town)
    await start_roll_call(staff, town.ids["ann"])
    (missed,) = await settled(staff, "not_reachable")
    assert (missed["notice"], missed["to_name"], missed["outcome"]) == (
        "called",
        "ann",
        "no_way_out",
    )


async def test_a_receiver_that_is_away_is_tried_again_also_after_a_restart(
    tmp_path: Path, receiver: Sink
) -> None:
    place = make_town(tmp_path / "data", notify={"private_targets": True})
    receiver.status = 503
    async with place.running():
        await settle_in(place)
        staff = await admin(place)
        await hook(staff, receiver, to_officers=[])
        await start_roll_call(staff, place.ids["ann"])
        await until(lambda: len(receiver.bodies) == 1, "tried once")
        (waiting,) = await settled(staff, "pending", "Sink")
        assert waiting["outcome"] in ("http_503", "")
    receiver.status = 204
    place.clock.forward(minutes=5)
    async with place.running():
        await until(lambda: len(receiver.bodies) == 2, "tried again")
        first, second = (json.loads(body)["id"] for body in receiver.bodies)
        assert first == second, "a receiver knows it by its id"
        staff = await admin(place)
        (done,) = await settled(staff, "delivered", "Sink")
        assert done["attempts"] == 2


async def test_a_refusal_is_final_and_told_to_the_administrator(town: Town, receiver: Sink) -> None:
    staff = await admin(town)
    receiver.status = 403
    await hook(staff, receiver, to_officers=[])
    await start_roll_call(staff, town.ids["ann"])
    (failed,) = await settled(staff, "failed")
    assert (failed["outcome"], failed["attempts"]) == ("http_403", 1)
    for _ in range(200):
        board = await staff.get("/api/bells")
        if any(item["notice"] == "channel_failed" for item in board["items"]):
            break
        await asyncio.sleep(0.02)
    assert [i["text"] for i in board["items"] if i["notice"] == "channel_failed"]
    duty = Staff(town)
    await duty.sign_in("duty")
    theirs = await duty.get("/api/bells")
    assert all(item["notice"] != "channel_failed" for item in theirs["items"])


async def test_addresses_and_secrets_never_come_out(town: Town, receiver: Sink) -> None:
    staff = await admin(town)
    channel = await hook(staff, receiver)
    tried = await staff.post(f"/api/channels/{channel}/try")
    assert (tried["state"], tried["outcome"]) == ("delivered", "http_204")
    shown = json.dumps([await staff.get("/api/channels"), await staff.get("/api/deliveries")])
    log = await town.services.store.read(lambda r: r.log.after(0, 5000))
    written = json.dumps([dict(row.payload or {}) for row in log])
    for text in (shown, written):
        assert SECRET not in text and "/hook" not in text


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"url": "https://127.0.0.1/x"}, "channel_target_private"),
        ({"url": "https://[::ffff:10.0.0.1]/x"}, "channel_target_private"),
        ({"url": "https://169.254.169.254/meta"}, "channel_target_private"),
        ({"url": "http://sink.example/x"}, "channel_url_invalid"),
        ({"url": "https://user:pw@sink.example/x"}, "channel_url_invalid"),
        ({"url": "https://sink.example/x", "secret": "short"}, "channel_secret_short"),
        ({"kind": "apprise", "url": "json://127.0.0.1/"}, "channel_scheme_refused"),
        ({"kind": "apprise", "url": "file:///etc/passwd"}, "channel_scheme_refused"),
        ({"kind": "apprise", "url": "dingtalk://"}, "channel_url_invalid"),
    ],
)
async def test_addresses_that_are_refused(tmp_path: Path, body: dict[str, str], code: str) -> None:
    place = make_town(tmp_path / "data")
    async with place.running():
        await settle_in(place)
        staff = await admin(place)
        full = {"kind": "webhook", "name": "x", "secret": SECRET, **body}
        status, data = await staff.ask("POST", "/api/channels", full)
    assert (status, data["error"]["code"]) == (400, code)


def test_what_a_status_means() -> None:
    assert judged(204) == "http_204"
    for status, permanent in ((500, False), (429, False), (408, False), (302, True), (404, True)):
        with pytest.raises(TransportError) as caught:
            judged(status)
        assert caught.value.permanent is permanent
    assert not Guard(private=True).allows("169.254.1.1") and Guard(private=True).allows("10.0.0.1")
