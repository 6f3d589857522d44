"""``rollcall bench media``: what one stream costs our engine, aiortc's tools and Janus.

The same publishers send to each of them in turn, with the server under test alone on one core and
the load (publishers and viewers) on another.
"""

import asyncio
import gc
import os
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import psutil

from server.benchmarks import janus
from server.benchmarks.cores import Meter, on_core, two_cores
from server.benchmarks.janus import JanusSystem
from server.benchmarks.python_system import PythonSystem
from server.benchmarks.systems import System, SystemFailed
from server.simulate.load.footage import footage
from server.simulate.load.peers import LoadPublisher, LoadViewer

CODECS = ("VP8", "H264")
SYSTEMS = ("ours", "aiortc", "janus")
AIORTC_STREAMS = 2
"""More of them would not fit on one core: it encodes every picture twice."""
_WARM_UP_S = 3.0
_DRAIN_S = 1.0
_JOINS_AT_ONCE = 4

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Load:
    """What to run. ``systems`` are of ``SYSTEMS``; ``folder`` is where recordings go."""

    systems: tuple[str, ...] = ("ours", "aiortc")
    codecs: tuple[str, ...] = CODECS
    streams: int = 48
    seconds: float = 12.0
    folder: Path | None = None


@dataclass(frozen=True, slots=True)
class Figures:
    """One system with one codec. Lost are packets to viewers, frames (Janus: packets) on disk.

    None where a system has no such figure: it does not record, or what it sends on is encoded anew.
    ``grown_mb`` is what the process became larger by in the last two thirds of the measurement;
    ``load_cores`` shows that the load had room to spare on its own core.
    """

    streams: int
    cpu_s_per_stream_minute: float
    streams_per_core: float
    sent_packets: int
    lost_to_viewers: int
    lost_in_recordings: int | None
    loop_lag_p50_ms: float | None
    loop_lag_p99_ms: float | None
    peak_resident_mb: float
    mb_per_stream: float
    grown_mb: float
    load_cores: float


async def bench_media(load: Load, progress: Progress) -> dict[str, Any]:
    """Measure every system with every codec, one after the other; the figures and two ratios.

    Janus is optional: where it is not installed or does not work it is null, and ``janus_missing``
    says why. Raises SystemFailed where one of the others does not do what it is asked for.
    """
    server_core, load_core = two_cores()
    found: dict[str, dict[str, Figures]] = {}
    missing: str | None = None
    with on_core(load_core):
        for codec in load.codecs:
            progress(f"encoding {codec}")
            footage(codec)
        for name in load.systems:
            if name == "janus" and not janus.installed():
                missing = "not installed"
                continue
            try:
                found[name] = {
                    codec: await _measure(name, codec, load, server_core, progress)
                    for codec in load.codecs
                }
            except SystemFailed as error:
                if name != "janus":
                    raise
                missing = str(error)
    return _result(load, found, missing, one_core_each=server_core is not None)


async def _measure(
    name: str, codec: str, load: Load, core: int | None, progress: Progress
) -> Figures:
    """Raises SystemFailed."""
    try:
        return await _measured(name, codec, load, core, progress)
    except (SystemFailed, OSError, psutil.Error, ExceptionGroup) as error:
        raise SystemFailed(f"{name} {codec}: {_reason(error)}") from error


def _reason(error: Exception) -> str:
    """The first thing that went wrong: several streams may have met it at once."""
    if isinstance(error, ExceptionGroup):
        return _reason(error.exceptions[0])
    return "no answer in time" if isinstance(error, TimeoutError) else str(error) or repr(error)


async def _measured(
    name: str, codec: str, load: Load, core: int | None, progress: Progress
) -> Figures:
    streams = min(load.streams, AIORTC_STREAMS) if name == "aiortc" else load.streams
    with tempfile.TemporaryDirectory(prefix="rollcall-bench-", dir=load.folder) as folder:
        system = _system(name, codec, Path(folder), core)
        session = _Session(system, codec, streams, lambda said: progress(f"{name} {codec}: {said}"))
        try:
            return await session.run(load.seconds)
        finally:
            await session.close()


def _system(name: str, codec: str, folder: Path, core: int | None) -> System:
    if name == "janus":
        return JanusSystem(codec, folder, core)
    return PythonSystem(name, codec, folder, core)


class _Session:
    """One system, its publishers and its viewers, from the first connection to the last file."""

    def __init__(self, system: System, codec: str, streams: int, progress: Progress) -> None:
        self._system = system
        self._codec = codec
        self._streams = streams
        self._progress = progress
        self._publishers: dict[str, LoadPublisher] = {}
        self._viewers: dict[str, LoadViewer] = {}
        self._empty_mb = 0.0
        self._resident_mb: list[float] = []

    async def run(self, seconds: float) -> Figures:
        """Connect, warm up, measure, count."""
        self._progress("starting")
        await self._system.start()
        server, own = Meter(self._system.pid), Meter(os.getpid())
        self._empty_mb = server.resident_mb()
        self._progress(f"connecting {self._streams} streams")
        await self._connect()
        gc.collect()
        for index, publisher in enumerate(self._publishers.values()):
            publisher.start(index / self._streams)
        await asyncio.sleep(_WARM_UP_S)
        await self._system.begin()
        server.restart()
        own.restart()
        await self._watch(server, seconds)
        use, load_use = server.read(), own.read()
        lag = await self._system.lag()
        self._progress("counting")
        for publisher in self._publishers.values():
            publisher.stop()
        await asyncio.sleep(_DRAIN_S)
        await self._system.finish_recordings()
        peak_mb = max(self._resident_mb)
        cost = use.cpu_s / (self._streams * use.wall_s / 60)
        return Figures(
            streams=self._streams,
            cpu_s_per_stream_minute=round(cost, 3),
            streams_per_core=round(60 / cost, 1) if cost else 0.0,
            sent_packets=sum(peer.sent_packets for peer in self._publishers.values()),
            lost_to_viewers=self._lost_to_viewers(),
            lost_in_recordings=self._system.lost_in_recordings(self._publishers),
            loop_lag_p50_ms=None if lag is None else round(lag.p50_ms, 2),
            loop_lag_p99_ms=None if lag is None else round(lag.p99_ms, 2),
            peak_resident_mb=round(peak_mb, 1),
            mb_per_stream=round((peak_mb - self._empty_mb) / self._streams, 2),
            grown_mb=round(
                self._resident_mb[-1] - self._resident_mb[len(self._resident_mb) // 3], 1
            ),
            load_cores=round(load_use.cpu_s / load_use.wall_s, 2),
        )

    async def close(self) -> None:
        """End the load and the server."""
        for publisher in self._publishers.values():
            publisher.stop()
        peers = [*self._publishers.values(), *self._viewers.values()]
        await asyncio.gather(*(peer.close() for peer in peers), return_exceptions=True)
        await self._system.stop()

    async def _connect(self) -> None:
        turns, address = asyncio.Semaphore(_JOINS_AT_ONCE), self._system.address

        async def connect(index: int) -> None:
            name, watching = f"publisher{index}", f"viewer{index}"
            async with turns:
                publisher = self._publishers[name] = LoadPublisher(footage(self._codec), address)
                await self._system.publish(name, publisher)
                viewer = self._viewers[name] = LoadViewer(address)
                await self._system.view(watching, name, viewer)
                viewer.start()

        async with asyncio.TaskGroup() as joins:
            for index in range(self._streams):
                joins.create_task(connect(index))

    async def _watch(self, server: Meter, seconds: float) -> None:
        remaining_s = seconds
        while remaining_s > 0:
            self._progress(f"measuring, {remaining_s:.0f} s to go")
            step_s = min(1.0, remaining_s)
            await asyncio.sleep(step_s)
            remaining_s -= step_s
            self._resident_mb.append(server.resident_mb())

    def _lost_to_viewers(self) -> int:
        if self._system.reencodes:
            return sum(viewer.lost_packets for viewer in self._viewers.values())
        return sum(
            publisher.sent_packets - self._viewers[name].received_packets
            for name, publisher in self._publishers.items()
        )


def _result(
    load: Load,
    found: dict[str, dict[str, Figures]],
    missing: str | None,
    *,
    one_core_each: bool,
) -> dict[str, Any]:
    ours, aiortc, other = found.get("ours"), found.get("aiortc"), found.get("janus")
    return {
        "footage": "640x480@15 500 kbit/s, Opus 32 kbit/s, one viewer a stream, recorded",
        "seconds": load.seconds,
        "one_core_each": one_core_each,
        **{
            name: {codec: asdict(figures) for codec, figures in found[name].items()}
            if name in found
            else None
            for name in SYSTEMS
        },
        "janus_missing": missing,
        "times_cheaper_than_aiortc": _ratio(aiortc, ours, "H264"),
        "cost_vs_janus": _ratio(ours, other, "VP8"),
    }


def _ratio(
    above: dict[str, Figures] | None, below: dict[str, Figures] | None, codec: str
) -> float | None:
    costs = [
        of_system[codec].cpu_s_per_stream_minute
        for of_system in (above, below)
        if of_system is not None and codec in of_system
    ]
    return round(costs[0] / costs[1], 2) if len(costs) == 2 and costs[1] else None


def known_systems(only: Iterable[str], *, with_janus: bool) -> tuple[str, ...]:
    """The systems to run: ``only`` these, or all (Janus where it is wanted)."""
    chosen = tuple(only)
    return chosen or (SYSTEMS if with_janus else SYSTEMS[:-1])
