"""An RTSP camera as a participant: a publisher like a WebRTC peer's, without audio.

Its sound is left out: cameras send AAC or G.711, which neither recordings nor viewers of Roll Call
take without transcoding.
"""

import asyncio
import time
from collections.abc import Callable, Mapping

from media.forwarder import Forwarder
from media.publisher import Publisher
from media.quality import PeerMeter
from media.round_trip import RoundTrip
from media.settings import EngineSettings
from media.sources.camera_track import CameraTrack
from media.sources.rtsp import Began, Gone, News, RtspReader, Unit
from roll_call.ports.media import MediaEvent

# What may wait for the event loop; a loop that is later than this gets the next keyframe instead.
_MOST_WAITING_BYTES = 4 * 1024 * 1024
_JOIN_S = 0.5


class Camera:
    """Reads a camera and publishes its picture.

    ``on_state`` is called with ``connected`` once, and with the reason when the camera cannot be
    had; ``on_track`` as soon as there is something to route.
    """

    slots: Mapping[str, Forwarder] = {}

    def __init__(
        self,
        name: str,
        url: str,
        settings: EngineSettings,
        emit: Callable[[MediaEvent], None],
        on_state: Callable[["Camera", str], None],
    ) -> None:
        self.name = name
        self.created_s = time.monotonic()
        self.connected = False
        self.publisher = Publisher(name, settings, emit)
        self._emit = emit
        self._on_state = on_state
        self._loop = asyncio.get_running_loop()
        self._track = CameraTrack(self.publisher.frame)
        self.publisher.add_track(self._track)
        self._meter = PeerMeter(name, RoundTrip(), settings.quality_every_s, self.created_s)
        self._waiting_bytes = 0
        self._late = False
        self._reader = RtspReader(url, self._heard)

    def start(self) -> None:
        """Ask the camera."""
        self._reader.start()

    def tick(self, now: float) -> None:
        """Do what time asks for; called ten times a second."""
        self.publisher.tick(now)
        if self.connected and self._meter.due(now):
            self._emit(self._meter.report([self._track], [], now))

    async def close(self) -> None:
        """End the reader and the publisher."""
        self._reader.stop()
        self.publisher.close()
        await asyncio.to_thread(self._reader.join, _JOIN_S)

    def _heard(self, news: News) -> None:
        """On the reader's thread: bound what the loop has not taken yet."""
        if isinstance(news, Unit):
            if self._waiting_bytes > _MOST_WAITING_BYTES:
                self._late = True
                return
            self._waiting_bytes += len(news.data)
        try:
            self._loop.call_soon_threadsafe(self._take, news)
        except RuntimeError:  # the loop is closed, and nobody needs a camera any more
            self._reader.stop()

    def _take(self, news: News) -> None:
        now = time.monotonic()
        match news:
            case Unit(data=data, stamp=stamp):
                self._waiting_bytes -= len(data)
                if self._late:
                    self._late = False
                    self._track.interrupted()
                self._track.take(data, stamp, now)
            case Began(extradata=extradata):
                self._track.begin(extradata)
                if not self.connected:
                    self.connected = True
                    self._on_state(self, "connected")
            case Gone(reason=reason):
                self._on_state(self, reason)
