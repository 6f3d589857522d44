"""A few seconds of camera and microphone, encoded and packetized once, to be sent again and again.

So the load costs far less than the servers that it is sent to: nothing is encoded while it runs.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import cast

import av
import numpy as np
from aiortc.codecs import get_encoder
from aiortc.codecs.h264 import H264Encoder
from aiortc.codecs.vpx import Vp8Encoder
from aiortc.rtcrtpparameters import RTCRtpCodecParameters
from numpy.typing import NDArray
from PIL import Image

from media.faces.picture import Picture

VIDEO_RATE = 90_000
AUDIO_RATE = 48_000
LOOP_S = 4
"""The camera sends a keyframe this often, and whenever it is asked for one."""
AUDIO_PACKET_S = 0.02
_ENCODERS = {"VP8": "libvpx", "H264": "libx264"}
_OPTIONS = {
    "VP8": {"deadline": "realtime", "cpu-used": "-6", "auto-alt-ref": "0", "lag-in-frames": "0"},
    "H264": {
        "preset": "veryfast",
        "tune": "zerolatency",
        "profile": "baseline",
        "level": "31",
        "x264-params": "scenecut=0",
    },
}
_BLOCK = 40
KEYFRAME_NEVER = 100_000

Plane = NDArray[np.float32]
"""Brightness, 0..255, by row and column."""


@dataclass(frozen=True, slots=True)
class Footage:
    """Payloads of RTP packets: ``video`` has a list for every frame, ``audio`` one a packet.

    The first video frame is a keyframe and nothing refers to what was before it, so that the list
    may be sent from the beginning at any time.
    """

    codec: str
    size: tuple[int, int]
    frames_per_s: int
    video: tuple[tuple[bytes, ...], ...]
    audio: tuple[bytes, ...]


@cache
def footage(
    codec: str,
    size: tuple[int, int] = (640, 480),
    frames_per_s: int = 15,
    bitrate_bps: int = 500_000,
    somebody: bool = False,
) -> Footage:
    """Encode ``LOOP_S`` seconds of VP8 or H264 and of Opus (32 kbit/s).

    ``somebody`` is before the camera: whoever looks for a face finds one.
    """
    sitter = _sitter(size) if somebody else None
    frames = (
        av.VideoFrame.from_ndarray(_picture(size, number, sitter), format="yuv420p")
        for number in range(LOOP_S * frames_per_s)
    )
    video = _video(codec, size, frames_per_s, bitrate_bps, frames)
    return Footage(codec, size, frames_per_s, video, _audio())


def footage_of(
    codec: str, pictures: Sequence[Picture], frames_per_s: int, bitrate_bps: int
) -> Footage:
    """The same of pictures (BGR, all of one size), which are shown in a loop of that length."""
    height, width = pictures[0].shape[:2]
    frames = (
        av.VideoFrame.from_ndarray(picture, format="bgr24").reformat(format="yuv420p")
        for picture in pictures
    )
    size = (width, height)
    video = _video(codec, size, frames_per_s, bitrate_bps, frames)
    return Footage(codec, size, frames_per_s, video, _audio())


def _video(
    codec: str,
    size: tuple[int, int],
    frames_per_s: int,
    bitrate_bps: int,
    frames: Iterable[av.VideoFrame],
) -> tuple[tuple[bytes, ...], ...]:
    context = av.CodecContext.create(_ENCODERS[codec], "w")
    assert isinstance(context, av.VideoCodecContext)
    context.width, context.height = size
    context.pix_fmt = "yuv420p"
    context.framerate = Fraction(frames_per_s)
    context.time_base = Fraction(1, VIDEO_RATE)
    context.bit_rate = bitrate_bps
    # One keyframe, at the beginning: the loop may start over at any time.
    context.gop_size = KEYFRAME_NEVER
    context.options = {
        **_OPTIONS[codec],
        "maxrate": str(bitrate_bps),
        "bufsize": str(bitrate_bps // 2),
    }
    packets = []
    for number, frame in enumerate(frames):
        frame.pts, frame.time_base = number * VIDEO_RATE // frames_per_s, context.time_base
        packets += context.encode(frame)
    packets += context.encode(None)
    parameters = RTCRtpCodecParameters(f"video/{codec}", VIDEO_RATE, payloadType=96)
    packetizer = cast(H264Encoder | Vp8Encoder, get_encoder(parameters))
    return tuple(tuple(packetizer.pack(packet)[0]) for packet in packets)


def _sitter(size: tuple[int, int]) -> Plane:
    """The brightness of a public-domain portrait that fills the picture's height."""
    from server.simulate.portrait import portraits

    width, height = size
    with Image.open(portraits()["hopper"]) as portrait:
        scaled = portrait.convert("L").resize(
            (round(portrait.width * height / portrait.height), height)
        )
    room = np.full((height, width), 120, np.float32)
    shown = np.asarray(scaled, np.float32)[:, :width]
    left = (width - shown.shape[1]) // 2
    room[:, left : left + shown.shape[1]] = shown
    return room


def _picture(size: tuple[int, int], number: int, sitter: Plane | None = None) -> NDArray[np.uint8]:
    """A slowly changing background with a moving block and grain: it costs bits as a face does."""
    width, height = size
    chance = np.random.default_rng(number)
    picture = np.full((height * 3 // 2, width), 128, np.uint8)
    ramp = np.linspace(60, 180, width, dtype=np.float32) + 10 * np.sin(number / 8)
    grain = chance.normal(0, 2, (height, width))
    if sitter is not None:
        picture[:height] = np.clip(sitter + grain, 0, 255)
        return picture
    picture[:height] = ramp + grain
    left = number * 7 % (width - _BLOCK)
    picture[height // 3 : height // 3 + _BLOCK, left : left + _BLOCK] = chance.integers(
        0, 255, (_BLOCK, _BLOCK), np.uint8
    )
    return picture


@cache
def _audio() -> tuple[bytes, ...]:
    context = av.CodecContext.create("libopus", "w")
    assert isinstance(context, av.AudioCodecContext)
    context.sample_rate = AUDIO_RATE
    context.layout = av.AudioLayout("stereo")
    context.format = av.AudioFormat("s16")
    context.bit_rate = 32_000
    samples = int(AUDIO_PACKET_S * AUDIO_RATE)
    tone = np.sin(np.arange(LOOP_S * AUDIO_RATE) * 2 * np.pi * 220 / AUDIO_RATE)
    tone += np.random.default_rng(0).normal(0, 0.1, tone.shape)
    sound = np.repeat((tone * 6000).astype(np.int16), 2).reshape(1, -1)
    packets = []
    for start in range(0, LOOP_S * AUDIO_RATE, samples):
        part = np.ascontiguousarray(sound[:, 2 * start : 2 * (start + samples)])
        frame = av.AudioFrame.from_ndarray(part, format="s16", layout="stereo")
        frame.sample_rate, frame.pts = AUDIO_RATE, start
        packets += context.encode(frame)
    return tuple(bytes(packet) for packet in packets)
