"""Hand-made streams of packets, for tests without a network."""

import random
from dataclasses import dataclass

from media.rtp import RtpPacket

VP8_PT = 96
H264_PT = 102
SPS_320_240 = bytes.fromhex("6742c00d8c8d40a0fd00f08846a0")


@dataclass(frozen=True)
class SentFrame:
    """What went in: the frame as the decoder should get it."""

    timestamp: int
    keyframe: bool
    data: bytes


def vp8_frame(rng: random.Random, keyframe: bool, size: int) -> bytes:
    """Bytes that look like a VP8 frame: only the header means anything."""
    if keyframe:
        return b"\x10\x02\x00\x9d\x01\x2a\x40\x01\xf0\x00" + rng.randbytes(size)
    return b"\x11\x02\x00" + rng.randbytes(size)


def vp8_stream(
    rng: random.Random, frames: int, keyframe_every: int, sequence: int = 65_500
) -> tuple[list[RtpPacket], list[SentFrame]]:
    """A VP8 stream across the wrap of sequence number and timestamp."""
    packets: list[RtpPacket] = []
    sent: list[SentFrame] = []
    timestamp = 0xFFFFFFFF - 20 * 6000
    for index in range(frames):
        keyframe = index % keyframe_every == 0
        data = vp8_frame(rng, keyframe, rng.randrange(20, 400))
        sent.append(SentFrame(timestamp, keyframe, data))
        parts = [data[i : i + 100] for i in range(0, len(data), 100)]
        for number, part in enumerate(parts):
            descriptor = b"\x10" if number == 0 else b"\x00"
            marker = int(number == len(parts) - 1)
            packets.append(
                RtpPacket(VP8_PT, marker, sequence, timestamp, 1234, b"", descriptor + part)
            )
            sequence = (sequence + 1) & 0xFFFF
        timestamp = (timestamp + 6000) & 0xFFFFFFFF
    return packets, sent


def h264_stream(
    rng: random.Random, frames: int, keyframe_every: int, sequence: int = 65_500
) -> tuple[list[RtpPacket], list[SentFrame]]:
    """An H264 stream of several slices a frame, keyframes with parameter sets in a STAP-A."""
    packets: list[RtpPacket] = []
    sent: list[SentFrame] = []
    timestamp = 0xFFFFFFFF - 20 * 6000
    for index in range(frames):
        keyframe = index % keyframe_every == 0
        slices = [
            bytes([0x65 if keyframe else 0x41]) + _no_start_code(rng, rng.randrange(20, 250))
            for _ in range(rng.randrange(1, 4))
        ]
        payloads = [payload for one in slices for payload in fragments(one)]
        units = slices
        if keyframe:
            units = [SPS_320_240, b"\x68\xce\x3c\x80", *slices]
            stap = b"\x78" + b"".join(len(u).to_bytes(2) + u for u in units[:2])
            payloads.insert(0, stap)
        sent.append(
            SentFrame(timestamp, keyframe, b"".join(b"\x00\x00\x00\x01" + unit for unit in units))
        )
        for number, payload in enumerate(payloads):
            marker = int(number == len(payloads) - 1)
            packets.append(RtpPacket(H264_PT, marker, sequence, timestamp, 1234, b"", payload))
            sequence = (sequence + 1) & 0xFFFF
        timestamp = (timestamp + 6000) & 0xFFFFFFFF
    return packets, sent


def _no_start_code(rng: random.Random, size: int) -> bytes:
    return bytes(rng.randrange(1, 256) for _ in range(size))


def fragments(unit: bytes, size: int = 100) -> list[bytes]:
    """A NAL unit as it is, or in FU-A fragments (RFC 6184 section 5.8)."""
    if len(unit) <= size:
        return [unit]
    indicator, kind, body = unit[0] & 0xE0 | 28, unit[0] & 0x1F, unit[1:]
    parts = [body[i : i + size] for i in range(0, len(body), size)]
    return [
        bytes([indicator, kind | (0x80 if i == 0 else 0) | (0x40 if i == len(parts) - 1 else 0)])
        + part
        for i, part in enumerate(parts)
    ]
