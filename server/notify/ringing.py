"""Runs CallSubject: open pages learn what is due at once; who has none is notified."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from roll_call.effects import CallSubject
from server.connections.sockets import Connection, Sockets
from server.logs import logger

AT_ONCE = 16

log = logger("ringing")


class Ringing:
    """Ringing again only renews. A roll-call of hundreds is rung in parallel, not one by one."""

    def __init__(
        self, sockets: Sockets, notify: Callable[[Sequence[str]], Awaitable[None]]
    ) -> None:
        self._sockets = sockets
        self._notify = notify
        self._waiting: dict[str, CallSubject] = {}
        self._task: asyncio.Task[None] | None = None

    def ring(self, effect: CallSubject) -> None:
        """Ring the subject; returns before it is done."""
        self._waiting[effect.entry_id] = effect
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._run(), name="ringing")

    async def stop(self) -> None:
        """The server stops; who was not rung is told at the next hello."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self) -> None:
        while self._waiting:
            effects, self._waiting = list(self._waiting.values()), {}
            absent = [e.entry_id for e in effects if not any(self._sockets.of(e.subject))]
            pages = [page for e in effects for page in self._sockets.of(e.subject)]
            places = asyncio.Semaphore(AT_ONCE)
            ringing = [self._refresh(page, places) for page in pages]
            await asyncio.gather(self._tell_absent(absent), *ringing)

    async def _tell_absent(self, entry_ids: Sequence[str]) -> None:
        try:
            await self._notify(entry_ids)
        except Exception:
            log.exception("absent_not_notified", entries=len(entry_ids))

    async def _refresh(self, page: Connection, places: asyncio.Semaphore) -> None:
        async with places:
            try:
                await page.refresh()
            except Exception:
                log.exception("not_rung", bearer=page.bearer)
