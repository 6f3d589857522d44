"""A second console that only looks on: when it learnt of which change."""

import asyncio
import time
from types import TracebackType
from typing import Any, Self

import aiohttp

from server.messages import Challenge, EntryChanged, Hello, Welcome
from server.messages import server_messages as wire
from server.round_messages import RoundChanged
from server.simulate.staff import StaffClient


class Onlooker:
    """One console's socket; ``seen`` holds when an entry's state came (monotonic seconds)."""

    def __init__(self, staff: StaffClient) -> None:
        self._staff = staff
        self._socket: aiohttp.ClientWebSocketResponse | None = None
        self._reader: asyncio.Task[None] | None = None
        self._welcomed = asyncio.Event()
        self._news = asyncio.Event()
        self.seen: dict[tuple[str, str], float] = {}
        self.entries: dict[str, dict[str, Any]] = {}
        """The round's entries by id, as ``round_changed`` told them last."""

    async def __aenter__(self) -> Self:
        self._socket = await self._staff.web_socket()
        self._reader = asyncio.create_task(self._read(self._socket), name="onlooker")
        await self._welcomed.wait()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._reader is not None:
            self._reader.cancel()
            await asyncio.gather(self._reader, return_exceptions=True)
        if self._socket is not None:
            await self._socket.close()

    def know(self, entries: list[dict[str, Any]]) -> None:
        """What was asked for over HTTP."""
        self.entries.update({entry["entry_id"]: entry for entry in entries})

    async def changed(self, within_s: float) -> None:
        """Return at the next change of the round, or when the time is over."""
        self._news.clear()
        try:
            async with asyncio.timeout(within_s):
                await self._news.wait()
        except TimeoutError:
            return

    async def _read(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        async for raw in socket:
            if raw.type is not aiohttp.WSMsgType.TEXT:
                return
            message = wire.validate_json(raw.data)
            match message:
                case Challenge():
                    await socket.send_str(Hello(role="console").model_dump_json())
                case Welcome():
                    self._welcomed.set()
                case EntryChanged(entry_id=entry_id, state=state):
                    self.seen.setdefault((entry_id, state), time.monotonic())
                case RoundChanged(entries=entries):
                    self.know([entry.model_dump(mode="json") for entry in entries])
                    self._news.set()
                case _:
                    pass
