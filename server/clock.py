"""The clock: wall time for records, monotonic time for durations; tests bring their own."""

import asyncio
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Where time comes from."""

    def now(self) -> datetime:
        """Wall time, UTC, timezone-aware."""

    def monotonic(self) -> float:
        """Seconds that no clock jump changes."""

    async def sleep(self, seconds: float) -> None:
        """Return after so many seconds of this clock."""

    def moved_by(self) -> timedelta:
        """How far somebody has set the machine's clock away from ``now``."""

    def follow(self) -> None:
        """Take the machine's wall time over."""


class SystemClock:
    """The machine's own clock, going on steadily while somebody sets it.

    Wall time is the time at which it was last followed plus what went by since then, so that a
    clock which is put right by a day does not end every check-in by its deadline. The scheduler
    follows the machine's time when that harms nobody.
    """

    def __init__(self, wall: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._wall = wall
        self.follow()

    def now(self) -> datetime:
        """Wall time, UTC."""
        return self._followed_at + timedelta(seconds=time.monotonic() - self._followed_s)

    def moved_by(self) -> timedelta:
        """The machine's wall time less ours."""
        return self._wall() - self.now()

    def follow(self) -> None:
        """Take the machine's wall time over."""
        self._followed_s, self._followed_at = time.monotonic(), self._wall()

    def monotonic(self) -> float:
        """Seconds since some moment."""
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        """Sleep on the event loop."""
        await asyncio.sleep(seconds)
