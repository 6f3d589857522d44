"""RTCP that a receiver and a forwarder send (RFC 3550 section 6, RFC 4585, REMB draft 03)."""

import struct
import time

from aiortc.rtp import (
    RTCP_PSFB_APP,
    RTCP_PSFB_PLI,
    RTCP_RTPFB,
    RTCP_RTPFB_NACK,
    RtcpPsfbPacket,
    RtcpSdesPacket,
    RtcpSenderInfo,
    RtcpSourceInfo,
    RtcpSrPacket,
    pack_remb_fci,
    pack_rtcp_packet,
)

from media.rtp import signed16

_NTP_EPOCH_OFFSET_S = 2_208_988_800
_CNAME = 1


def picture_loss(ssrc: int, media_ssrc: int) -> bytes:
    """Picture Loss Indication (RFC 4585 section 6.3.1)."""
    return bytes(RtcpPsfbPacket(fmt=RTCP_PSFB_PLI, ssrc=ssrc, media_ssrc=media_ssrc))


def generic_nack(ssrc: int, media_ssrc: int, lost: list[int]) -> bytes:
    """Generic NACK (RFC 4585 section 6.2.1); ``lost`` is oldest first and may wrap."""
    items: list[tuple[int, int]] = []
    for number in lost:
        distance = signed16(number - items[-1][0]) - 1 if items else -1
        if 0 <= distance < 16:
            packet, following = items[-1]
            items[-1] = (packet, following | 1 << distance)
        else:
            items.append((number, 0))
    body = struct.pack("!LL", ssrc, media_ssrc)
    body += b"".join(struct.pack("!HH", *item) for item in items)
    return pack_rtcp_packet(RTCP_RTPFB, RTCP_RTPFB_NACK, body)


def estimated_bitrate(ssrc: int, bitrate: int, ssrcs: list[int]) -> bytes:
    """Receiver Estimated Maximum Bitrate, bits per second."""
    fci = pack_remb_fci(bitrate, ssrcs)
    return bytes(RtcpPsfbPacket(fmt=RTCP_PSFB_APP, ssrc=ssrc, media_ssrc=0, fci=fci))


def sender_report(ssrc: int, ntp_s: float, rtp_timestamp: int, sent: tuple[int, int]) -> bytes:
    """A sender report; ``sent`` counts packets and payload bytes."""
    info = RtcpSenderInfo(
        ntp_timestamp=ntp_from_seconds(ntp_s),
        rtp_timestamp=rtp_timestamp & 0xFFFFFFFF,
        packet_count=sent[0] & 0xFFFFFFFF,
        octet_count=sent[1] & 0xFFFFFFFF,
    )
    return bytes(RtcpSrPacket(ssrc=ssrc, sender_info=info))


def source_name(ssrc: int, cname: str) -> bytes:
    """A source description with the canonical name."""
    chunk = RtcpSourceInfo(ssrc=ssrc, items=[(_CNAME, cname.encode())])
    return bytes(RtcpSdesPacket(chunks=[chunk]))


def ntp_from_seconds(seconds: float) -> int:
    """Seconds since 1900 as a 64-bit NTP timestamp."""
    whole = int(seconds)
    return (whole << 32 | int((seconds - whole) * (1 << 32))) & 0xFFFFFFFFFFFFFFFF


def ntp_to_seconds(timestamp: int) -> float:
    """A 64-bit NTP timestamp as seconds since 1900."""
    return timestamp / (1 << 32)


def ntp_now() -> float:
    """This machine's time in seconds since 1900."""
    return time.time() + _NTP_EPOCH_OFFSET_S
