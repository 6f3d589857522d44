"""Failed sign-ins (and redemptions) per key in a moving window; kept in memory."""

import time

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from server.errors import RateLimited


class Throttle:
    """At most ``failures`` within ``minutes`` for each key; successes are not counted."""

    def __init__(self, failures: int, minutes: int) -> None:
        self._item = RateLimitItemPerMinute(failures, minutes)
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    def check(self, *keys: str) -> None:
        """Raise RateLimited(retry_after_s) if any key has failed too often."""
        for key in keys:
            if not self._limiter.test(self._item, key):
                reset = self._limiter.get_window_stats(self._item, key).reset_time
                raise RateLimited(retry_after_s=max(1, round(reset - time.time())))

    def failed(self, *keys: str) -> None:
        """Count one failure for each key."""
        for key in keys:
            self._limiter.hit(self._item, key)
