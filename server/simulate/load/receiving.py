"""What a viewer counts of one received stream, and the reports that it owes its sender."""

from aiortc.rtp import (
    RTCP_RTPFB_NACK,
    RtcpReceiverInfo,
    RtcpRrPacket,
    RtcpRtpfbPacket,
    RtcpSrPacket,
)

_MOST_ASKED = 64


class ReceivedTrack:
    """One SSRC: every sequence number counts once, holes are asked for (RFC 4585)."""

    def __init__(self, ssrc: int, own_ssrc: int) -> None:
        self.received_packets = 0
        self._ssrc = ssrc
        self._own_ssrc = own_ssrc
        self._first: int | None = None
        self._highest = 0
        self._missing: set[int] = set()
        self._echo = (0, 0.0)
        self._reported = (0, 0)

    @property
    def lost_packets(self) -> int:
        """Sequence numbers between the first and the highest that never came."""
        return 0 if self._first is None else len(self._missing)

    def packet(self, sequence: int) -> bytes | None:
        """Count a packet; return a NACK when it shows a hole."""
        if self._first is None:
            self._first = self._highest = sequence
            self.received_packets = 1
            return None
        step = (sequence - self._highest + 0x8000 & 0xFFFF) - 0x8000
        number = self._highest + step
        if step == 1:
            self._highest = number
            self.received_packets += 1
        elif step > 1:
            hole = range(self._highest + 1, number)
            self._missing.update(hole)
            self._highest = number
            self.received_packets += 1
            return self._ask(hole)
        elif number in self._missing:
            self._missing.remove(number)
            self.received_packets += 1
        return None

    def sender_report(self, report: RtcpSrPacket, now: float) -> None:
        """Remember what the next receiver report has to echo (RFC 3550 section 6.4.1)."""
        self._echo = (report.sender_info.ntp_timestamp >> 16 & 0xFFFFFFFF, now)

    def report(self, now: float) -> bytes:
        """A receiver report of this stream."""
        expected = 0 if self._first is None else self._highest - self._first + 1
        expected_since = expected - self._reported[0]
        received_since = self.received_packets - self._reported[1]
        self._reported = (expected, self.received_packets)
        lost_since = max(0, expected_since - received_since)
        last_report, heard_s = self._echo
        info = RtcpReceiverInfo(
            ssrc=self._ssrc,
            fraction_lost=min(255, (lost_since << 8) // expected_since) if expected_since else 0,
            packets_lost=min(len(self._missing), 0x7FFFFF),
            highest_sequence=self._highest & 0xFFFFFFFF,
            jitter=0,
            lsr=last_report,
            dlsr=int((now - heard_s) * 65536) & 0xFFFFFFFF if last_report else 0,
        )
        return bytes(RtcpRrPacket(ssrc=self._own_ssrc, reports=[info]))

    def _ask(self, hole: range) -> bytes:
        lost = [number & 0xFFFF for number in hole[:_MOST_ASKED]]
        return bytes(
            RtcpRtpfbPacket(
                fmt=RTCP_RTPFB_NACK, ssrc=self._own_ssrc, media_ssrc=self._ssrc, lost=lost
            )
        )
