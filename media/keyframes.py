"""When a sender is asked for a keyframe: at once, again until it comes, never in a flood.

Sans-IO: times are monotonic seconds.
"""

from collections.abc import Callable

from media.round_trip import RoundTrip

# A phone's encoder suffers from being asked all the time (RFC 4585 leaves the pace to us).
_SHORTEST_S = 0.3
_LONGEST_S = 0.6
# A keyframe whose first packet is there is on its way; its lost packets are asked for one by one.
_ON_ITS_WAY_S = 1.0


class KeyframeRequests:
    """The picture loss indications of one track; ``send`` says whether one could be sent."""

    def __init__(self, send: Callable[[], bool], round_trip: RoundTrip) -> None:
        self.pending = False
        self._send = send
        self._round_trip = round_trip
        self._wanted = False
        self._asked_at = self._not_before = 0.0

    def want(self, now: float) -> None:
        """Ask now and until a keyframe has come."""
        self._wanted = True
        self.ask(now)

    def ask(self, now: float) -> None:
        """Ask now, unless the last request may still be answered."""
        if now < self._not_before or not self._send():
            return
        patience_s = 0.2 + 2 * self._round_trip.estimate_s
        self.pending = True
        self._asked_at = now
        self._not_before = now + min(_LONGEST_S, max(_SHORTEST_S, patience_s))

    def coming(self, now: float) -> None:
        """The first packet of a keyframe has arrived after a request."""
        self.pending = False
        self._not_before = max(self._not_before, now + _ON_ITS_WAY_S)

    def arrived(self) -> None:
        """A whole keyframe is there."""
        self._wanted = self.pending = False
        self._not_before = self._asked_at + _SHORTEST_S

    def tick(self, now: float) -> None:
        """Ask again for what was wanted and has not come."""
        if self._wanted:
            self.ask(now)
