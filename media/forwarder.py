"""One sending media section that can be bound to any publisher's track, live.

Whatever it is bound to, the receiver sees one unbroken stream: one SSRC, sequence numbers without a
jump, timestamps that follow the clock.
"""

import random
import struct
from collections.abc import Callable

from media import feedback
from media.codecs import Depacketizer, depacketizer
from media.negotiated import Codec, Section
from media.receiver import TrackReceiver
from media.rtp import RtpPacket, build_rtp, build_rtp_extended, extension_block, signed16

_HISTORY = 1024
_REPORT_EVERY_S = 1.0

Sent = tuple[int, int, int, RtpPacket]  # sequence number, timestamp, payload type, packet


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
    ) -> None:
        self.kind = kind
        self.mid = ""
        self.ssrc, self._rtx_ssrc = ssrcs
        self.source: TrackReceiver | None = None
        self._source_time_offset_s: Callable[[], float | None] = lambda: None
        self._send_rtp = send_rtp
        self._send_rtcp = send_rtcp
        self._codecs: tuple[Codec, ...] = ()
        self._cname = ""
        self._extension = b""
        self._build = build_rtp
        self._history: list[Sent | None] = [None] * _HISTORY
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
        self._sent_packets = self._sent_bytes = 0
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
        source: TrackReceiver | None,
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
        self._source_codec = None

    def forward(self, packet: RtpPacket, codec: Codec, now: float) -> None:
        """Send one packet of the source on."""
        if codec is not self._source_codec:
            self._choose(codec)
        if self._payload_type is None:
            return
        if not self._flowing and not self._start(packet, codec, now):
            return
        if self._just_started:
            self._just_started -= 1
            if signed16(packet.sequence_number - self._first_sequence) < 0:
                return  # from before the binding, its place is taken
        sequence = (packet.sequence_number + self._sequence_offset) & 0xFFFF
        timestamp = (packet.timestamp + self._timestamp_offset) & 0xFFFFFFFF
        if signed16(sequence - self._sequence) > 0:
            self._sequence, self._timestamp, self._timestamp_s = sequence, timestamp, now
        self._history[sequence % _HISTORY] = (sequence, timestamp, self._payload_type, packet)
        self._send_rtp(
            self._build(
                self._payload_type,
                packet.marker,
                sequence,
                timestamp,
                self.ssrc,
                self._extension + packet.payload,
            )
        )
        self._sent_packets += 1
        self._sent_bytes += len(packet.payload)

    def retransmit(self, lost: list[int]) -> None:
        """Answer a NACK from what was sent, by RTX (RFC 4588) where it was negotiated."""
        for number in lost:
            sent = self._history[number % _HISTORY]
            if sent is None or sent[0] != number:
                continue
            sequence, timestamp, payload_type, packet = sent
            repair = self._repair_type(payload_type)
            if repair is None:
                where = (payload_type, packet.marker, sequence, timestamp, self.ssrc)
                body = packet.payload
            else:
                self._rtx_sequence = (self._rtx_sequence + 1) & 0xFFFF
                where = (repair, packet.marker, self._rtx_sequence, timestamp, self._rtx_ssrc)
                body = struct.pack("!H", sequence) + packet.payload
            self._send_rtp(self._build(*where, self._extension + body))

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
            (self._sent_packets, self._sent_bytes),
        )
        self._send_rtcp(report + feedback.source_name(self.ssrc, self._cname))

    def _start(self, packet: RtpPacket, codec: Codec, now: float) -> bool:
        """Join the stream at this packet if it can be decoded from here."""
        if self._depacketizer is not None and not self._depacketizer.starts_keyframe(
            packet.payload
        ):
            if packet.marker:
                self.request_keyframe(now)
            return False
        if self._timestamp_s is not None:
            elapsed = int((now - self._timestamp_s) * codec.clock_rate)
            self._timestamp = (self._timestamp + max(1, elapsed)) & 0xFFFFFFFF
        self._first_sequence = packet.sequence_number
        self._sequence_offset = self._sequence + 1 - packet.sequence_number
        self._timestamp_offset = self._timestamp - packet.timestamp
        self._flowing = True
        self._just_started = _HISTORY
        return True

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
