"""The media engine as one process a core: chooses a process for every peer, never sees a packet."""

import asyncio
import contextlib
import itertools
import logging
import os
from collections.abc import Callable
from typing import Any

from media.private.versions import check_versions
from media.processes.carriers import Carriers
from media.processes.child import FINISH_GRACE_S, READY_WITHIN_S, Child
from media.processes.crossings import WantedRoutes
from media.processes.ledger import RecordingLedger
from media.processes.messages import Answered, Ask, LinkLost, Refused
from media.processes.placement import Placement
from media.settings import EngineSettings
from roll_call.errors import MediaError
from roll_call.ports.media import (
    AnswerOffer,
    ClosePeer,
    ContinueRecording,
    EngineLoad,
    MediaCommand,
    MediaEvent,
    OpenCamera,
    PeerClosed,
    RecordingDegraded,
    RecordingFailed,
    RecordingFinished,
    RecordingStarted,
    SetRoute,
    StartRecording,
    StopRecording,
)

RESTARTED = "engine_restarted"
REST_READY_WITHIN_S = 2.0

_log = logging.getLogger(__name__)


def cores() -> int:
    """The cores that this process may use."""
    return len(os.sched_getaffinity(0))


class ClusterMediaEngine:
    """``roll_call.ports.media.MediaEngine`` in ``processes`` media processes (0: one a core).

    A process that dies is started again. Its peers are reported closed and its recordings failed,
    both with ``engine_restarted``; routes from and to those peers stay wanted until ``ClosePeer``.
    What a process says is believed only of its own peers, recordings and files.

    Raises ``MediaError("media_versions")`` on other libraries than the pinned ones.
    """

    def __init__(self, settings: EngineSettings | None = None, processes: int = 0) -> None:
        check_versions()
        self._settings = settings or EngineSettings()
        self._count = processes or cores()
        self._children: list[Child] = []
        self._placement = Placement()
        self._routes = WantedRoutes()
        self._recordings = RecordingLedger()
        self._carriers = Carriers(self._children, self._routes, self._placement.of)
        self._carrying_due = False
        self._numbers = itertools.count(1)
        self._asked: dict[int, tuple[int, asyncio.Future[str]]] = {}
        self._closing: set[tuple[int, str]] = set()
        self._some_ready = asyncio.Event()
        self._on_event: Callable[[MediaEvent], None] | None = None
        self._open = False

    async def start(self, on_event: Callable[[MediaEvent], None]) -> None:
        """Start all processes; returns as soon as they take commands, or a moment after the first.

        The moment is for the cameras, which are all opened at once: they are to be spread.

        Raises ``MediaError("engine_not_started")`` when none does within ``READY_WITHIN_S``.
        """
        self._on_event = on_event
        self._open = True
        for number in range(self._count):
            child = Child(number, self._settings, self._ready, self._take, self._gone)
            self._children.append(child)
            child.start()
        try:
            async with asyncio.timeout(READY_WITHIN_S):
                await self._some_ready.wait()
        except TimeoutError as error:
            await self.close()
            raise MediaError("engine_not_started") from error
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(REST_READY_WITHIN_S):
                await self.all_ready()

    async def answer(self, command: AnswerOffer) -> str:
        """Return the SDP answer.

        Raises ``MediaError`` as the media process does, ``engine_restarted`` when that process
        dies meanwhile (offer again, with a new peer), ``engine_busy`` when there is none or it
        does not answer in time.
        """
        if not self._open:
            raise MediaError("engine_stopped")
        process = self._placement.of(command.peer)
        new = process is None
        if process is None:
            process = await self._place(command.peer, command.beside)
        try:
            sdp = await self._ask(process, command)
        except BaseException:
            if new:
                self._give_up(process, command.peer)
            raise
        if self._placement.of(command.peer) != process:  # closed while it waited for its turn
            self._children[process].send(ClosePeer(command.peer))
            raise MediaError("engine_stopped")
        return sdp

    def send(self, command: MediaCommand) -> None:
        """Run any other command; outcomes come back as events. Unknown peers are ignored."""
        match command:
            case ClosePeer(peer=peer):
                self._close_peer(peer)
            case SetRoute(viewer=viewer, mid=mid, source=source):
                self._routes.set(viewer, mid, source)
                self._send_to(self._placement.of(viewer), command)
                self._carry_soon()
            case StartRecording():
                self._start_recording(command)
            case StopRecording(recording=recording) | ContinueRecording(recording=recording):
                self._send_to(self._recordings.process_of(recording), command)
            case OpenCamera(peer=peer, beside=beside):
                self._open_camera(peer, beside, command)
            case AnswerOffer():
                _log.error("offers are answered by answer()")
            case _:
                self._send_to(self._placement.of(command.peer), command)

    async def close(self) -> None:
        """Let every process complete its recordings and end."""
        if not self._open:
            return
        self._open = False
        within_s = self._settings.closing_s + FINISH_GRACE_S
        await asyncio.gather(*(child.finish(within_s) for child in self._children))
        for failed in self._recordings.cut(None, RESTARTED):
            self._deliver(failed)
        self._refuse_asked(None, "engine_stopped")

    async def all_ready(self) -> None:
        """Until every process takes commands."""
        await asyncio.gather(*(child.ready.wait() for child in self._children))

    @property
    def pids(self) -> list[int]:
        """The media processes that run now."""
        return [child.pid for child in self._children if child.pid is not None]

    def pid_of(self, peer: str) -> int | None:
        """The media process that a peer lives in."""
        process = self._placement.of(peer)
        return None if process is None else self._children[process].pid

    async def _place(self, peer: str, beside: str) -> int:
        try:
            async with asyncio.timeout(self._settings.answer_within_s):
                while True:
                    process = self._placement.place(peer, beside, self._ready_numbers())
                    if process is not None:
                        break
                    self._some_ready.clear()
                    await self._some_ready.wait()
        except TimeoutError as error:
            raise MediaError("engine_busy") from error
        self._placed(peer, process)
        return process

    def _placed(self, peer: str, process: int) -> None:
        """Routes may have been wished for before."""
        for mid, source in self._routes.of_viewer(peer):
            self._children[process].send(SetRoute(peer, mid, source))
        self._carry_soon()

    async def _ask(self, process: int, command: AnswerOffer) -> str:
        number = next(self._numbers)
        answer: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._asked[number] = (process, answer)
        self._children[process].send(Ask(number, command))
        try:
            async with asyncio.timeout(self._settings.answer_within_s):
                return await answer
        except TimeoutError as error:
            raise MediaError("engine_busy") from error
        finally:
            del self._asked[number]

    def _give_up(self, process: int, peer: str) -> None:
        """A new peer did not come about, or too late."""
        if self._placement.of(peer) == process:
            self._placement.remove(peer)
            self._carry_soon()
            self._children[process].send(ClosePeer(peer))

    def _close_peer(self, peer: str) -> None:
        process = self._placement.of(peer)
        if process is not None:
            self._closing.add((process, peer))
            self._children[process].send(ClosePeer(peer))
        self._forget(peer)

    def _forget(self, peer: str) -> None:
        """A peer is over, and every route from and to it."""
        for viewer, mid in self._routes.of_source(peer):
            self._send_to(self._placement.of(viewer), SetRoute(viewer, mid, None))
        self._routes.forget(peer)
        self._placement.remove(peer)
        self._carry_soon()

    def _start_recording(self, command: StartRecording) -> None:
        process = self._placement.of(command.peer)
        if process is None or command.recording in self._recordings:
            failed = RecordingFailed(command.recording, None, "no_media")
            asyncio.get_running_loop().call_soon(self._deliver, failed)
            return
        self._recordings.begin(command.recording, process, command.path_stem)
        self._placement.hold(_held(command.recording), command.peer)
        self._children[process].send(command)

    def _open_camera(self, peer: str, beside: str, command: OpenCamera) -> None:
        process = self._placement.of(peer)
        if process is None:
            process = self._placement.place(peer, beside, self._ready_numbers())
            if process is None:
                closed = PeerClosed(peer, RESTARTED)
                asyncio.get_running_loop().call_soon(self._deliver, closed)
                return
            self._placed(peer, process)
        self._children[process].send(command)

    def _send_to(self, process: int | None, command: Any) -> None:
        if process is not None:
            self._children[process].send(command)

    def _ready_numbers(self) -> list[int]:
        return [child.number for child in self._children if child.ready.is_set()]

    def _carry_soon(self) -> None:
        """Once a turn of the loop, however many routes change in it."""
        if not self._carrying_due:
            self._carrying_due = True
            asyncio.get_running_loop().call_soon(self._carry)

    def _carry(self) -> None:
        self._carrying_due = False
        self._carriers.update()

    def _ready(self, child: Child) -> None:
        self._some_ready.set()

    def _gone(self, child: Child) -> None:
        """A media process died: say what that means for everybody who was in it."""
        number = child.number
        lost = self._placement.lose(number)
        self._carriers.lose(number)
        closing = [peer for process, peer in self._closing if process == number]
        self._closing = {key for key in self._closing if key[0] != number}
        self._refuse_asked(number, RESTARTED)
        for failed in self._recordings.cut(number, RESTARTED):
            self._deliver(failed)
        for peer in (*closing, *lost):
            self._deliver(PeerClosed(peer, RESTARTED))

    def _refuse_asked(self, process: int | None, code: str) -> None:
        for asked, answer in self._asked.values():
            if process in (None, asked) and not answer.done():
                answer.set_exception(MediaError(code))

    def _take(self, child: Child, message: Any) -> None:
        """Something that a media process says."""
        match message:
            case Answered(number=number, sdp=sdp):
                answer = self._answer_of(child, number)
                if answer is not None:
                    answer.set_result(sdp)
            case Refused(number=number, code=code, params=params):
                answer = self._answer_of(child, number)
                if answer is not None:
                    answer.set_exception(MediaError(code, **dict(params)))
            case EngineLoad(process=child.number):
                self._placement.note_load(child.number, message.cpu)
                self._deliver(message)
            case EngineLoad():
                _log.error("media process %d speaks for another", child.number)
            case LinkLost(process=process, serial=serial):
                if self._open:
                    self._carriers.link_lost(child.number, process, serial)
            case RecordingStarted() | RecordingDegraded() | RecordingFinished() | RecordingFailed():
                self._recording_said(child, message)
            case _:
                self._peer_said(child, message)

    def _answer_of(self, child: Child, number: int) -> asyncio.Future[str] | None:
        process, answer = self._asked.get(number, (-1, None))
        return answer if process == child.number and answer and not answer.done() else None

    def _recording_said(self, child: Child, event: Any) -> None:
        if not self._recordings.credible(event, child.number):
            _log.error("media process %d: not its recording", child.number)
            return
        if isinstance(event, RecordingFinished | RecordingFailed):
            self._recordings.end(event.recording)
            self._placement.remove(_held(event.recording))
        self._deliver(event)

    def _peer_said(self, child: Child, event: Any) -> None:
        where = (child.number, event.peer)
        if where in self._closing:
            if isinstance(event, PeerClosed):
                self._closing.discard(where)
                self._deliver(event)
            return
        if self._placement.of(event.peer) != child.number:
            return
        if isinstance(event, PeerClosed):
            self._forget(event.peer)
        self._deliver(event)

    def _deliver(self, event: MediaEvent) -> None:
        """A handler that raises must not be taken for a media process that talks nonsense."""
        if self._on_event is None:
            return
        try:
            self._on_event(event)
        except Exception:
            _log.exception("a handler of media events failed")


def _held(recording: str) -> str:
    return f"recording/{recording}"
