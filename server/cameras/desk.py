"""The cameras at work: each is asked for its picture and stands in the room."""

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from roll_call.ports.media import (
    ClosePeer,
    MediaEngine,
    MediaEvent,
    MediaFlowing,
    MediaStalled,
    OpenCamera,
    PeerClosed,
)
from roll_call.ports.records import CameraRecord, Change
from roll_call.ports.store import Records, Store
from roll_call.room import ParticipantKind
from server.auth.tokens import new_id
from server.cameras.address import CameraUrl, read_url
from server.clock import Clock
from server.logs import logger
from server.rooms.desk import RoomDesk
from server.rooms.guests import Guest

log = logger("cameras")

_TRY_WITHIN_S = 15.0
_AGAIN_AFTER_S = 30.0
_AGAIN_AT_ONCE_S = 1.0
# Who was live for less when its media process died may be what killed it.
_TRUSTED_AFTER = timedelta(seconds=60)
_REASONS = ("unreachable", "refused", "codec_unsupported")


@dataclass(frozen=True, slots=True)
class CameraStatus:
    """``state``: connecting, live, stalled, or why it cannot be had (``PeerClosed.reason``)."""

    state: str
    since: datetime
    width: int = 0
    height: int = 0


@dataclass(slots=True)
class _Standing:
    record: CameraRecord
    url: CameraUrl
    status: CameraStatus
    peer: str = ""


class CameraDesk:
    """Opens every camera, and again after a while those that could not be had."""

    def __init__(self, engine: MediaEngine, store: Store, clock: Clock, rooms: RoomDesk) -> None:
        self._engine = engine
        self._store = store
        self._clock = clock
        self._rooms = rooms
        self._standing: dict[str, _Standing] = {}
        self._trials: dict[str, asyncio.Future[MediaFlowing | PeerClosed]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._running = False

    async def start(self) -> None:
        """Open what is on record."""
        self._running = True

        def read(records: Records) -> list[tuple[CameraRecord, str | None]]:
            return [(c, records.cameras.login(c.id)) for c in records.cameras.cameras()]

        for record, login in await self._store.read(read):
            await self._open(record, CameraUrl(record.address, login))

    async def stop(self) -> None:
        """Ask no more; the engine closes its peers itself."""
        self._running = False
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def cameras(self) -> list[tuple[CameraRecord, CameraStatus]]:
        """All cameras by name, as they stand now."""
        found = sorted(self._standing.values(), key=lambda s: (s.record.name, s.record.id))
        return [(standing.record, standing.status) for standing in found]

    def status(self, camera_id: str) -> CameraStatus:
        """How a camera stands."""
        return self._standing[camera_id].status

    async def add(self, unit_id: str, name: str, url: str, actor: str) -> CameraRecord:
        """Put a camera on record and open it. Raises InvalidInput, StorageError."""
        now, parts = self._clock.now(), read_url(url)
        record = CameraRecord(new_id(), unit_id, name, parts.address, parts.login is not None, now)
        change = Change("added", actor, now)
        await self._store.write(lambda t: t.cameras.add_camera(record, parts.login, change))
        await self._open(record, parts)
        return record

    async def change(
        self, old: CameraRecord, unit_id: str, name: str, url: str | None, actor: str
    ) -> CameraRecord:
        """Rename, move or point elsewhere; without ``url`` its address and login stay."""
        login = await self._store.read(lambda r: r.cameras.login(old.id))
        parts = CameraUrl(old.address, login) if url is None else read_url(url)
        record = replace(
            old,
            unit_id=unit_id,
            name=name,
            address=parts.address,
            protected=parts.login is not None,
        )
        change = Change("changed", actor, self._clock.now())
        await self._store.write(lambda t: t.cameras.save_camera(record, parts.login, change))
        standing = self._standing.get(old.id)
        if standing is not None and standing.url == parts:
            standing.record = record
            await self._enter(standing)
        else:
            await self._open(record, parts)
        return record

    async def remove(self, camera_id: str, actor: str) -> None:
        """Take a camera off record and out of the room. Raises NotFound."""
        change = Change("removed", actor, self._clock.now())
        await self._store.write(lambda t: t.cameras.remove_camera(camera_id, change))
        standing = self._standing.pop(camera_id, None)
        if standing is not None:
            self._engine.send(ClosePeer(standing.peer))
        await self._rooms.leave(camera_id)

    async def attempt(self, url: str) -> MediaFlowing | str:
        """Ask a camera once: its picture, or why there is none. Raises InvalidInput."""
        peer = f"camera-try-{new_id()}"
        outcome: asyncio.Future[MediaFlowing | PeerClosed]
        outcome = asyncio.get_running_loop().create_future()
        self._trials[peer] = outcome
        try:
            self._engine.send(OpenCamera(peer, read_url(url).whole(), peer))
            async with asyncio.timeout(_TRY_WITHIN_S):
                event = await outcome
        except TimeoutError:
            return "unreachable"
        finally:
            del self._trials[peer]
            self._engine.send(ClosePeer(peer))
        return event if isinstance(event, MediaFlowing) else event.reason

    def on_media(self, event: MediaEvent) -> None:
        """From the engine."""
        if not isinstance(event, MediaFlowing | MediaStalled | PeerClosed):
            return
        trial = self._trials.get(event.peer)
        if trial is not None and not trial.done() and not isinstance(event, MediaStalled):
            trial.set_result(event)
        for standing in self._standing.values():
            if standing.peer == event.peer:
                self._heard(standing, event)

    def _heard(self, standing: _Standing, event: MediaFlowing | MediaStalled | PeerClosed) -> None:
        now = self._clock.now()
        match event:
            case MediaFlowing(width=width, height=height):
                standing.status = CameraStatus("live", now, width, height)
            case MediaStalled():
                standing.status = replace(standing.status, state="stalled", since=now)
            case PeerClosed(reason=reason):
                restarted = reason == "engine_restarted"
                known = reason if reason in _REASONS else "unreachable"
                state = "connecting" if restarted else known
                before, standing.status = standing.status, CameraStatus(state, now)
                trusted = before.state == "live" and now - before.since >= _TRUSTED_AFTER
                wait_s = _AGAIN_AT_ONCE_S if restarted and trusted else _AGAIN_AFTER_S
                self._spawn(self._again(standing, event.peer, wait_s))
        log.info("camera", camera=standing.record.id, state=standing.status.state)
        self._spawn(self._enter(standing))

    async def _again(self, standing: _Standing, peer: str, wait_s: float) -> None:
        await asyncio.sleep(wait_s)
        if standing.peer == peer and self._standing.get(standing.record.id) is standing:
            self._ask(standing)

    async def _open(self, record: CameraRecord, url: CameraUrl) -> None:
        former = self._standing.get(record.id)
        if former is not None:
            self._engine.send(ClosePeer(former.peer))
        standing = _Standing(record, url, CameraStatus("connecting", self._clock.now()))
        self._standing[record.id] = standing
        self._ask(standing)
        await self._enter(standing)

    def _ask(self, standing: _Standing) -> None:
        """By a new peer name: what is still said of the former one is not about this one."""
        standing.peer = f"camera-{standing.record.id}-{new_id()[:8]}"
        self._engine.send(OpenCamera(standing.peer, standing.url.whole(), standing.record.id))

    async def _enter(self, standing: _Standing) -> None:
        record, status = standing.record, standing.status
        if self._standing.get(record.id) is not standing:
            return
        await self._rooms.enter(
            Guest(
                id=record.id,
                kind=ParticipantKind.CAMERA,
                name=record.name,
                unit_ids=frozenset({record.unit_id}),
                since=status.since,
                peer=standing.peer,
                live=status.state == "live",
            )
        )

    def _spawn(self, coroutine: Coroutine[Any, Any, None]) -> None:
        if not self._running:
            coroutine.close()
            return
        task = asyncio.create_task(coroutine)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
