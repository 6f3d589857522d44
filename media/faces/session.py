"""One session inside the worker: its decoder and the frame that waits to be looked at."""

from dataclasses import dataclass

import av

from media.faces.analysis import Analyser
from media.faces.decoder import Decoder, as_picture
from media.faces.watching import Watcher
from roll_call.ports.faces import FaceObservation


@dataclass(slots=True)
class Session:
    """Times are the media's own, in seconds."""

    decoder: Decoder
    watcher: Watcher
    waiting: av.VideoFrame | None = None
    waiting_s: float = 0.0
    looked_s: float | None = None
    embed: bool = False

    @property
    def due(self) -> bool:
        """Whether the waiting frame should be looked at now."""
        if self.waiting is None:
            return False
        return self.embed or self.idle_s >= self.watcher.watch.interval_s

    @property
    def idle_s(self) -> float:
        """How long it has not been looked at; without end before the first look."""
        return float("inf") if self.looked_s is None else self.waiting_s - self.looked_s

    def decode(self, data: bytes, keyframe: bool, media_s: float, embed: bool) -> None:
        """Take in one encoded frame; raises ``av.FFmpegError`` for a corrupt one."""
        self.embed = self.embed or embed
        frame = self.decoder.decode(data, keyframe)
        if frame is not None:
            self.waiting, self.waiting_s = frame, media_s

    def look(self, analyser: Analyser) -> FaceObservation:
        """Look at the waiting frame."""
        assert self.waiting is not None
        picture = as_picture(self.waiting)
        observation = self.watcher.observe(analyser, picture, self.waiting_s, self.embed)
        self.looked_s, self.waiting, self.embed = self.waiting_s, None, False
        return observation
