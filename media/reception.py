"""What a receiver knows about one RTP stream: holes, duplicates, and the figures of its reports.

Sans-IO: the arrival time comes in as monotonic seconds.
"""

import math
from enum import Enum

from media.rtp import signed16

# A packet may be asked for again and again for this long; frames wait for it as long (HOLD_S).
GIVE_UP_AFTER_S = 1.0
# A packet this far from the last one belongs to a sender that started anew, if a second one agrees.
_RESTART_DISTANCE = 3000
# A hole wider than this is more than a sender keeps; asking for it would only add to the trouble.
_WIDEST_ASKED = 400
_MOST_MISSING = 1000
_MOST_ASKED_AT_ONCE = 100
_ASK_THE_REST_AFTER_S = 0.02


class Arrival(Enum):
    """How a packet fits into its stream."""

    NEXT = 1
    HOLE_BEFORE = 2
    RECOVERED = 3
    DUPLICATE = 4
    RESTART = 5
    ABANDONED_BEFORE = 6
    """There is a hole before it that is too wide or too old to be asked for."""


class _Missing:
    __slots__ = ("ask_at", "asked", "since")

    def __init__(self, now: float) -> None:
        self.since = self.ask_at = now
        self.asked = False


class Reception:
    """Sequence numbers of one SSRC (RFC 3550 appendices A.1, A.3 and A.8).

    ``ask_at`` is when :meth:`due` has something to say; infinity while nothing is missing.
    """

    def __init__(self, clock_rate: int) -> None:
        self.ask_at = math.inf
        self.received = 0
        self.unrecovered = 0
        self._clock_rate = clock_rate
        self._missing: dict[int, _Missing] = {}
        self._highest: int | None = None
        self._highest_at = 0.0
        self._stray: int | None = None
        self._cycles = 0
        self._first = 0
        self._transit: float | None = None
        self._jitter = 0.0
        self._expected_before = self._received_before = 0

    def add(self, sequence_number: int, now: float, *, repaired: bool = False) -> Arrival:
        """Take note of a packet and say how it fits.

        ``repaired``: unwrapped from a retransmission stream (RFC 4588). It fills its hole, yet the
        reports call the original lost, as the sender's rate control wants to know it.
        """
        highest = self._highest
        if highest is None:
            return self._restart(sequence_number, now)
        step = signed16(sequence_number - highest)
        if step == 1:
            arrival = Arrival.NEXT
        elif step > 1 and step <= _RESTART_DISTANCE:
            arrival = self._note_hole(highest, step, now)
        elif step <= 0 and step >= -_RESTART_DISTANCE:
            if self._missing.pop(sequence_number, None) is None:
                return Arrival.DUPLICATE
            if not self._missing:
                self.ask_at = math.inf
            self.received += not repaired
            return Arrival.RECOVERED
        else:
            return self._far_away(sequence_number, now)
        if sequence_number < highest:
            self._cycles += 1 << 16
        self._highest, self._highest_at = sequence_number, now
        self.received += not repaired
        return arrival

    def time(self, timestamp: int, now: float) -> None:
        """Feed the interarrival jitter with an original (never a retransmitted) packet."""
        transit = now * self._clock_rate - timestamp
        if self._transit is not None:
            difference = abs(transit - self._transit)
            if difference < 10 * self._clock_rate:
                self._jitter += (difference - self._jitter) / 16
        self._transit = transit

    def due(self, now: float, retry_s: float) -> list[int]:
        """Return the sequence numbers to ask for now, oldest first; give up what is too old.

        Each is asked for at once, again after ``retry_s`` seconds, and from then on twice as often:
        either the request was lost or the answer, and a sender repeats itself at most once a round
        trip however often it is asked.
        """
        wanted: list[int] = []
        ask_at = math.inf
        for number, missing in list(self._missing.items()):
            if now - missing.since > GIVE_UP_AFTER_S:
                del self._missing[number]
                self.unrecovered += 1
                continue
            if now >= missing.ask_at:
                if len(wanted) == _MOST_ASKED_AT_ONCE:
                    ask_at = min(ask_at, now + _ASK_THE_REST_AFTER_S)
                    break
                missing.ask_at = now + (retry_s / 2 if missing.asked else retry_s)
                missing.asked = True
                wanted.append(number)
            ask_at = min(ask_at, missing.ask_at)
        self.ask_at = ask_at
        return wanted

    @property
    def highest_sequence(self) -> int:
        """The extended highest sequence number received."""
        return self._cycles + (self._highest or 0)

    @property
    def expected(self) -> int:
        """Packets that the sender has sent since the first one (RFC 3550 appendix A.3)."""
        return self.highest_sequence - self._first + 1

    @property
    def lost(self) -> int:
        """Packets expected and never received, clamped to 24 bits; duplicates do not count."""
        return max(-0x800000, min(0x7FFFFF, self.expected - self.received))

    @property
    def jitter(self) -> int:
        """Interarrival jitter in timestamp units."""
        return int(self._jitter) & 0xFFFFFFFF

    @property
    def jitter_s(self) -> float:
        """Interarrival jitter in seconds."""
        return self._jitter / self._clock_rate

    def fraction_lost(self) -> int:
        """Loss since the last call in 1/256."""
        expected = self.expected - self._expected_before
        received = self.received - self._received_before
        self._expected_before, self._received_before = self.expected, self.received
        lost = expected - received
        return 0 if expected <= 0 or lost <= 0 else min(255, (lost << 8) // expected)

    def _note_hole(self, highest: int, step: int, now: float) -> Arrival:
        too_many = step > _WIDEST_ASKED or len(self._missing) + step > _MOST_MISSING
        if too_many or now - self._highest_at > GIVE_UP_AFTER_S:
            self.unrecovered += step - 1 + len(self._missing)
            self._missing.clear()
            self.ask_at = math.inf
            return Arrival.ABANDONED_BEFORE
        for lost in range(highest + 1, highest + step):
            self._missing[lost & 0xFFFF] = _Missing(now)
        self.ask_at = now
        return Arrival.HOLE_BEFORE

    def _far_away(self, sequence_number: int, now: float) -> Arrival:
        """Believe in a new beginning only when two packets in a row say so (appendix A.1)."""
        if self._stray is None or sequence_number != (self._stray + 1) & 0xFFFF:
            self._stray = sequence_number
            return Arrival.DUPLICATE
        return self._restart(sequence_number, now)

    def _restart(self, sequence_number: int, now: float) -> Arrival:
        started = self._highest is None
        self._missing.clear()
        self.ask_at = math.inf
        self._highest, self._highest_at = sequence_number, now
        self._first = sequence_number
        self._stray = None
        self._cycles = self._expected_before = self._received_before = 0
        self.received = 1
        self._transit = None
        if started:
            return Arrival.NEXT
        # The packet that announced the restart was put aside; it can be had again.
        self._first = (sequence_number - 1) & 0xFFFF
        if self._first > sequence_number:
            self._cycles = 1 << 16
        self._missing[self._first] = _Missing(now)
        self.ask_at = now
        return Arrival.RESTART
