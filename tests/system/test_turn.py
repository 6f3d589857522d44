"""Relayed media through a real TURN server: UDP, TCP, TLS, credentials, a whole check-in."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from aiortc import RTCConfiguration, RTCIceServer, RTCPeerConnection, RTCSessionDescription
from aiortc.rtcconfiguration import RTCIceTransportPolicy
from playwright.async_api import Route, async_playwright

from bootstrap.browser import find_browser
from media.engine import PacketMediaEngine
from media.ice import IceServer
from media.settings import EngineSettings
from media.turn import time_limited
from roll_call.ports.media import AnswerOffer, MediaFlowing, PeerConnected
from server.config import TurnSection
from server.doctor.findings import Finding, Status
from server.doctor.turn_probe import Allocation, allocate, check_turn
from server.simulate.phone import SimulatedPhone
from tests.faults.station import actor, running
from tests.media.clients import Camera, Events
from tests.media.test_chromium import CAMERA_FLAGS, FLAGS
from tests.system.coturn import SECRET, Coturn, coturn

pytestmark = [pytest.mark.system, pytest.mark.serial, pytest.mark.asyncio(loop_scope="module")]

TRANSPORTS = ("udp", "tcp", "tls")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def turn(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Coturn]:
    """One TURN server for all tests; its certificate is trusted by this process."""
    async with coturn(tmp_path_factory.mktemp("coturn")) as server:
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("SSL_CERT_FILE", str(server.authority))
            yield server


def relayed_only(url: str, *, secret: str = SECRET, lifetime_s: int = 600) -> RTCConfiguration:
    """A client's configuration with fresh credentials and no direct path."""
    made = time_limited(secret, time.time(), lifetime_s, "test")
    server = RTCIceServer([url], made.username, made.password)
    return RTCConfiguration([server], RTCIceTransportPolicy.RELAY)


async def relayed_bytes(turn: Coturn, name: str) -> int:
    """What the TURN server says that it sent on for the user of this name."""
    await turn.says(name)
    async with asyncio.timeout(20):
        while not (lines := [x for x in turn.said("peer usage") if f":{name}>" in x]):
            await asyncio.sleep(0.1)
    return sum(int(line.rpartition("sb=")[2]) for line in lines)


@pytest.mark.parametrize("transport", TRANSPORTS)
async def test_media_reach_the_engine_over_the_relay_alone(turn: Coturn, transport: str) -> None:
    engine, events = PacketMediaEngine(), Events()
    await engine.start(events)
    camera = Camera(engine, "camera", configuration=relayed_only(getattr(turn, transport)))
    try:
        offer = await camera.offer()
        kinds = {
            line.split(" typ ")[1].split()[0] for line in offer.splitlines() if " typ " in line
        }
        assert kinds == {"relay"}
        answer = await engine.answer(AnswerOffer("camera", offer))
        await camera.pc.setRemoteDescription(RTCSessionDescription(answer, "answer"))
        await events.wait(MediaFlowing)
    finally:
        await camera.leave()
        await engine.close()


@pytest.mark.parametrize("transport", TRANSPORTS)
async def test_time_limited_credentials_are_accepted(turn: Coturn, transport: str) -> None:
    outcome, relayed = await allocate(getattr(turn, transport), SECRET, 600)
    assert outcome is Allocation.GRANTED
    assert relayed.startswith("127.0.0.1:")


@pytest.mark.parametrize("transport", TRANSPORTS)
async def test_expired_credentials_and_a_wrong_secret_are_refused(
    turn: Coturn, transport: str
) -> None:
    url = getattr(turn, transport)
    assert (await allocate(url, SECRET, -60))[0] is Allocation.REFUSED
    assert (await allocate(url, "south wind", 600))[0] is Allocation.REFUSED


async def test_the_report_tells_a_wrong_secret_from_a_wrong_clock(
    turn: Coturn, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def found(secret: str) -> Finding:
        return (await check_turn(TurnSection(urls=[turn.udp], secret=secret)))[0]

    assert ((fine := await found(SECRET)).status, fine.code) == (Status.OK, "turn_granted")
    assert (await found("south wind")).code == "turn_refused"
    real = time.time
    monkeypatch.setattr("server.doctor.turn_probe.time.time", lambda: real() - 86_400)
    late = await found(SECRET)
    assert (late.status, late.code) == (Status.FAIL, "turn_clock")


async def test_the_report_names_a_server_that_is_not_there(turn: Coturn) -> None:
    section = TurnSection(urls=["turn:127.0.0.1:1?transport=tcp"], secret=SECRET)
    assert (await check_turn(section))[0].code == "turn_unreachable"


async def test_the_report_names_a_certificate_that_nobody_trusts(
    turn: Coturn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    (finding,) = await check_turn(TurnSection(urls=[turn.tls], secret=SECRET))
    assert finding.code == "turn_tls_failed"


async def test_the_engine_takes_a_relayed_address_of_its_own(turn: Coturn) -> None:
    settings = EngineSettings(
        ice_servers=(IceServer((turn.udp,), SECRET, 600),), bind_addresses=("127.0.0.1",)
    )
    engine, events = PacketMediaEngine(settings), Events()
    await engine.start(events)
    camera = Camera(engine, "camera")
    try:
        answer = await engine.answer(AnswerOffer("camera", await camera.offer()))
        assert " typ relay " in answer
        await camera.pc.setRemoteDescription(RTCSessionDescription(answer, "answer"))
        await events.wait(PeerConnected)
    finally:
        await camera.leave()
        await engine.close()


@pytest.mark.parametrize("wrong", ["south wind", ""])
async def test_a_turn_server_that_refuses_or_is_away_costs_the_engine_seconds_at_most(
    turn: Coturn, wrong: str
) -> None:
    url = turn.udp if wrong else "turn:127.0.0.1:1"
    servers = (IceServer((url,), wrong or SECRET, 600),)
    engine, events = PacketMediaEngine(EngineSettings(ice_servers=servers, gather_s=1.0)), Events()
    await engine.start(events)
    camera = Camera(engine, "camera")
    try:
        async with asyncio.timeout(10):
            await camera.join()
        await events.wait(PeerConnected)
    finally:
        await camera.leave()
        await engine.close()


async def test_a_client_without_any_path_is_given_up(turn: Coturn) -> None:
    peer = RTCPeerConnection(relayed_only(turn.udp, lifetime_s=-60))
    peer.addTransceiver("audio", "sendonly")
    try:
        async with asyncio.timeout(15):
            await peer.setLocalDescription(await peer.createOffer())
        assert " typ " not in peer.localDescription.sdp
    finally:
        await peer.close()


async def test_a_whole_check_in_through_turn_over_tcp_alone(turn: Coturn, tmp_path: Path) -> None:
    environment = {
        "ROLLCALL_MEDIA__TURN__URLS": json.dumps([turn.tcp, turn.udp]),
        "ROLLCALL_MEDIA__TURN__SECRET": SECRET,
        "ROLLCALL_MEDIA__RELAY_ONLY": "true",
    }
    async with running(tmp_path / "data", environment) as station:
        person = await station.due("林峰")
        phone = SimulatedPhone(station.url, person.device)
        conversation = await phone.check_in(actor(), person.entry_id)
        assert conversation.receipt is not None and conversation.receipt.state == "present"
        detail = await station.entry(person.entry_id)
        log = (tmp_path / "data" / "server.log").read_text(errors="replace")
    assert detail["connections"], "the record says how well it was connected"
    assert await relayed_bytes(turn, conversation.session_id or "-") > 100_000
    assert SECRET not in log


async def test_chromium_publishes_through_turn_over_tcp(turn: Coturn) -> None:
    made = time_limited(SECRET, time.time(), 600, "chromium")
    server = {"urls": turn.tcp, "username": made.username, "credential": made.password}
    engine, events = PacketMediaEngine(), Events()
    await engine.start(events)
    found = find_browser()
    assert found is not None

    async def blank(route: Route) -> None:
        await route.fulfill(body="<!doctype html>", content_type="text/html")

    try:
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(
                executable_path=str(found), args=[*FLAGS, *CAMERA_FLAGS]
            )
            page = await browser.new_page()
            await page.route("**/*", blank)
            await page.goto("http://localhost/")
            offer = await page.evaluate(OFFER, server)
            assert {line.split(" typ ")[1].split()[0] for line in _candidates(offer)} == {"relay"}
            answer = await engine.answer(AnswerOffer("chromium", offer))
            await page.evaluate("sdp => peer.setRemoteDescription({type: 'answer', sdp})", answer)
            await events.wait(MediaFlowing)
            assert await page.evaluate(RELAY_PROTOCOL) == "tcp"
            await browser.close()
    finally:
        await engine.close()


def _candidates(sdp: str) -> list[str]:
    return [line for line in sdp.splitlines() if line.startswith("a=candidate:")]


OFFER = """async (server) => {
  globalThis.peer = new RTCPeerConnection({ iceServers: [server], iceTransportPolicy: "relay" })
  const stream = await navigator.mediaDevices.getUserMedia({ audio: true, video: true })
  for (const track of stream.getTracks()) peer.addTrack(track, stream)
  await peer.setLocalDescription()
  while (peer.iceGatheringState !== "complete") await new Promise((done) => setTimeout(done, 50))
  return peer.localDescription.sdp
}"""

RELAY_PROTOCOL = """async () => {
  const stats = await peer.getStats()
  for (const pair of stats.values())
    if (pair.type === "candidate-pair" && pair.nominated)
      return stats.get(pair.localCandidateId).relayProtocol
}"""
