"""The WebSocket endpoint: origin, challenge, hello, then one handler a role. See PROTOCOL.md."""

import asyncio
import secrets
from typing import Any, Protocol

from aiohttp import WSCloseCode, WSMessage, web

from roll_call.errors import InvalidInput, NotAllowed, NotFound, RollCallError
from roll_call.people import Officer, Subject, SubjectKind
from server import messages as m
from server.access import Verb, require
from server.api.routing import request_locale
from server.auth.devices import signature_fits
from server.auth.staff import COOKIE
from server.auth.terminals import TERMINAL_COOKIE
from server.auth.tokens import new_id
from server.connections.console import ConsoleConnection
from server.connections.pace import Pace
from server.connections.parsing import PICTURE_MESSAGE_BYTES, Oversized, parse
from server.connections.publisher import Identity, PublisherConnection
from server.connections.sign_in_watch import SignIns, end_with_sign_in
from server.connections.socket import Socket
from server.connections.sockets import Connection
from server.errors import RateLimited
from server.logs import logger
from server.origins import ForeignOrigin, check_origin
from server.resume import Bearer
from server.services import SERVICES, Services

HELLO_WITHIN_S = 15.0

log = logger("signaling")


class Handler(Connection, Protocol):
    """A role's handler."""

    async def handle(self, message: m.ClientMessage) -> None:
        """One message; raises RollCallError."""

    async def close(self) -> None:
        """The socket is gone."""


async def websocket(request: web.Request) -> web.WebSocketResponse:
    """GET /ws. A foreign Origin is refused with 403 before the upgrade."""
    services = request.app[SERVICES]
    server = services.settings.server
    same_site = check_origin(request, services.public_url, server.allowed_origins, required=False)
    largest = max(server.max_message_bytes, PICTURE_MESSAGE_BYTES)
    ws = web.WebSocketResponse(max_msg_size=largest, heartbeat=server.heartbeat_s, compress=False)
    await ws.prepare(request)
    socket = Socket(ws, request_locale(request))
    conversation = Conversation(services, request, ws, socket, same_site)
    try:
        await conversation.run()
    finally:
        await socket.finish()
    return ws


class Conversation:
    """One socket from the challenge to its end."""

    def __init__(
        self,
        services: Services,
        request: web.Request,
        ws: web.WebSocketResponse,
        socket: Socket,
        same_site: bool,
    ) -> None:
        self._services = services
        self._request = request
        self._ws = ws
        self._socket = socket
        self._same_site = same_site
        self._handler: Handler | None = None
        self._bad = 0
        self._sign_in: asyncio.Task[None] | None = None
        server = services.settings.server
        self._pace = Pace(services.clock, server.messages_per_second, server.message_burst)

    async def run(self) -> None:
        """Until the client or the server closes; nothing of it stays registered."""
        try:
            await self._converse()
        finally:
            if self._sign_in is not None:
                self._sign_in.cancel()
                await asyncio.gather(self._sign_in, return_exceptions=True)
            if self._handler is not None:
                self._services.sockets.remove(self._handler)
                await self._handler.close()

    async def _converse(self) -> None:
        nonce = secrets.token_urlsafe(24)
        self._socket.send(m.Challenge(nonce=nonce))
        try:
            handler = await self._greet(nonce)
        except RollCallError as error:
            self._socket.fail(error, fatal=True)
            await self._drain()
            return
        except Oversized:
            self._socket.close(WSCloseCode.MESSAGE_TOO_BIG)
            return
        except (TimeoutError, ConnectionError):
            return
        await self._loop(handler)

    def _register(self, handler: Handler) -> None:
        self._handler = handler
        self._services.sockets.add(handler)

    async def _greet(self, nonce: str) -> Handler:
        async with asyncio.timeout(HELLO_WITHIN_S):
            message = self._parse(await self._ws.receive())
        if not isinstance(message, m.Hello):
            raise InvalidInput("hello_expected")
        if message.version != m.PROTOCOL_VERSION:
            raise InvalidInput("unsupported_version")
        self._socket.locale = message.locale
        if message.role in ("phone", "simulator"):
            return await self._greet_device(message, nonce)
        return await self._greet_officer(message)

    async def _greet_device(self, hello: m.Hello, nonce: str) -> Handler:
        device_id, resumed = await self._prove_device(hello, nonce)
        device = await self._services.store.read(lambda r: r.access.device(device_id))
        if device.revoked_at is not None:
            raise NotAllowed("unknown_device")
        person = await self._services.store.read(lambda r: r.people.person(device.person_id))
        subject = Subject(SubjectKind.PERSON, person.id)
        bearer = Bearer("device", device.id)
        identity = Identity(hello.role, subject, bearer, person=person)
        handler = PublisherConnection(self._services, self._socket, identity)
        self._register(handler)
        await handler.open(resumed)
        return handler

    async def _prove_device(self, hello: m.Hello, nonce: str) -> tuple[str, bool]:
        """By a resume token of ours, else by the device's signature over the nonce."""
        known = self._services.resume_tokens.read(hello.resume) if hello.resume else None
        if known is not None and known.kind == "device":
            return known.id, True
        if hello.device_id is None or hello.signature is None:
            raise NotAllowed("bad_resume" if hello.resume else "unknown_device")
        device_id = hello.device_id
        try:
            device = await self._services.store.read(lambda r: r.access.device(device_id))
        except NotFound as error:
            raise NotAllowed("unknown_device") from error
        if not signature_fits(device.public_key, nonce, hello.signature):
            raise NotAllowed("bad_signature")
        return device.id, False

    async def _greet_officer(self, hello: m.Hello) -> Handler:
        """A cookie is only believed from a page of our own: the origin must be stated."""
        if not self._same_site:
            raise ForeignOrigin
        token = self._request.cookies.get(TERMINAL_COOKIE, "")
        sign_ins: SignIns = self._services.terminal_sign_ins
        if hello.role != "terminal" or not token:
            token = self._request.cookies.get(COOKIE, "")
            sign_ins = self._services.staff
        officer = await sign_ins.officer(token)
        watch = end_with_sign_in(sign_ins, self._services.staff.ended, token, self._socket)
        self._sign_in = asyncio.create_task(watch, name="sign-in watch")
        if hello.role == "terminal":
            return await self._greet_terminal(officer, hello)
        name = f"console-{new_id()}"
        console = ConsoleConnection(self._services, self._socket, officer, name)
        self._register(console)
        await console.open()
        return console

    async def _greet_terminal(self, officer: Officer, hello: m.Hello) -> Handler:
        require(officer, Verb.ANSWER_DUTY, None, self._services.directory.tree)
        subject = Subject(SubjectKind.UNIT, officer.unit_id)
        known = self._services.resume_tokens.read(hello.resume) if hello.resume else None
        resumed = known is not None and known.kind == "officer" and known.id == officer.id
        identity = Identity("terminal", subject, Bearer("officer", officer.id), officer=officer)
        handler = PublisherConnection(self._services, self._socket, identity)
        self._register(handler)
        await handler.open(resumed)
        return handler

    async def _loop(self, handler: Handler) -> None:
        async for raw in self._ws:
            try:
                self._pace.take()
                await handler.handle(self._parse(raw))
            except RateLimited as error:
                self._socket.fail(error)
                if self._count_bad():
                    return
            except InvalidInput as error:
                self._socket.fail(error)
                if error.code == "bad_message" and self._count_bad():
                    return
            except Oversized:
                self._socket.close(WSCloseCode.MESSAGE_TOO_BIG)
                return
            except RollCallError as error:
                await self._refused(handler, error)
            except ConnectionError:
                return
            except Exception:
                log.exception("message_failed")
                self._socket.fail(RollCallError())

    async def _refused(self, handler: Handler, error: RollCallError) -> None:
        if isinstance(error, NotAllowed):
            verb = str(error.params.get("verb", error.code))
            await self._services.views.refused(handler.actor, verb, "/ws")
        self._socket.fail(error)

    def _count_bad(self) -> bool:
        self._bad += 1
        if self._bad < self._services.settings.server.bad_messages:
            return False
        self._socket.fail(InvalidInput("too_many_bad_messages"), fatal=True)
        return True

    def _parse(self, raw: WSMessage) -> Any:
        limit = self._services.settings.server.max_message_bytes
        return parse(raw, limit, pictures=isinstance(self._handler, PublisherConnection))

    async def _drain(self) -> None:
        """Give the farewell time to reach the client."""
        try:
            async with asyncio.timeout(2.0):
                async for _ in self._ws:
                    pass
        except TimeoutError:
            log.info("client_did_not_close")
