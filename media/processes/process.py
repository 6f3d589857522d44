"""A media process: ``python -m media.processes.process CONTROL DOORWAY`` (file descriptors).

Started by ``media.processes.child`` and by nobody else. Commands come and events go over the
control socket; the ends of links to other media processes come through the doorway. Standard input
is a lifeline: it ends with the main process, however that ends, and this process follows it within
``_OUTLIVES_S``, completing what it can. Signals of the terminal and of the service manager go to
the main process, which says when to finish.
"""

import asyncio
import json
import logging
import os
import resource
import signal
import socket
import sys
import threading
import time

from media.engine import PacketMediaEngine
from media.garbage import settle_garbage
from media.processes.channel import Channel
from media.processes.exchange import Exchange
from media.processes.load import LOAD_EVERY_S, LoadMeter
from media.processes.log_line import OneLine
from media.processes.messages import (
    COMMANDS,
    EVENTS,
    Answered,
    Ask,
    Carry,
    Configure,
    Expect,
    Finish,
    LinkLost,
    Ready,
    Refused,
)
from roll_call.errors import MediaError
from roll_call.ports.media import EngineLoad, FrameTapped, MediaEvent, PeerClosed, PeerQuality

_TICK_S = 0.1
_OUTLIVES_S = 1.8
_ORPHAN_CLOSING_S = 1.2
_FAREWELL_S = 5.0
# More than this that the main process has not taken yet, and what can be left out is left out.
_MOST_UNSENT_BYTES = 4 * 1024 * 1024

_log = logging.getLogger(__name__)


class MediaProcess:
    """Takes commands from the channel until told to finish, or until the main process is gone."""

    def __init__(self, configure: Configure) -> None:
        self._number = configure.process
        self._settings = configure.settings
        self._exchange = Exchange(
            lambda name: self._engine.source_changed(name),
            lambda process, serial: self._send(EVENTS.encode(LinkLost(process, serial))),
        )
        self._engine = PacketMediaEngine(configure.settings, self._exchange)
        self._load = LoadMeter()
        self._channel: Channel | None = None
        self._skipping: set[str] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    async def start(self, channel: Channel) -> None:
        """Start the engine and say so."""
        self._channel = channel
        await self._engine.start(self._report)
        settle_garbage()
        for work in (self._load.sample_forever(), self._tick_forever(), self._tell_load()):
            self._keep(asyncio.create_task(work))
        channel.send(EVENTS.encode(Ready()))

    def take(self, command: object) -> None:
        """Run one command."""
        match command:
            case Ask():
                self._keep(asyncio.create_task(self._answer(command)))
            case Carry(peer=peer, to=process, on=on):
                self._exchange.carry(peer, process, on)
            case Expect(peer=peer, at=process, on=on):
                self._exchange.expect(peer, process, on)
            case _:
                self._engine.send(command)  # type: ignore[arg-type]  # the wire has checked it

    def add_link(self, process: int, serial: int, end: socket.socket) -> None:
        """A link to another media process."""
        self._exchange.add_link(process, serial, end)

    async def finish(self) -> None:
        """Complete all recordings, close everything."""
        await self._engine.close()
        self._exchange.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _answer(self, ask: Ask) -> None:
        reply: Answered | Refused
        try:
            reply = Answered(ask.number, await self._engine.answer(ask.command))
        except MediaError as error:
            params = tuple((name, _param(value)) for name, value in error.params.items())
            reply = Refused(ask.number, error.code, params)
        except Exception:
            _log.exception("an offer could not be answered")
            reply = Refused(ask.number, "internal")
        self._send(EVENTS.encode(reply))

    def _report(self, event: MediaEvent) -> None:
        """Events are never left out; frames and figures are, while the main process is behind."""
        late = self._channel is not None and self._channel.unsent_bytes > _MOST_UNSENT_BYTES
        if isinstance(event, FrameTapped):
            if late or (event.peer in self._skipping and not event.keyframe):
                self._skipping.add(event.peer)
                return
            self._skipping.discard(event.peer)
        if isinstance(event, PeerClosed):
            self._skipping.discard(event.peer)
        elif late and isinstance(event, PeerQuality | EngineLoad):
            return
        self._send(EVENTS.encode(event))

    def _send(self, message: bytes) -> None:
        if self._channel is not None:
            self._channel.send(message)

    def _keep(self, task: asyncio.Task[None]) -> None:
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _tick_forever(self) -> None:
        while True:
            await asyncio.sleep(_TICK_S)
            self._exchange.tick(time.monotonic())

    async def _tell_load(self) -> None:
        while True:
            await asyncio.sleep(LOAD_EVERY_S)
            self._report(self._load.read(self._number, self._engine.peer_count))


def _param(value: object) -> str | int | float:
    return value if isinstance(value, str | int | float) else str(value)


async def _serve(control: socket.socket, doorway: socket.socket) -> None:
    """From the first word to the last."""
    gone = asyncio.Event()
    over: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
    configured: asyncio.Future[Configure] = asyncio.get_running_loop().create_future()
    process: MediaProcess | None = None

    def take(message: bytes) -> None:
        command = COMMANDS.decode(message)
        if process is not None and not isinstance(command, Finish):
            process.take(command)
        elif isinstance(command, Configure) and not configured.done():
            configured.set_result(command)
        elif isinstance(command, Finish) and not over.done():
            over.set_result(True)

    def lost() -> None:
        gone.set()
        if not over.done():
            over.set_result(False)

    channel = Channel(take, lost)
    await asyncio.get_running_loop().create_connection(lambda: channel, sock=control)
    process = MediaProcess(await configured)
    _watch(doorway, process)
    await process.start(channel)
    in_order = await over
    try:
        async with asyncio.timeout(None if in_order else _ORPHAN_CLOSING_S):
            await process.finish()
    except TimeoutError:
        _log.warning("the main process is gone; recordings are left as they are")
    channel.close()
    async with asyncio.timeout(_FAREWELL_S):
        await gone.wait()


def _watch(doorway: socket.socket, process: MediaProcess) -> None:
    """Take in the ends of links."""

    def read() -> None:
        try:
            text, ends, _, _ = socket.recv_fds(doorway, 256, 1)
        except BlockingIOError:
            return
        if not ends:
            asyncio.get_running_loop().remove_reader(doorway.fileno())
            return
        word = json.loads(text)
        process.add_link(word["process"], word["serial"], socket.socket(fileno=ends[0]))

    doorway.setblocking(False)
    asyncio.get_running_loop().add_reader(doorway.fileno(), read)


def _follow_the_main_process() -> None:
    """Runs in a thread of its own, so that not even a loop that hangs outlives the main process."""
    while os.read(sys.stdin.fileno(), 64):
        continue
    time.sleep(_OUTLIVES_S)
    os._exit(1)


def _open_as_many_sockets_as_allowed() -> None:
    """Every peer holds a socket for each address of this host."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def main(control_fd: int, doorway_fd: int) -> None:
    """The process."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(OneLine())
    logging.basicConfig(handlers=[handler], level=logging.WARNING)
    _open_as_many_sockets_as_allowed()
    threading.Thread(target=_follow_the_main_process, daemon=True).start()
    control, doorway = socket.socket(fileno=control_fd), socket.socket(fileno=doorway_fd)
    asyncio.run(_serve(control, doorway))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:3]))
