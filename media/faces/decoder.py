"""Decoding one session's encoded frames, in order, inside the worker."""

import av
import numpy as np

from media.faces.picture import WORK_WIDTH, Picture
from roll_call.errors import MediaError

CODECS = {"VP8": "vp8", "H264": "h264"}


class Decoder:
    """A VP8 or H264 decoder; a corrupt frame is skipped and everything up to the next keyframe."""

    def __init__(self, codec: str) -> None:
        """Raises MediaError(codec_unsupported)."""
        if codec.upper() not in CODECS:
            raise MediaError("codec_unsupported", codec=codec)
        self._name = CODECS[codec.upper()]
        self._context: av.VideoCodecContext | None = None

    def decode(self, data: bytes, keyframe: bool) -> av.VideoFrame | None:
        """The newest frame that the data gave, if any."""
        if self._context is None:
            if not keyframe:
                return None
            self._context = _open(self._name)
        try:
            frames = self._context.decode(av.Packet(data))
        except av.FFmpegError:
            self._context = None
            return None
        return frames[-1] if frames else None


def as_picture(frame: av.VideoFrame) -> Picture:
    """A frame as a picture whose longer side is at most the work width."""
    scale = min(1.0, WORK_WIDTH / max(frame.width, frame.height))
    width, height = round(frame.width * scale), round(frame.height * scale)
    array = frame.to_ndarray(format="bgr24", width=max(1, width), height=max(1, height))
    return np.ascontiguousarray(array, dtype=np.uint8)


def _open(name: str) -> av.VideoCodecContext:
    context = av.CodecContext.create(name, "r")
    assert isinstance(context, av.VideoCodecContext)
    context.thread_count = 1
    return context
