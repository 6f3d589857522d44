"""Encoded frames into a file, without transcoding: WebM (VP8, Opus) or MP4 (H264, Opus)."""

import io
from fractions import Fraction
from functools import cache
from typing import Any

import av

from media.recording_file import RecordingFile

VIDEO_RATE = 90_000
AUDIO_RATE = 48_000
_VIDEO_BASE = Fraction(1, VIDEO_RATE)
_AUDIO_BASE = Fraction(1, AUDIO_RATE)

EXTENSIONS = {"VP8": ".webm", "H264": ".mp4"}
_FORMATS = {"VP8": "webm", "H264": "mp4"}
_STREAMS = {"VP8": "vp8", "H264": "h264"}
# Both keep what is older than a second safe from a crash (half a second usually, another half where
# one of the tracks pauses): WebM by short clusters, MP4 by fragments that become one ordinary,
# seekable file when it is closed.
_OPTIONS = {
    "VP8": {"cluster_time_limit": "400", "max_interleave_delta": "500000"},
    "H264": {
        "movflags": "hybrid_fragmented+frag_keyframe+default_base_moof",
        "frag_duration": "400000",
        "max_interleave_delta": "500000",
    },
}


class Muxer:
    """Writes one file; used on the writer thread only. Raises ``av.FFmpegError``."""

    def __init__(
        self, file: RecordingFile, codec: str, size: tuple[int, int], *, with_audio: bool
    ) -> None:
        self._container = av.open(file, "w", format=_FORMATS[codec], options=dict(_OPTIONS[codec]))
        self._video = self._container.add_mux_stream(
            _STREAMS[codec], rate=30, width=size[0], height=size[1], time_base=_VIDEO_BASE
        )
        self._audio: Any = None
        if with_audio:
            template = av.open(io.BytesIO(_opus_sample()))
            self._audio = self._container.add_stream_from_template(template.streams.audio[0])
            template.close()

    def video(self, ticks: int, keyframe: bool, data: bytes) -> None:
        """Write one frame, ``ticks`` of 1/90000 s after the beginning of the file."""
        packet = av.Packet(data)
        packet.stream = self._video
        packet.time_base = _VIDEO_BASE
        packet.pts = packet.dts = ticks
        packet.is_keyframe = keyframe
        self._container.mux_one(packet)

    def audio(self, ticks: int, data: bytes) -> None:
        """Write one Opus packet, ``ticks`` of 1/48000 s after the beginning of the file."""
        if self._audio is None:
            return
        packet = av.Packet(data)
        packet.stream = self._audio
        packet.time_base = _AUDIO_BASE
        packet.pts = packet.dts = ticks
        packet.is_keyframe = True
        self._container.mux_one(packet)

    def close(self) -> None:
        """Write what belongs at the end (duration, index)."""
        self._container.close()


@cache
def _opus_sample() -> bytes:
    """A little Ogg Opus file: the only way to give a stream of PyAV the header of RFC 7845."""
    buffer = io.BytesIO()
    with av.open(buffer, "w", format="ogg") as container:
        stream = container.add_stream("libopus", rate=AUDIO_RATE)
        stream.layout = "stereo"
        frame = av.AudioFrame(format="s16", layout="stereo", samples=960)
        frame.sample_rate = AUDIO_RATE
        frame.pts = 0
        for plane in frame.planes:
            plane.update(bytes(plane.buffer_size))
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return buffer.getvalue()
