"""A receiver on this machine: keeps what was posted to it and answers as it is told."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web


@dataclass
class Sink:
    """``answers`` are the statuses of the next requests; after them ``status``."""

    url: str = ""
    status: int = 204
    answers: list[int] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    headers: list[Mapping[str, str]] = field(default_factory=list)

    async def take(self, request: web.Request) -> web.Response:
        """One request."""
        self.bodies.append(await request.read())
        self.headers.append(request.headers)
        return web.Response(status=self.answers.pop(0) if self.answers else self.status)


@asynccontextmanager
async def sink() -> AsyncIterator[Sink]:
    """Running on a free port."""
    place = Sink()
    app = web.Application()
    app.router.add_post("/{path:.*}", place.take)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    port = runner.addresses[0][1]
    place.url = f"http://127.0.0.1:{port}/hook"
    try:
        yield place
    finally:
        await runner.cleanup()
