"""The compound report that a receiver owes its sender (RFC 3550 section 6.1): RR, SDES and XR.

The extended report's reference time (RRTR, RFC 3611 section 4.4) makes a browser that only sends
echo it, which tells the round trip.
"""

import struct

from aiortc.rtp import RtcpReceiverInfo, RtcpRrPacket

from media.feedback import source_name

_XR = 207
_RRTR, _DLRR = 4, 5
# RFC 3550 section 6.4.1: the count has five bits.
_MOST_BLOCKS = 31


def receiver_report(ssrc: int, cname: str, blocks: list[RtcpReceiverInfo], ntp: int) -> bytes:
    """A whole compound packet at the 64-bit NTP time ``ntp``."""
    report = RtcpRrPacket(ssrc=ssrc, reports=blocks[:_MOST_BLOCKS])
    return bytes(report) + source_name(ssrc, cname) + reference_time(ssrc, ntp)


def reference_time(ssrc: int, ntp: int) -> bytes:
    """An extended report with one receiver reference time block."""
    return struct.pack("!BBHLBBHQ", 0x80, _XR, 4, ssrc, _RRTR, 0, 2, ntp)


def reference_echoes(data: bytes) -> list[tuple[int, int, int]]:
    """Every DLRR sub-block of a compound packet: SSRC, last reference time, delay since it.

    The delay is in 1/65536 s. Whatever does not fit its own length is left out; nothing is raised.
    """
    echoes: list[tuple[int, int, int]] = []
    position = 0
    while position + 8 <= len(data):
        kind, words = data[position + 1], int.from_bytes(data[position + 2 : position + 4])
        end = min(position + 4 + 4 * words, len(data))
        if kind == _XR:
            echoes += _echoes_in(data, position + 8, end)
        position += 4 + 4 * words
    return echoes


def _echoes_in(data: bytes, position: int, end: int) -> list[tuple[int, int, int]]:
    echoes = []
    while position + 4 <= end:
        kind, words = data[position], int.from_bytes(data[position + 2 : position + 4])
        following = position + 4 + 4 * words
        if kind == _DLRR:
            for start in range(position + 4, min(following, end) - 11, 12):
                echoes.append(struct.unpack_from("!LLL", data, start))
        position = following
    return echoes
