"""More than 100,000 spoilt packets: the engine lives, and nobody but their sender suffers.

A failure names the seed and the index of its mutant (``packet_mutants.mutated_rtp(seed, index,
...)``); the captures differ from run to run only in what the encoders made of the same pictures.
"""

import asyncio
import logging
import socket
import time
from collections.abc import AsyncIterator
from pathlib import Path

import psutil
import pytest

from media.demultiplexer import Demultiplexer
from media.engine import PacketMediaEngine
from roll_call.ports.media import FrameTapped, MediaFlowing, PeerConnected, StartTap
from tests.fuzz.media_scene import (
    Scene,
    Watcher,
    Wiretap,
    ending,
    endless,
    engine_addresses,
    readable,
    say_encrypted,
    steps_of,
    wire_of,
)
from tests.fuzz.packet_mutants import (
    Capture,
    mutated_datagram,
    mutated_rtcp,
    mutated_rtp,
    rebased,
)
from tests.media.clients import Camera, Events

pytestmark = [pytest.mark.serial, pytest.mark.timeout(240)]

SEED = 20261121
LONG = range(1, 7)
"""Further seeds of ``make test-long``."""
CLEAR = 40_000
"""Of each codec, handed to the engine decrypted."""
ENCRYPTED = 12_000
"""Through the camera's own SRTP session and the engine's socket: its own keys do not help it."""
DATAGRAMS = 12_000
"""From a stranger's socket, to the port of a camera that has nothing to do with it."""
DENSITIES, STRETCH = (0.8, 0.01, 0.2, 0.002), 400
"""How much of a stretch of packets is spoilt: where all is, hardly a frame gets through."""
MOST_GROWTH_MB = 48
HANDSHAKE_S = 3.0


@pytest.fixture
def events() -> Events:
    """What the engine reported."""
    return Events()


@pytest.fixture
async def engine(events: Events) -> AsyncIterator[PacketMediaEngine]:
    """A started engine, closed after the test."""
    running = PacketMediaEngine()
    await running.start(events)
    yield running
    await running.close()


@pytest.fixture
def wiretap(monkeypatch: pytest.MonkeyPatch) -> Wiretap:
    return Wiretap(monkeypatch)


@pytest.fixture
async def scene(
    wiretap: Wiretap,
    engine: PacketMediaEngine,
    events: Events,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> AsyncIterator[Scene]:
    """The engine with a bystander, whose recording must be whole in the end."""
    scene = Scene(engine, events, wiretap)
    bystander, _ = await scene.camera("bystander", "VP8", tmp_path)
    await events.wait(MediaFlowing, lambda event: event.peer == "bystander")
    yield scene
    whole = await scene.finished("bystander")
    await bystander.leave()
    assert not scene.escaped, scene.escaped[:5]
    errors = [record for record in caplog.records if record.levelno >= logging.ERROR]
    assert not errors, errors[:5]
    steps = steps_of(whole.path)
    assert len(steps) > 30 and max(steps) < 1.5 / 15, "the bystander lost pictures"
    assert len(steps) + 1 == whole.video_frames and whole.gaps == ()


class Fuzz:
    """Plays a capture again and again without a seam, and puts mutants in its place."""

    def __init__(self, scene: Scene, seed: int) -> None:
        self._scene = scene
        self._seed = seed

    async def play(self, into: Demultiplexer, capture: Capture, mutants: int) -> None:
        """Hand ``mutants`` mutated packets to a demultiplexer, good ones in between."""
        tap = self._scene.wiretap
        done = 0
        for index, chance in endless(self._seed, 10 * mutants):
            if done >= mutants:
                break
            turn, position = divmod(index, len(capture.rtp))
            packet = rebased(capture.rtp[position], turn, capture)
            kind = chance.random() / DENSITIES[index // STRETCH % len(DENSITIES)]
            self._scene.step = f"seed {self._seed} index {index}"
            if kind >= 1:
                spoilt = [packet]
            elif kind < 0.2:
                spoilt = []
                tap.feed_rtcp(into, mutated_rtcp(self._seed, index, capture), time.monotonic())
                done += 1
            else:
                spoilt = mutated_rtp(self._seed, index, packet, capture)
                done += len(spoilt)
            for data in spoilt:
                tap.feed_rtp(into, data, time.monotonic())
            if index % 16 == 0:
                await asyncio.sleep(0)


@pytest.mark.parametrize("seed", [SEED, *(pytest.param(n, marks=pytest.mark.long) for n in LONG)])
@pytest.mark.parametrize("codec", ["VP8", "H264"])
async def test_spoilt_packets_hurt_nobody_but_their_sender(
    scene: Scene, events: Events, tmp_path: Path, codec: str, seed: int
) -> None:
    camera, taken_apart = await scene.camera("hostile", codec, tmp_path)
    scene.engine.send(StartTap("hostile"))
    watcher = await Watcher(scene.engine, "watcher").watch("hostile")
    watched = await watched_by(scene, watcher)
    await asyncio.sleep(2)
    capture = scene.wiretap.capture_of(taken_apart)
    assert len(capture.ssrcs) >= 2 and len(capture.rtp) > 100 and capture.rtcp
    scene.wiretap.muted.add(taken_apart)
    fuzz = Fuzz(scene, seed)
    await fuzz.play(taken_apart, capture, CLEAR // 4)
    before_mb = psutil.Process().memory_info().rss / 1e6
    await fuzz.play(taken_apart, capture, CLEAR * 3 // 4)
    for index in range(CLEAR // 10):
        scene.step = f"feedback of seed {seed} index {index}"
        scene.wiretap.feed_rtcp(
            watched, mutated_rtcp(seed, index, watcher.capture), time.monotonic()
        )
    grown_mb = psutil.Process().memory_info().rss / 1e6 - before_mb
    assert grown_mb < MOST_GROWTH_MB

    scene.step = "after the last mutant"
    scene.wiretap.muted.clear()
    seen = len(events.of(FrameTapped))
    async with asyncio.timeout(15):  # the same camera, well-behaved again, is seen again
        while not any(frame.keyframe for frame in events.of(FrameTapped)[seen:]):
            await asyncio.sleep(0.1)
    await asyncio.sleep(3)  # its own sender reports put sound and picture together again
    recording = await scene.finished("hostile")
    packets, pictures = readable(recording.path)
    assert packets > 250 and pictures > 100, (packets, pictures)  # how many is a matter of speed
    sounds, shown, apart_s = ending(recording.path)
    assert sounds >= 15 and shown >= 5, "the camera's own packets do not reach the file again"
    assert apart_s < 2.5, "what a hostile sender says of its clocks is believed within bounds"
    await camera.leave()
    await watcher.pc.close()


async def watched_by(scene: Scene, watcher: Watcher) -> Demultiplexer:
    """Where the engine takes a watcher's feedback apart, once it is being served."""
    before = set(scene.wiretap.rtcp)
    async with asyncio.timeout(15):
        while len(watcher.packets) < 50:
            await asyncio.sleep(0.05)
        link = watcher.pc.link
        assert link is not None
        ssrc = watcher.packets[0][8:12]
        while not (new := set(scene.wiretap.rtcp) - before):
            link.send_rtcp(b"\x81\xce\x00\x02" + bytes(4) + ssrc)
            await asyncio.sleep(0.05)
    return new.pop()


@pytest.mark.parametrize("codec", ["VP8", "H264"])
async def test_a_cameras_own_keys_do_not_help_it(scene: Scene, tmp_path: Path, codec: str) -> None:
    camera, taken_apart = await scene.camera("hostile", codec, tmp_path)
    await asyncio.sleep(2)
    capture = scene.wiretap.capture_of(taken_apart)
    before_mb = psutil.Process().memory_info().rss / 1e6
    sent = 0
    for index, chance in endless(SEED, 10 * ENCRYPTED):
        scene.step = f"encrypted, seed {SEED} index {index}"
        turn, position = divmod(index, len(capture.rtp))
        packet = rebased(capture.rtp[position], turn, capture)
        spoilt = mutated_rtp(SEED + 1, index, packet, capture)
        if chance.random() < 0.2:
            spoilt = [mutated_rtcp(SEED + 1, index, capture)]
        for data in spoilt:
            await say_encrypted(camera, data)
        sent += len(spoilt)
        if index % 8 == 0:
            await asyncio.sleep(0)
        if sent >= ENCRYPTED:
            break
    scene.step = "after the last mutant"
    assert psutil.Process().memory_info().rss / 1e6 - before_mb < MOST_GROWTH_MB
    recording = await scene.finished("hostile")
    assert readable(recording.path)[0] > 50
    await camera.leave()


async def test_a_strangers_datagrams_reach_nobody(
    scene: Scene, events: Events, tmp_path: Path
) -> None:
    """STUN, DTLS and SRTP nonsense, replays and empty datagrams, before and after the handshake."""
    victim, _ = await scene.camera("victim", "VP8", tmp_path)
    await events.wait(MediaFlowing, lambda event: event.peer == "victim")
    datagrams = tuple(scene.wiretap.datagrams)
    assert any(data[0] < 2 for data in datagrams), "no STUN was captured"
    assert any(19 < data[0] < 64 for data in datagrams), "no DTLS was captured"
    assert any(127 < data[0] < 192 for data in datagrams), "no SRTP was captured"
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
        stranger.bind(("127.0.0.1", 0))
        stranger.setblocking(False)
        addresses = [a for a in engine_addresses(victim) if a[0] == "127.0.0.1"]
        assert addresses
        for index in range(DATAGRAMS):
            scene.step = f"datagram, seed {SEED} index {index}"
            data = mutated_datagram(SEED, index, datagrams)
            if index % 2:
                stranger.sendto(data, addresses[0])
            else:  # forged so that it seems to come from the victim itself
                nominated = wire_of(victim)._nominated[1]
                nominated.protocol.transport.sendto(data, nominated.remote_addr)
            if index % 8 == 0:
                await asyncio.sleep(0.001)
    scene.step = "after the last mutant"
    recording = await scene.finished("victim")
    steps = steps_of(recording.path)
    assert len(steps) > 20 and max(steps) < 1.5 / 15, "a stranger cost the victim pictures"
    await victim.leave()


def joined(events: Events, name: str) -> bool:
    """Whether a camera's connection stands."""
    return any(event.peer == name for event in events.of(PeerConnected))


async def test_nonsense_in_a_handshake_does_not_stop_it(
    scene: Scene, events: Events, tmp_path: Path
) -> None:
    """Who knows the port of an answer may send first; the camera joins all the same."""
    datagrams = tuple(scene.wiretap.datagrams)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
        stranger.setblocking(False)
        camera = Camera(scene.engine, "late")
        joining = asyncio.create_task(camera.join())
        index, began = 0, time.monotonic()
        while not joined(events, "late") or time.monotonic() - began < HANDSHAKE_S:
            scene.step = f"handshake, seed {SEED} index {index}"
            assert index < DATAGRAMS, "the camera could not join"
            if camera.pc.remoteDescription is not None:
                for address in engine_addresses(camera):
                    if address[0] == "127.0.0.1":
                        stranger.sendto(mutated_datagram(SEED, index, datagrams), address)
                        index += 1
            await asyncio.sleep(0.001)
        await joining
    await camera.leave()
