"""A running engine with a hostile camera, its watcher, and a bystander who must not notice."""

import asyncio
import random
from collections.abc import Iterator
from contextlib import suppress
from itertools import pairwise
from pathlib import Path
from typing import Any

import aioice.ice
import av
import pylibsrtp
import pytest
from aiortc import RTCSessionDescription

from media.demultiplexer import Demultiplexer
from media.engine import PacketMediaEngine
from media.host_network import HostNetwork
from media.private.connection import PacketPeerConnection
from roll_call.ports.media import (
    AnswerOffer,
    PeerConnected,
    RecordingFinished,
    SetRoute,
    StartRecording,
    StopRecording,
)
from tests.fuzz.packet_mutants import Capture
from tests.media.clients import Camera, Events

_MOST_CAPTURED = 600


class Wiretap:
    """Notes what each demultiplexer was handed and what the clients' sockets sent.

    While a demultiplexer is ``muted``, what its real sender sends is dropped, so that only mutants
    reach it; ``feed`` and ``feed_rtcp`` hand it those.
    """

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.rtp: dict[Demultiplexer, list[bytes]] = {}
        self.rtcp: dict[Demultiplexer, list[bytes]] = {}
        self.muted: set[Demultiplexer] = set()
        self.datagrams: list[bytes] = []
        self._tap(monkeypatch, "rtp", self.rtp)
        self._tap(monkeypatch, "rtcp", self.rtcp)
        send = aioice.ice.Connection.send
        send_stun = aioice.ice.StunProtocol.send_stun

        async def noted(connection: Any, data: bytes) -> None:
            self._note(self.datagrams, data)
            await send(connection, data)

        def noted_stun(protocol: Any, message: Any, address: Any) -> None:
            self._note(self.datagrams, bytes(message))
            send_stun(protocol, message, address)

        monkeypatch.setattr(aioice.ice.Connection, "send", noted)
        monkeypatch.setattr(aioice.ice.StunProtocol, "send_stun", noted_stun)

    def capture_of(self, demultiplexer: Demultiplexer) -> Capture:
        """What it was handed so far."""
        return Capture(
            tuple(self.rtp.get(demultiplexer, ())), tuple(self.rtcp.get(demultiplexer, ()))
        )

    def _tap(
        self, monkeypatch: pytest.MonkeyPatch, name: str, into: dict[Demultiplexer, list[bytes]]
    ) -> None:
        real = getattr(Demultiplexer, name)

        def tapped(demultiplexer: Demultiplexer, data: bytes, now: float) -> None:
            if demultiplexer not in self.muted:
                self._note(into.setdefault(demultiplexer, []), data)
                real(demultiplexer, data, now)

        setattr(self, f"feed_{name}", real)
        monkeypatch.setattr(Demultiplexer, name, tapped)

    @staticmethod
    def _note(notes: list[bytes], data: bytes) -> None:
        if len(notes) < _MOST_CAPTURED:
            notes.append(bytes(data))


class Watcher:
    """A viewer that decodes nothing: it counts packets, and can say nonsense about them."""

    def __init__(self, engine: PacketMediaEngine, name: str) -> None:
        self.name = name
        self.packets: list[bytes] = []
        self._engine = engine
        self.pc = PacketPeerConnection(
            ice_servers=[],
            network=HostNetwork(("127.0.0.1",)),
            receiving=lambda *_: None,
            sending=lambda *_: None,
            on_rtp=lambda data, now: self.packets.append(data[:12]),
            on_rtcp=lambda data, now: None,
            on_round_trip=lambda _: None,
        )
        self._video = self.pc.addTransceiver("video", "recvonly")

    async def watch(self, source: str) -> "Watcher":
        await self.pc.setLocalDescription(await self.pc.createOffer())
        answer = await self._engine.answer(AnswerOffer(self.name, self.pc.localDescription.sdp))
        await self.pc.setRemoteDescription(RTCSessionDescription(answer, "answer"))
        self._engine.send(SetRoute(self.name, str(self._video.mid), source))
        return self

    @property
    def capture(self) -> Capture:
        """What it was sent, for feedback about it."""
        return Capture(tuple(self.packets[:50]), ())


class Scene:
    """Builds the parties of a fuzz, and notices every exception that escaped anywhere."""

    def __init__(self, engine: PacketMediaEngine, events: Events, wiretap: Wiretap) -> None:
        self.engine, self.events, self.wiretap = engine, events, wiretap
        self.escaped: list[str] = []
        self.step = "before the first mutant"
        asyncio.get_running_loop().set_exception_handler(self._escape)

    async def camera(self, name: str, codec: str, path: Path) -> tuple[Camera, Demultiplexer]:
        """A real camera that is being recorded, and where the engine takes its packets apart."""
        before = set(self.wiretap.rtp)
        camera = await Camera(self.engine, name, codec, noise=60).join()
        await self.events.wait(PeerConnected, lambda event: event.peer == name)
        self.engine.send(StartRecording(name, name, str(path / name)))
        async with asyncio.timeout(15):
            while not (new := set(self.wiretap.rtp) - before):
                await asyncio.sleep(0.05)
        return camera, new.pop()

    async def finished(self, recording: str) -> RecordingFinished:
        """Stop a recording and wait for its file."""
        self.engine.send(StopRecording(recording))
        return await self.events.wait(
            RecordingFinished, lambda event: event.recording == recording, timeout_s=30
        )

    def _escape(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        self.escaped.append(f"{self.step}: {context.get('exception') or context.get('message')!r}")


def wire_of(camera: Camera) -> Any:
    """The client's own ICE connection, through which mutants reach the engine's real socket."""
    return camera.pc.getSenders()[0].transport.transport._connection


async def say_encrypted(camera: Camera, packet: bytes) -> None:
    """Let a camera encrypt and send what its library would never send."""
    transport: Any = camera.pc.getSenders()[0].transport
    with suppress(pylibsrtp.Error, ValueError, ConnectionError, OSError):
        await transport._send_rtp(packet)


def engine_addresses(camera: Camera) -> list[tuple[str, int]]:
    """Where the engine listens for a camera."""
    return [(c.host, c.port) for c in wire_of(camera).remote_candidates if c.type == "host"]


def steps_of(path: str) -> list[float]:
    """Seconds between one picture of a file and the next."""
    with av.open(path) as container:
        stream = container.streams.video[0]
        times = [
            float(p.pts * stream.time_base) for p in container.demux(stream) if p.pts is not None
        ]
    return [after - before for before, after in pairwise(times)]


def readable(path: str) -> tuple[int, int]:
    """Packets that a player reads from a file, and pictures that it can show of them."""
    packets = pictures = 0
    with av.open(path) as container:
        for packet in container.demux():
            packets += packet.size > 0
            with suppress(av.FFmpegError):
                pictures += len(packet.decode()) if packet.stream.type == "video" else 0
    return packets, pictures


def ending(path: str) -> tuple[int, int, float]:
    """Packets in the last half second of sound and of picture, and how far apart the two end."""
    times: dict[str, list[float]] = {"audio": [], "video": []}
    with av.open(path) as container:
        for packet in container.demux():
            if packet.pts is not None and packet.time_base is not None:
                times[packet.stream.type].append(float(packet.pts * packet.time_base))
    sounds, shown = (
        sum(moment > max(times[kind]) - 0.5 for moment in times[kind]) for kind in times
    )
    return sounds, shown, abs(max(times["audio"]) - max(times["video"]))


def endless(seed: int, items: int) -> Iterator[tuple[int, random.Random]]:
    """Index and chance of every step."""
    for index in range(items):
        yield index, random.Random(f"step {seed} {index}")
