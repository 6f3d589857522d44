"""``rollcall bench joins``: many phones offer in the same moment. Who waits, and who stands still?

The phones live in a process of their own; their offers are ready before the first one is sent. A
few phones are on the air already: they are who would notice.
"""

import asyncio
import json
import os
import statistics
import sys
import time
from typing import Any

from media.processes.cluster import ClusterMediaEngine
from media.settings import EngineSettings
from roll_call.errors import MediaError
from roll_call.ports.media import AnswerOffer, EngineLoad, MediaEvent, PeerConnected
from server.loop_lag import LoopLag

SETTLED_S = 2.5
PATIENCE_S = 120.0


class _Watch:
    """Notes when each peer was connected, and the worst lag of every media process."""

    def __init__(self) -> None:
        self.connected_s: dict[str, float] = {}
        self.lag_ms: dict[int, float] = {}
        self.resident_mb: dict[int, float] = {}
        self._news = asyncio.Event()

    def __call__(self, event: MediaEvent) -> None:
        if isinstance(event, PeerConnected):
            self.connected_s[event.peer] = time.monotonic()
            self._news.set()
        elif isinstance(event, EngineLoad):
            number = event.process
            self.lag_ms[number] = max(self.lag_ms.get(number, 0.0), event.lag_p99_ms)
            self.resident_mb[number] = event.resident_mb

    async def all_connected(self, peers: int) -> None:
        async with asyncio.timeout(PATIENCE_S):
            while len(self.connected_s) < peers:
                self._news.clear()
                await self._news.wait()


async def bench_joins(joins: int, processes: int) -> dict[str, Any]:
    """Figures of one burst; ``processes`` 0 is one a core."""
    phones = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "server.benchmarks.joining",
        str(joins),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        limit=1 << 20,
    )
    watch = _Watch()
    engine = ClusterMediaEngine(EngineSettings(), processes)
    began = time.monotonic()
    try:
        await engine.start(watch)
        first_ready_s = time.monotonic() - began
        await engine.all_ready()
        all_ready_s = time.monotonic() - began
        figures = await _burst(engine, watch, phones, joins)
    finally:
        await engine.close()
        if phones.returncode is None:
            phones.kill()
        await phones.wait()
    return {
        "joins": joins,
        "processes": len(watch.lag_ms),
        "cores": len(os.sched_getaffinity(0)),
        "first_process_ready_ms": round(first_ready_s * 1000),
        "all_processes_ready_ms": round(all_ready_s * 1000),
        **figures,
    }


async def _burst(
    engine: ClusterMediaEngine, watch: _Watch, phones: asyncio.subprocess.Process, joins: int
) -> dict[str, Any]:
    assert phones.stdin is not None and phones.stdout is not None
    offers = [json.loads(await phones.stdout.readline()) for _ in range(joins)]
    await asyncio.sleep(SETTLED_S)
    idle_mb = dict(watch.resident_mb)
    watch.lag_ms.clear()
    lag = LoopLag()
    lag.start()
    began = time.monotonic()
    refused: list[str] = []

    async def join(number: int, sdp: str) -> float:
        try:
            answer = await engine.answer(AnswerOffer(f"phone-{number}", sdp))
        except MediaError as error:
            refused.append(error.code)
            return time.monotonic() - began
        assert phones.stdin is not None
        phones.stdin.write(json.dumps({"number": number, "sdp": answer}).encode() + b"\n")
        return time.monotonic() - began

    answered_s = await asyncio.gather(*(join(n, sdp) for n, sdp in enumerate(offers)))
    await watch.all_connected(joins - len(refused))
    connected_s = [at - began for at in watch.connected_s.values()]
    await asyncio.sleep(SETTLED_S)
    figures = {
        "refused": refused,
        "answered_s": _spread(answered_s),
        "connected_s": _spread(connected_s),
        "main_loop_lag_ms": {
            "p99": round(lag.quantile_ms(0.99), 1),
            "most": round(lag.quantile_ms(1.0), 1),
        },
        "media_loop_lag_p99_ms": [watch.lag_ms[n] for n in sorted(watch.lag_ms)],
        "resident_mb": [watch.resident_mb[n] for n in sorted(watch.resident_mb)],
        "resident_idle_mb": [idle_mb[n] for n in sorted(idle_mb)],
    }
    await lag.stop()
    return figures


def _spread(values: list[float]) -> dict[str, float]:
    if not values:
        return {}
    return {"median": round(statistics.median(values), 2), "most": round(max(values), 2)}
