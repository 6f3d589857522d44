"""The media engine: commands in, events out, packets in between."""

import asyncio
import logging
import time
from collections.abc import Callable, Coroutine
from typing import Any

from media import watchdog
from media.participant import Participant
from media.peer import Peer
from media.private.versions import check_versions
from media.publisher import Publisher
from media.receiver import TrackReceiver
from media.recordings import Recordings
from media.routes import Routes
from media.sdp_guard import guard_offer
from media.settings import EngineSettings
from media.sources.camera import Camera
from media.track_source import Alone, Neighbours
from media.writer import RecordingThread
from roll_call.errors import MediaError
from roll_call.ports.media import (
    AnswerOffer,
    ClosePeer,
    ContinueRecording,
    MediaCommand,
    MediaEvent,
    OpenCamera,
    PeerClosed,
    PeerConnected,
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

    def __init__(
        self, settings: EngineSettings | None = None, neighbours: Neighbours | None = None
    ) -> None:
        check_versions()
        self._settings = settings or EngineSettings()
        self._peers: dict[str, Participant] = {}
        self._neighbours = neighbours or Alone()
        self._routes = Routes(self._peers, self._neighbours)
        self._turns = asyncio.Semaphore(self._settings.handshakes_at_once)
        self._holding_turns: set[str] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._thread = RecordingThread(
            self._report_from_thread, self._settings.recording_pending_total_bytes
        )
        self._recordings = Recordings(self._settings, self._thread, self._emit)
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
        known = self._peers.get(command.peer)
        if known is not None:
            if not isinstance(known, Peer):
                raise MediaError("new_peer_needed")
            return await known.answer(guard_offer(command.sdp, self._settings.candidates))
        await self._turns.acquire()
        if command.peer in self._peers or self._ticker is None:
            self._turns.release()
            return await self.answer(command)
        try:  # only now: reading 200 offers at once would hold up everybody who is on the air
            offer = guard_offer(command.sdp, self._settings.candidates)
        except MediaError:
            self._turns.release()
            raise
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
            case OpenCamera():
                self._open_camera(command)
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
            case StartRecording(peer=name):
                self._recordings.start(command, self._publisher(name), now)
            case ContinueRecording(recording=recording, peer=name):
                self._recordings.go_on(recording, self._publisher(name), now)
            case StopRecording(recording=recording):
                self._recordings.stop(recording, now)
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
        self._recordings.close()
        while self._tasks:
            await asyncio.wait(self._tasks)
        finished = await asyncio.to_thread(self._thread.stop, self._settings.closing_s)
        await asyncio.sleep(0)  # outcomes that the thread handed over meanwhile
        if not finished:
            for recording in self._recordings.names:
                self._deliver(RecordingFailed(recording, None, "disk_slow"))

    def source_changed(self, name: str) -> None:
        """A publisher in another media process has become available, or ceased to be."""
        self._routes.source_changed(name)

    @property
    def peer_count(self) -> int:
        """Peers that exist now, connected or not."""
        return len(self._peers)

    def _publisher(self, name: str) -> Publisher | None:
        peer = self._peers.get(name)
        return peer.publisher if peer is not None else None

    def _track_ready(self, peer: Peer, track: TrackReceiver) -> None:
        self._routes.source_changed(peer.name)
        self._neighbours.opened(peer.name, peer.publisher)

    def _open_camera(self, command: OpenCamera) -> None:
        if command.peer in self._peers:
            return
        camera = Camera(command.peer, command.url, self._settings, self._emit, self._camera_changed)
        self._peers[camera.name] = camera
        camera.start()
        self._routes.source_changed(camera.name)
        self._neighbours.opened(camera.name, camera.publisher)

    def _camera_changed(self, camera: Camera, state: str) -> None:
        if self._peers.get(camera.name) is not camera:
            return
        if state == "connected":
            self._emit(PeerConnected(camera.name))
        else:
            self._close_peer(camera.name, state)

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

    def _forget(self, peer: Participant) -> None:
        self._peers.pop(peer.name, None)
        self._release_turn(peer.name)
        self._routes.forget(peer.name)
        self._neighbours.closed(peer.name)
        self._recordings.publisher_gone(peer.publisher, time.monotonic())

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
            self._recordings.tick(now)
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
            self._recordings.ended(event)
        if self._on_event is not None:
            self._on_event(event)
