"""RTP of one prepared track: headers are written anew, payloads are sent again and again."""

import struct
import time
from collections.abc import Callable

from aiortc.rtp import RtcpSenderInfo, RtcpSrPacket

_HEADER = struct.Struct("!BBHLLHH")
_VERSION_2_EXTENDED, _ONE_BYTE_PROFILE = 0x90, 0xBEDE
_NTP_EPOCH_OFFSET_S = 2_208_988_800
_KEPT = 512


class SequenceSource:
    """The transport-wide sequence numbers of one connection."""

    def __init__(self) -> None:
        self._next = 0

    def take(self) -> int:
        """The next number."""
        number = self._next
        self._next = (number + 1) & 0xFFFF
        return number


class SentTrack:
    """One SSRC: numbers, header extensions as a browser sends them, and what a NACK may ask for.

    ``elements`` are the negotiated identifiers of the header extensions: MID (RFC 9143), absolute
    send time, transport-wide sequence number; None where they were not agreed upon.
    """

    def __init__(
        self,
        ssrc: int,
        payload_type: int,
        mid: str,
        elements: tuple[int | None, int | None, int | None],
        numbers: SequenceSource,
        send: Callable[[bytes], bool],
    ) -> None:
        self.ssrc = ssrc
        self.sent_packets = self.sent_bytes = self.resent_packets = 0
        self._payload_type = payload_type
        self._numbers = numbers
        self._send = send
        self._sequence = 0
        self._kept: list[tuple[int, bytes] | None] = [None] * _KEPT
        self._fixed = b""
        name, self._send_time, self._transport_wide = elements
        if name is not None:
            self._fixed = bytes([name << 4 | len(mid) - 1]) + mid.encode()

    def send(self, payloads: tuple[bytes, ...], timestamp: int) -> None:
        """Send the packets of one frame; the last one carries the marker."""
        last = len(payloads) - 1
        for index, payload in enumerate(payloads):
            self._sequence = (self._sequence + 1) & 0xFFFF
            extension = self._extension()
            packet = (
                _HEADER.pack(
                    _VERSION_2_EXTENDED,
                    (index == last) << 7 | self._payload_type,
                    self._sequence,
                    timestamp & 0xFFFFFFFF,
                    self.ssrc,
                    _ONE_BYTE_PROFILE,
                    len(extension) // 4,
                )
                + extension
                + payload
            )
            self._kept[self._sequence % _KEPT] = (self._sequence, packet)
            if self._send(packet):
                self.sent_packets += 1
                self.sent_bytes += len(payload)

    def send_again(self, numbers: list[int]) -> None:
        """Answer a NACK (RFC 4585) with the same packets."""
        for number in numbers:
            kept = self._kept[number % _KEPT]
            if kept is not None and kept[0] == number and self._send(kept[1]):
                self.resent_packets += 1

    def report(self, timestamp: int) -> bytes:
        """A sender report: ``timestamp`` is of this very moment."""
        now = time.time() + _NTP_EPOCH_OFFSET_S
        info = RtcpSenderInfo(
            ntp_timestamp=int(now * (1 << 32)) & 0xFFFFFFFFFFFFFFFF,
            rtp_timestamp=timestamp & 0xFFFFFFFF,
            packet_count=self.sent_packets,
            octet_count=self.sent_bytes & 0xFFFFFFFF,
        )
        return bytes(RtcpSrPacket(ssrc=self.ssrc, sender_info=info))

    def _extension(self) -> bytes:
        extension = self._fixed
        if self._send_time is not None:  # 24 bits: seconds modulo 64 in units of 2**-18 s
            moment = int(time.time() * (1 << 18)) & 0xFFFFFF
            extension += bytes([self._send_time << 4 | 2]) + moment.to_bytes(3)
        if self._transport_wide is not None:
            number = self._numbers.take()
            extension += bytes([self._transport_wide << 4 | 1]) + number.to_bytes(2)
        return extension + bytes(-len(extension) % 4)
