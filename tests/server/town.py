"""A small town for the server's tests: the real server with fake media, and clients of its wire."""

import asyncio
import base64
import json
import time
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal

import aiohttp
from aiohttp import web
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from server.app import Parts, make_app
from server.config import Settings, load_settings
from server.messages import Hello, Message, ServerMessage, server_messages
from server.receipts import encode
from server.services import SERVICES, Services
from server.serving import make_runner
from storage.recordings import LocalRecordings
from storage.sqlite import SqliteStore
from tests.server.fakes import FakeEngine, FakeVerifier, Script

PASSWORD = "correct horse battery"


def face(shown: bytes) -> str:
    """A picture as the wire carries it; see ``FakeVerifier`` for what may be shown."""
    return base64.b64encode(b"\xff\xd8\xff " + shown).decode()


FACE = face(b"face")
Role = Literal["phone", "console", "terminal", "simulator"]


class FakeClock:
    """Wall and monotonic time that only tests move; sleeping is real."""

    def __init__(self) -> None:
        self.at = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)
        self.offset_s = 0.0

    def now(self) -> datetime:
        return self.at

    def monotonic(self) -> float:
        return time.monotonic() + self.offset_s

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(0.01)

    def moved_by(self) -> timedelta:
        return timedelta()

    def follow(self) -> None:
        """Nobody sets this clock; tests move it."""

    def forward(self, **delta: float) -> None:
        """Time passes."""
        step = timedelta(**delta)
        self.at += step
        self.offset_s += step.total_seconds()


@dataclass
class Town:
    """A running server and what it stands on."""

    data: Path
    clock: FakeClock
    engine: FakeEngine
    verifier: FakeVerifier
    script: Script
    settings: Settings
    url: str = ""
    app: web.Application | None = None
    ids: dict[str, str] = field(default_factory=dict)
    guests: list["Phone | Staff"] = field(default_factory=list)
    new_engine: Callable[[], Any] = FakeEngine
    new_verifier: Callable[[], FakeVerifier] = FakeVerifier

    @property
    def services(self) -> Services:
        """The server's inside, for what the wire does not show."""
        assert self.app is not None
        return self.app[SERVICES]

    @asynccontextmanager
    async def running(self) -> AsyncIterator["Town"]:
        """Start the server on a free port; may be entered again: that is a restart."""
        self.engine, self.verifier = self.new_engine(), self.new_verifier()
        parts = Parts(
            data_dir=self.data,
            settings=self.settings,
            store=SqliteStore(self.data),
            recordings=LocalRecordings(self.data / "recordings", 1_000_000),
            engine=self.engine,
            verifier=self.verifier,
            examiner=lambda verifier, settings: self.script.factory,
            clock=self.clock,
            dist=self.data / "dist",
        )
        self.app = make_app(parts)
        runner = make_runner(self.app, self.settings, shutdown_s=0.5)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        host, port = runner.addresses[0][:2]
        self.url = f"http://{host}:{port}"
        try:
            yield self
        finally:
            await runner.cleanup()
            for guest in self.guests:
                await guest.close()
            self.guests.clear()


def make_town(data: Path, **sections: Any) -> Town:
    """A town that does not run yet; ``sections`` override the configuration."""
    data.mkdir(parents=True, exist_ok=True)
    settings = load_settings(data, **sections)
    return Town(data, FakeClock(), FakeEngine(), FakeVerifier(), Script(), settings)


class Staff:
    """An officer's browser."""

    def __init__(self, town: Town) -> None:
        self._town = town
        jar = aiohttp.CookieJar(unsafe=True)
        self.http = aiohttp.ClientSession(cookie_jar=jar)
        town.guests.append(self)

    async def close(self) -> None:
        await self.http.close()

    async def ask(
        self, method: str, path: str, body: Any = None, *, origin: str | None = "own", **more: Any
    ) -> tuple[int, Any]:
        """Status and JSON (or bytes) of one request."""
        headers = dict(more.pop("headers", {}))
        if origin is not None:
            headers["Origin"] = self._town.url if origin == "own" else origin
        url = self._town.url + path
        async with self.http.request(method, url, json=body, headers=headers, **more) as reply:
            if reply.content_type == "application/json":
                return reply.status, json.loads(await reply.text())
            return reply.status, await reply.read()

    async def get(self, path: str) -> Any:
        """The JSON of a successful GET."""
        status, data = await self.ask("GET", path)
        assert status == 200, data
        return data

    async def post(self, path: str, body: Any = None) -> Any:
        """The JSON of a successful POST."""
        status, data = await self.ask("POST", path, body)
        assert status in (200, 201, 204), data
        return data

    async def put(self, path: str, body: Any) -> Any:
        """The JSON of a successful PUT."""
        status, data = await self.ask("PUT", path, body)
        assert status in (200, 204), data
        return data

    async def refusal(self, method: str, path: str, body: Any = None) -> tuple[int, str]:
        """Status and code of a request that is refused."""
        status, data = await self.ask(method, path, body)
        assert status >= 400, data
        return status, data["error"]["code"]

    async def sign_in(self, username: str) -> None:
        await self.post("/api/session", {"username": username, "password": PASSWORD})

    async def socket(self, role: Role = "console") -> "Wire":
        """The signaling socket; its hello is answered, which is the next that it reads."""
        wire = await Wire.connect(self._town, self.http, origin=self._town.url)
        await wire.expect("challenge")
        await wire.say(Hello(role=role))
        await wire.answered()
        return wire


class Wire:
    """A WebSocket that reads typed messages."""

    def __init__(self, ws: aiohttp.ClientWebSocketResponse) -> None:
        self.ws = ws
        self.seen: list[ServerMessage] = []
        self._unread: deque[ServerMessage] = deque()

    @classmethod
    async def connect(
        cls, town: Town, http: aiohttp.ClientSession, origin: str | None = None
    ) -> "Wire":
        headers = {"Origin": origin} if origin else {}
        return cls(await http.ws_connect(town.url + "/ws", headers=headers, max_msg_size=0))

    async def say(self, message: Message) -> None:
        await self.ws.send_str(message.model_dump_json())

    async def answered(self) -> None:
        """The server has said something more; it stays to be read."""
        message = await self._receive(10.0)
        assert message is not None, f"closed without an answer; saw {self.kinds}"
        self._unread.append(message)

    async def next(self, timeout_s: float = 10.0) -> Any:
        """The next message; None once the socket is closed."""
        message = self._unread.popleft() if self._unread else await self._receive(timeout_s)
        if message is not None:
            self.seen.append(message)
        return message

    async def _receive(self, timeout_s: float) -> ServerMessage | None:
        raw = await self.ws.receive(timeout_s)
        if raw.type is not aiohttp.WSMsgType.TEXT:
            return None
        return server_messages.validate_json(raw.data)

    async def expect(self, kind: str, timeout_s: float = 10.0) -> Any:
        """Read on until a message of this type."""
        while True:
            message = await self.next(timeout_s)
            assert message is not None, f"closed while waiting for {kind}; saw {self.kinds}"
            if message.type == kind:
                return message

    @property
    def kinds(self) -> list[str]:
        """Types of all messages until now."""
        return [message.type for message in self.seen]


class Phone:
    """A person's phone: a device key and a socket at a time."""

    def __init__(self, town: Town) -> None:
        self._town = town
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.device_id = ""
        self.resume: str | None = None
        self.http = aiohttp.ClientSession()
        self._wire: Wire | None = None
        town.guests.append(self)

    @property
    def wire(self) -> "Wire":
        """The present socket."""
        assert self._wire is not None, "enter first"
        return self._wire

    @property
    def jwk(self) -> dict[str, str]:
        numbers = self.key.public_key().public_numbers()
        return {
            "kty": "EC",
            "crv": "P-256",
            "x": encode(numbers.x.to_bytes(32, "big")),
            "y": encode(numbers.y.to_bytes(32, "big")),
        }

    def sign(self, nonce: str) -> str:
        """Raw r || s, as WebCrypto makes it."""
        r, s = decode_dss_signature(self.key.sign(nonce.encode(), ec.ECDSA(hashes.SHA256())))
        return encode(r.to_bytes(32, "big") + s.to_bytes(32, "big"))

    async def redeem(self, url: str) -> tuple[int, Any]:
        body = {"token": url.rpartition("#")[2], "public_key": self.jwk}
        async with self.http.post(
            self._town.url + "/api/phone/redeem", json=body, headers={"Origin": self._town.url}
        ) as reply:
            data = json.loads(await reply.text())
            if reply.status == 200:
                self.device_id = data["device_id"]
            return reply.status, data

    async def enter(self, *, resume: bool = False, role: Role = "phone") -> Any:
        """Connect and say hello; returns the welcome (or the failure)."""
        self._wire = await Wire.connect(self._town, self.http)
        challenge = await self.wire.expect("challenge")
        await self.wire.say(
            Hello(
                role=role,
                device_id=self.device_id or None,
                signature=self.sign(challenge.nonce) if self.device_id else None,
                resume=self.resume if resume else None,
            )
        )
        welcome = await self.wire.next()
        if welcome is not None and welcome.type == "welcome":
            self.resume = welcome.resume_token
        return welcome

    async def close(self) -> None:
        if self._wire is not None:
            await self._wire.ws.close()
        await self.http.close()
