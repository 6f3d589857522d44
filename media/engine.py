"""The media engine: commands in, events out, packets in between."""

import asyncio
import logging
import time
from collections.abc import Callable, Coroutine
from typing import Any

from media import watchdog
from media.peer import Peer
from media.private.versions import check_versions
from media.receiver import TrackReceiver
from media.recorder import Recording
from media.routes import Routes
from media.sdp_guard import guard_offer
from media.settings import EngineSettings
from media.writer import FileWriter, RecordingThread
from roll_call.errors import MediaError
from roll_call.ports.media import (
    AnswerOffer,
    ClosePeer,
    MediaCommand,
    MediaEvent,
    PeerClosed,
    PeerConnected,
    RecordingDegraded,
    RecordingFailed,
    RecordingFinished,
    RequestKeyframe,
    SetRoute,
    StartRecording,
    StartTap,
    StopRecording,
    StopTap,
)

_log = logging.getLogger(__name__)
_TICK_S = 0.1


class PacketMediaEngine:
    """``roll_call.ports.media.MediaEngine`` on aiortc, without decoding anything.

    Raises ``MediaError("media_versions")`` on other libraries than the pinned ones.
    """

    def __init__(self, settings: EngineSettings | None = None) -> None:
        check_versions()
        self._settings = settings or EngineSettings()
        self._peers: dict[str, Peer] = {}
        self._routes = Routes(self._peers)
        self._recordings: dict[str, str] = {}
        self._turns = asyncio.Semaphore(self._settings.handshakes_at_once)
        self._holding_turns: set[str] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._thread = RecordingThread(self._report_from_thread)
        self._on_event: Callable[[MediaEvent], None] | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._ticker: asyncio.Task[None] | None = None

    async def start(self, on_event: Callable[[MediaEvent], None]) -> None:
        """Start; every event is handed to ``on_event`` on this event loop."""
        self._on_event = on_event
        self._loop = asyncio.get_running_loop()
        self._thread.start()
        self._ticker = asyncio.create_task(self._tick_forever(), name="media ticks")

    async def answer(self, command: AnswerOffer) -> str:
        """Return the SDP answer. New peers wait for their turn, in order.

        Raises ``MediaError``: ``sdp_too_large``, ``sdp_invalid``, ``codec_unsupported``,
        ``new_peer_needed`` or ``engine_stopped``.
        """
        if self._ticker is None:
            raise MediaError("engine_stopped")
        offer = guard_offer(command.sdp, self._settings.candidates)
        known = self._peers.get(command.peer)
        if known is not None:
            return await known.answer(offer)
        await self._turns.acquire()
        if command.peer in self._peers or self._ticker is None:
            self._turns.release()
            return await self.answer(command)
        peer = Peer(
            command.peer,
            self._settings,
            self._emit,
            self._state_changed,
            self._routes.slot_ready,
            self._track_ready,
        )
        self._peers[command.peer] = peer
        self._holding_turns.add(command.peer)
        try:
            return await peer.answer(offer)
        except BaseException:
            if self._peers.get(peer.name) is peer:
                self._forget(peer)
            await peer.close()
            raise

    def send(self, command: MediaCommand) -> None:
        """Run any other command; outcomes come back as events. Unknown peers are ignored."""
        now = time.monotonic()
        match command:
            case ClosePeer(peer=name):
                self._close_peer(name, "closed")
            case SetRoute(viewer=viewer, mid=mid, source=source):
                self._routes.set(viewer, mid, source)
            case RequestKeyframe(peer=name) if name in self._peers:
                self._peers[name].publisher.request_keyframe(now)
            case StartTap(peer=name) if name in self._peers:
                self._peers[name].publisher.start_tap(now)
            case StopTap(peer=name) if name in self._peers:
                self._peers[name].publisher.stop_tap()
            case StartRecording():
                self._start_recording(command, now)
            case StopRecording(recording=recording):
                peer = self._peers.get(self._recordings.get(recording, ""))
                if peer is not None:
                    peer.publisher.stop_recording(recording)
            case _:
                _log.debug("no such peer for %s", type(command).__name__)

    async def close(self) -> None:
        """Complete all recordings, close all peers, wait for the disk."""
        if self._ticker is None:
            return
        ticker, self._ticker = self._ticker, None
        ticker.cancel()
        for name in list(self._peers):
            self._close_peer(name, "closed")
        while self._tasks:
            await asyncio.wait(self._tasks)
        finished = await asyncio.to_thread(self._thread.stop, self._settings.closing_s)
        await asyncio.sleep(0)  # outcomes that the thread handed over meanwhile
        if not finished:
            for recording in list(self._recordings):
                self._deliver(RecordingFailed(recording, None, "disk_slow"))

    @property
    def peer_count(self) -> int:
        """Peers that exist now, connected or not."""
        return len(self._peers)

    def _start_recording(self, command: StartRecording, now: float) -> None:
        peer = self._peers.get(command.peer)
        if peer is None or command.recording in self._recordings:
            self._emit(RecordingFailed(command.recording, None, "no_media"))
            return
        settings = self._settings
        recording = Recording(
            FileWriter(command.recording, command.path_stem, settings.recording_reserve_bytes),
            self._thread,
            lambda: self._emit(RecordingDegraded(command.recording, "disk_slow")),
            settings.recording_pending_bytes,
        )
        self._recordings[command.recording] = command.peer
        peer.publisher.start_recording(command.recording, recording, now)

    def _track_ready(self, peer: Peer, track: TrackReceiver) -> None:
        self._routes.source_ready(peer)

    def _state_changed(self, peer: Peer, state: str) -> None:
        if self._peers.get(peer.name) is not peer:
            return
        self._release_turn(peer.name)
        if state == "connected":
            self._emit(PeerConnected(peer.name))
        elif state == "failed":
            self._close_peer(peer.name, "disconnected" if peer.connected else "abandoned")
        else:
            self._close_peer(peer.name, "closed")

    def _close_peer(self, name: str, reason: str) -> None:
        peer = self._peers.get(name)
        if peer is not None:
            self._forget(peer)
            self._spawn(peer.close())
            self._emit(PeerClosed(name, reason))

    def _forget(self, peer: Peer) -> None:
        self._peers.pop(peer.name, None)
        self._release_turn(peer.name)
        self._routes.forget(peer)

    def _release_turn(self, name: str) -> None:
        if name in self._holding_turns:
            self._holding_turns.discard(name)
            self._turns.release()

    async def _tick_forever(self) -> None:
        while True:
            await asyncio.sleep(_TICK_S)
            now = time.monotonic()
            for peer in list(self._peers.values()):
                peer.tick(now)
            self._thread.flush()
            for name in watchdog.turns_over(self._peers, self._holding_turns, self._settings, now):
                self._release_turn(name)
            for name in watchdog.abandoned(self._peers, self._settings, now):
                self._close_peer(name, "abandoned")

    def _spawn(self, coroutine: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(coroutine)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _emit(self, event: MediaEvent) -> None:
        """Deliver soon: a handler that raises or sends commands never interrupts a packet."""
        if self._loop is not None:
            self._loop.call_soon(self._deliver, event)

    def _report_from_thread(self, event: MediaEvent) -> None:
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._deliver, event)

    def _deliver(self, event: MediaEvent) -> None:
        if isinstance(event, RecordingFinished | RecordingFailed):
            peer = self._peers.get(self._recordings.pop(event.recording, ""))
            if peer is not None:
                peer.publisher.stop_recording(event.recording)
        if self._on_event is not None:
            self._on_event(event)
