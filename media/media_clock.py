"""One track's RTP timestamps as a line of ticks, and how two tracks of a sender lie together.

Sans-IO: arrival times come in as monotonic seconds.
"""

from media.rtp import signed32

# A timestamp further than this from what arrival says is a sender that started anew.
_JUMP_S = 10.0
# Sender reports that put the tracks further from where they arrived are nonsense, and a file made
# by them would be years long.
_MOST_APART_S = 2.0


class MediaClock:
    """Extends 32-bit RTP timestamps to ticks that survive wrapping, restarts and blackouts."""

    def __init__(self, rate: int) -> None:
        self.rate = rate
        self.arrival_origin_s: float | None = None
        self.sender_origin_s: float | None = None
        self._timestamp = 0
        self._ticks = 0
        self._now = 0.0

    def extend(self, timestamp: int, now: float) -> int:
        """Return the ticks of a frame that has just arrived (0 for the first one)."""
        if self.arrival_origin_s is None:
            self._timestamp, self._now, self.arrival_origin_s = timestamp, now, now
            return 0
        step = signed32(timestamp - self._timestamp)
        elapsed = (now - self._now) * self.rate
        if abs(step - elapsed) > _JUMP_S * self.rate:
            step = max(1, int(elapsed))
            self.sender_origin_s = None
        self._timestamp, self._now = timestamp, now
        self._ticks += step
        # The packet that was delayed least tells best when tick 0 was.
        self.arrival_origin_s = min(self.arrival_origin_s, now - self._ticks / self.rate)
        return self._ticks

    def report(self, sender_s: float, timestamp: int) -> None:
        """Take a sender report: ``timestamp`` was sampled at ``sender_s`` of the sender's clock."""
        if self.arrival_origin_s is not None:
            ticks = self._ticks + signed32(timestamp - self._timestamp)
            self.sender_origin_s = sender_s - ticks / self.rate

    def expected_at(self, ticks: int) -> float:
        """When a frame arrives that is as little delayed as the quickest one; monotonic seconds."""
        return (self.arrival_origin_s or 0.0) + ticks / self.rate

    def timestamp_at(self, sender_s: float | None, now: float) -> int | None:
        """Return the RTP timestamp of an instant, by the sender's clock where that is known."""
        if self.arrival_origin_s is None:
            return None
        if sender_s is not None and self.sender_origin_s is not None:
            ticks = (sender_s - self.sender_origin_s) * self.rate
        else:
            ticks = (now - self.arrival_origin_s) * self.rate
        return (self._timestamp + int(ticks) - self._ticks) & 0xFFFFFFFF


def offset_s(track: MediaClock, reference: MediaClock) -> float | None:
    """Seconds from ``reference``'s tick 0 to ``track``'s tick 0.

    By the sender's clock when both tracks have had a sender report (RFC 3550 section 6.4.1) that
    arrival does not contradict, else by arrival; None before both have arrived.
    """
    if track.arrival_origin_s is None or reference.arrival_origin_s is None:
        return None
    by_arrival = track.arrival_origin_s - reference.arrival_origin_s
    if track.sender_origin_s is None or reference.sender_origin_s is None:
        return by_arrival
    reported = track.sender_origin_s - reference.sender_origin_s
    return reported if abs(reported - by_arrival) <= _MOST_APART_S else by_arrival
