"""One received track: feedback to its sender, packets to forwarders, frames to its publisher."""

from collections.abc import Callable
from typing import Protocol

from aiortc.rate import RemoteBitrateEstimator
from aiortc.rtp import RtcpReceiverInfo, RtcpSrPacket

from media import feedback
from media.assembler import EncodedFrame, FrameAssembler
from media.codecs import depacketizer
from media.media_clock import MediaClock
from media.negotiated import Codec, Section
from media.reception import Arrival, Reception
from media.rtp import RtpPacket, find_extension

# RFC 4585 lets a receiver ask at any time; a phone's encoder suffers if it is asked all the time.
KEYFRAME_REQUEST_EVERY_S = 0.5
_REPORT_EVERY_S = 1.0
# Another SSRC in the same section takes over once the old one has been silent for this long.
_TAKEOVER_AFTER_S = 2.0


class PacketConsumer(Protocol):
    """Gets every packet of a track in order of arrival, each sequence number once."""

    def forward(self, packet: RtpPacket, codec: Codec, now: float) -> None:
        """Take one packet."""

    def source_restarted(self) -> None:
        """The numbers of the source start anew with the next packet."""


class TrackReceiver:
    """The receiving half of one media section. Never decodes.

    ``on_frame`` gets a whole frame (audio: the payload of one packet), its ticks on the track's
    clock and its arrival time; times are monotonic seconds.
    """

    def __init__(
        self,
        kind: str,
        rtcp_ssrc: int,
        send_rtcp: Callable[[bytes], bool],
        on_frame: Callable[["TrackReceiver", EncodedFrame, int, float], None],
    ) -> None:
        self.kind = kind
        self.mid = ""
        self.codec: Codec | None = None
        self.media_ssrc: int | None = None
        self.last_packet_s: float | None = None
        self.clock = MediaClock(90_000 if kind == "video" else 48_000)
        self._rtcp_ssrc = rtcp_ssrc
        self._send_rtcp = send_rtcp
        self._on_frame = on_frame
        self._codecs: dict[int, Codec] = {}
        self._announced: tuple[int, ...] = ()
        self._send_time_element: int | None = None
        self._consumers: list[PacketConsumer] = []
        self._reception: Reception | None = None
        self._assembler: FrameAssembler | None = None
        self._estimator = RemoteBitrateEstimator() if kind == "video" else None
        self._keyframe_wanted = False
        self._keyframe_asked_s = -1.0
        self._reported_s = 0.0
        self._sender_report: tuple[int, float] | None = None

    def configure(self, section: Section) -> None:
        """Apply what was negotiated, at first and again after every renegotiation."""
        self.mid = section.mid
        self._codecs = {codec.payload_type: codec for codec in section.codecs}
        self._announced = section.ssrcs
        self._send_time_element = section.send_time_element

    @property
    def payload_types(self) -> set[int]:
        """The payload types that this track may use."""
        return set(self._codecs)

    def add_consumer(self, consumer: PacketConsumer, now: float) -> None:
        """Hand every further packet to ``consumer`` and ask for a keyframe."""
        if consumer not in self._consumers:
            self._consumers.append(consumer)
        self.request_keyframe(now)

    def remove_consumer(self, consumer: PacketConsumer) -> None:
        """Stop handing packets to ``consumer``."""
        if consumer in self._consumers:
            self._consumers.remove(consumer)

    def receive(self, packet: RtpPacket, now: float) -> None:
        """Take one decrypted packet that the demultiplexer gave to this track."""
        codec = self._codecs.get(packet.payload_type)
        if codec is None:
            return
        if codec.repairs is None:
            if packet.ssrc != self.media_ssrc and not self._take_over(packet, codec, now):
                return
            if self._estimator is not None and packet.extension:
                self._estimate(packet, now)
        else:
            codec = self._codecs.get(codec.repairs)
            if codec is None or self.media_ssrc is None or len(packet.payload) < 2:
                return
            packet = self._unwrapped(packet, codec.payload_type)
        self.last_packet_s = now
        reception = self._reception
        assert reception is not None
        arrival = reception.add(packet.sequence_number, now)
        if arrival is Arrival.DUPLICATE:
            return
        if arrival is Arrival.NEXT:
            reception.time(packet.timestamp, now)
        elif arrival is Arrival.HOLE_BEFORE:
            self._ask_again(reception, now)
        elif arrival is Arrival.RESTART:
            self._restart(now)
        self._hand_on(packet, codec, now)

    def sender_report(self, report: RtcpSrPacket, now: float) -> None:
        """Take a sender report of this track."""
        info = report.sender_info
        if report.ssrc != self.media_ssrc or not info.ntp_timestamp:
            return
        self._sender_report = (info.ntp_timestamp >> 16 & 0xFFFFFFFF, now)
        self.clock.report(feedback.ntp_to_seconds(info.ntp_timestamp), info.rtp_timestamp)

    def request_keyframe(self, now: float) -> None:
        """Ask for a keyframe, at once or as soon as the last request is old enough."""
        if self.kind == "video":
            self._keyframe_wanted = True
            self._ask_for_keyframe(now)

    def tick(self, now: float) -> None:
        """Do what time asks for; called ten times a second."""
        if self._reception is None or self.media_ssrc is None:
            return
        if self._assembler is not None:
            self._assembler.tick(now)
        if self._keyframe_wanted:
            self._ask_for_keyframe(now)
        self._ask_again(self._reception, now)
        if now - self._reported_s >= _REPORT_EVERY_S:
            self._reported_s = now
            self._report(self._reception, now)

    def _take_over(self, packet: RtpPacket, codec: Codec, now: float) -> bool:
        """Adopt a new SSRC if the section has none, or its own is gone."""
        if self._announced and packet.ssrc not in self._announced:
            return False
        if self.last_packet_s is not None and now - self.last_packet_s < _TAKEOVER_AFTER_S:
            return False
        self.media_ssrc = packet.ssrc
        self._reception = Reception(codec.clock_rate)
        self._restart(now)
        return True

    def _restart(self, now: float) -> None:
        if self._assembler is not None:
            self._assembler.restart(now)
        for consumer in self._consumers:
            consumer.source_restarted()

    def _unwrapped(self, packet: RtpPacket, payload_type: int) -> RtpPacket:
        """The original of a retransmission (RFC 4588 section 4)."""
        return RtpPacket(
            payload_type,
            packet.marker,
            packet.payload[0] << 8 | packet.payload[1],
            packet.timestamp,
            self.media_ssrc or 0,
            b"",
            packet.payload[2:],
        )

    def _hand_on(self, packet: RtpPacket, codec: Codec, now: float) -> None:
        for consumer in self._consumers:
            consumer.forward(packet, codec, now)
        if self.kind == "audio":
            self.codec = codec
            if packet.payload:
                self._emit(EncodedFrame(packet.timestamp, True, packet.payload), now)
            return
        if self._assembler is None or codec is not self.codec:
            self.codec = codec
            self._assembler = FrameAssembler(
                depacketizer(codec.name), self._emit, self.request_keyframe
            )
        self._assembler.push(packet, now)

    def _emit(self, frame: EncodedFrame, now: float) -> None:
        if frame.keyframe:
            self._keyframe_wanted = False
        self._on_frame(self, frame, self.clock.extend(frame.timestamp, now), now)

    def _ask_for_keyframe(self, now: float) -> None:
        if self.media_ssrc is None or now - self._keyframe_asked_s < KEYFRAME_REQUEST_EVERY_S:
            return
        if self._send_rtcp(feedback.picture_loss(self._rtcp_ssrc, self.media_ssrc)):
            self._keyframe_asked_s = now

    def _ask_again(self, reception: Reception, now: float) -> None:
        if self.kind != "video" or self.media_ssrc is None:
            return
        lost = reception.due(now)
        if lost:
            self._send_rtcp(feedback.generic_nack(self._rtcp_ssrc, self.media_ssrc, lost))

    def _estimate(self, packet: RtpPacket, now: float) -> None:
        if self._send_time_element is None or self._estimator is None:
            return
        value = find_extension(packet.extension, self._send_time_element)
        if value is None or len(value) != 3:
            return
        estimate = self._estimator.add(
            abs_send_time=int.from_bytes(value),
            arrival_time_ms=int(now * 1000),
            payload_size=len(packet.payload),
            ssrc=packet.ssrc,
        )
        if estimate is not None:
            self._send_rtcp(feedback.estimated_bitrate(self._rtcp_ssrc, *estimate))

    def _report(self, reception: Reception, now: float) -> None:
        last_report, delay = 0, 0
        if self._sender_report is not None:
            last_report, received_s = self._sender_report
            delay = int((now - received_s) * 65536) & 0xFFFFFFFF
        report = RtcpReceiverInfo(
            ssrc=self.media_ssrc or 0,
            fraction_lost=reception.fraction_lost(),
            packets_lost=reception.lost,
            highest_sequence=reception.highest_sequence & 0xFFFFFFFF,
            jitter=reception.jitter,
            lsr=last_report,
            dlsr=delay,
        )
        self._send_rtcp(feedback.receiver_report(self._rtcp_ssrc, report))
