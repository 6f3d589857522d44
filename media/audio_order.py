"""Audio packets in the order in which they were sent, for those who cannot play them otherwise.

Sans-IO: packets and arrival times (monotonic seconds) come in; packets go out through a callback.
"""

from collections.abc import Callable

from media.rtp import RtpPacket, signed16

# A sound that comes later than this is not waited for; a recording has no use for more either.
HOLD_S = 0.2
_MOST_HELD = 32


class AudioOrder:
    """A small reordering buffer; a packet that is next in sequence passes without delay."""

    def __init__(self, on_packet: Callable[[RtpPacket, float], None]) -> None:
        self._on_packet = on_packet
        self._held: dict[int, tuple[RtpPacket, float]] = {}
        self._next: int | None = None

    def push(self, packet: RtpPacket, now: float) -> None:
        """Take one packet; what comes after its turn is dropped."""
        number = packet.sequence_number
        if number == self._next or self._next is None:
            self._next = (number + 1) & 0xFFFF
            self._on_packet(packet, now)
            if self._held:
                self._drain(now)
        elif signed16(number - self._next) > 0:
            self._held[number] = packet, now
            self.tick(now)

    def tick(self, now: float) -> None:
        """Stop waiting for what is too late."""
        while self._held:
            oldest = min([arrived for _, arrived in self._held.values()])
            if now - oldest <= HOLD_S and len(self._held) <= _MOST_HELD:
                return
            expected = self._next or 0
            self._next = min(self._held, key=lambda number: signed16(number - expected))
            self._drain(now)

    def restart(self) -> None:
        """Forget everything: the sender started anew."""
        self._held.clear()
        self._next = None

    def _drain(self, now: float) -> None:
        while self._next is not None and (held := self._held.pop(self._next, None)) is not None:
            self._next = (self._next + 1) & 0xFFFF
            self._on_packet(held[0], now)
