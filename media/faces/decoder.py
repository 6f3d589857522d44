"""Decoding one session's encoded frames, in order, inside the worker."""

import av
import numpy as np

from media.faces.picture import WORK_WIDTH, Picture
from roll_call.errors import MediaError

CODECS = {"VP8": "vp8", "H264": "h264"}


class Decoder:
    """A VP8 or H264 decoder; what comes before the first keyframe is left out."""

    def __init__(self, codec: str) -> None:
        """Raises MediaError(codec_unsupported)."""
        if codec.upper() not in CODECS:
            raise MediaError("codec_unsupported", codec=codec)
        context = av.CodecContext.create(CODECS[codec.upper()], "r")
        assert isinstance(context, av.VideoCodecContext)
        context.thread_count = 1
        self._context = context
        self._started = False

    def decode(self, data: bytes, keyframe: bool) -> av.VideoFrame | None:
        """The newest frame that the data gave, if any.

        Raises ``av.FFmpegError`` for a corrupt frame; whatever refers to it would be wrong too.
        """
        self._started = self._started or keyframe
        if not self._started or not data:
            return None
        frames = self._context.decode(av.Packet(data))
        return frames[-1] if frames else None

    def flush(self) -> av.VideoFrame | None:
        """The last frame where the decoder holds one back; nothing can be decoded after it."""
        frames = self._context.decode(None)
        return frames[-1] if frames else None


def as_picture(frame: av.VideoFrame) -> Picture:
    """A frame as a picture whose longer side is at most the work width."""
    scale = min(1.0, WORK_WIDTH / max(frame.width, frame.height))
    width, height = max(1, round(frame.width * scale)), max(1, round(frame.height * scale))
    array = frame.to_ndarray(format="bgr24", width=width, height=height)
    return np.ascontiguousarray(array, dtype=np.uint8)
