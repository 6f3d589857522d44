"""The main process's side of one media process: starts it, talks with it, starts it again."""

import asyncio
import contextlib
import json
import logging
import os
import signal
import socket
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Callable
from pathlib import Path
from typing import Any

import media
from media.processes.channel import Channel
from media.processes.messages import COMMANDS, EVENTS, Configure, Finish, Ready
from media.settings import EngineSettings

RESTART_PAUSES_S = (0.0, 0.0, 0.5, 2.0, 5.0, 15.0)
"""By the number of deaths in a row; one that lived for ``STEADY_AFTER_S`` starts a new row."""
STEADY_AFTER_S = 60.0
READY_WITHIN_S = 30.0
FINISH_GRACE_S = 5.0
# A process that has not said anything for so many looks of the main process hangs, and is ended.
# Looks, not seconds: when the whole machine stands still, nobody looks.
LOOK_EVERY_S = 1.0
SILENT_LOOKS = 20

_log = logging.getLogger(__name__)


class Child:
    """One media process after another under one ``number``.

    ``on_ready`` is called when it takes commands, ``on_message`` with each thing it says, and
    ``on_gone`` when it is gone, unless it was told to finish.
    """

    def __init__(
        self,
        number: int,
        settings: EngineSettings,
        on_ready: Callable[["Child"], None],
        on_message: Callable[["Child", Any], None],
        on_gone: Callable[["Child"], None],
    ) -> None:
        self.number = number
        self.ready = asyncio.Event()
        self._settings = settings
        self._on_ready = on_ready
        self._on_message = on_message
        self._on_gone = on_gone
        self._channel: Channel | None = None
        self._doorway: socket.socket | None = None
        self._process: Process | None = None
        self._lost = asyncio.Event()
        self._finishing = False
        self._silent_looks = 0
        self._task: asyncio.Task[None] | None = None

    @property
    def pid(self) -> int | None:
        """The process id while it runs."""
        return None if self._process is None else self._process.pid

    def start(self) -> None:
        """Start in the background, and again whenever it is gone."""
        self._task = asyncio.create_task(self._supervise(), name=f"media process {self.number}")

    def send(self, command: Any) -> None:
        """Queue a command; ignored while there is no process that takes it."""
        if self._channel is not None and self.ready.is_set():
            self._channel.send(COMMANDS.encode(command))

    def send_link(self, other: int, serial: int, end: socket.socket) -> None:
        """Hand over the end of a link to another media process; ours is closed."""
        with end, contextlib.suppress(OSError):
            if self._doorway is not None and self.ready.is_set():
                word = json.dumps({"process": other, "serial": serial}).encode()
                socket.send_fds(self._doorway, [word], [end.fileno()])

    async def finish(self, within_s: float) -> None:
        """Let it complete what it has and end; after ``within_s`` it is ended."""
        self._finishing = True
        if self._task is not None:
            if self.ready.is_set():
                self.send(Finish())
                await asyncio.wait([self._task], timeout=within_s)
            self._kill()
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    def _kill(self) -> None:
        if self._process is not None:
            _kill(self._process)

    async def _supervise(self) -> None:
        deaths = 0
        loop = asyncio.get_running_loop()
        while not self._finishing:
            await asyncio.sleep(RESTART_PAUSES_S[min(deaths, len(RESTART_PAUSES_S) - 1)])
            began = loop.time()
            try:
                await self._live()
            except OSError as error:  # no memory, no descriptors, too many processes: perhaps later
                _log.error("media process %d cannot be started: %s", self.number, error.strerror)
            deaths = 1 if loop.time() - began > STEADY_AFTER_S else deaths + 1

    async def _live(self) -> None:
        """One process from start to end."""
        self._lost.clear()
        with contextlib.ExitStack() as ends:
            try:
                control, their_control = _pair(ends, socket.SOCK_STREAM)
                door, their_door = _pair(ends, socket.SOCK_SEQPACKET)
                with their_control, their_door:
                    self._process = await _spawn(their_control, their_door)
                self._doorway = door
                channel = Channel(self._take, self._lost.set)
                await asyncio.get_running_loop().create_connection(lambda: channel, sock=control)
                self._channel = channel
                channel.send(COMMANDS.encode(Configure(self.number, self._settings)))
                await self._watch()
            finally:
                self.ready.clear()
                await self._bury()

    async def _watch(self) -> None:
        """Until it is gone, or hangs."""
        self._silent_looks = 0
        while not self._lost.is_set():
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(LOOK_EVERY_S):
                    await self._lost.wait()
            self._silent_looks += 1
            if self._silent_looks > SILENT_LOOKS and not self._finishing:
                _log.error("media process %d hangs", self.number)
                return

    async def _bury(self) -> None:
        process, self._process = self._process, None
        if self._channel is not None:
            self._channel.abort()
            self._channel = None
        self._doorway = None
        if process is None:
            return
        if self._finishing:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(FINISH_GRACE_S):
                    await process.wait()
        _kill(process)
        code = await process.wait()
        if not self._finishing:
            _log.error("media process %d ended (%d)", self.number, code)
            self._on_gone(self)

    def _take(self, data: bytes) -> None:
        self._silent_looks = 0
        try:
            message = EVENTS.decode(data)
        except ValueError:
            _log.error("media process %d talks nonsense", self.number)
            self._kill()
            return
        if isinstance(message, Ready):
            self.ready.set()
            self._on_ready(self)
        else:
            self._on_message(self, message)


def _pair(ends: contextlib.ExitStack, kind: int) -> tuple[socket.socket, socket.socket]:
    """Our end and that of the process, closed with ``ends``."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, kind)
    return ends.enter_context(ours), ends.enter_context(theirs)


def _kill(process: Process) -> None:
    """Not ``Process.kill``: that looks whether it lives, and so takes the result from asyncio."""
    if process.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(process.pid, signal.SIGKILL)


async def _spawn(control: socket.socket, doorway: socket.socket) -> Process:
    """Standard input is its lifeline; standard output belongs to the main process alone."""
    packages = str(Path(media.__file__).parent.parent)
    known = os.environ.get("PYTHONPATH")
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-P",
        "-m",
        "media.processes.process",
        str(control.fileno()),
        str(doorway.fileno()),
        stdin=PIPE,
        stdout=DEVNULL,
        pass_fds=(control.fileno(), doorway.fileno()),
        env={**os.environ, "PYTHONPATH": packages if not known else f"{packages}:{known}"},
    )
