"""Cameras of units: managed by the administrator, seen by the officers, their logins by nobody."""

import asyncio
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media.engine import PacketMediaEngine
from roll_call.errors import InvalidInput
from roll_call.ports.media import (
    ClosePeer,
    MediaFlowing,
    MediaStalled,
    OpenCamera,
    PeerClosed,
)
from server.cameras.address import read_url
from server.simulate.staff import StaffClient
from server.simulate.viewer import SimulatedConsole
from tests.media.rtsp_camera import RtspCamera
from tests.server.conftest import settle_in
from tests.server.town import PASSWORD, Staff, Town, make_town

URL = "rtsp://officer:Geheim-7@192.0.2.7:8554/live?channel=1"


@pytest.fixture
async def admin(town: Town) -> Staff:
    staff = Staff(town)
    await staff.sign_in("admin")
    return staff


async def added(admin: Staff, town: Town, **changed: str) -> Any:
    body = {"unit_id": town.ids["east"], "name": "大门", "url": URL, **changed}
    return await admin.post("/api/cameras", body)


def asked(town: Town) -> list[OpenCamera]:
    return [c for c in town.engine.commands if isinstance(c, OpenCamera)]


async def until(condition: Callable[[], Any]) -> Any:
    async with asyncio.timeout(10):
        while not (found := condition()):
            await asyncio.sleep(0.01)
    return found


async def test_a_camera_is_opened_and_its_login_is_told_to_nobody(
    town: Town, admin: Staff, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    camera = await added(admin, town)
    assert camera["address"] == "rtsp://192.0.2.7:8554/live?channel=1" and camera["has_password"]
    assert (camera["state"], camera["unit_name"]) == ("connecting", "east office")
    opened = asked(town)[-1]
    assert opened.url == URL
    town.engine.emit(MediaFlowing(opened.peer, "H264", 1280, 720))
    listed = await admin.get("/api/cameras")
    assert [(c["state"], c["width"]) for c in listed] == [("live", 1280)]
    town.engine.emit(MediaStalled(opened.peer, 2.0))
    listed = await admin.get("/api/cameras")
    assert listed[0]["state"] == "stalled"
    assert "Geheim-7" not in caplog.text + str(listed) + str(camera)


async def test_it_stands_in_the_room(town: Town, admin: Staff) -> None:
    camera = await added(admin, town)
    rooms = town.services.rooms
    guest = await until(lambda: rooms.guest(camera["id"]))
    assert not guest.live
    town.engine.emit(MediaFlowing(asked(town)[-1].peer, "H264", 640, 480))
    guest = await until(lambda: (g := rooms.guest(camera["id"])) and g.live and g)
    assert (guest.peer, guest.name) == (asked(town)[-1].peer, "大门")
    assert guest.unit_ids == {town.ids["east"]}
    await admin.ask("DELETE", f"/api/cameras/{camera['id']}")
    assert rooms.guest(camera["id"]) is None
    assert ClosePeer(guest.peer) in town.engine.commands
    assert await admin.get("/api/cameras") == []


async def test_renaming_keeps_the_picture_and_a_new_url_asks_anew(town: Town, admin: Staff) -> None:
    camera = await added(admin, town)
    path, before = f"/api/cameras/{camera['id']}", asked(town)
    _, renamed = await admin.ask("PUT", path, {"name": "后门", "unit_id": town.ids["west"]})
    assert (renamed["name"], renamed["unit_id"]) == ("后门", town.ids["west"])
    assert renamed["has_password"] and asked(town) == before
    _, pointed = await admin.ask("PUT", path, {"url": "rtsps://192.0.2.8/live"})
    assert (pointed["address"], pointed["has_password"]) == ("rtsps://192.0.2.8/live", False)
    assert pointed["name"] == "后门"
    assert asked(town)[-1].url == "rtsps://192.0.2.8/live"
    assert ClosePeer(before[-1].peer) in town.engine.commands


async def test_one_that_cannot_be_had_is_asked_again(
    town: Town, admin: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.cameras.desk._AGAIN_AFTER_S", 0.01)
    await added(admin, town)
    first = asked(town)[-1]
    town.engine.emit(PeerClosed(first.peer, "refused"))
    assert (await admin.get("/api/cameras"))[0]["state"] == "refused"
    second = await until(lambda: asked(town)[-1].peer != first.peer and asked(town)[-1])
    assert second.url == first.url
    town.engine.emit(PeerClosed(first.peer, "closed"))  # late news of the former one
    town.engine.emit(MediaFlowing(second.peer, "H264", 640, 480))
    assert (await admin.get("/api/cameras"))[0]["state"] == "live"


@pytest.mark.parametrize(("live_s", "at_once"), [(5, False), (90, True)])
async def test_one_that_may_have_killed_its_process_has_to_wait(
    town: Town, admin: Staff, monkeypatch: pytest.MonkeyPatch, live_s: int, at_once: bool
) -> None:
    monkeypatch.setattr("server.cameras.desk._AGAIN_AT_ONCE_S", 0.0)
    await added(admin, town)
    first = asked(town)[-1]
    town.engine.emit(MediaFlowing(first.peer, "H264", 640, 480))
    town.clock.forward(seconds=live_s)
    town.engine.emit(PeerClosed(first.peer, "engine_restarted"))
    assert (await admin.get("/api/cameras"))[0]["state"] == "connecting"
    if at_once:
        await until(lambda: asked(town)[-1].peer != first.peer)
    else:
        await asyncio.sleep(0.05)
        assert asked(town)[-1].peer == first.peer


async def test_a_trial_says_what_there_is_and_leaves_nothing(town: Town, admin: Staff) -> None:
    async def tried(outcome: Callable[[str], Any]) -> Any:
        before = len(asked(town))
        answer = asyncio.create_task(admin.post("/api/cameras/try", {"url": URL}))
        await until(lambda: len(asked(town)) > before)
        peer = asked(town)[-1].peer
        town.engine.emit(outcome(peer))
        result = await answer
        assert ClosePeer(peer) in town.engine.commands
        return result

    good = await tried(lambda peer: MediaFlowing(peer, "H264", 800, 600))
    assert good == {"reason": None, "width": 800, "height": 600}
    bad = await tried(lambda peer: PeerClosed(peer, "codec_unsupported"))
    assert bad["reason"] == "codec_unsupported"
    assert await admin.get("/api/cameras") == []


async def test_only_the_administrator_manages_cameras(town: Town, admin: Staff) -> None:
    camera = await added(admin, town)
    for who in ("duty", "east", "judge"):
        staff = Staff(town)
        await staff.sign_in(who)
        for method, path, body in (
            ("GET", "/api/cameras", None),
            ("POST", "/api/cameras", {"unit_id": town.ids["east"], "name": "x", "url": URL}),
            ("POST", "/api/cameras/try", {"url": URL}),
            ("PUT", f"/api/cameras/{camera['id']}", {"name": "x"}),
            ("DELETE", f"/api/cameras/{camera['id']}", None),
        ):
            assert (await staff.ask(method, path, body))[0] == 403, (who, method, path)


@pytest.mark.parametrize(
    "url",
    [
        "http://192.0.2.7/live",
        "file:///etc/passwd",
        "rtsp:///live",
        "rtsp://host:port/live",
        "rtsp://ho st/live",
        "rtsp://host/\r\nX: y",
        "concat:rtsp://host",
        "rtsp://" + "h" * 600,
    ],
)
async def test_only_addresses_of_cameras_are_taken(town: Town, admin: Staff, url: str) -> None:
    body = {"unit_id": town.ids["east"], "name": "x", "url": url}
    for path, sent in (("/api/cameras", body), ("/api/cameras/try", {"url": url})):
        status, data = await admin.ask("POST", path, sent)
        assert status in (400, 422), (url, data)
    assert asked(town) == []


@given(st.text(min_size=1, max_size=20), st.text(max_size=20))
def test_a_login_survives_its_way_through_the_address(user: str, password: str) -> None:
    login = f"{user.replace(':', '')}:{password}"
    url = read_url("rtsp://host/live")
    whole = type(url)(url.address, login).whole()
    try:
        assert read_url(whole) == type(url)(url.address, login)
    except InvalidInput:
        assert len(whole) > 500


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        (
            "rtsp://host:554/user=admin_password=Ge_heim-7_channel=1_stream=0.sdp",
            "rtsp://host:554/user=admin_password=***_channel=1_stream=0.sdp",
        ),
        (
            "rtsp://host/user=admin&password=Geheim-7&channel=1.sdp?pwd=Geheim-7",
            "rtsp://host/user=admin&password=***&channel=1.sdp?pwd=***",
        ),
        ("rtsp://a:Geheim-7%0Ax@host/live?Pass=Geheim-7", "rtsp://host/live?Pass=***"),
        ("rtsp://host/live?password=&channel=1", "rtsp://host/live?password=&channel=1"),
    ],
)
def test_a_password_in_path_or_query_is_a_secret_too(url: str, shown: str) -> None:
    found = read_url(url)
    assert (found.address, found.whole()) == (shown, url)
    assert (found.login is None) == ("***" not in shown)


@pytest.mark.serial
async def test_a_real_camera_is_seen_by_a_real_console(tmp_path: Path) -> None:
    camera = await RtspCamera().start()
    camera.password = "Geheim-7"
    town = make_town(tmp_path / "var")
    town.new_engine = PacketMediaEngine
    async with town.running():
        await settle_in(town)
        admin = Staff(town)
        await admin.sign_in("admin")
        tried = await admin.post("/api/cameras/try", {"url": camera.url})
        assert (tried["reason"], tried["width"]) == (None, 320)
        made = await added(admin, town, url=camera.url)
        async with StaffClient(town.url) as duty:
            await duty.sign_in("duty", PASSWORD)
            async with SimulatedConsole(duty, slots=1) as console:
                await until(lambda: made["id"] in console.first_frame_s and console.frames > 10)
    async with town.running():  # after a restart it is open again, with its login
        await until(lambda: any(s.state == "live" for _, s in town.services.cameras.cameras()))
    await camera.stop()
