"""Encoded frames as a phone would send them."""

import fractions
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import av

from media.faces.picture import Picture

FRAME_RATE = 15
CLOCK_RATE = 90_000
ENCODERS = {
    "VP8": ("libvpx", {"deadline": "realtime", "cpu-used": "8", "lag-in-frames": "0"}),
    "H264": ("libx264", {"preset": "ultrafast", "tune": "zerolatency", "profile": "baseline"}),
}


@dataclass(frozen=True)
class Encoded:
    """One frame."""

    media_s: float
    keyframe: bool
    data: bytes


def encoded(pictures: Iterable[Picture], codec: str = "VP8") -> Iterator[Encoded]:
    """Pictures of 640 x 480, 15 a second at 500 kbit/s."""
    name, options = ENCODERS[codec]
    encoder = av.CodecContext.create(name, "w")
    assert isinstance(encoder, av.VideoCodecContext)
    encoder.width, encoder.height, encoder.pix_fmt = 640, 480, "yuv420p"
    encoder.time_base = fractions.Fraction(1, CLOCK_RATE)
    encoder.framerate = fractions.Fraction(FRAME_RATE)
    encoder.bit_rate, encoder.thread_count = 500_000, 1
    encoder.options = options
    for index, picture in enumerate(pictures):
        frame = av.VideoFrame.from_ndarray(picture, format="bgr24")
        frame.pts = index * CLOCK_RATE // FRAME_RATE
        frame.time_base = encoder.time_base
        for packet in encoder.encode(frame):
            yield Encoded(index / FRAME_RATE, packet.is_keyframe, bytes(packet))
