"""What a receiver knows about one RTP stream: holes, duplicates, and the figures of its reports.

Sans-IO: the arrival time comes in as monotonic seconds.
"""

from enum import Enum

from media.rtp import signed16

# A hole wider than this is a sender that started anew, not loss.
_RESTART_DISTANCE = 1000
_ASK_EVERY_S = 0.1
_GIVE_UP_AFTER_S = 1.0
_MOST_ASKED_AT_ONCE = 100


class Arrival(Enum):
    """How a packet fits into its stream."""

    NEXT = 1
    HOLE_BEFORE = 2
    RECOVERED = 3
    DUPLICATE = 4
    RESTART = 5


class _Missing:
    __slots__ = ("asked_at", "since")

    def __init__(self, now: float) -> None:
        self.since = now
        self.asked_at = -1.0


class Reception:
    """Sequence numbers of one SSRC (RFC 3550 appendices A.1, A.3 and A.8)."""

    def __init__(self, clock_rate: int) -> None:
        self._clock_rate = clock_rate
        self._missing: dict[int, _Missing] = {}
        self._highest: int | None = None
        self._cycles = 0
        self._first = 0
        self._transit: float | None = None
        self._jitter = 0.0
        self._expected_before = self._received_before = 0
        self.received = 0

    def add(self, sequence_number: int, now: float) -> Arrival:
        """Take note of a packet (an unwrapped retransmission too) and say how it fits."""
        highest = self._highest
        if highest is None:
            return self._restart(sequence_number)
        step = signed16(sequence_number - highest)
        if step == 1:
            arrival = Arrival.NEXT
        elif step > _RESTART_DISTANCE or step < -_RESTART_DISTANCE:
            return self._restart(sequence_number)
        elif step > 1:
            for lost in range(highest + 1, highest + step):
                self._missing[lost & 0xFFFF] = _Missing(now)
            arrival = Arrival.HOLE_BEFORE
        elif self._missing.pop(sequence_number, None) is None:
            return Arrival.DUPLICATE
        else:
            self.received += 1
            return Arrival.RECOVERED
        if sequence_number < highest:
            self._cycles += 1 << 16
        self._highest = sequence_number
        self.received += 1
        return arrival

    def time(self, timestamp: int, now: float) -> None:
        """Feed the interarrival jitter with an original (never a retransmitted) packet."""
        transit = now * self._clock_rate - timestamp
        if self._transit is not None:
            difference = abs(transit - self._transit)
            if difference < 10 * self._clock_rate:
                self._jitter += (difference - self._jitter) / 16
        self._transit = transit

    def due(self, now: float) -> list[int]:
        """Return the sequence numbers to ask for now, oldest first; forget what is too old."""
        wanted: list[int] = []
        for number, missing in list(self._missing.items()):
            if now - missing.since > _GIVE_UP_AFTER_S:
                del self._missing[number]
            elif now - missing.asked_at >= _ASK_EVERY_S and len(wanted) < _MOST_ASKED_AT_ONCE:
                missing.asked_at = now
                wanted.append(number)
        return wanted

    @property
    def highest_sequence(self) -> int:
        """The extended highest sequence number received."""
        return self._cycles + (self._highest or 0)

    @property
    def lost(self) -> int:
        """Packets expected and never received, clamped to 24 bits; duplicates do not count."""
        return max(-0x800000, min(0x7FFFFF, self._expected - self.received))

    @property
    def jitter(self) -> int:
        """Interarrival jitter in timestamp units."""
        return int(self._jitter) & 0xFFFFFFFF

    def fraction_lost(self) -> int:
        """Loss since the last call in 1/256."""
        expected = self._expected - self._expected_before
        received = self.received - self._received_before
        self._expected_before, self._received_before = self._expected, self.received
        lost = expected - received
        return 0 if expected <= 0 or lost <= 0 else min(255, (lost << 8) // expected)

    @property
    def _expected(self) -> int:
        return self.highest_sequence - self._first + 1

    def _restart(self, sequence_number: int) -> Arrival:
        started = self._highest is None
        self._missing.clear()
        self._highest = self._first = sequence_number
        self._cycles = self._expected_before = self._received_before = 0
        self.received = 1
        self._transit = None
        return Arrival.NEXT if started else Arrival.RESTART
