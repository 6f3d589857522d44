"""Office terminals as the load of a benchmark: real signaling, prepared footage."""

import asyncio
from dataclasses import dataclass
from secrets import token_urlsafe
from types import TracebackType
from typing import Any, Self

import aiohttp

from server.messages import (
    Answer,
    Challenge,
    Failure,
    Hello,
    Message,
    Offer,
    SessionReady,
    TakeTicket,
    Welcome,
)
from server.messages import server_messages as wire
from server.simulate.load.footage import Footage
from server.simulate.load.peers import LoadPublisher
from server.simulate.staff import StaffClient

_ANSWER_WITHIN_S = 30.0


class TerminalRefused(Exception):
    """The server would not have it; the text is its error code."""


@dataclass(frozen=True, slots=True)
class Office:
    """A unit and the officer whose sign-in its terminal uses."""

    unit_id: str
    username: str
    password: str


async def make_offices(staff: StaffClient, count: int) -> list[Office]:
    """Units with an officer each."""
    offices = []
    for number in range(1, count + 1):
        unit = await staff.request(
            "POST", "/api/units", {"name": f"第{number}司法所", "kind": "judicial_office"}
        )
        office = Office(unit["id"], f"office-{number}", token_urlsafe(16))
        await staff.request(
            "POST",
            "/api/officers",
            {
                "name": f"值班{number}",
                "username": office.username,
                "password": office.password,
                "role": "office_officer",
                "unit_id": office.unit_id,
            },
        )
        offices.append(office)
    return offices


class Terminal:
    """Answers the roll-call of its unit and sends its footage until it is closed."""

    def __init__(self, url: str, office: Office, footage: Footage) -> None:
        self._staff = StaffClient(url)
        self._office = office
        self._publisher = LoadPublisher(footage)
        self._listening: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        await self._staff.__aenter__()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._publisher.stop()
        if self._listening is not None:
            self._listening.cancel()
            await asyncio.gather(self._listening, return_exceptions=True)
        await self._publisher.close()
        await self._staff.__aexit__(kind, error, trace)

    async def answer_call(self) -> None:
        """Sign in, take the ticket, publish. Raises TerminalRefused, TimeoutError."""
        await self._staff.sign_in(self._office.username, self._office.password)
        socket = await self._staff.web_socket()
        async with asyncio.timeout(_ANSWER_WITHIN_S):
            async for raw in socket:
                if raw.type is not aiohttp.WSMsgType.TEXT:
                    raise TerminalRefused("closed")
                if await self._react(socket, wire.validate_json(raw.data)):
                    break
        self._listening = asyncio.create_task(_listen(socket), name="terminal")
        await self._publisher.connected()
        self._publisher.start()

    async def _react(self, socket: aiohttp.ClientWebSocketResponse, message: Message) -> bool:
        """Whether the offer was answered."""
        match message:
            case Challenge():
                await _say(socket, Hello(role="terminal"))
            case Welcome(entries=entries) if entries:
                await _say(socket, TakeTicket(entry_id=entries[0].entry_id))
            case SessionReady():
                await _say(socket, Offer(sdp=await self._publisher.offer()))
            case Answer(sdp=sdp):
                await self._publisher.accept(sdp)
                return True
            case Failure(code=code):
                raise TerminalRefused(code)
            case _:
                pass
        return False


async def _say(socket: aiohttp.ClientWebSocketResponse, message: Message) -> None:
    await socket.send_str(message.model_dump_json())


async def _listen(socket: aiohttp.ClientWebSocketResponse) -> None:
    """What else a terminal is told (encodings, the room) changes nothing of its footage."""
    async for _ in socket:
        pass


async def call_all(staff: StaffClient, offices: list[Office]) -> Any:
    """A roll-call of all offices, now."""
    body = {"unit_ids": [office.unit_id for office in offices], "minutes": 60}
    return await staff.request("POST", "/api/roll-calls", body)
