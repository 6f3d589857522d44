"""One sending media section that can be bound to any publisher's track, live.

Whatever it is bound to, the receiver sees one unbroken stream: one SSRC, sequence numbers without a
jump, timestamps that follow the clock.
"""

import random
from collections.abc import Callable

from aiortc.rtp import RtcpReceiverInfo

from media import feedback
from media.codecs import Depacketizer, depacketizer
from media.negotiated import Codec, Section
from media.round_trip import RoundTrip
from media.rtp import (
    RtpPacket,
    build_rtp,
    build_rtp_extended,
    extension_block,
    parse_rtp,
    signed16,
)
from media.track_source import TrackSource

# What can be sent again: some seconds of a tile, one of a big picture, one of sound.
_HISTORY = {"video": 512, "audio": 64}
_LATE = 512
# The rest of a keyframe whose first packet was lost and comes once more.
_MOST_WAITING = 128
_MOST_RESENT_AT_ONCE = 200
# Of video, repairs may take this share of what is sent: enough for a fifth lost, repairs included
# (0.2 / 0.8), and no more, for on a narrow line they would push the sound out. Bytes kept for a
# burst are a keyframe's.
_REPAIR_SHARE = 0.25
_REPAIR_BURST_BYTES = 48_000
_REPORT_EVERY_S = 1.0


class Forwarder:
    """The sending half of one media section.

    Video starts with a keyframe after every (re)binding; until it comes nothing is sent, so that a
    decoder never sees a difference to a picture that it does not have.
    """

    def __init__(
        self,
        kind: str,
        ssrcs: tuple[int, int],
        send_rtp: Callable[[bytes], bool],
        send_rtcp: Callable[[bytes], bool],
        round_trip: RoundTrip | None = None,
    ) -> None:
        self.kind = kind
        self.mid = ""
        self.ssrc, self._rtx_ssrc = ssrcs
        self.source: TrackSource | None = None
        self._source_time_offset_s: Callable[[], float | None] = lambda: None
        self._send_rtp = send_rtp
        self._send_rtcp = send_rtcp
        self._round_trip = round_trip or RoundTrip()
        self._codecs: tuple[Codec, ...] = ()
        self._cname = ""
        self._extension = b""
        self._build = build_rtp
        self._history_length = _HISTORY[kind]
        self._history: list[bytes | None] = [None] * self._history_length
        self._resent_at: dict[int, float] = {}
        self._waiting: list[RtpPacket] = []
        self._repair_bytes: float = _REPAIR_BURST_BYTES
        self._rtx_sequence = random.getrandbits(15)
        # The lower half, so that SRTP's rollover counter is not guessed wrong at the start.
        self._sequence = random.getrandbits(15)
        self._timestamp = random.getrandbits(32)
        self._timestamp_s: float | None = None
        self._sequence_offset = self._timestamp_offset = self._first_sequence = 0
        self._flowing = False
        self._just_started = 0
        self._source_codec: Codec | None = None
        self._payload_type: int | None = None
        self._depacketizer: Depacketizer | None = None
        self.sent_packets = self.sent_bytes = 0
        self.reported_loss = 0.0
        self._reported_s = 0.0

    def configure(self, section: Section) -> None:
        """Apply what was negotiated, at first and again after every renegotiation."""
        self.mid = section.mid
        self._codecs = section.codecs
        self._cname = section.cname
        self._source_codec = None
        name = section.mid.encode()
        if section.mid_element is not None and 0 < len(name) <= 16 and section.mid_element < 15:
            self._extension = extension_block(section.mid_element, name)
            self._build = build_rtp_extended
        else:
            self._extension, self._build = b"", build_rtp

    def bind(
        self,
        source: TrackSource | None,
        time_offset_s: Callable[[], float | None],
        now: float,
    ) -> None:
        """Send ``source``'s track from its next keyframe on; None sends nothing.

        ``time_offset_s`` says how far this machine's clock is ahead of the sender's.
        """
        if source is self.source:
            return
        if self.source is not None:
            self.source.remove_consumer(self)
        self.source = source
        self._source_time_offset_s = time_offset_s
        self.source_restarted()
        if source is not None:
            source.add_consumer(self, now)

    def source_restarted(self) -> None:
        """Join the next packets of the source to what was sent before."""
        self._flowing = False
        self._waiting.clear()
        self._source_codec = None

    def forward(self, packet: RtpPacket, codec: Codec, now: float) -> None:
        """Send one packet of the source on."""
        if codec is not self._source_codec:
            self._choose(codec)
        if self._payload_type is None:
            return
        if not self._flowing:
            self._begin(packet, codec, now)
            return
        if self._just_started:
            self._just_started -= 1
            if signed16(packet.sequence_number - self._first_sequence) < 0:
                return  # from before the binding, its place is taken
        self._forward(packet, now)

    def _forward(self, packet: RtpPacket, now: float) -> None:
        sequence = (packet.sequence_number + self._sequence_offset) & 0xFFFF
        timestamp = (packet.timestamp + self._timestamp_offset) & 0xFFFFFFFF
        if signed16(sequence - self._sequence) > 0:
            self._sequence, self._timestamp, self._timestamp_s = sequence, timestamp, now
        data = self._build(
            self._payload_type or 0,
            packet.marker,
            sequence,
            timestamp,
            self.ssrc,
            self._extension + packet.payload,
        )
        self._history[sequence % self._history_length] = data
        self._send_rtp(data)
        self.sent_packets += 1
        self.sent_bytes += len(packet.payload)
        self._repair_bytes = min(
            self._repair_bytes + len(data) * _REPAIR_SHARE, _REPAIR_BURST_BYTES
        )

    def retransmit(self, lost: list[int], now: float) -> None:
        """Answer a NACK from what was sent, by RTX (RFC 4588) where it was negotiated.

        Each packet at most once a round trip, and of video a share of what is sent, so that nobody
        can make us send without end and repairs leave room for the sound.
        """
        patience_s = self._round_trip.estimate_s * 0.8
        for number in lost[:_MOST_RESENT_AT_ONCE]:
            sent = self._history[number % self._history_length]
            if sent is None or sent[2:4] != (number & 0xFFFF).to_bytes(2):
                continue
            if now - self._resent_at.get(number, -10.0) < patience_s:
                continue
            if self.kind == "video":
                if self._repair_bytes < len(sent):
                    break
                self._repair_bytes -= len(sent)
            self._resent_at[number] = now
            packet = parse_rtp(sent)
            repair = self._repair_type(packet.payload_type)
            if repair is not None:
                self._rtx_sequence = (self._rtx_sequence + 1) & 0xFFFF
                sent = self._build(
                    repair,
                    packet.marker,
                    self._rtx_sequence,
                    packet.timestamp,
                    self._rtx_ssrc,
                    self._extension + sent[2:4] + packet.payload,
                )
            self._send_rtp(sent)
        if len(self._resent_at) > self._history_length:
            self._resent_at = {
                number: at for number, at in self._resent_at.items() if now - at < patience_s
            }

    def reported(self, report: RtcpReceiverInfo) -> None:
        """Take the viewer's report block about this section (RFC 3550 section 6.4.1)."""
        self.reported_loss = report.fraction_lost / 256
        self._round_trip.add_echo(
            feedback.ntp_from_seconds(feedback.ntp_now()), report.lsr, report.dlsr
        )

    def request_keyframe(self, now: float) -> None:
        """Relay a viewer's picture loss indication to the source."""
        if self.source is not None:
            self.source.request_keyframe(now)

    def tick(self, now: float) -> None:
        """Send a sender report once a second while something flows."""
        source = self.source
        if source is None or not self._flowing or now - self._reported_s < _REPORT_EVERY_S:
            return
        self._reported_s = now
        ntp_s = feedback.ntp_now()
        ahead = self._source_time_offset_s()
        timestamp = source.clock.timestamp_at(None if ahead is None else ntp_s - ahead, now)
        if timestamp is None:
            return
        report = feedback.sender_report(
            self.ssrc,
            ntp_s,
            timestamp + self._timestamp_offset,
            (self.sent_packets, self.sent_bytes),
        )
        self._send_rtcp(report + feedback.source_name(self.ssrc, self._cname))

    def _begin(self, packet: RtpPacket, codec: Codec, now: float) -> None:
        """Join the stream at this packet if it can be decoded from here."""
        if self._depacketizer is not None and not self._depacketizer.starts_keyframe(
            packet.payload
        ):
            self._waiting.append(packet)
            del self._waiting[:-_MOST_WAITING]
            if packet.marker:
                self.request_keyframe(now)
            return
        if self._timestamp_s is not None:
            elapsed = int((now - self._timestamp_s) * codec.clock_rate)
            self._timestamp = (self._timestamp + max(1, elapsed)) & 0xFFFFFFFF
        self._first_sequence = packet.sequence_number
        self._sequence_offset = self._sequence + 1 - packet.sequence_number
        self._timestamp_offset = self._timestamp - packet.timestamp
        self._flowing = True
        self._just_started = _LATE
        self._forward(packet, now)
        # A keyframe's first packet may have been the last one to come.
        waiting, self._waiting = self._waiting, []
        for late in waiting:
            if 0 < signed16(late.sequence_number - packet.sequence_number) <= _MOST_WAITING:
                self._forward(late, now)

    def _choose(self, codec: Codec) -> None:
        """Find the payload type that the viewer agreed to for the source's codec."""
        same = [ours for ours in self._codecs if ours.name == codec.name]
        exact = [ours for ours in same if ours.profile == codec.profile]
        chosen = next(iter(exact or same), None)
        self._source_codec = codec
        self._payload_type = None if chosen is None else chosen.payload_type
        self._depacketizer = depacketizer(codec.name) if self.kind == "video" else None

    def _repair_type(self, payload_type: int) -> int | None:
        for codec in self._codecs:
            if codec.repairs == payload_type:
                return codec.payload_type
        return None
