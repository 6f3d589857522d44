"""How late the event loop is: the one figure that tells whether everybody is served in time."""

import asyncio
import time
from collections import deque

PERIOD_S = 0.02
KEPT = 15_000
"""Five minutes of samples."""


class LoopLag:
    """Sleeps 20 ms again and again and keeps by how much it woke up too late, in seconds."""

    def __init__(self) -> None:
        self._late_s: deque[float] = deque(maxlen=KEPT)
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin sampling on the running loop."""
        self._task = asyncio.create_task(self._sample(), name="loop lag")

    async def stop(self) -> None:
        """End sampling."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    def reset(self) -> None:
        """Forget the samples: a measurement begins."""
        self._late_s.clear()

    def quantile_ms(self, share: float) -> float:
        """The lag in milliseconds that ``share`` (0..1) of the samples do not exceed."""
        ordered = sorted(self._late_s)
        if not ordered:
            return 0.0
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] * 1000

    async def _sample(self) -> None:
        while True:
            due = time.perf_counter() + PERIOD_S
            await asyncio.sleep(PERIOD_S)
            self._late_s.append(max(0.0, time.perf_counter() - due))
