"""From packets in any order to whole video frames, never a torn one.

Sans-IO: packets and times come in; frames and requests for a keyframe go out through callbacks.
"""

from collections.abc import Callable
from dataclasses import dataclass

from media.codecs import Depacketizer
from media.rtp import RtpPacket, signed16

# How long a hole may stay open before the frames behind it are given up.
HOLD_S = 0.5
_MOST_HELD = 512


@dataclass(frozen=True, slots=True)
class EncodedFrame:
    """One whole frame as a decoder wants it; ``timestamp`` is the RTP timestamp."""

    timestamp: int
    keyframe: bool
    data: bytes


class FrameAssembler:
    """Orders packets by sequence number and emits a frame as soon as its last packet is there.

    After a hole that nobody filled within ``HOLD_S`` it drops everything up to the next keyframe
    and asks for one through ``on_broken``.
    """

    def __init__(
        self,
        depacketizer: Depacketizer,
        on_frame: Callable[[EncodedFrame, float], None],
        on_broken: Callable[[float], None],
    ) -> None:
        self._depacketizer = depacketizer
        self._on_frame = on_frame
        self._on_broken = on_broken
        self._held: dict[int, RtpPacket] = {}
        self._next: int | None = None
        self._hole_since: float | None = None
        self._parts: list[bytes] = []
        self._timestamp: int | None = None
        self._at_boundary = False
        self._collecting = False
        self._need_keyframe = True

    def push(self, packet: RtpPacket, now: float) -> None:
        """Take one packet; duplicates and late ones are ignored."""
        number = packet.sequence_number
        if self._next is None:
            self._next = number
        if number == self._next and not self._held:
            self._next = (number + 1) & 0xFFFF
            self._take(packet, now)
            return
        if signed16(number - self._next) < 0:
            return
        self._held[number] = packet
        self._drain(now)
        self.tick(now)

    def tick(self, now: float) -> None:
        """Give up holes that have been open for too long."""
        while self._held:
            if self._hole_since is None:
                self._hole_since = now
            if now - self._hole_since <= HOLD_S and len(self._held) <= _MOST_HELD:
                return
            self._skip_hole(now)
            self._drain(now)

    def restart(self, now: float) -> None:
        """Forget everything: the sender started anew."""
        self._held.clear()
        self._next = None
        self._hole_since = None
        self._lose_frame(now)

    def _drain(self, now: float) -> None:
        while self._next is not None and (packet := self._held.pop(self._next, None)) is not None:
            self._next = (self._next + 1) & 0xFFFF
            self._hole_since = None
            self._take(packet, now)

    def _skip_hole(self, now: float) -> None:
        assert self._next is not None
        expected = self._next
        self._next = min(self._held, key=lambda number: signed16(number - expected))
        self._hole_since = None
        self._lose_frame(now)

    def _lose_frame(self, now: float) -> None:
        self._parts = []
        self._timestamp = None
        self._at_boundary = self._collecting = False
        self._need_keyframe = True
        self._on_broken(now)

    def _take(self, packet: RtpPacket, now: float) -> None:
        """Take the next packet in sequence."""
        if not packet.payload:  # padding sent to probe the network
            return
        if packet.timestamp != self._timestamp:
            if self._timestamp is not None:
                # Nothing is missing in between, so the frame before ended without a marker.
                self._emit(now)
                self._at_boundary = True
            self._timestamp = packet.timestamp
            self._collecting = self._at_boundary or self._depacketizer.starts_frame(packet.payload)
            self._at_boundary = False
        if self._collecting:
            self._parts.append(packet.payload)
        if packet.marker:
            self._emit(now)
            self._timestamp = None
            self._at_boundary = True

    def _emit(self, now: float) -> None:
        parts, self._parts = self._parts, []
        timestamp = self._timestamp
        if timestamp is None or not parts:
            if self._need_keyframe:
                self._on_broken(now)
            return
        try:
            data, keyframe = self._depacketizer.join(parts)
        except ValueError:
            self._need_keyframe = True
            self._on_broken(now)
            return
        if self._need_keyframe and not keyframe:
            self._on_broken(now)
            return
        self._need_keyframe = False
        self._on_frame(EncodedFrame(timestamp, keyframe, data), now)
