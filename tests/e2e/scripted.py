"""A server whose words a test decides: for screens that come and go by themselves.

The page itself, its rules and its camera are the real ones; only what the server says is not.
"""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web
from playwright.sync_api import BrowserContext, Page, Route, WebSocketRoute

from server.static import add_pages
from tests.e2e.town import CENTER, OFFICE

ENTRY = {
    "entry_id": "entry",
    "title": "视频签到",
    "state": "pending",
    "opens_at": "2026-11-21T01:00:00Z",
    "closes_at": "2026-11-21T02:00:00Z",
}
NETWORK = {"ice_servers": [], "ice_transport_policy": "all"}
WELCOME = {
    "type": "welcome",
    "role": "phone",
    "center": CENTER,
    "office": OFFICE,
    "office_phone": "0000-5550101",
    "server_time": "2026-11-21T01:00:00Z",
    "resume_token": "token",
    "resumed": False,
    "demonstration": False,
    "face_enrolled": True,
    **NETWORK,
}
TICKET = {"number": 1, "position": 0, "taken_at": "2026-11-21T01:01:00Z"}
SESSION = {"session_id": "session", "entry_id": "entry", "attempt": 1, "steps": 3}


@asynccontextmanager
async def pages() -> AsyncIterator[str]:
    """The built pages without a server behind them; yields the phone's address with a link."""
    app = web.Application()
    add_pages(app)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    try:
        yield f"http://127.0.0.1:{port}/p#link"
    finally:
        await runner.cleanup()


class ScriptedServer:
    """Answers greeting, ticket and consent by itself; all else is said by the test."""

    def __init__(self, context: BrowserContext, name: str, *, due: bool = True) -> None:
        self._welcome = {**WELCOME, "name": name, "entries": [ENTRY] if due else []}
        self._socket: WebSocketRoute | None = None
        self.heard: list[dict[str, Any]] = []
        """What the page has said, in order."""
        context.route("**/api/phone/redeem", _bind)
        context.route_web_socket("**/ws", self._open)

    def say(self, page: Page, type_: str, **message: object) -> None:
        """One message to the page, which has shown it when this returns."""
        assert self._socket is not None, "the page has not connected"
        self._tell(type_, **message)
        page.evaluate("() => new Promise(done => setTimeout(done, 50))")

    def _tell(self, type_: str, **message: object) -> None:
        if self._socket is not None:
            self._socket.send(json.dumps({"type": type_, **message}))

    def _open(self, socket: WebSocketRoute) -> None:
        self._socket = socket
        socket.on_message(lambda text: self._hear(json.loads(text)))
        self._tell("challenge", nonce="AAAA", version=1)

    def _hear(self, message: dict[str, Any]) -> None:
        self.heard.append(message)
        match message["type"]:
            case "hello":
                self._tell(**_named(self._welcome))
            case "take_ticket":
                self._tell("ticket", entry_id="entry", **TICKET)
            case "consent":
                self._tell("session", **SESSION, **NETWORK)


def _named(message: dict[str, Any]) -> dict[str, Any]:
    return {"type_": message["type"], **{k: v for k, v in message.items() if k != "type"}}


def _bind(route: Route) -> None:
    route.fulfill(json={"device_id": "device"})
