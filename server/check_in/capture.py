"""Recordings: reserved and on record before the first byte, sealed with their hash at the end.

One recording goes with a session through all its connections. Trouble with a recording never
touches the check-in: it is on record, consoles are told, and the session goes on.
"""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Protocol

from roll_call.errors import RollCallError
from roll_call.ports.media import (
    ContinueRecording,
    RecordingDegraded,
    RecordingFailed,
    RecordingFinished,
    RecordingStarted,
    StartRecording,
    StopRecording,
)
from roll_call.ports.records import Change, RecordingRecord, RecordingState
from roll_call.ports.store import Transaction
from server.auth.tokens import new_id
from server.bus import RecordingTrouble
from server.check_in.sealing import Sealing, moment
from server.check_in.tools import Tools
from server.logs import logger

ROOM_BYTES = 20_000_000
"""What one session may need: 300 s at 500 kbit/s."""

log = logger("recordings")


class Publisher(Protocol):
    """Whose camera is recorded."""

    session_id: str
    peer: str | None
    recording_id: str | None


class Capture:
    """Starts, continues and completes recordings.

    ``pending`` are those whose file is not sealed yet. ``on_lost`` is called with a session whose
    recording ended before it did.
    """

    def __init__(self, tools: Tools, on_lost: Callable[[str], None]) -> None:
        self._tools = tools
        self._on_lost = on_lost
        self._sealing = Sealing(tools)
        self._subjects: dict[str, Publisher] = {}
        self.pending: set[str] = set()
        self._idle = asyncio.Event()
        self._idle.set()

    async def start(self, who: Publisher, entry_id: str) -> None:
        """Record the publisher; a recording that runs already goes on."""
        if who.peer is None or who.recording_id is not None:
            return
        recording_id = await self._begin(who.session_id, entry_id, who.peer, "subject")
        if recording_id is not None:
            who.recording_id = recording_id
            self._subjects[recording_id] = who

    def go_on(self, who: Publisher) -> None:
        """The publisher has a new connection, answered beside the old one."""
        if who.recording_id is not None and who.peer is not None:
            self.continue_beside(who.recording_id, who.peer)

    def stop(self, who: Publisher) -> None:
        """Complete the running recording, if there is one."""
        if who.recording_id is not None:
            self.stop_beside(who.recording_id)
            who.recording_id = None

    async def start_beside(
        self, session_id: str, entry_id: str, peer: str, role: str = "officer"
    ) -> str | None:
        """Record the other side of a conversation; returns the recording, None if there is none.

        It lies on one timeline with the session's own by ``began_at``.
        """
        return await self._begin(session_id, entry_id, peer, role)

    def continue_beside(self, recording_id: str, peer: str) -> None:
        """Go on with a recording from another connection; the time between is a gap in it."""
        self._tools.engine.send(ContinueRecording(recording_id, peer))

    def stop_beside(self, recording_id: str) -> None:
        """Complete a recording."""
        self._tools.engine.send(StopRecording(recording_id))

    async def started(self, event: RecordingStarted) -> None:
        """The first picture is in the file: from here on its timeline runs."""
        now = self._tools.clock.now()

        def work(tx: Transaction) -> None:
            old = tx.evidence.recording(event.recording)
            if old.state is RecordingState.RECORDING:
                began = replace(old, began_at=moment(event.began_unix_s))
                tx.evidence.save_recording(began, Change("began", "system", now))

        await self._tools.store.write(work)

    async def degraded(self, event: RecordingDegraded) -> None:
        """It goes on with a gap: on record, and consoles are told."""
        now, code = self._tools.clock.now(), {"code": event.code}
        record = await self._tools.store.read(lambda r: r.evidence.recording(event.recording))
        await self._tools.store.write(
            lambda t: t.log.append(
                "recording.degraded", "recording", record.id, code, "system", now
            )
        )
        self._trouble(record, event.code)

    async def finished(self, event: RecordingFinished) -> None:
        """Hash, flush and keep the file."""
        self._subjects.pop(event.recording, None)
        self._settled(await self._sealing.whole(event))

    async def failed(self, event: RecordingFailed) -> None:
        """Keep what was written until then; a session that goes on gets another recording."""
        who = self._subjects.pop(event.recording, None)
        if who is not None and who.recording_id == event.recording:
            who.recording_id = None
            if event.code == "codec_changed":
                self._on_lost(who.session_id)
        if event.code == "disk_slow" and event.path is None:
            self._count_off(event.recording)  # still being written; the next start makes it whole
            return
        self._settled(await self._sealing.cut_short(event))

    async def keep(self, left: list[RecordingFailed]) -> None:
        """At the start: seal what a crash left behind, give up what has no file.

        What was sealed, but not yet on record as such, has no unsealed path any more: sealing it
        again finds it.
        """
        for recording in left:
            await self.failed(recording)

    async def leftovers(self) -> list[RecordingFailed]:
        """What no engine writes any more; to be asked before one does."""
        paths = {u.id: u.path for u in await asyncio.to_thread(self._tools.recordings.unsealed)}
        left = await self._tools.store.read(lambda r: r.evidence.unfinished_recordings())
        for record in left:
            self._await(record.id)
        return [RecordingFailed(r.id, paths.get(r.id) or "", "server_stopped") for r in left]

    async def settle(self, timeout_s: float) -> None:
        """Wait until every pending recording is sealed, at most so long."""
        try:
            async with asyncio.timeout(timeout_s):
                await self._idle.wait()
        except TimeoutError:
            log.warning("recordings_left_unsealed", count=len(self.pending))

    async def _begin(self, session_id: str, entry_id: str, peer: str, role: str) -> str | None:
        tools, now = self._tools, self._tools.clock.now()
        record = RecordingRecord(new_id(), session_id, entry_id, now, role=role)
        change = Change("started", "system", now)
        try:
            await asyncio.to_thread(tools.recordings.ensure_room, ROOM_BYTES)
            stem = await asyncio.to_thread(tools.recordings.reserve, record.id, now)
        except RollCallError as error:
            failed = replace(record, state=RecordingState.FAILED, failure=error.code)
            await tools.store.write(lambda t: t.evidence.add_recording(failed, change))
            self._trouble(failed, error.code)
            return None
        await tools.store.write(lambda t: t.evidence.add_recording(record, change))
        self._await(record.id)
        tools.engine.send(StartRecording(peer, record.id, stem))
        return record.id

    def _await(self, recording_id: str) -> None:
        self.pending.add(recording_id)
        self._idle.clear()

    def _settled(self, record: RecordingRecord) -> None:
        if record.failure is not None:
            self._trouble(record, record.failure)
        self._count_off(record.id)

    def _count_off(self, recording_id: str) -> None:
        self.pending.discard(recording_id)
        if not self.pending:
            self._idle.set()

    def _trouble(self, record: RecordingRecord, code: str) -> None:
        log.warning("recording_trouble", recording=record.id, why=code)
        self._tools.bus.publish(RecordingTrouble(record.session_id, record.entry_id, code))
