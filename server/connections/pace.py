"""How many messages one socket may send: a token bucket of its own."""

from server.clock import Clock
from server.errors import RateLimited


class Pace:
    """``burst`` at once, ``per_s`` sustained."""

    def __init__(self, clock: Clock, per_s: float, burst: int) -> None:
        self._clock = clock
        self._per_s = per_s
        self._burst = float(burst)
        self._tokens = float(burst)
        self._at_s = clock.monotonic()

    def take(self) -> None:
        """Raise RateLimited where the bucket is empty."""
        now_s = self._clock.monotonic()
        self._tokens = min(self._burst, self._tokens + (now_s - self._at_s) * self._per_s)
        self._at_s = now_s
        if self._tokens < 1:
            raise RateLimited(retry_after_s=max(1, round((1 - self._tokens) / self._per_s)))
        self._tokens -= 1
