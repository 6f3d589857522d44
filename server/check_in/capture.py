"""Recordings: reserved and on record before the first byte, sealed with their hash at the end.

Trouble with a recording never touches the check-in: it is on record, consoles are told, and the
session goes on.
"""

import asyncio
from dataclasses import replace
from typing import Protocol

from roll_call.errors import RollCallError
from roll_call.ports.media import (
    RecordingDegraded,
    RecordingFailed,
    RecordingFinished,
    StartRecording,
    StopRecording,
)
from roll_call.ports.records import Change, RecordingRecord, RecordingState
from server.auth.tokens import new_id
from server.bus import RecordingTrouble
from server.check_in.tools import Tools
from server.logs import logger

ROOM_BYTES = 20_000_000
"""What one session may need: 300 s at 500 kbit/s."""

log = logger("recordings")


class Publisher(Protocol):
    """Whose camera is recorded."""

    session_id: str
    peer: str | None
    recording_peer: str | None
    recording_id: str | None


class Capture:
    """Starts and completes recordings; ``pending`` are those whose file is not sealed yet."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools
        self.pending: set[str] = set()
        self._idle = asyncio.Event()
        self._idle.set()

    async def start(self, who: Publisher, entry_id: str) -> None:
        """Record the publisher's present peer; one that runs already goes on."""
        if who.peer is None or who.recording_peer == who.peer:
            return
        tools, now = self._tools, self._tools.clock.now()
        record = RecordingRecord(new_id(), who.session_id, entry_id, now)
        change = Change("started", "system", now)
        try:
            await asyncio.to_thread(tools.recordings.ensure_room, ROOM_BYTES)
            stem = await asyncio.to_thread(tools.recordings.reserve, record.id, now)
        except RollCallError as error:
            failed = replace(record, state=RecordingState.FAILED, failure=error.code)
            await tools.store.write(lambda t: t.evidence.add_recording(failed, change))
            self._trouble(failed, error.code)
            return
        await tools.store.write(lambda t: t.evidence.add_recording(record, change))
        who.recording_peer, who.recording_id = who.peer, record.id
        self.pending.add(record.id)
        self._idle.clear()
        tools.engine.send(StartRecording(who.peer, record.id, stem))

    def stop(self, who: Publisher) -> None:
        """Complete the running recording, if there is one."""
        if who.recording_id is not None:
            self._tools.engine.send(StopRecording(who.recording_id))
            who.recording_id = who.recording_peer = None

    async def finished(self, event: RecordingFinished) -> None:
        """Hash, flush and keep the file."""
        try:
            sealed = await asyncio.to_thread(
                self._tools.recordings.seal, event.recording, event.path
            )
        except RollCallError as error:
            await self._save(event.recording, "failed", RecordingState.FAILED, error.code)
            return
        await self._save(
            event.recording,
            "sealed",
            RecordingState.READY,
            None,
            content_type=sealed.content_type,
            sha256=sealed.sha256,
            size_bytes=sealed.size_bytes,
            duration_s=event.duration_s,
            video_frames=event.video_frames,
            audio_packets=event.audio_packets,
        )

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

    async def failed(self, event: RecordingFailed) -> None:
        """Keep what was written until then; it stays playable."""
        if event.path is not None:
            try:
                sealed = await asyncio.to_thread(
                    self._tools.recordings.seal, event.recording, event.path
                )
            except RollCallError:
                log.warning("partial_recording_lost", recording=event.recording)
            else:
                await self._save(
                    event.recording,
                    "cut_short",
                    RecordingState.READY,
                    event.code,
                    content_type=sealed.content_type,
                    sha256=sealed.sha256,
                    size_bytes=sealed.size_bytes,
                )
                return
        await asyncio.to_thread(self._tools.recordings.discard, event.recording)
        await self._save(event.recording, "failed", RecordingState.FAILED, event.code)

    async def recover(self) -> None:
        """At the start: seal what a crash left behind, give up what has no file.

        What was sealed, but not yet on record as such, has no unsealed path any more: sealing it
        again finds it.
        """
        paths = {u.id: u.path for u in await asyncio.to_thread(self._tools.recordings.unsealed)}
        left = await self._tools.store.read(lambda r: r.evidence.unfinished_recordings())
        for record in left:
            path = paths.get(record.id) or ""
            await self.failed(RecordingFailed(record.id, path, "server_stopped"))

    async def settle(self, timeout_s: float) -> None:
        """Wait until every pending recording is sealed, at most so long."""
        try:
            async with asyncio.timeout(timeout_s):
                await self._idle.wait()
        except TimeoutError:
            log.warning("recordings_left_unsealed", count=len(self.pending))

    async def _save(
        self,
        recording_id: str,
        event: str,
        state: RecordingState,
        failure: str | None,
        **found: str | int | float | None,
    ) -> None:
        tools, now = self._tools, self._tools.clock.now()
        old = await tools.store.read(lambda r: r.evidence.recording(recording_id))
        record = replace(
            old,
            state=state,
            finished_at=now,
            failure=failure,
            **found,  # type: ignore[arg-type]
        )
        details = {"sha256": record.sha256, "failure": failure}
        change = Change(event, "system", now, details)
        await tools.store.write(lambda t: t.evidence.save_recording(record, change))
        if failure is not None:
            self._trouble(record, failure)
        self.pending.discard(recording_id)
        if not self.pending:
            self._idle.set()

    def _trouble(self, record: RecordingRecord, code: str) -> None:
        log.warning("recording_trouble", recording=record.id, why=code)
        self._tools.bus.publish(RecordingTrouble(record.session_id, record.entry_id, code))
