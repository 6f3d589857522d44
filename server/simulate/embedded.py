"""A server of one's own as a child process: for simulations, demonstrations and benchmarks."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import psutil

READY_WITHIN_S = 90.0
STOP_WITHIN_S = 20.0


class ServerDidNotStart(Exception):
    """The child ended, or was not ready in time; the text holds the end of what it said."""


@dataclass(frozen=True, slots=True)
class Ready:
    """The server's own words when it is ready; see ``rollcall serve --json-ready``."""

    url: str
    lan_url: str | None
    setup_code: str | None
    pid: int


class EmbeddedServer:
    """``rollcall serve`` in a process group of its own, on a port that the system chooses."""

    def __init__(
        self,
        data: Path,
        arguments: tuple[str, ...] = ("--port", "0"),
        environment: Mapping[str, str] | None = None,
        show_log: bool = False,
    ) -> None:
        self._data = data
        self._arguments = arguments
        self._environment = environment or {}
        self._show_log = show_log
        self._process: asyncio.subprocess.Process | None = None
        self._drain: asyncio.Task[None] | None = None
        self.ready = Ready(url="", lan_url=None, setup_code=None, pid=0)

    async def __aenter__(self) -> Self:
        self._data.mkdir(parents=True, exist_ok=True)
        log = None if self._show_log else (self._data / "server.log").open("ab")
        try:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "server.cli",
                "serve",
                "--data",
                str(self._data),
                "--json-ready",
                *self._arguments,
                stdout=asyncio.subprocess.PIPE,
                stderr=log,
                env={**os.environ, **self._environment},
            )
        finally:
            if log is not None:
                log.close()
        try:
            async with asyncio.timeout(READY_WITHIN_S):
                self.ready = await self._wait_until_ready()
        except BaseException:
            await self._stop()
            raise
        assert self._process.stdout is not None
        self._drain = asyncio.create_task(_read_to_end(self._process.stdout))
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._stop()

    def cpu_s(self) -> float:
        """CPU seconds of the server and all its workers until now."""
        return sum(sum(process.cpu_times()[:2]) for process in self._family())

    def peak_rss_mb(self) -> float:
        """The most memory that the server and its living workers ever had, each by itself.

        Pages that they share count once for each: an upper limit. Linux: ``VmHWM`` of proc(5).
        """
        peaks_kb = [
            int(line.split()[1])
            for process in self._family()
            for line in Path(f"/proc/{process.pid}/status").read_text().splitlines()
            if line.startswith("VmHWM:")
        ]
        return sum(peaks_kb) / 1024

    def _family(self) -> list[psutil.Process]:
        if self._process is None:
            return []
        parent = psutil.Process(self._process.pid)
        return [parent, *parent.children(recursive=True)]

    async def _wait_until_ready(self) -> Ready:
        assert self._process is not None and self._process.stdout is not None
        async for line in self._process.stdout:
            said = _json_object(line)
            if said.get("ready"):
                return Ready(said["url"], said.get("lan_url"), said.get("setup_code"), said["pid"])
        log = self._data / "server.log"
        tail = log.read_text(errors="replace")[-2000:] if log.exists() else ""
        raise ServerDidNotStart(f"the server ended before it was ready\n{tail}")

    async def _stop(self) -> None:
        process = self._process
        if process is not None and process.returncode is None:
            process.send_signal(signal.SIGTERM)
            try:
                async with asyncio.timeout(STOP_WITHIN_S):
                    await process.wait()
            except TimeoutError:
                process.kill()
                await process.wait()
        if self._drain is not None:
            await self._drain


def _json_object(line: bytes) -> dict[str, Any]:
    try:
        value = json.loads(line)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


async def _read_to_end(stream: asyncio.StreamReader) -> None:
    """Keep the child's pipe empty, so that it never waits for its reader."""
    while await stream.read(65_536):
        pass
