"""A WebSocket with an outbox: sending never waits, a reader that is too slow is closed."""

import asyncio

from aiohttp import WSCloseCode, web

from roll_call.errors import RollCallError
from server.errors import error_text
from server.messages import Failure, Message, Superseded

OUTBOX = 5_000
FAREWELL_S = 1.0


class Socket:
    """Sends messages in order; ``locale`` words the failures."""

    def __init__(self, ws: web.WebSocketResponse, locale: str = "zh-CN") -> None:
        self.locale = locale
        self._ws = ws
        self._outbox: asyncio.Queue[Message | int] = asyncio.Queue(OUTBOX)
        self._closing = False
        self._writer = asyncio.create_task(self._write(), name="socket writer")

    def send(self, message: Message) -> None:
        """Queue a message; a full outbox closes the socket."""
        try:
            self._outbox.put_nowait(message)
        except asyncio.QueueFull:
            self._writer.cancel()

    def fail(self, error: RollCallError, fatal: bool = False) -> None:
        """A typed error in the client's language; a fatal one closes the socket."""
        self.send(
            Failure(
                code=error.code,
                message=error_text(error, self.locale),
                params=dict(error.params),
                fatal=fatal,
            )
        )
        if fatal:
            self.close(WSCloseCode.POLICY_VIOLATION)

    def close(self, code: int = WSCloseCode.OK) -> None:
        """Close after what is queued."""
        self._closing = True
        try:
            self._outbox.put_nowait(int(code))
        except asyncio.QueueFull:
            self._writer.cancel()

    def close_superseded(self) -> None:
        """The same subject is connected elsewhere."""
        self.send(Superseded())
        self.close()

    async def finish(self) -> None:
        """Stop writing; a farewell that is queued still goes out."""
        if self._closing:
            await asyncio.wait([self._writer], timeout=FAREWELL_S)
        self._writer.cancel()
        await asyncio.gather(self._writer, return_exceptions=True)

    async def _write(self) -> None:
        try:
            while True:
                item = await self._outbox.get()
                if isinstance(item, int):
                    await self._ws.close(code=item)
                    return
                await self._ws.send_str(item.model_dump_json())
        except (ConnectionError, RuntimeError):
            await self._ws.close()
        except asyncio.CancelledError:
            if not self._ws.closed:
                await self._ws.close(code=WSCloseCode.TRY_AGAIN_LATER)
            raise
