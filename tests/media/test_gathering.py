"""Where ICE binds and what it tells of it: port range, announced addresses, families."""

import asyncio
import ipaddress
import re
import socket
from collections.abc import Iterator

import pytest
from aiortc import RTCSessionDescription

from media.engine import PacketMediaEngine
from media.host_network import HostNetwork, check_announced
from media.ice import rtc_servers
from media.port_range import PortRange, bind_udp
from media.private.gathering import gather_from
from media.settings import EngineSettings
from roll_call.errors import MediaError
from roll_call.ports.media import AnswerOffer, ClosePeer, PeerConnected
from tests.media.clients import Camera, Events

CANDIDATE = re.compile(r"^a=candidate:\S+ 1 udp \d+ (\S+) (\d+) typ (\w+)", re.MULTILINE)


def free_range(size: int) -> tuple[int, int]:
    """Ports that nobody has at the moment."""
    with bind_udp("127.0.0.1", 0) as found:
        first = found.getsockname()[1]
    return (first, first + size - 1) if first + size < 65_000 else (first - size, first - 1)


async def answered(settings: EngineSettings, name: str = "p") -> list[tuple[str, int, str]]:
    """The candidates of an answer; both bundled sections carry the same."""
    engine = PacketMediaEngine(settings)
    await engine.start(lambda event: None)
    camera = Camera(engine, name)
    try:
        sdp = await engine.answer(AnswerOffer(name, await camera.offer()))
    finally:
        await camera.leave()
        await engine.close()
    return [(host, int(port), kind) for host, port, kind in dict.fromkeys(CANDIDATE.findall(sdp))]


async def joined(camera: Camera) -> bool:
    """Joins as soon as there is a port; closing the former peer takes a moment."""
    async with asyncio.timeout(10):
        while True:
            try:
                return bool(await camera.join())
            except MediaError:
                await asyncio.sleep(0.05)


@pytest.fixture
def taken() -> Iterator[list[socket.socket]]:
    """Sockets that stand in the way."""
    sockets: list[socket.socket] = []
    yield sockets
    for each in sockets:
        each.close()


async def test_candidates_come_from_the_port_range() -> None:
    first, last = free_range(20)
    settings = EngineSettings(bind_addresses=("127.0.0.1",), port_range=(first, last))
    offered = await answered(settings)
    assert [kind for _, _, kind in offered] == ["host"]
    assert all(first <= port <= last for _, port, _ in offered)


async def test_taken_ports_are_passed_over_until_none_is_left(taken: list[socket.socket]) -> None:
    first, last = free_range(3)
    taken += [bind_udp("127.0.0.1", port) for port in (first, last)]
    settings = EngineSettings(bind_addresses=("127.0.0.1",), port_range=(first, last))
    assert [port for _, port, _ in await answered(settings)] == [first + 1]
    taken.append(bind_udp("127.0.0.1", first + 1))
    with pytest.raises(MediaError) as caught:
        await answered(settings)
    assert caught.value.code == "ports_exhausted"
    assert caught.value.params == {"first": first, "last": last}


async def test_a_closed_peer_gives_its_port_back() -> None:
    port = free_range(1)[0]
    settings = EngineSettings(bind_addresses=("127.0.0.1",), port_range=(port, port))
    engine, events = PacketMediaEngine(settings), Events()
    await engine.start(events)
    try:
        first = await Camera(engine, "first").join()
        await events.wait(PeerConnected)
        second = Camera(engine, "second")
        with pytest.raises(MediaError, match="ports_exhausted"):
            await second.join()
        await first.leave()
        engine.send(ClosePeer("first"))
        assert await joined(second)
        await second.leave()
    finally:
        await engine.close()


async def test_a_whole_connection_over_ipv6_loopback() -> None:
    engine, events = PacketMediaEngine(EngineSettings(bind_addresses=("::1",))), Events()
    await engine.start(events)
    camera = Camera(engine, "six")
    try:
        gather_from(camera.pc, lambda: ["::1"])
        await camera.pc.setLocalDescription(await camera.pc.createOffer())
        answer = await engine.answer(AnswerOffer("six", camera.pc.localDescription.sdp))
        assert {host for host, _, _ in CANDIDATE.findall(answer)} == {"::1"}
        await camera.pc.setRemoteDescription(RTCSessionDescription(answer, "answer"))
        await events.wait(PeerConnected)
    finally:
        await camera.leave()
        await engine.close()


async def test_the_announced_address_stands_in_the_answer_and_the_port_is_the_bound_one() -> None:
    settings = EngineSettings(
        bind_addresses=("127.0.0.1",), announced_addresses=("127.0.0.1=203.0.113.7",)
    )
    (host, port, kind), *more = await answered(settings)
    assert (host, kind, more) == ("203.0.113.7", "host", [])
    assert port >= 1024


@pytest.mark.parametrize(
    ("announced", "address", "told"),
    [
        (("203.0.113.7",), "10.0.0.5", ["203.0.113.7"]),
        (("203.0.113.7",), "127.0.0.1", ["127.0.0.1"]),
        (("203.0.113.7",), "fd00::5", ["fd00::5"]),
        (("203.0.113.7", "2001:db8::7"), "fd00::5", ["2001:db8::7"]),
        (("10.0.0.5=203.0.113.7", "10.0.0.5=10.0.0.5"), "10.0.0.5", ["203.0.113.7", "10.0.0.5"]),
        (("10.0.0.5=203.0.113.7",), "10.0.0.6", ["10.0.0.6"]),
        (("10.0.0.5=203.0.113.7", "203.0.113.9"), "10.0.0.6", ["203.0.113.9"]),
        (("203.0.113.7",), "8.8.8.8", ["8.8.8.8"]),
        ((), "10.0.0.5", ["10.0.0.5"]),
    ],
)
def test_what_is_told_of_an_address(
    announced: tuple[str, ...], address: str, told: list[str]
) -> None:
    assert HostNetwork(announced=announced).told(address) == told


@pytest.mark.parametrize("wrong", ["", "nat", "10.0.0.5=", "10.0.0.5=fd00::1", "=1.2.3.4x"])
def test_an_announced_address_that_cannot_be_read_is_refused(wrong: str) -> None:
    with pytest.raises(ValueError):
        check_announced(wrong)


@pytest.mark.parametrize("wrong", ["", "80-90", "50000-40000", "1024-70000", "a-b"])
def test_a_port_range_that_makes_no_sense_is_refused(wrong: str) -> None:
    with pytest.raises(ValueError):
        PortRange.parse(wrong)


def test_a_port_range_counts_both_ends() -> None:
    assert len(PortRange.parse("40000-40999")) == 1000
    assert PortRange.parse("40000") == PortRange(40000, 40000)


def test_link_local_addresses_are_never_offered() -> None:
    found = [ipaddress.ip_address(a) for a in HostNetwork().addresses()]
    assert found
    assert not any(a.is_link_local for a in found)


def test_no_server_is_asked_unless_one_is_named() -> None:
    assert rtc_servers((), 0.0) == []
