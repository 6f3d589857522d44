"""The end of a recording: made seekable where it was cut off, hashed, flushed, and on record."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from roll_call.errors import RollCallError
from roll_call.ports.media import RecordingFailed, RecordingFinished, RepairedFile
from roll_call.ports.records import Change, RecordingRecord, RecordingState
from roll_call.ports.store import SealedRecording, Transaction
from server.check_in.tools import Tools
from server.logs import logger

WHOLE = frozenset({"codec_changed"})
"""Failures after which the file itself is as complete as any other."""

log = logger("recordings")


class Sealing:
    """Every method returns the record as it stands at the end."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools
        self._repairing = asyncio.Lock()

    async def whole(self, event: RecordingFinished) -> RecordingRecord:
        """Keep a complete file."""
        try:
            sealed = await self._seal(event.recording, event.path)
        except RollCallError as error:
            return await self._save(event.recording, "failed", _failed(error.code))
        found = _figures(event) | _particulars(sealed)
        return await self._save(event.recording, "sealed", found)

    async def cut_short(self, event: RecordingFailed) -> RecordingRecord:
        """Keep what was written until then, or nothing where there is nothing."""
        if event.path is not None:
            figures = _figures(event)
            if event.path and event.code not in WHOLE:
                figures |= await self._repaired(event)
            try:
                sealed = await self._seal(event.recording, event.path)
            except RollCallError:
                log.warning("partial_recording_lost", recording=event.recording)
            else:
                found = figures | _particulars(sealed) | {"failure": event.code}
                return await self._save(event.recording, "cut_short", found)
        await asyncio.to_thread(self._tools.recordings.discard, event.recording)
        return await self._save(event.recording, "failed", _failed(event.code))

    async def _repaired(self, event: RecordingFailed) -> dict[str, Any]:
        """What is in the file, now that it has its index; empty where it stays as it is."""
        path = event.path or ""
        async with self._repairing:  # one at a time: sessions are running beside
            try:
                size = await asyncio.to_thread(_size, path)
                await asyncio.to_thread(self._tools.recordings.ensure_room, size)
                repaired = await self._tools.repair(path)
            except (RollCallError, OSError) as error:
                log.warning("recording_not_repaired", recording=event.recording, why=str(error))
                return {}
        if repaired is None:
            return {}
        found = _figures(repaired)
        if event.gaps:  # the engine knew the reasons
            del found["gaps"]
        return found

    async def _seal(self, recording_id: str, path: str) -> SealedRecording:
        return await asyncio.to_thread(self._tools.recordings.seal, recording_id, path)

    async def _save(self, recording_id: str, event: str, found: dict[str, Any]) -> RecordingRecord:
        now = self._tools.clock.now()

        def work(tx: Transaction) -> RecordingRecord:
            old = tx.evidence.recording(recording_id)
            known = {name: value for name, value in found.items() if value is not None}
            record: RecordingRecord = replace(old, finished_at=now, **known)
            details = {"sha256": record.sha256, "failure": record.failure}
            tx.evidence.save_recording(record, Change(event, "system", now, details))
            return record

        return await self._tools.store.write(work)


def moment(unix_s: float) -> datetime:
    """A machine's clock as a moment."""
    return datetime.fromtimestamp(unix_s, UTC)


def _size(path: str) -> int:
    return Path(path).stat().st_size


def _failed(code: str) -> dict[str, Any]:
    return {"state": RecordingState.FAILED, "failure": code}


def _particulars(sealed: SealedRecording) -> dict[str, Any]:
    return {
        "state": RecordingState.READY,
        "content_type": sealed.content_type,
        "sha256": sealed.sha256,
        "size_bytes": sealed.size_bytes,
    }


def _figures(event: RecordingFinished | RecordingFailed | RepairedFile) -> dict[str, Any]:
    found: dict[str, Any] = {
        "duration_s": event.duration_s,
        "video_frames": event.video_frames,
        "audio_packets": event.audio_packets,
        "gaps": event.gaps,
    }
    if not isinstance(event, RepairedFile) and event.began_unix_s is not None:
        found["began_at"] = moment(event.began_unix_s)
    return found
