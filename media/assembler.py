"""From packets in any order to whole video frames, never a torn one.

Sans-IO: packets and times come in; frames and requests for a keyframe go out through callbacks.
"""

from collections.abc import Callable
from dataclasses import dataclass

from media.codecs import Depacketizer
from media.rtp import RtpPacket, signed16

# How long a hole may stay open before the frames behind it are given up: repairs are worth waiting
# for, since whoever watches live gets the packets themselves, at once and in any order.
HOLD_S = 1.0
# A hole that some rounds of asking have not filled will hardly be: a keyframe that is asked for now
# is there when the hole is given up.
KEYFRAME_AFTER_S = 0.3
_MOST_HELD = 512


@dataclass(frozen=True, slots=True)
class EncodedFrame:
    """One whole frame as a decoder wants it; ``timestamp`` is the RTP timestamp.

    ``after_loss``: frames before this one are missing for good.
    """

    timestamp: int
    keyframe: bool
    data: bytes
    after_loss: bool = False


class FrameAssembler:
    """Orders packets by sequence number and emits a frame as soon as its last packet is there.

    After a hole that nobody filled within ``HOLD_S`` it drops everything up to the next keyframe.
    As long as it needs one, or will need one because a hole is open for ``keyframe_after_s``,
    ``on_broken`` is called again and again.
    """

    def __init__(
        self,
        depacketizer: Depacketizer,
        on_frame: Callable[[EncodedFrame, float], None],
        on_broken: Callable[[float], None],
    ) -> None:
        self.keyframe_after_s = KEYFRAME_AFTER_S
        self._depacketizer = depacketizer
        self._on_frame = on_frame
        self._on_broken = on_broken
        self._held: dict[int, tuple[RtpPacket, float]] = {}
        self._next: int | None = None
        self._hole_since: float | None = None
        self._parts: list[bytes] = []
        self._timestamp: int | None = None
        self._at_boundary = False
        self._collecting = False
        self._need_keyframe = True
        self._lost = False
        self._broken = False
        self._marks = False

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
        self._held[number] = packet, now
        self._drain(now)
        if self._held or self._broken:
            self.tick(now)

    def tick(self, now: float) -> None:
        """Give up holes that have been open for too long; ask for the keyframe that is needed."""
        while self._hole_since is not None:
            if now - self._hole_since <= HOLD_S and len(self._held) <= _MOST_HELD:
                break
            self._skip_hole()
            self._drain(now)
        since = self._hole_since
        if self._broken or (since is not None and now - since > self.keyframe_after_s):
            self._on_broken(now)

    def restart(self, expected: int, now: float) -> None:
        """Forget everything: the sender started anew with ``expected``, or packets are gone."""
        self._held.clear()
        self._next = expected
        self._hole_since = None
        self._lose_frame()
        self._on_broken(now)

    def _drain(self, now: float) -> None:
        held = self._held
        while self._next is not None and (following := held.pop(self._next, None)) is not None:
            self._next = (self._next + 1) & 0xFFFF
            self._hole_since = None
            self._take(following[0], now)
        if not held:
            self._hole_since = None
        elif self._hole_since is None:
            self._hole_since = min([arrived for _, arrived in held.values()])

    def _skip_hole(self) -> None:
        """Go on behind the hole, at a keyframe that is already there if there is one."""
        assert self._next is not None
        expected = self._next
        ahead = sorted(self._held, key=lambda number: signed16(number - expected))
        self._next = next((number for number in ahead if self._opens(number)), ahead[0])
        for number in ahead:
            if number == self._next:
                break
            del self._held[number]
        self._hole_since = None
        self._lose_frame()

    def _opens(self, number: int) -> bool:
        payload = self._held[number][0].payload
        return self._depacketizer.starts_frame(payload) and self._depacketizer.starts_keyframe(
            payload
        )

    def _lose_frame(self) -> None:
        self._parts = []
        self._timestamp = None
        self._at_boundary = self._collecting = False
        self._need_keyframe = self._lost = self._broken = True

    def _take(self, packet: RtpPacket, now: float) -> None:
        """Take the next packet in sequence."""
        if not packet.payload:  # padding sent to probe the network
            return
        if packet.timestamp != self._timestamp:
            if self._timestamp is not None:
                self._end_unmarked(now)
            self._timestamp = packet.timestamp
            self._collecting = self._at_boundary or self._depacketizer.starts_frame(packet.payload)
            self._at_boundary = False
        if self._collecting:
            self._parts.append(packet.payload)
        if packet.marker:
            self._marks = True
            self._emit(now)
            self._timestamp = None
            self._at_boundary = True

    def _end_unmarked(self, now: float) -> None:
        """Another frame begins, no number is missing, and the last one had no marker.

        From a sender that marks its frames it is torn: browsers under congestion empty their queue,
        numbers not yet given, when a keyframe is to be sent.
        """
        if self._marks:
            self._parts = []
            self._need_keyframe = self._lost = True
        self._emit(now)
        self._at_boundary = True

    def _emit(self, now: float) -> None:
        parts, self._parts = self._parts, []
        timestamp = self._timestamp
        if timestamp is None or not parts:
            self._undecodable(now)
            return
        try:
            data, keyframe = self._depacketizer.join(parts)
        except ValueError:
            self._need_keyframe = self._lost = True
            self._undecodable(now)
            return
        if not self._need_keyframe:
            self._on_frame(EncodedFrame(timestamp, keyframe, data), now)
        elif keyframe:
            after_loss, self._lost = self._lost, False
            self._need_keyframe = self._broken = False
            self._on_frame(EncodedFrame(timestamp, True, data, after_loss), now)
        else:
            self._undecodable(now)

    def _undecodable(self, now: float) -> None:
        """What arrived cannot be shown."""
        if self._need_keyframe:
            self._broken = True
            self._on_broken(now)
