"""How long a packet takes to a peer and back, from whatever the peer echoes.

Sans-IO. Three echoes tell it: the answer to our own connectivity checks (RFC 8445; every peer), the
last sender report in a receiver report (RFC 3550 section 6.4.1; who is sent media), and the delay
since our last reference time (DLRR, RFC 3611 section 4.5; browsers that only send).
"""

# A new sample's weight; samples are seconds apart, so this is heavier than a transport's 1/8.
_WEIGHT = 0.25
_LONGEST_S = 10.0
_NTP_UNIT = 65_536

# What to assume before anything is known (RFC 6298 would wait a second; a picture cannot).
UNKNOWN_S = 0.1


class RoundTrip:
    """The smoothed round-trip time of one peer; ``smoothed_s`` is None before the first sample."""

    def __init__(self) -> None:
        self.smoothed_s: float | None = None

    def add(self, sample_s: float) -> None:
        """Take one sample; what cannot be true is ignored."""
        if not 0.0 <= sample_s <= _LONGEST_S:
            return
        known = self.smoothed_s
        self.smoothed_s = sample_s if known is None else known + _WEIGHT * (sample_s - known)

    def add_echo(self, now_ntp: int, echoed: int, held: int) -> None:
        """Take an echo of a report of ours.

        ``now_ntp`` is the 64-bit NTP time, ``echoed`` the middle 32 bits of the time that we sent,
        ``held`` how long the peer kept it in 1/65536 s; an ``echoed`` of 0 says nothing.
        """
        if not echoed:
            return
        elapsed = ((now_ntp >> 16) - echoed - held) & 0xFFFFFFFF
        if elapsed & 0x80000000:  # a clock that is coarse on either side
            elapsed = 0
        self.add(elapsed / _NTP_UNIT)

    @property
    def estimate_s(self) -> float:
        """What to reckon with."""
        return UNKNOWN_S if self.smoothed_s is None else self.smoothed_s
