"""The picture of an H264 camera as a track: what a receiver is to a WebRTC peer."""

import random
import time
from collections.abc import Callable
from contextlib import suppress

from media.assembler import EncodedFrame
from media.codecs import H264
from media.media_clock import MediaClock
from media.negotiated import Codec
from media.quality import TrackMeter
from media.rtp import RtpPacket, signed32
from media.sources.h264_packets import IDR, PPS, SPS, annex_b, nal_units, payloads
from media.track_source import PacketConsumer
from roll_call.ports.media import TrackQuality

CLOCK_RATE = 90_000
_PAYLOAD_TYPE = 96
# A camera's clock that leaves arrival by more than this is not believed.
_MOST_AHEAD_S = 3.0
# A group of pictures of more packets is not kept for those who come later: so many at once would
# overflow the buffers on their way.
_MOST_KEPT = 250
_MOST_WAITING = 32
# The pictures kept for a new viewer are told to be this far apart: it decodes them at once and
# shows the newest, instead of playing the past.
_REPLAY_TICKS = 90


class _Figures:
    """What a report of quality is made of: all that was sent is here."""

    unrecovered = 0
    jitter_s = 0.0

    def __init__(self) -> None:
        self.received = 0

    @property
    def expected(self) -> int:
        return self.received


class CameraTrack:
    """Makes RTP packets of access units and hands whole frames to ``on_frame``.

    A camera cannot be asked for a keyframe, so the packets since its last one are kept and are
    what a new consumer gets first. ``codec`` and ``last_packet_s`` are as a receiver's.
    """

    kind = "video"

    def __init__(self, on_frame: Callable[["CameraTrack", EncodedFrame, int, float], None]) -> None:
        self.codec: Codec | None = None
        self.last_packet_s: float | None = None
        self.clock = MediaClock(CLOCK_RATE)
        self._on_frame = on_frame
        self._consumers: list[PacketConsumer] = []
        self._ssrc = random.getrandbits(32)
        self._sequence = random.getrandbits(15)
        self._timestamp = random.getrandbits(32)
        self._offset: int | None = None
        self._parameter_sets: dict[int, bytes] = {}
        self._started = False
        self._waiting: list[bytes] = []
        self._kept: list[RtpPacket] = []
        self._keeping = False
        self._size = (0, 0)
        self._figures = _Figures()
        self._meter = TrackMeter(time.monotonic())

    def add_consumer(self, consumer: PacketConsumer, now: float) -> None:
        """Hand every further packet to ``consumer``, and those since the last keyframe now."""
        if consumer in self._consumers:
            return
        self._consumers.append(consumer)
        if self.codec is None or not self._kept:
            return
        stamps = list(dict.fromkeys(packet.timestamp for packet in self._kept))
        newest = len(stamps) - 1
        told = {
            stamp: (self._timestamp - (newest - place) * _REPLAY_TICKS) & 0xFFFFFFFF
            for place, stamp in enumerate(stamps)
        }
        for packet in self._kept:
            consumer.forward(_stamped(packet, told[packet.timestamp]), self.codec, now)

    def remove_consumer(self, consumer: PacketConsumer) -> None:
        """Stop handing packets to ``consumer``."""
        if consumer in self._consumers:
            self._consumers.remove(consumer)

    def request_keyframe(self, now: float) -> None:
        """Nothing can be done: the camera sends its next keyframe when it is due."""

    def begin(self, extradata: bytes) -> None:
        """A connection to the camera has begun; ``extradata`` are parameter sets from its SDP."""
        self._parameter_sets.clear()
        self._remember(nal_units(extradata))
        self.interrupted()

    def interrupted(self) -> None:
        """Something is missing: nothing is handed out before the next keyframe."""
        self._offset = None
        self._kept, self._keeping, self._waiting = [], False, []
        if self._started:
            self._started = False
            for consumer in self._consumers:
                consumer.source_restarted()

    def take(self, data: bytes, stamp: int | None, now: float) -> None:
        """Take Annex B of one access unit; ``stamp`` is in ticks of the camera's own clock.

        What carries no picture (parameter sets, supplementary information) waits for the one that
        it belongs to.
        """
        units = self._waiting + nal_units(data)
        self._waiting = []
        if not any(1 <= unit[0] & 0x1F <= IDR for unit in units):
            self._waiting = units[-_MOST_WAITING:]
            return
        keyframe = any(unit[0] & 0x1F == IDR for unit in units)
        units = self._complete(units, keyframe)
        if not units or not (self._started or keyframe):
            return
        self._started = True
        timestamp = self._stamp(stamp, now)
        self.last_packet_s = now
        if keyframe:
            self._kept, self._keeping = [], True
        self._send(units, timestamp, now)
        frame = EncodedFrame(timestamp, keyframe, annex_b(units))
        if keyframe:
            self._note_size(frame.data)
        ticks = self.clock.extend(timestamp, now)
        self._meter.frames.frame(now, self.clock.expected_at(ticks))
        self._on_frame(self, frame, ticks, now)

    def quality(self, now: float) -> TrackQuality | None:
        """What arrived since the last call; over TCP nothing is lost."""
        if self.last_packet_s is None:
            return None
        return self._meter.report(self._figures, self._size, self._figures.received, now)

    def _send(self, units: list[bytes], timestamp: int, now: float) -> None:
        codec = self._described()
        parts = payloads(units)
        for number, payload in enumerate(parts):
            self._sequence = (self._sequence + 1) & 0xFFFF
            marker = int(number == len(parts) - 1)
            packet = RtpPacket(
                _PAYLOAD_TYPE, marker, self._sequence, timestamp, self._ssrc, b"", payload
            )
            self._keep(packet)
            self._figures.received += 1
            self._meter.bytes += len(payload)
            for consumer in self._consumers:
                consumer.forward(packet, codec, now)

    def _note_size(self, keyframe: bytes) -> None:
        with suppress(ValueError):
            self._size = H264().size(keyframe)

    def _complete(self, units: list[bytes], keyframe: bool) -> list[bytes]:
        """A keyframe begins with its parameter sets; without them it is none of use."""
        self._remember(units)
        if not keyframe:
            return units
        sets = [self._parameter_sets.get(kind) for kind in (SPS, PPS)]
        if None in sets:
            return []
        others = [unit for unit in units if unit[0] & 0x1F not in (SPS, PPS)]
        return [one for one in sets if one is not None] + others

    def _remember(self, units: list[bytes]) -> None:
        for unit in units:
            if unit[0] & 0x1F in (SPS, PPS):
                self._parameter_sets[unit[0] & 0x1F] = unit

    def _described(self) -> Codec:
        profile = self._parameter_sets.get(SPS, b"")[1:4].hex()
        if self.codec is None or self.codec.profile != profile:
            self.codec = Codec("H264", _PAYLOAD_TYPE, CLOCK_RATE, profile, None)
        return self.codec

    def _stamp(self, stamp: int | None, now: float) -> int:
        """The camera's time on our line, which never goes back and follows arrival."""
        last, last_s = self._timestamp, self.last_packet_s
        elapsed = 3000 if last_s is None else max(1, int((now - last_s) * CLOCK_RATE))
        if stamp is not None and self._offset is not None:
            step = signed32(stamp + self._offset - last)
            if 0 < step <= elapsed + _MOST_AHEAD_S * CLOCK_RATE:
                self._timestamp = (last + step) & 0xFFFFFFFF
                return self._timestamp
        self._timestamp = (last + elapsed) & 0xFFFFFFFF
        self._offset = None if stamp is None else self._timestamp - stamp
        return self._timestamp

    def _keep(self, packet: RtpPacket) -> None:
        if not self._keeping:
            return
        if len(self._kept) < _MOST_KEPT:
            self._kept.append(packet)
        else:
            self._kept, self._keeping = [], False


def _stamped(packet: RtpPacket, timestamp: int) -> RtpPacket:
    return RtpPacket(
        packet.payload_type,
        packet.marker,
        packet.sequence_number,
        timestamp,
        packet.ssrc,
        packet.extension,
        packet.payload,
    )
