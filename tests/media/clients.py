"""Plain aiortc clients on loopback: a camera with a microphone, and a console with slots."""

import asyncio
import fractions
import time
from collections.abc import Callable
from typing import Any, TypeVar

import av
import numpy as np
from aiortc import (
    RTCConfiguration,
    RTCPeerConnection,
    RTCRtpSender,
    RTCSessionDescription,
    VideoStreamTrack,
)
from aiortc.mediastreams import AudioStreamTrack, MediaStreamTrack

from media.host_network import host_addresses
from media.private.gathering import gather_from
from roll_call.ports.media import AnswerOffer, MediaEngine, MediaEvent

NO_SERVERS = RTCConfiguration(iceServers=[])
E_T = TypeVar("E_T")


def own_addresses() -> list[str]:
    """Loopback too: the tests need no network."""
    return host_addresses((), include_loopback=True)


class Events:
    """Collects what an engine reports and waits for one of a kind."""

    def __init__(self) -> None:
        self.seen: list[MediaEvent] = []
        self._news = asyncio.Event()

    def __call__(self, event: MediaEvent) -> None:
        self.seen.append(event)
        self._news.set()

    def of(self, kind: type[E_T]) -> list[E_T]:
        return [event for event in self.seen if isinstance(event, kind)]

    async def wait(
        self, kind: type[E_T], accept: Callable[[E_T], bool] = lambda _: True, timeout_s: float = 20
    ) -> E_T:
        async with asyncio.timeout(timeout_s):
            while True:
                for event in self.of(kind):
                    if accept(event):
                        return event
                self._news.clear()
                await self._news.wait()


class Picture(VideoStreamTrack):
    """A moving picture of one brightness, with a block of noise where that is wanted."""

    kind = "video"

    def __init__(
        self,
        brightness: int = 100,
        size: tuple[int, int] = (320, 240),
        rate: int = 15,
        noise: int = 0,
    ):
        super().__init__()
        self._noise = noise
        self._rng = np.random.default_rng(1)
        self.frames = 0
        self._brightness, self._size, self._rate = brightness, size, rate
        self._began: float | None = None

    def resize(self, size: tuple[int, int]) -> None:
        """Frames of another size from the next one on."""
        self._size = size

    async def recv(self) -> av.VideoFrame:
        if self._began is None:
            self._began = time.monotonic()
        await asyncio.sleep(max(0.0, self._began + self.frames / self._rate - time.monotonic()))
        width, height = self._size
        pixels = np.full((height * 3 // 2, width), self._brightness, np.uint8)
        pixels[height:] = 128
        left = self.frames * 4 % (width - 40)
        pixels[40:80, left : left + 40] = 235
        if self._noise:  # costs bits, as a real camera does
            block = self._rng.integers(0, 255, (self._noise, self._noise), np.uint8)
            pixels[100 : 100 + self._noise, 60 : 60 + self._noise] = block
        frame = av.VideoFrame.from_ndarray(pixels, format="yuv420p")
        frame.pts = self.frames * (90_000 // self._rate)
        frame.time_base = fractions.Fraction(1, 90_000)
        self.frames += 1
        return frame


class Camera:
    """A publisher: offers one video and one audio section."""

    def __init__(
        self,
        engine: MediaEngine,
        name: str,
        codec: str = "VP8",
        direction: str = "sendonly",
        configuration: RTCConfiguration = NO_SERVERS,
        **picture: Any,
    ):
        self.name = name
        self.video = Picture(**picture)
        self.pc = RTCPeerConnection(configuration)
        self._engine = engine
        audio = self.pc.addTransceiver(AudioStreamTrack(), direction)
        video = self.pc.addTransceiver(self.video, direction)
        assert audio.kind == "audio"
        codecs = RTCRtpSender.getCapabilities("video").codecs
        wanted = [c for c in codecs if c.name == codec] + [c for c in codecs if c.name == "rtx"]
        video.setCodecPreferences(wanted)

    async def offer(self) -> str:
        gather_from(self.pc, own_addresses)
        await self.pc.setLocalDescription(await self.pc.createOffer())
        return self.pc.localDescription.sdp

    async def join(self, beside: str = "") -> "Camera":
        answer = await self._engine.answer(AnswerOffer(self.name, await self.offer(), beside))
        await self.pc.setRemoteDescription(RTCSessionDescription(answer, "answer"))
        return self

    def repair_payload_types(self) -> set[int]:
        """What retransmissions (RFC 4588) travel under."""
        lines = self.pc.localDescription.sdp.splitlines()
        return {int(line[9:].split()[0]) for line in lines if " rtx/90000" in line}

    async def leave(self) -> None:
        await self.pc.close()


class Console:
    """A viewer: one connection with receive-only sections, named by their mid."""

    def __init__(self, engine: MediaEngine, name: str, videos: int, audios: int = 1):
        self.name = name
        self.pc = RTCPeerConnection(NO_SERVERS)
        self._engine = engine
        self._videos = [self.pc.addTransceiver("video", "recvonly") for _ in range(videos)]
        self._audios = [self.pc.addTransceiver("audio", "recvonly") for _ in range(audios)]

    async def join(self, beside: str = "") -> "Console":
        gather_from(self.pc, own_addresses)
        await self.pc.setLocalDescription(await self.pc.createOffer())
        offer = AnswerOffer(self.name, self.pc.localDescription.sdp, beside)
        answer = await self._engine.answer(offer)
        await self.pc.setRemoteDescription(RTCSessionDescription(answer, "answer"))
        return self

    def video_mid(self, index: int = 0) -> str:
        return str(self._videos[index].mid)

    def audio_mid(self, index: int = 0) -> str:
        return str(self._audios[index].mid)

    def video_track(self, index: int = 0) -> MediaStreamTrack:
        return self._videos[index].receiver.track

    def audio_track(self, index: int = 0) -> MediaStreamTrack:
        return self._audios[index].receiver.track

    async def leave(self) -> None:
        await self.pc.close()


async def brightness(track: MediaStreamTrack, timeout_s: float = 10) -> int:
    """Return the brightness of the next decoded picture's lower left corner."""
    frame = await asyncio.wait_for(track.recv(), timeout_s)
    luma = frame.to_ndarray(format="yuv420p")
    return int(luma[frame.height - 10 : frame.height, :10].mean())
