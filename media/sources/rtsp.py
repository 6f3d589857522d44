"""An RTSP camera read in a thread of its own (RFC 2326, RFC 7826; through FFmpeg, over TCP).

Nothing of a camera's address is ever logged: it may carry a password, and FFmpeg's messages carry
the address.
"""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

import av
from av.container import InputContainer
from av.video.stream import VideoStream

from media.sources.camera_track import CLOCK_RATE

_log = logging.getLogger(__name__)
_OPEN_S = 5.0
_READ_S = 5.0
_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 1.0, 30.0
# A connection that held for so long was a good one: the next try comes at once.
_GOOD_AFTER_S = 10.0
_LARGEST_UNIT = 4 * 1024 * 1024
_TICK = Fraction(1, CLOCK_RATE)
_OPTIONS = {
    "rtsp_transport": "tcp",
    "allowed_media_types": "video",
    # Whatever a camera answers, it cannot make FFmpeg read a file or another service.
    "protocol_whitelist": "rtsp,rtsps,rtp,tcp,tls",
    "fflags": "nobuffer",
    "analyzeduration": "2000000",
    "probesize": "500000",
}
_REFUSALS = (av.HTTPClientError, av.HTTPServerError)


class CameraError(Exception):
    """Why a camera cannot be had; ``reason`` as in ``roll_call.ports.media.PeerClosed``."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Began:
    """A connection to the camera stands; ``extradata`` are parameter sets in Annex B."""

    extradata: bytes


@dataclass(frozen=True, slots=True)
class Unit:
    """What FFmpeg took for one access unit; ``stamp`` in ticks of 1/90000 s."""

    data: bytes
    stamp: int | None


@dataclass(frozen=True, slots=True)
class Gone:
    """The camera will not be asked again, for this ``reason``."""

    reason: str


News = Began | Unit | Gone


class RtspReader:
    """Reads one camera until :meth:`stop`; ``report`` is called on the reader's thread.

    A camera that could not be had at first is given up; one that was there and went is asked again
    and again, with growing pauses.
    """

    def __init__(self, url: str, report: Callable[[News], None]) -> None:
        self._url = url
        self._report = report
        self._was_there = False
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="camera", daemon=True)

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def stop(self) -> None:
        """Let the thread end; it may still wait for the network for a few seconds."""
        self._stopped.set()

    def join(self, timeout_s: float) -> None:
        """Wait for the thread's end."""
        self._thread.join(timeout_s)

    def _run(self) -> None:
        pause_s = _FIRST_PAUSE_S
        while not self._stopped.is_set():
            began = time.monotonic()
            try:
                self._read()
                reason = "unreachable"
            except CameraError as error:
                reason = error.reason
            except Exception as error:  # whatever a camera makes a parser raise, it is asked again
                _log.error("the reader of a camera failed: %s", type(error).__name__)
                reason = "unreachable"
            if self._stopped.is_set():
                return
            if not self._was_there or reason == "codec_unsupported":
                self._report(Gone(reason))
                return
            if time.monotonic() - began > _GOOD_AFTER_S:
                pause_s = _FIRST_PAUSE_S
            _log.info("a camera is gone (%s), asked again in %.0f s", reason, pause_s)
            self._stopped.wait(pause_s)
            pause_s = min(2 * pause_s, _LONGEST_PAUSE_S)

    def _read(self) -> None:
        """Read until the camera goes away. Raises CameraError."""
        try:
            with open_camera(self._url) as container:
                stream = picture_of(container)
                self._was_there = True
                self._report(Began(bytes(stream.codec_context.extradata or b"")))
                for packet in container.demux(stream):
                    if self._stopped.is_set():
                        return
                    if 0 < packet.size <= _LARGEST_UNIT:
                        self._report(Unit(bytes(packet), _stamp(packet)))
        except (av.FFmpegError, OSError, ValueError) as error:
            raise CameraError(_reason(error)) from None


def open_camera(url: str) -> InputContainer:
    """Connect. Raises CameraError or what FFmpeg raises."""
    if not url.startswith(("rtsp://", "rtsps://")):
        raise CameraError("refused")
    return av.open(url, options=dict(_OPTIONS), timeout=(_OPEN_S, _READ_S))


def picture_of(container: InputContainer) -> VideoStream:
    """The H264 picture of a camera. Raises CameraError."""
    for stream in container.streams.video:
        if stream.codec_context.name == "h264":
            return stream
    raise CameraError("codec_unsupported")


def _stamp(packet: "av.Packet[VideoStream]") -> int | None:
    """Decoding order is the order of sending: without B-frames it is that of showing, too."""
    moment = packet.dts if packet.dts is not None else packet.pts
    if moment is None or packet.time_base is None:
        return None
    return int(moment * packet.time_base / _TICK)


def _reason(error: Exception) -> str:
    return "refused" if isinstance(error, _REFUSALS) else "unreachable"
