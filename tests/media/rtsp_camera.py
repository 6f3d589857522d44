"""An RTSP camera of the tests' own (RFC 2326): H264 over the control connection, and bad habits.

``make test-system`` asks a real one, too (GStreamer's); this one can be told to misbehave.
"""

import asyncio
import base64
import itertools
from contextlib import suppress
from fractions import Fraction
from functools import cache

import av
import numpy as np

from media.rtp import build_rtp
from media.sources.h264_packets import PPS, SPS, nal_units
from tests.media.packets import fragments

RATE = 15
KEYFRAME_EVERY = 15


@cache
def footage(size: tuple[int, int], seconds: int = 2) -> tuple[tuple[bytes, ...], ...]:
    """NAL units of each picture of a little film that can be played in a ring."""
    encoder = av.CodecContext.create("libx264", "w")
    encoder.width, encoder.height = size
    encoder.pix_fmt = "yuv420p"
    encoder.time_base = Fraction(1, RATE)
    encoder.options = {"tune": "zerolatency", "g": str(KEYFRAME_EVERY), "preset": "ultrafast"}
    pictures = []
    for number in range(RATE * seconds):
        luma = np.full((size[1] * 3 // 2, size[0]), 90, np.uint8)
        luma[size[1] :] = 128
        luma[20:60, number * 3 : number * 3 + 30] = 230
        frame = av.VideoFrame.from_ndarray(luma, format="yuv420p")
        frame.pts = number
        pictures += [tuple(nal_units(bytes(packet))) for packet in encoder.encode(frame)]
    return tuple(pictures)


class RtspCamera:
    """Serves ``rtsp://user:password@127.0.0.1:port/live``.

    ``silent`` lets it stop sending without closing; ``codec`` is what its SDP claims;
    ``in_band`` tells whether parameter sets are sent with the picture or in the SDP alone.
    """

    def __init__(self, size: tuple[int, int] = (320, 240)) -> None:
        self.size = size
        self.codec = "H264"
        self.in_band = True
        self.silent = False
        self.password: str | None = None
        self.asked: list[str] = []
        self.port = 0
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.StreamWriter] = set()

    @property
    def url(self) -> str:
        who = f"officer:{self.password}@" if self.password else ""
        return f"rtsp://{who}127.0.0.1:{self.port}/live"

    @property
    def _address(self) -> str:
        return f"rtsp://127.0.0.1:{self.port}/live"

    async def start(self) -> "RtspCamera":
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def stop(self) -> None:
        """Unplug it."""
        if self._server is not None:
            self._server.close()
        for writer in list(self._open):
            writer.transport.abort()
        await asyncio.sleep(0)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.add(writer)
        playing: asyncio.Task[None] | None = None
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            while request := await _request(reader):
                method = request[0].split()[0]
                self.asked.append(method)
                writer.write(self._answer(method, request))
                if method == "PLAY" and playing is None:
                    playing = asyncio.create_task(self._play(writer))
        if playing is not None:
            playing.cancel()
        self._open.discard(writer)
        writer.close()

    def _answer(self, method: str, request: list[str]) -> bytes:
        fields = dict(line.split(": ", 1) for line in request[1:] if ": " in line)
        status, more, body = "200 OK", [f"CSeq: {fields.get('CSeq', '0')}"], ""
        if self.password is not None and fields.get("Authorization") != _basic(self.password):
            status = "401 Unauthorized"
            more.append('WWW-Authenticate: Basic realm="camera"')
        elif request[0].split()[1].removesuffix("/") not in (
            self._address,
            f"{self._address}/video",
        ):
            status = "404 Not Found"
        elif method == "DESCRIBE":
            body = self._description()
            more += ["Content-Type: application/sdp", f"Content-Length: {len(body)}"]
        elif method == "SETUP":
            more += ["Transport: RTP/AVP/TCP;unicast;interleaved=0-1", "Session: 1"]
        else:
            more += ["Public: DESCRIBE, SETUP, PLAY, TEARDOWN", "Session: 1"]
        return "\r\n".join([f"RTSP/1.0 {status}", *more, "", body]).encode()

    def _description(self) -> str:
        sets = [unit for unit in footage(self.size)[0] if unit[0] & 31 in (SPS, PPS)]
        sprop = ",".join(base64.b64encode(unit).decode() for unit in sets)
        lines = [
            "v=0",
            "o=- 0 0 IN IP4 127.0.0.1",
            "s=camera",
            "t=0 0",
            "m=video 0 RTP/AVP 96",
            f"a=rtpmap:96 {self.codec}/90000",
            f"a=fmtp:96 packetization-mode=1;sprop-parameter-sets={sprop}",
            "a=control:video",
            "",
        ]
        return "\r\n".join(lines)

    async def _play(self, writer: asyncio.StreamWriter) -> None:
        sequence, stamp = 1000, 90_000
        with suppress(ConnectionError):
            for units in itertools.cycle(footage(self.size)):
                sent = [u for u in units if self.in_band or u[0] & 31 not in (SPS, PPS)]
                parts = [part for unit in sent for part in fragments(unit, 1000)]
                for number, part in enumerate(parts):
                    marker = int(number == len(parts) - 1)
                    packet = build_rtp(96, marker, sequence & 0xFFFF, stamp & 0xFFFFFFFF, 7, part)
                    writer.write(b"$\x00" + len(packet).to_bytes(2) + packet)
                    sequence += 1
                await writer.drain()
                stamp += 90_000 // RATE
                await asyncio.sleep(1 / RATE)
                while self.silent:
                    await asyncio.sleep(0.05)


def _basic(password: str) -> str:
    return "Basic " + base64.b64encode(f"officer:{password}".encode()).decode()


async def _request(reader: asyncio.StreamReader) -> list[str]:
    """Lines of the next request; what FFmpeg sends interleaved (receiver reports) is skipped."""
    while (first := await reader.readexactly(1)) == b"$":
        head = await reader.readexactly(3)
        await reader.readexactly(int.from_bytes(head[1:]))
    text = first + await reader.readuntil(b"\r\n\r\n")
    return text.decode().split("\r\n")
