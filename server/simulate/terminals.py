"""Duty terminals without a browser: real signaling, real media, prepared footage."""

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
    OpenEntry,
    ReceiptMessage,
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
    """A duty terminal: sends its footage until it is closed, or stays silent and listens."""

    def __init__(self, url: str, office: Office, footage: Footage) -> None:
        self._staff = StaffClient(url)
        self._office = office
        self._publisher = LoadPublisher(footage)
        self._due: list[OpenEntry] = []
        self._welcomed = False
        self._socket: aiohttp.ClientWebSocketResponse | None = None
        self._listening: asyncio.Task[None] | None = None
        self.over = asyncio.Event()
        """The officer has decided, or the connection is gone."""

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

    async def connect(self) -> None:
        """Sign in and be welcomed. Raises TerminalRefused, TimeoutError."""
        await self._staff.sign_in(self._office.username, self._office.password)
        self._socket = await self._staff.web_socket()
        await self._until(Welcome)

    async def answer_call(self, within_s: float | None = _ANSWER_WITHIN_S) -> None:
        """Take the ticket as soon as the unit is called, and publish.

        Raises TerminalRefused, TimeoutError (nobody called in time; None waits for ever).
        """
        if self._due:
            await self._take_ticket()
        await self._until(Answer, within_s)
        self.stay_silent()
        await self._publisher.connected()
        self._publisher.start()

    def stay_silent(self) -> None:
        """From now on only listen: what else a terminal is told changes nothing of its footage."""
        self._listening = asyncio.create_task(self._listen(), name="terminal")

    @property
    def _open_socket(self) -> aiohttp.ClientWebSocketResponse:
        assert self._socket is not None, "connect first"
        return self._socket

    async def _listen(self) -> None:
        async for raw in self._open_socket:
            if raw.type is not aiohttp.WSMsgType.TEXT:
                break
            if isinstance(wire.validate_json(raw.data), ReceiptMessage):
                self.over.set()
        self.over.set()

    async def _until(self, kind: type[Message], within_s: float | None = _ANSWER_WITHIN_S) -> None:
        async with asyncio.timeout(within_s):
            async for raw in self._open_socket:
                if raw.type is not aiohttp.WSMsgType.TEXT:
                    break
                message = wire.validate_json(raw.data)
                await self._react(message)
                if isinstance(message, kind):
                    return
        raise TerminalRefused("closed")

    async def _react(self, message: Message) -> None:
        match message:
            case Challenge():
                await _say(self._open_socket, Hello(role="terminal"))
            case Welcome(entries=entries):
                called, self._due = self._welcomed and bool(entries), entries
                self._welcomed = True
                if called:
                    await self._take_ticket()
            case SessionReady():
                await _say(self._open_socket, Offer(sdp=await self._publisher.offer()))
            case Answer(sdp=sdp):
                await self._publisher.accept(sdp)
            case Failure(code=code):
                raise TerminalRefused(code)
            case _:
                pass

    async def _take_ticket(self) -> None:
        await _say(self._open_socket, TakeTicket(entry_id=self._due[0].entry_id))


async def _say(socket: aiohttp.ClientWebSocketResponse, message: Message) -> None:
    await socket.send_str(message.model_dump_json())


async def call_all(staff: StaffClient, unit_ids: list[str]) -> Any:
    """A roll-call of these units, now."""
    body = {"unit_ids": unit_ids, "minutes": 60}
    return await staff.request("POST", "/api/roll-calls", body)
