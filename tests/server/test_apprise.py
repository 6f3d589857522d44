"""A message through apprise to a receiver on this machine: Gotify, which an office may run."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.server.conftest import settle_in, start_roll_call
from tests.server.sink import Sink, sink
from tests.server.test_notify import admin
from tests.server.town import Staff, Town, make_town

TOKEN = "t0k3n-of-gotify"


@pytest.fixture
async def receiver(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Sink]:
    """Gotify answers 200 and nothing else; the library would ask a proxy of the environment."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    async with sink() as place:
        place.status = 200
        yield place


async def gotify(staff: Staff, receiver: Sink, query: str = "") -> str:
    """A channel of the officers' and the persons' notices; returns its id."""
    address = receiver.url.removeprefix("http://").partition("/")[0]
    url = f"gotify://{address}/{TOKEN}{query}"
    body = {"kind": "apprise", "name": "Gotify", "url": url, "to_officers": []}
    made = await staff.post("/api/channels", {**body, "to_persons": ["called"]})
    assert TOKEN not in json.dumps(made) and address not in json.dumps(made)
    return str(made["id"])


async def mine(staff: Staff, state: str, outcome: str) -> dict[str, Any]:
    """The call's delivery through the channel, once it has come so far."""
    for _ in range(500):
        for one in await staff.get(f"/api/deliveries?state={state}"):
            told = (one["channel"], one["notice"], one["outcome"])
            if told == ("Gotify", "called", outcome):
                return dict(one)
        await asyncio.sleep(0.02)
    raise AssertionError(f"no delivery is {state}: {outcome}")


async def test_a_message_arrives_without_a_name_and_its_address_stays_secret(
    town: Town, receiver: Sink
) -> None:
    staff = await admin(town)
    channel = await gotify(staff, receiver)
    tried = await staff.post(f"/api/channels/{channel}/try")
    assert (tried["state"], tried["outcome"]) == ("delivered", "taken")
    await start_roll_call(staff, town.ids["ann"])
    await mine(staff, "delivered", "taken")
    assert len(receiver.bodies) == 2, "the trial, and the call"
    assert {headers["X-Gotify-Key"] for headers in receiver.headers} == {TOKEN}
    told = json.loads(receiver.bodies[1])
    assert told["title"].endswith("Lin County 临县") and told["message"]
    assert b"ann" not in receiver.bodies[1]
    rows = await town.services.store.read(lambda r: r.log.after(0, 5000))
    assert TOKEN not in json.dumps([dict(row.payload or {}) for row in rows])


async def test_a_refusal_may_pass_and_is_tried_again(town: Town, receiver: Sink) -> None:
    """The library does not say why, so that what sounds final is tried again, too."""
    staff = await admin(town)
    await gotify(staff, receiver)
    receiver.answers = [401]
    await start_roll_call(staff, town.ids["ann"])
    waiting = await mine(staff, "pending", "refused")
    town.clock.forward(seconds=10)
    done = await mine(staff, "delivered", "taken")
    assert (done["id"], done["attempts"]) == (waiting["id"], 2)


async def test_without_a_number_a_message_by_number_fails_for_good(
    town: Town, receiver: Sink
) -> None:
    staff = await admin(town)
    await gotify(staff, receiver, "?to={phone}")
    await start_roll_call(staff, town.ids["ann"])
    failed = await mine(staff, "failed", "no_phone")
    assert (failed["attempts"], receiver.bodies) == (1, [])


async def test_a_kind_that_is_no_longer_allowed_carries_nothing(
    tmp_path: Path, receiver: Sink
) -> None:
    place = make_town(tmp_path / "data")
    async with place.running():
        await settle_in(place)
        await gotify(await admin(place), receiver)
    kept = make_town(tmp_path / "data", notify={"apprise_schemes": ["mailtos"]})
    kept.ids.update(place.ids)
    async with kept.running():
        staff = await admin(kept)
        await start_roll_call(staff, kept.ids["ann"])
        failed = await mine(staff, "failed", "channel_scheme_refused")
        assert (failed["attempts"], receiver.bodies) == (1, [])
