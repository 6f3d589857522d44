"""One core for the server under test, another for its load; and what a process has used."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import psutil


@contextmanager
def on_core(core: int | None) -> Iterator[None]:
    """Run this thread, and what it starts meanwhile, on one core alone; None changes nothing."""
    if core is None or not hasattr(os, "sched_setaffinity"):
        yield
        return
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {core})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def two_cores() -> tuple[int | None, int | None]:
    """A core for the server and one for the load; None where the machine has only one."""
    cores = sorted(os.sched_getaffinity(0))
    return (cores[0], cores[1]) if len(cores) > 1 else (None, None)


@dataclass(frozen=True, slots=True)
class Use:
    """CPU seconds (user and system, all threads) and wall time of a stretch of time."""

    cpu_s: float
    wall_s: float


class Meter:
    """Counts the CPU seconds of one process, without its children."""

    def __init__(self, pid: int) -> None:
        self._process = psutil.Process(pid)
        self.restart()

    def restart(self) -> None:
        """Count from now on."""
        self._cpu_s, self._began_s = self._used_s(), time.monotonic()

    def read(self) -> Use:
        """What was used since the last :meth:`restart`."""
        return Use(self._used_s() - self._cpu_s, time.monotonic() - self._began_s)

    def resident_mb(self) -> float:
        """Resident memory now, in MB (10**6 bytes)."""
        return float(self._process.memory_info().rss) / 1e6

    def _used_s(self) -> float:
        times = self._process.cpu_times()
        return float(times.user + times.system)
