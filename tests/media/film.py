"""A film that says how well its sound fits its picture: a flash and a beep in every second.

One second is encoded once and repeated, so that an hour of it costs nothing; ``measure`` finds
flashes and beeps in a decoded file.
"""

from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from pathlib import Path

import av
import numpy as np

FRAMES_PER_S = 15
PACKETS_PER_S = 50
FLASH_FRAMES = 2
BEEP_PACKETS = 6
_SIZE = (320, 240)
_ENCODERS = {
    "VP8": ("libvpx", {"deadline": "realtime", "cpu-used": "8", "auto-alt-ref": "0"}),
    "H264": ("libx264", {"preset": "ultrafast", "tune": "zerolatency", "profile": "baseline"}),
}


@dataclass(frozen=True)
class Second:
    """One second of encoded pictures (the first is a keyframe) and of Opus packets of 20 ms."""

    frames: tuple[bytes, ...]
    packets: tuple[bytes, ...]


@cache
def second(codec: str, size: tuple[int, int] = _SIZE) -> Second:
    """White for the first frames, black for the rest; a beep at the beginning, then silence."""
    name, options = _ENCODERS[codec]
    encoder = av.CodecContext.create(name, "w")
    encoder.width, encoder.height, encoder.pix_fmt = *size, "yuv420p"
    encoder.time_base, encoder.gop_size, encoder.bit_rate = Fraction(1, 15), 15, 200_000
    encoder.options = options
    frames = []
    for number in range(FRAMES_PER_S):
        pixels = np.full((size[1] * 3 // 2, size[0]), 128, np.uint8)
        pixels[: size[1]] = 230 if number < FLASH_FRAMES else 20
        frame = av.VideoFrame.from_ndarray(pixels, format="yuv420p")
        frame.pts, frame.time_base = number, Fraction(1, FRAMES_PER_S)
        frames += [bytes(packet) for packet in encoder.encode(frame)]
    assert len(frames) == FRAMES_PER_S
    return Second(tuple(frames), _sound())


@cache
def _sound() -> tuple[bytes, ...]:
    encoder = av.CodecContext.create("libopus", "w")
    encoder.sample_rate, encoder.layout, encoder.format = 48_000, "stereo", "s16"
    encoder.time_base, encoder.bit_rate = Fraction(1, 48_000), 32_000
    packets = []
    tone = (np.sin(np.arange(960) * 2 * np.pi * 1000 / 48_000) * 20_000).astype(np.int16)
    for number in range(2 * PACKETS_PER_S):  # the second time round the encoder is warm
        samples = tone if number % PACKETS_PER_S < BEEP_PACKETS else np.zeros_like(tone)
        frame = av.AudioFrame.from_ndarray(np.repeat(samples, 2)[None, :], "s16", "stereo")
        frame.sample_rate, frame.pts = 48_000, number * 960
        packets += [bytes(packet) for packet in encoder.encode(frame)]
    assert len(packets) == 2 * PACKETS_PER_S
    return tuple(packets[PACKETS_PER_S:])


@dataclass(frozen=True)
class Markers:
    """Seconds at which flashes and beeps begin."""

    flashes: list[float]
    beeps: list[float]

    def offsets_s(self) -> list[tuple[float, float]]:
        """For each flash: when, and how much later its beep is."""
        return [
            (flash, min((beep - flash for beep in self.beeps), key=abs)) for flash in self.flashes
        ]


def measure(path: str | Path, start_s: float = 0.0, length_s: float = 1e9) -> Markers:
    """Decode a part of the file and find the markers in it."""
    return Markers(_flashes(path, start_s, length_s), _beeps(path, start_s, length_s))


def _flashes(path: str | Path, start_s: float, length_s: float) -> list[float]:
    flashes, dark = [], True
    with av.open(str(path)) as container:
        if start_s:
            container.seek(round(start_s * 1_000_000))
        for frame in container.decode(video=0):
            at_s = float(frame.pts * frame.time_base)
            if at_s > start_s + length_s:
                break
            bright = frame.to_ndarray(format="gray")[:32, :32].mean() > 120
            if bright and dark:
                flashes.append(at_s)
            dark = not bright
    return flashes


def _beeps(path: str | Path, start_s: float, length_s: float) -> list[float]:
    beeps, quiet_s = [], 1.0
    with av.open(str(path)) as container:
        if start_s:
            container.seek(round(start_s * 1_000_000))
        for frame in container.decode(audio=0):
            at_s = float(frame.pts * frame.time_base)
            if at_s > start_s + length_s:
                break
            sound = frame.to_ndarray().astype(np.float32)
            sound /= np.iinfo(np.int16).max if frame.format.name.startswith("s16") else 1.0
            per_sample = 1 if frame.format.is_planar else len(frame.layout.channels)
            loud = np.flatnonzero(np.abs(sound[0]) > 0.1)
            if len(loud) and quiet_s > 0.3:
                beeps.append(at_s + loud[0] / per_sample / frame.sample_rate)
            quiet_s = 0.0 if len(loud) else quiet_s + frame.samples / frame.sample_rate
    return beeps
