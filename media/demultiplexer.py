"""Which packet belongs to which track of a bundled transport (RFC 9143 section 9.2)."""

import struct
from collections.abc import Callable

from aiortc.rtp import (
    RTCP_PSFB_FIR,
    RTCP_PSFB_PLI,
    RTCP_RTPFB_NACK,
    RtcpPacket,
    RtcpPsfbPacket,
    RtcpRrPacket,
    RtcpRtpfbPacket,
    RtcpSrPacket,
)

from media import feedback
from media.forwarder import Forwarder
from media.negotiated import Section
from media.receiver import TrackReceiver
from media.reports import reference_echoes
from media.round_trip import RoundTrip
from media.rtp import RtpPacket, find_extension, parse_rtp
from media.transport_feedback import TransportFeedback

# More sources than this in one transport is an attack, not a camera.
_MOST_SSRCS = 128


class Demultiplexer:
    """Parses what a transport received and hands it to receivers and forwarders.

    Anything malformed is counted and dropped; nothing is raised.
    """

    def __init__(
        self,
        on_sender_report: Callable[[TrackReceiver, RtcpSrPacket, float], None],
        round_trip: RoundTrip | None = None,
    ) -> None:
        self.malformed = 0
        self._round_trip = round_trip or RoundTrip()
        self._transport_element: int | None = None
        self._transport_feedback = TransportFeedback()
        self._on_sender_report = on_sender_report
        self._receivers: dict[str, TrackReceiver] = {}
        self._forwarders: dict[int, Forwarder] = {}
        self._by_ssrc: dict[int, TrackReceiver] = {}
        self._mid_element: int | None = None

    def add_receiver(self, receiver: TrackReceiver, section: Section) -> None:
        """Route packets to ``receiver`` by announced SSRC, MID, or its own payload types."""
        self._receivers[section.mid] = receiver
        self._mid_element = section.mid_element or self._mid_element
        for ssrc in section.ssrcs:
            self._by_ssrc[ssrc] = receiver

    def add_forwarder(self, forwarder: Forwarder) -> None:
        """Route feedback to ``forwarder``."""
        self._forwarders[forwarder.ssrc] = forwarder

    def tell_arrivals(self, element: int | None) -> None:
        """Note the transport-wide number in this extension element of every packet, or stop."""
        self._transport_element = element

    def arrivals(self, ssrc: int, media_ssrc: int) -> list[bytes]:
        """The transport-wide feedback that is due; empty unless it was negotiated."""
        return self._transport_feedback.messages(ssrc, media_ssrc)

    def rtp(self, data: bytes, now: float) -> None:
        """Take one decrypted RTP packet."""
        try:
            packet = parse_rtp(data)
        except ValueError:
            self.malformed += 1
            return
        if self._transport_element is not None and packet.extension:
            number = find_extension(packet.extension, self._transport_element)
            if number is not None and len(number) == 2:
                self._transport_feedback.note(number[0] << 8 | number[1], now)
        receiver = self._by_ssrc.get(packet.ssrc)
        if receiver is None:
            receiver = self._learn(packet)
            if receiver is None:
                return
        receiver.receive(packet, now)

    def rtcp(self, data: bytes, now: float) -> None:
        """Take one decrypted (compound) RTCP packet."""
        try:
            packets = RtcpPacket.parse(data)
        except (ValueError, IndexError, struct.error):
            self.malformed += 1
            return
        for packet in packets:
            if isinstance(packet, RtcpSrPacket):
                receiver = self._by_ssrc.get(packet.ssrc)
                if receiver is not None:
                    self._on_sender_report(receiver, packet, now)
                self._reported(packet)
            elif isinstance(packet, RtcpRrPacket):
                self._reported(packet)
            elif isinstance(packet, RtcpRtpfbPacket):
                forwarder = self._forwarders.get(packet.media_ssrc)
                if forwarder is not None and packet.fmt == RTCP_RTPFB_NACK:
                    forwarder.retransmit(packet.lost, now)
            elif isinstance(packet, RtcpPsfbPacket):
                self._keyframe_requested(packet, now)
        for _, echoed, held in reference_echoes(data):
            self._round_trip.add_echo(feedback.ntp_from_seconds(feedback.ntp_now()), echoed, held)

    def _reported(self, packet: RtcpSrPacket | RtcpRrPacket) -> None:
        for report in packet.reports:
            forwarder = self._forwarders.get(report.ssrc)
            if forwarder is not None:
                forwarder.reported(report)

    def _keyframe_requested(self, packet: RtcpPsfbPacket, now: float) -> None:
        ssrc = packet.media_ssrc
        if packet.fmt == RTCP_PSFB_FIR and len(packet.fci) >= 4:
            ssrc = int.from_bytes(packet.fci[:4])  # RFC 5104 section 4.3.1.1
        elif packet.fmt != RTCP_PSFB_PLI:
            return
        forwarder = self._forwarders.get(ssrc)
        if forwarder is not None:
            forwarder.request_keyframe(now)

    def _learn(self, packet: RtpPacket) -> TrackReceiver | None:
        """Find the track of an SSRC that the offer did not announce."""
        receiver = None
        if self._mid_element is not None and packet.extension:
            mid = find_extension(packet.extension, self._mid_element)
            if mid is not None:
                receiver = self._receivers.get(mid.decode("ascii", "replace"))
        if receiver is None:
            able = [
                track
                for track in self._receivers.values()
                if packet.payload_type in track.payload_types
            ]
            receiver = able[0] if len(able) == 1 else None
        if receiver is not None:
            if len(self._by_ssrc) >= _MOST_SSRCS:
                return None
            self._by_ssrc[packet.ssrc] = receiver
        return receiver
