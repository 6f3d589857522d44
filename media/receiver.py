"""One received track: feedback to its sender, packets to forwarders, frames to its publisher."""

from collections.abc import Callable

from aiortc.rate import RemoteBitrateEstimator
from aiortc.rtp import RtcpReceiverInfo, RtcpSrPacket

from media import feedback
from media.assembler import HOLD_S, KEYFRAME_AFTER_S, EncodedFrame, FrameAssembler
from media.audio_order import AudioOrder
from media.codecs import Depacketizer, depacketizer
from media.keyframes import KeyframeRequests
from media.media_clock import MediaClock
from media.negotiated import Codec, Section
from media.quality import TrackMeter
from media.reception import Arrival, Reception
from media.round_trip import RoundTrip
from media.rtp import RtpPacket, find_extension
from media.track_source import PacketConsumer
from roll_call.ports.media import TrackQuality

# A lost packet is asked for again when the last request could have been answered.
_RETRY_AFTER_ROUND_TRIPS = 1.2
_SHORTEST_RETRY_S = 0.02
_LONGEST_RETRY_S = 0.2
_KEYFRAME_AFTER_ROUND_TRIPS = 2.5
# Another SSRC in the same section takes over once the old one has been silent for this long.
_TAKEOVER_AFTER_S = 2.0


class TrackReceiver:
    """The receiving half of one media section. Never decodes.

    ``on_frame`` gets a whole frame (audio: the payload of one packet), its ticks on the track's
    clock and its arrival time; times are monotonic seconds. ``round_trip`` is its peer's.
    """

    def __init__(
        self,
        kind: str,
        rtcp_ssrc: int,
        send_rtcp: Callable[[bytes], bool],
        on_frame: Callable[["TrackReceiver", EncodedFrame, int, float], None],
        round_trip: RoundTrip | None = None,
    ) -> None:
        self.kind = kind
        self.mid = ""
        self.codec: Codec | None = None
        self.rtcp_ssrc = rtcp_ssrc
        self.media_ssrc: int | None = None
        self.last_packet_s: float | None = None
        self.clock = MediaClock(90_000 if kind == "video" else 48_000)
        self._send_rtcp = send_rtcp
        self._on_frame = on_frame
        self._round_trip = round_trip or RoundTrip()
        self._codecs: dict[int, Codec] = {}
        self._announced: tuple[int, ...] = ()
        self._send_time_element: int | None = None
        self._estimator: RemoteBitrateEstimator | None = None
        self._consumers: list[PacketConsumer] = []
        self._reception: Reception | None = None
        self._assembler: FrameAssembler | None = None
        self._depacketizer: Depacketizer | None = None
        self._audio = AudioOrder(self._sound)
        self._keyframes = KeyframeRequests(self._ask_for_keyframe, self._round_trip)
        self._sender_report: tuple[int, float] | None = None
        self._size = (0, 0)
        self._packets = 0
        self._meter: TrackMeter | None = None

    def configure(self, section: Section) -> None:
        """Apply what was negotiated, at first and again after every renegotiation.

        An extension element for send times asks for an estimate of the bitrate (REMB).
        """
        self.mid = section.mid
        self._codecs = {codec.payload_type: codec for codec in section.codecs}
        self._announced = section.ssrcs
        self._send_time_element = section.send_time_element
        if self.kind != "video" or section.send_time_element is None:
            self._estimator = None
        elif self._estimator is None:
            self._estimator = RemoteBitrateEstimator()

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
        repaired = codec.repairs is not None
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
        reception = self._reception
        assert reception is not None
        arrival = reception.add(packet.sequence_number, now, repaired=repaired)
        self.last_packet_s = now
        if arrival is Arrival.DUPLICATE:
            return
        if arrival is Arrival.NEXT:
            reception.time(packet.timestamp, now)
        elif arrival is Arrival.ABANDONED_BEFORE:
            self._abandon(packet.sequence_number, now)
        elif arrival is Arrival.RESTART:
            self._restart((packet.sequence_number - 1) & 0xFFFF, now)
        if now >= reception.ask_at:
            self._ask_again(reception, now)
        self._packets += 1
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
            self._keyframes.want(now)

    def tick(self, now: float) -> None:
        """Do what time asks for; called ten times a second."""
        if self._reception is None or self.media_ssrc is None:
            return
        if self._assembler is not None:
            patience_s = self._round_trip.estimate_s * _KEYFRAME_AFTER_ROUND_TRIPS
            self._assembler.keyframe_after_s = min(HOLD_S, max(KEYFRAME_AFTER_S, patience_s))
            self._assembler.tick(now)
        self._audio.tick(now)
        self._keyframes.tick(now)
        if now >= self._reception.ask_at:
            self._ask_again(self._reception, now)

    def report_block(self, now: float) -> RtcpReceiverInfo | None:
        """The block about this track in a report (RFC 3550 section 6.4.1), once a second or so."""
        reception = self._reception
        if reception is None or self.media_ssrc is None:
            return None
        last_report, delay = 0, 0
        if self._sender_report is not None:
            last_report, received_s = self._sender_report
            delay = int((now - received_s) * 65536) & 0xFFFFFFFF
        return RtcpReceiverInfo(
            ssrc=self.media_ssrc,
            fraction_lost=reception.fraction_lost(),
            packets_lost=reception.lost,
            highest_sequence=reception.highest_sequence & 0xFFFFFFFF,
            jitter=reception.jitter,
            lsr=last_report,
            dlsr=delay,
        )

    def quality(self, now: float) -> TrackQuality | None:
        """What arrived since the last call; None before the first packet."""
        if self._reception is None or self._meter is None:
            return None
        return self._meter.report(self._reception, self._size, self._packets, now)

    def _take_over(self, packet: RtpPacket, codec: Codec, now: float) -> bool:
        """Adopt a new SSRC if the section has none, or its own is gone."""
        if self._announced and packet.ssrc not in self._announced:
            return False
        if self.last_packet_s is not None and now - self.last_packet_s < _TAKEOVER_AFTER_S:
            return False
        self.media_ssrc = packet.ssrc
        self._reception = Reception(codec.clock_rate)
        if self._meter is None:
            self._meter = TrackMeter(now)
        else:
            self._restart(packet.sequence_number, now)
        return True

    def _restart(self, expected: int, now: float) -> None:
        """Everything is new: the numbers, and what was known of them."""
        if self._meter is not None:
            self._meter.restart(self._packets)
        self._abandon(expected, now)
        self._audio.restart()
        for consumer in self._consumers:
            consumer.source_restarted()

    def _abandon(self, expected: int, now: float) -> None:
        """What is missing before ``expected`` will not come any more."""
        if self._assembler is not None:
            self._assembler.restart(expected, now)

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
        if self._meter is not None:
            self._meter.bytes += len(packet.payload)
        if self.kind == "audio":
            self.codec = codec
            self._audio.push(packet, now)
            return
        if self._assembler is None or self._depacketizer is None or codec is not self.codec:
            self.codec = codec
            self._depacketizer = depacketizer(codec.name)
            self._assembler = FrameAssembler(self._depacketizer, self._emit, self._keyframes.ask)
        if self._keyframes.pending and self._depacketizer.starts_keyframe(packet.payload):
            self._keyframes.coming(now)
        self._assembler.push(packet, now)

    def _sound(self, packet: RtpPacket, now: float) -> None:
        if packet.payload:
            self._emit(EncodedFrame(packet.timestamp, True, packet.payload), now)

    def _emit(self, frame: EncodedFrame, now: float) -> None:
        ticks = self.clock.extend(frame.timestamp, now)
        if self.kind == "video":
            if self._meter is not None:
                self._meter.frames.frame(now, self.clock.expected_at(ticks))
            if frame.keyframe:
                self._keyframes.arrived()
                self._note_size(frame)
        self._on_frame(self, frame, ticks, now)

    def _note_size(self, keyframe: EncodedFrame) -> None:
        if self._depacketizer is not None:
            try:
                self._size = self._depacketizer.size(keyframe.data)
            except ValueError:
                self._size = (0, 0)

    def _ask_for_keyframe(self) -> bool:
        if self.media_ssrc is None:
            return False
        return self._send_rtcp(feedback.picture_loss(self.rtcp_ssrc, self.media_ssrc))

    def _ask_again(self, reception: Reception, now: float) -> None:
        retry_s = self._round_trip.estimate_s * _RETRY_AFTER_ROUND_TRIPS
        retry_s = min(_LONGEST_RETRY_S, max(_SHORTEST_RETRY_S, retry_s))
        lost = reception.due(now, retry_s)
        if lost and self.kind == "video" and self.media_ssrc is not None:
            self._send_rtcp(feedback.generic_nack(self.rtcp_ssrc, self.media_ssrc, lost))

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
            self._send_rtcp(feedback.estimated_bitrate(self.rtcp_ssrc, *estimate))
