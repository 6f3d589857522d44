"""What clients and engine are told of the network: servers, fresh credentials, policy, ports."""

import asyncio
import base64
import hashlib
import hmac
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from media.settings import EngineSettings
from roll_call.errors import InvalidInput, MediaError
from server import engines
from server.config import MediaSection, Settings, load_settings
from server.messages import Consent, Offer, RtcIceServer, TakeTicket
from server.turn import candidate_policy, client_servers, engine_servers, renew, transport_policy
from tests.server.conftest import settle_in
from tests.server.steps import begin
from tests.server.town import FakeClock, Staff, Town, make_town

URLS = ["turn:turn.example:3478", "turn:turn.example:3478?transport=tcp", "turns:turn.example"]
TURN = {"urls": URLS, "secret": "north wind", "lifetime_minutes": 10}
NOW = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)


def section(**media: object) -> MediaSection:
    return MediaSection.model_validate(media)


def test_nobody_is_named_by_default() -> None:
    assert client_servers(MediaSection(), NOW, "s") == []
    assert engine_servers(MediaSection()) == ()
    assert transport_policy(MediaSection()) == "all"


def test_every_client_gets_credentials_of_its_own() -> None:
    media = section(ice_servers=["stun:stun.example:3478"], turn=TURN)
    stun, turn = client_servers(media, NOW, "session1")
    assert stun == RtcIceServer(urls=["stun:stun.example:3478"])
    assert turn.urls == URLS
    expires = int(NOW.timestamp()) + 600
    assert turn.username == f"{expires}:session1"
    mac = hmac.new(b"north wind", turn.username.encode(), hashlib.sha1).digest()
    assert turn.credential == base64.b64encode(mac).decode()
    assert client_servers(media, NOW, "session2")[1].credential != turn.credential


def test_the_engine_uses_the_turn_server_only_where_that_is_wanted() -> None:
    assert engine_servers(section(turn=TURN)) == ()
    (server,) = engine_servers(section(turn={**TURN, "server_relays": True}))
    assert (server.urls, server.secret, server.lifetime_s) == (tuple(URLS), "north wind", 600)


def test_candidates_follow_the_configuration() -> None:
    policy = candidate_policy(section(accept_candidates=["loopback", "public"]))
    assert (policy.loopback, policy.private, policy.public, policy.mdns) == (
        True,
        False,
        True,
        False,
    )


def test_the_engine_gets_all_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[EngineSettings] = []
    monkeypatch.setattr(engines, "ClusterMediaEngine", lambda s, *_: made.append(s))
    media = section(
        port_range="40000-40999",
        announced_addresses=["203.0.113.7"],
        offer_loopback=False,
        bind_addresses=["10.0.0.5"],
    )
    engines.make_engine(Settings(media=media))
    (settings,) = made
    assert settings.port_range == (40000, 40999)
    assert settings.announced_addresses == ("203.0.113.7",)
    assert not settings.network.include_loopback
    assert settings.network.addresses() == ["10.0.0.5"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"port_range": "9000-8000"},
        {"port_range": "80-90"},
        {"announced_addresses": ["nat.example"]},
        {"ice_servers": ["turn:turn.example"]},
        {"ice_servers": ["stun.example"]},
        {"turn": {"urls": ["turn.example"], "secret": "x"}},
        {"turn": {"urls": URLS}},
        {"relay_only": True},
        {"accept_candidates": ["everything"]},
    ],
)
def test_nonsense_is_refused_and_named(tmp_path: Path, wrong: dict[str, object]) -> None:
    with pytest.raises(InvalidInput) as caught:
        load_settings(tmp_path, media=wrong)
    assert caught.value.code == "bad_configuration"
    assert str(caught.value.params["key"]).startswith("media")


def test_the_secret_may_lie_in_a_file_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "turn.secret").write_text("  north wind\n")
    turn = {"urls": URLS, "secret_file": "turn.secret"}
    settings = load_settings(tmp_path, media={"turn": turn})
    assert settings.media.turn.secret is not None
    assert settings.media.turn.secret.get_secret_value() == "north wind"
    with pytest.raises(InvalidInput, match=r"secret_file|bad_configuration"):
        load_settings(tmp_path, media={"turn": {**turn, "secret_file": "elsewhere"}})


def test_the_secret_may_come_by_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ROLLCALL_MEDIA__TURN__SECRET", "north wind")
    settings = load_settings(tmp_path, media={"turn": {"urls": URLS}})
    assert settings.media.turn.secret is not None
    assert "north" not in repr(settings) + str(settings.model_dump())


@pytest.fixture
async def relayed(tmp_path: Path) -> AsyncIterator[Town]:
    """A town whose clients may use the TURN server only."""
    town = make_town(tmp_path / "relayed", media={"turn": TURN, "relay_only": True})
    async with town.running():
        await settle_in(town)
        yield town


async def test_a_phone_and_a_console_are_told(relayed: Town) -> None:
    duty = Staff(relayed)
    await duty.sign_in("duty")
    phone, entry_id = await begin(relayed, duty)
    await phone.wire.say(TakeTicket(entry_id=entry_id))
    await phone.wire.say(Consent(face_verification=True))
    session = await phone.wire.expect("session")
    assert session.ice_transport_policy == "relay"
    (server,) = session.ice_servers
    assert server.urls == URLS
    assert server.username.endswith(f":{session.session_id}")
    welcome = await (await duty.socket()).expect("welcome")
    assert welcome.ice_transport_policy == "relay"
    assert welcome.ice_servers[0].username != server.username


async def test_credentials_are_renewed_before_they_end() -> None:
    sent: list[Any] = []
    clock, media = FakeClock(), section(turn=TURN)
    fast = media.model_copy(
        update={"turn": media.turn.model_copy(update={"lifetime_minutes": 0.001})}
    )
    task = asyncio.create_task(renew(fast, clock, "console", sent.append))
    async with asyncio.timeout(5):
        while len(sent) < 2:
            clock.forward(seconds=1)
            await asyncio.sleep(0.01)
    task.cancel()
    assert {message.type for message in sent} == {"network"}
    names = [message.ice_servers[0].username for message in sent]
    assert len(set(names)) == len(names)


def unwanted(message: object) -> None:
    """Nothing is to be sent."""
    raise AssertionError(message)


async def test_without_a_turn_server_nothing_is_renewed() -> None:
    await asyncio.wait_for(renew(MediaSection(), FakeClock(), "console", unwanted), 1)


async def test_no_port_left_is_worded(town: Town, duty: Staff) -> None:
    phone, entry_id = await begin(town, duty)
    await phone.wire.say(TakeTicket(entry_id=entry_id))
    await phone.wire.say(Consent(face_verification=True))
    await phone.wire.expect("session")
    town.engine.refuse = MediaError("ports_exhausted", first=40000, last=40001)
    await phone.wire.say(Offer(sdp="v=0"))
    error = await phone.wire.expect("error")
    assert error.code == "ports_exhausted"
    assert "40000" in error.message
