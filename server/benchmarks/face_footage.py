"""Frames of the drawn actor, encoded one by one as a phone would send them."""

from fractions import Fraction

import av

from media.faces.picture import WORK_HEIGHT, WORK_WIDTH, Picture
from server.liveness.casting import portrait
from server.simulate.portrait import PortraitActor, portraits

FRAME_RATE = 15
CLOCK_RATE = 90_000
_REALTIME = {"deadline": "realtime", "cpu-used": "8", "lag-in-frames": "0"}


class PhoneEncoder:
    """VP8 of 640 x 480 at ``FRAME_RATE``."""

    def __init__(self, kbit_per_s: int) -> None:
        context = av.CodecContext.create("libvpx", "w")
        assert isinstance(context, av.VideoCodecContext)
        context.width, context.height, context.pix_fmt = WORK_WIDTH, WORK_HEIGHT, "yuv420p"
        context.time_base = Fraction(1, CLOCK_RATE)
        context.framerate = Fraction(FRAME_RATE)
        context.bit_rate = kbit_per_s * 1000
        context.thread_count = 1  # its threads would spin beside what is measured
        context.options = dict(_REALTIME)
        self._context = context
        self._count = 0

    def encode(self, picture: Picture) -> tuple[bytes, bool]:
        """The frame's data, and whether it is a keyframe."""
        frame = av.VideoFrame.from_ndarray(picture, format="bgr24")
        frame.pts = self._count * CLOCK_RATE // FRAME_RATE
        frame.time_base = self._context.time_base
        self._count += 1
        (packet,) = self._context.encode(frame)
        return bytes(packet), packet.is_keyframe


def frames_of(count: int) -> list[Picture]:
    """The first frames of an actor who looks ahead."""
    actor = PortraitActor(portrait(next(iter(portraits()))), seed=1)
    return [actor.frame(index / FRAME_RATE) for index in range(count)]
