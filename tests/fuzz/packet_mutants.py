"""RTP and RTCP as no camera of good will sends it, made from a real capture; a seed repeats all.

A mutant is a list of packets, because some nonsense (a flood, a duplicate, a wrong order) needs
several. ``mutant(seed, index, capture)`` depends on nothing else, so a failure is repeated by its
two numbers.
"""

import random
import struct
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

LARGEST = 1500
JUMBO = 9000
_VP8_START_CODE = b"\x9d\x01\x2a"
_START = struct.Struct("!BBHLL")
_SIZES = ((16, 16), (160, 120), (640, 480), (1920, 1080), (16383, 16383), (0, 0))


@dataclass(frozen=True)
class Capture:
    """What one real session sent, decrypted, in order; ``ssrcs`` are those of its RTP."""

    rtp: tuple[bytes, ...]
    rtcp: tuple[bytes, ...]

    @cached_property
    def ssrcs(self) -> tuple[int, ...]:
        return tuple(sorted({int.from_bytes(packet[8:12]) for packet in self.rtp}))

    @cached_property
    def spans(self) -> dict[int, tuple[int, int]]:
        """Packets of each source, and ticks from its first to its last, modulo 2**32."""
        found = {}
        for ssrc in self.ssrcs:
            stamps = [stamp_of(p) for p in self.rtp if int.from_bytes(p[8:12]) == ssrc]
            found[ssrc] = len(stamps), (stamps[-1] - stamps[0]) & 0xFFFFFFFF
        return found


def stamp_of(packet: bytes) -> int:
    return int.from_bytes(packet[4:8])


def rebased(packet: bytes, turn: int, capture: Capture) -> bytes:
    """The packet as it would be in the ``turn``-th repetition of the capture without a seam."""
    first, second, sequence, stamp, ssrc = _START.unpack_from(packet)
    count, ticks = capture.spans[ssrc]
    sequence = (sequence + turn * count) & 0xFFFF
    stamp = (stamp + turn * (ticks + 3000)) & 0xFFFFFFFF
    return _START.pack(first, second, sequence, stamp, ssrc) + packet[12:]


# --- damage to the bytes, of any kind of packet


def _bits_flipped(chance: random.Random, packet: bytes) -> bytes:
    damaged = bytearray(packet)
    for _ in range(chance.randint(1, 8)):
        damaged[chance.randrange(len(damaged))] ^= 1 << chance.randrange(8)
    return bytes(damaged)


def _bytes_overwritten(chance: random.Random, packet: bytes) -> bytes:
    damaged = bytearray(packet)
    begin = chance.randrange(len(damaged))
    for position in range(begin, min(len(damaged), begin + chance.randint(1, 32))):
        damaged[position] = chance.choice((0, 255, 127, 128, chance.randrange(256)))
    return bytes(damaged)


def _truncated(chance: random.Random, packet: bytes) -> bytes:
    return packet[: chance.randrange(len(packet))]


def _extended(chance: random.Random, packet: bytes) -> bytes:
    return packet + chance.randbytes(chance.choice((1, 3, 4, 100, LARGEST, JUMBO)))


def _noise(chance: random.Random, packet: bytes) -> bytes:
    return packet[:1] + chance.randbytes(chance.choice((0, 1, 3, 11, 12, 40, 1200)))


def _middle_lost(chance: random.Random, packet: bytes) -> bytes:
    begin, end = sorted((chance.randrange(len(packet)), chance.randrange(len(packet))))
    return packet[:begin] + packet[end:]


DAMAGE: tuple[Callable[[random.Random, bytes], bytes], ...] = (
    _bits_flipped,
    _bytes_overwritten,
    _truncated,
    _extended,
    _noise,
    _middle_lost,
)


# --- well-formed RTP with something wrong in it


def _with(packet: bytes, **fields: int) -> bytes:
    first, second, sequence, stamp, ssrc = _START.unpack_from(packet)
    payload_type = fields.get("payload_type", second & 0x7F)
    marker = fields.get("marker", second >> 7)
    return (
        _START.pack(
            fields.get("first", first) & 0xFF,
            marker << 7 | payload_type,
            fields.get("sequence", sequence) & 0xFFFF,
            fields.get("stamp", stamp) & 0xFFFFFFFF,
            fields.get("ssrc", ssrc) & 0xFFFFFFFF,
        )
        + packet[12:]
    )


def _wrong_payload_type(chance: random.Random, packet: bytes, capture: Capture) -> list[bytes]:
    return [_with(packet, payload_type=chance.randrange(128))]


def _ssrc_collision(chance: random.Random, packet: bytes, capture: Capture) -> list[bytes]:
    return [_with(packet, ssrc=chance.choice(capture.ssrcs))]


def _strange_ssrc(chance: random.Random, packet: bytes, capture: Capture) -> list[bytes]:
    return [_with(packet, ssrc=chance.choice((0, 0xFFFFFFFF, chance.getrandbits(32))))]


def _stamp_jump(chance: random.Random, packet: bytes, capture: Capture) -> list[bytes]:
    jump = chance.choice((1, 90_000, 900_000, 2**31, 2**31 - 1, chance.getrandbits(32)))
    return [_with(packet, stamp=stamp_of(packet) + chance.choice((1, -1)) * jump)]


def _sequence_jump(chance: random.Random, packet: bytes, capture: Capture) -> list[bytes]:
    jump = chance.choice((1, 2, 17, 999, 1001, 2**15, chance.getrandbits(16)))
    sequence = int.from_bytes(packet[2:4])
    return [_with(packet, sequence=sequence + chance.choice((1, -1)) * jump)]


def _marker_lie(chance: random.Random, packet: bytes, capture: Capture) -> list[bytes]:
    return [_with(packet, marker=1 - (packet[1] >> 7))]


def _header_lies(chance: random.Random, packet: bytes, capture: Capture) -> list[bytes]:
    """Version, padding, extension and CSRC count that do not fit what follows."""
    return [_with(packet, first=chance.getrandbits(8))]


def _padding_lie(chance: random.Random, packet: bytes, capture: Capture) -> list[bytes]:
    padded = _with(packet, first=packet[0] | 0x20)
    return [padded[:-1] + bytes([chance.choice((0, 1, 4, 200, 255))])]


def _extension_lie(chance: random.Random, packet: bytes, capture: Capture) -> list[bytes]:
    """A header extension of another profile, length, or with elements that overrun it."""
    profile = chance.choice((0xBEDE, 0x1000, chance.getrandbits(16)))
    words = chance.choice((0, 1, 2, 200, 0xFFFF))
    body = chance.randbytes(4 * chance.randrange(4))
    block = struct.pack("!HH", profile, words) + body
    return [_with(packet, first=packet[0] | 0x10)[:12] + block + packet[12:]]


def _empty(chance: random.Random, packet: bytes, capture: Capture) -> list[bytes]:
    return [_with(packet, first=0x80)[:12] + chance.randbytes(chance.randrange(3))]


def _foreign_payload(chance: random.Random, packet: bytes, capture: Capture) -> list[bytes]:
    """Another track's payload, or a codec that was never agreed on, under this header."""
    return [packet[:12] + chance.choice(capture.rtp)[12:]]


def _jumbo(chance: random.Random, packet: bytes, capture: Capture) -> list[bytes]:
    return [packet + bytes(chance.choice((LARGEST, JUMBO, 60_000)))]


def _duplicates(chance: random.Random, packet: bytes, capture: Capture) -> list[bytes]:
    return [packet] * chance.randint(2, 4)


def _flood(chance: random.Random, packet: bytes, capture: Capture) -> list[bytes]:
    """Many packets of one frame that never ends, or of many sources at once."""
    sequence = int.from_bytes(packet[2:4])
    if chance.random() < 0.5:
        return [_with(packet, sequence=sequence + i, marker=0) for i in range(64)]
    return [_with(packet, ssrc=chance.getrandbits(32)) for _ in range(64)]


def _backwards(chance: random.Random, packet: bytes, capture: Capture) -> list[bytes]:
    sequence = int.from_bytes(packet[2:4])
    return [_with(packet, sequence=sequence + i) for i in range(8, 0, -1)]


def _other_size(chance: random.Random, packet: bytes, capture: Capture) -> list[bytes]:
    """A keyframe of the capture that claims another resolution (VP8; H264: another SPS)."""
    width, height = chance.choice(_SIZES)
    for other in capture.rtp:
        at = other.find(_VP8_START_CODE)
        if at > 0:
            sized = other[: at + 3] + struct.pack("<HH", width, height) + other[at + 7 :]
            return [_START.pack(*_START.unpack_from(packet)) + sized[12:]]
    sps = b"\x67" + chance.choice((b"\x42\xc0\x1e\xd9\x00\xa0\x47\xfe\x88", chance.randbytes(12)))
    return [packet[:12] + sps]


def _fragment_lies(chance: random.Random, packet: bytes, capture: Capture) -> list[bytes]:
    """FU-A without begin or end, STAP-A whose lengths lie, other NAL types (RFC 6184)."""
    kind = chance.choice((24, 25, 26, 27, 28, 29, 30, 0, 5, 7))
    head = bytes([0x60 | kind, chance.getrandbits(8)])
    lie = chance.choice((b"", b"\xff\xff", b"\x00\x00", b"\x00\x01"))
    return [packet[:12] + head + lie + packet[14:]]


def _descriptor_lies(chance: random.Random, packet: bytes, capture: Capture) -> list[bytes]:
    """VP8 payload descriptors that promise more than follows (RFC 7741)."""
    body = bytes([0x80 | chance.getrandbits(7), chance.getrandbits(8)])
    return [packet[:12] + body + packet[14 : 14 + chance.choice((0, 1, 2, 1000))]]


RTP_NONSENSE: tuple[Callable[[random.Random, bytes, Capture], list[bytes]], ...] = (
    _wrong_payload_type,
    _ssrc_collision,
    _strange_ssrc,
    _stamp_jump,
    _sequence_jump,
    _marker_lie,
    _header_lies,
    _padding_lie,
    _extension_lie,
    _empty,
    _foreign_payload,
    _jumbo,
    _duplicates,
    _flood,
    _backwards,
    _other_size,
    _fragment_lies,
    _descriptor_lies,
)


# --- RTCP: compounds that lie, feedback that makes no sense


def _rtcp(kind: int, count: int, body: bytes, words: int | None = None) -> bytes:
    length = len(body) // 4 if words is None else words
    return struct.pack("!BBH", 0x80 | count & 31, kind, length & 0xFFFF) + body


def rtcp_nonsense(chance: random.Random, capture: Capture) -> bytes:
    """One (compound) RTCP packet about the session's own sources that nobody could mean."""
    ours, theirs = struct.pack("!L", chance.getrandbits(32)), b""
    theirs = struct.pack("!L", chance.choice((*capture.ssrcs, 0, chance.getrandbits(32))))
    junk = chance.randbytes(4 * chance.randrange(1, 20))
    nacks = struct.pack("!HH", chance.getrandbits(16), 0xFFFF) * chance.choice((1, 17, 300))
    remb = b"REMB" + bytes([chance.getrandbits(8)]) + junk[:3] + theirs
    times = chance.choice((bytes(8), b"\xff" * 8, chance.randbytes(8)))
    transport_wide = struct.pack("!HH", chance.getrandbits(16), chance.choice((0, 1, 0xFFFF)))
    packets = (
        _rtcp(200, chance.randrange(32), theirs + times + junk),
        _rtcp(200, 0, theirs + times + chance.randbytes(12)),
        _rtcp(201, 31, ours + junk),
        _rtcp(202, chance.randrange(32), theirs + b"\x01\xff" + junk[:2]),
        _rtcp(203, chance.randrange(32), theirs + junk[:4] + theirs),
        _rtcp(204, 0, ours + b"name" + junk),
        _rtcp(205, 1, ours + theirs + nacks),
        _rtcp(205, 15, ours + theirs + transport_wide + junk),
        _rtcp(206, 1, ours + theirs),
        _rtcp(206, 4, ours + theirs + theirs + junk),
        _rtcp(206, 15, ours + theirs + remb),
        _rtcp(207, chance.randrange(32), ours + junk),
        _rtcp(chance.randrange(192, 224), chance.randrange(32), junk, chance.getrandbits(16)),
        chance.choice(capture.rtcp) if capture.rtcp else junk,
    )
    return b"".join(chance.choices(packets, k=chance.choice((1, 1, 2, 5))))


def mutated_rtp(seed: int, index: int, packet: bytes, capture: Capture) -> list[bytes]:
    """The ``index``-th mutant, made of ``packet``."""
    chance = random.Random(f"rtp {seed} {index}")
    if chance.random() < 0.4:
        return [chance.choice(DAMAGE)(chance, packet)]
    return chance.choice(RTP_NONSENSE)(chance, packet, capture)


def mutated_rtcp(seed: int, index: int, capture: Capture) -> bytes:
    """The ``index``-th mutant of RTCP."""
    chance = random.Random(f"rtcp {seed} {index}")
    packet = rtcp_nonsense(chance, capture)
    return chance.choice(DAMAGE)(chance, packet) if chance.random() < 0.5 else packet


def mutated_datagram(seed: int, index: int, datagrams: tuple[bytes, ...]) -> bytes:
    """The ``index``-th mutant of what was really on the wire: STUN, DTLS, SRTP, SRTCP."""
    chance = random.Random(f"datagram {seed} {index}")
    kind = chance.random()
    if kind < 0.05:
        return chance.randbytes(chance.choice((0, 0, 1, 2, 11, 12, 13, 1400, JUMBO)))
    datagram = chance.choice(datagrams)
    if kind < 0.4:
        return datagram  # a replay
    return chance.choice(DAMAGE)(chance, datagram)
