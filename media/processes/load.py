"""How busy a media process is: its CPU, its memory, and how late its event loop is."""

import asyncio
import os
import time
from collections import deque

import psutil

from roll_call.ports.media import EngineLoad

LOAD_EVERY_S = 2.0
_SAMPLE_S = 0.05
_KEPT = 200
"""Ten seconds of samples."""


class LoadMeter:
    """Sleeps 50 ms again and again, and notes by how much it woke up too late."""

    def __init__(self) -> None:
        self._late_s: deque[float] = deque(maxlen=_KEPT)
        self._process = psutil.Process()
        self._cpu_s = time.process_time()
        self._read_s = time.monotonic()

    async def sample_forever(self) -> None:
        """Until cancelled."""
        while True:
            due = time.monotonic() + _SAMPLE_S
            await asyncio.sleep(_SAMPLE_S)
            self._late_s.append(max(0.0, time.monotonic() - due))

    def read(self, process: int, peers: int) -> EngineLoad:
        """The load since the last reading; the lag is of the last ten seconds."""
        cpu_s, now = time.process_time(), time.monotonic()
        cpu = (cpu_s - self._cpu_s) / max(0.001, now - self._read_s)
        self._cpu_s, self._read_s = cpu_s, now
        late = sorted(self._late_s) or [0.0]
        return EngineLoad(
            process=process,
            pid=os.getpid(),
            peers=peers,
            cpu=round(cpu, 3),
            lag_p99_ms=round(late[int(0.99 * (len(late) - 1))] * 1000, 1),
            resident_mb=round(self._process.memory_info().rss / 1e6, 1),
        )
