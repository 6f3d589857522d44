"""An office terminal's own line: what it says about itself, beside the visits it publishes."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime

from roll_call.people import Officer
from roll_call.terminal import (
    AutoAnswerPause,
    DeviceCheck,
    ExceptionReason,
    SelfTest,
    TerminalException,
)
from server import messages as m
from server import terminal_messages as t
from server.bus import BusEvent, FiguresChanged, TerminalChanged
from server.connections.socket import Socket
from server.duty.terminal_views import exception_view, self_test_view
from server.instants import wire
from server.services import Services


class TerminalLine:
    """One terminal of one unit, for as long as its socket lives."""

    def __init__(self, services: Services, socket: Socket, officer: Officer) -> None:
        self._services = services
        self._socket = socket
        self._officer = officer
        self._unit_id = officer.unit_id
        self._actor = f"officer/{officer.id}"
        self._feed: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """After each welcome: what the server knows of this terminal. The first makes it known."""
        if self._feed is None:
            self._services.terminals.arrived(self._unit_id, self._officer.id, self)
            changes = self._services.bus.subscribe()
            self._feed = asyncio.create_task(self._follow(changes), name="terminal feed")
        await self._tell()

    async def close(self) -> None:
        """The socket is gone."""
        if self._feed is not None:
            self._feed.cancel()
            await asyncio.gather(self._feed, return_exceptions=True)
        self._services.terminals.left(self._unit_id, self)

    async def handle(self, message: m.ClientMessage) -> bool:
        """Whether the message was for this line; raises InvalidInput."""
        desk, now = self._services.terminals, self._services.clock.now()
        match message:
            case t.SelfTest():
                await desk.self_tested(self._unit_id, _self_test(message, now), self._actor)
            case t.ExceptionReport(reason=None):
                await desk.excepted(self._unit_id, None, self._actor)
            case t.ExceptionReport(reason=str() as reason, note=note):
                said = TerminalException(ExceptionReason(reason), note.strip(), now)
                await desk.excepted(self._unit_id, said, self._actor)
            case t.AutoAnswer(on=on, note=note):
                pause = None if on else AutoAnswerPause(note.strip(), now)
                await desk.paused(self._unit_id, pause, self._actor)
            case t.Echo(id=echo_id):
                self._socket.send(t.Echoed(id=echo_id))
            case _:
                return False
        return True

    def want_self_test(self) -> None:
        """An officer at the center asks for one."""
        self._socket.send(t.SelfTestWanted())

    async def _follow(self, changes: AsyncIterator[list[BusEvent]]) -> None:
        async for events in changes:
            mine = (
                isinstance(e, TerminalChanged | FiguresChanged) and e.unit_id == self._unit_id
                for e in events
            )
            if any(mine):
                await self._tell()

    async def _tell(self) -> None:
        terminals = self._services.terminals
        state = terminals.of(self._unit_id)
        assert state is not None, "it is here"
        figures = await self._services.figures.due(self._unit_id)
        self._socket.send(
            t.TerminalStatus(
                unit_id=self._unit_id,
                answers_itself=terminals.answers_itself(self._unit_id),
                paused=state.pause.note if state.pause else None,
                self_test=self_test_view(state.self_test),
                exception=exception_view(state.exception),
                figures=figures
                and t.FiguresDue(
                    day=figures.day.isoformat(),
                    status=figures.status.value,
                    deadline=wire(figures.deadline),
                ),
            )
        )


def _self_test(message: t.SelfTest, now: datetime) -> SelfTest:
    return SelfTest(
        now,
        camera=DeviceCheck(message.camera),
        microphone=DeviceCheck(message.microphone),
        speaker=DeviceCheck(message.speaker),
        network=DeviceCheck(message.network),
        detail=message.detail,
    )
