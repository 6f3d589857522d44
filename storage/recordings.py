"""Recordings on the local disk; implements ``roll_call.ports.store.RecordingStore``.

::

    recordings/unsealed/<id>/reservation.json, media.webm     while the media engine writes
    recordings/2026/11/21/<id>/media.webm, manifest.json      sealed: hashed, flushed, moved as one

No part of a path ever comes from outside but the id, and that is checked.
"""

import json
import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from roll_call.errors import InvalidInput, NotFound, RollCallError, StorageError
from roll_call.instants import from_text, utc, utc_text
from roll_call.ports.store import SealedRecording, UnsealedRecording
from storage.failures import from_os
from storage.keys import flush_directory
from storage.manifest import (
    CHUNK_BYTES,
    CONTENT_TYPES,
    FORMAT,
    Manifest,
    hash_chunks,
    read_manifest,
)

DEFAULT_RESERVE_BYTES = 512 * 1024 * 1024
"""Kept free for the database and its log, whatever recordings want."""

_ID = re.compile(r"[A-Za-z0-9_-]{1,64}", re.ASCII)
_UNSEALED = "unsealed"
_RESERVATION = "reservation.json"
_MANIFEST = "manifest.json"


@dataclass(frozen=True, slots=True)
class FileReader:
    """An open recording; reads from several threads do not disturb each other."""

    manifest: Manifest
    descriptor: int

    @property
    def size_bytes(self) -> int:
        """Size of the media."""
        return self.manifest.size_bytes

    @property
    def content_type(self) -> str:
        """``video/webm`` or ``video/mp4``."""
        return self.manifest.content_type

    @property
    def sha256(self) -> str:
        """As sealed, in hexadecimal."""
        return self.manifest.sha256

    def read(self, start: int, length: int) -> bytes:
        """At most ``length`` bytes from ``start``; fewer only at the end."""
        if start < 0 or length < 0:
            raise InvalidInput("bad_range")
        parts: list[bytes] = []
        end = min(start + length, self.size_bytes)
        while start < end and (part := os.pread(self.descriptor, end - start, start)):
            parts.append(part)
            start += len(part)
        return b"".join(parts)

    def close(self) -> None:
        """Close the file; once."""
        os.close(self.descriptor)


class LocalRecordings:
    """Recordings below one directory."""

    def __init__(self, root: Path, reserve_bytes: int = DEFAULT_RESERVE_BYTES) -> None:
        self._root = root
        self._reserve_bytes = reserve_bytes

    def ensure_room(self, size_bytes: int) -> None:
        """Raises ``StorageError`` (``disk_full``)."""
        try:
            self._root.mkdir(mode=0o700, parents=True, exist_ok=True)
            free = shutil.disk_usage(self._root).free
        except OSError as error:
            raise from_os(error) from error
        if free - self._reserve_bytes < size_bytes:
            raise StorageError("disk_full", free_bytes=free, needed_bytes=size_bytes)

    def reserve(self, recording_id: str, started_at: datetime) -> str:
        """The path stem for the media engine; the same again if it is asked again."""
        directory = self._staged(recording_id)
        reservation = json.dumps({"started_at": utc_text(started_at)})
        try:
            directory.mkdir(mode=0o700, parents=True, exist_ok=True)
            (directory / _RESERVATION).write_text(reservation, "utf-8")
        except OSError as error:
            raise from_os(error) from error
        return str(directory / "media")

    def seal(self, recording_id: str, path: str) -> SealedRecording:
        """Hash, flush, move into place; a sealed one is returned as it is."""
        staged = self._staged(recording_id)
        found = self._find(recording_id)
        if found is not None:
            return _sealed(read_manifest(found / _MANIFEST))
        media = Path(path)
        if media.parent != staged or media.suffix not in CONTENT_TYPES or media.stem != "media":
            raise InvalidInput("foreign_path")
        try:
            manifest = _measure(recording_id, media, _started_at(staged))
            manifest.write(staged / _MANIFEST)
            self._move(staged, manifest.started_at)
        except FileNotFoundError as error:
            raise NotFound("recording_missing") from error
        except OSError as error:
            raise from_os(error) from error
        return _sealed(manifest)

    def discard(self, recording_id: str) -> None:
        """Remove a reservation and what was written for it."""
        shutil.rmtree(self._staged(recording_id), ignore_errors=True)

    def open(self, recording_id: str) -> FileReader:
        """Raises ``NotFound`` (``recording_missing``), ``StorageError`` (``manifest_damaged``)."""
        directory = self.directory(recording_id)
        manifest = read_manifest(directory / _MANIFEST)
        try:
            flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC
            return FileReader(manifest, os.open(directory / manifest.file, flags))
        except FileNotFoundError as error:
            raise NotFound("recording_missing") from error
        except OSError as error:
            raise from_os(error) from error

    def unsealed(self) -> tuple[UnsealedRecording, ...]:
        """Reservations that were never sealed, oldest first."""
        staged = self._root / _UNSEALED
        found = [d for d in staged.iterdir() if _ID.fullmatch(d.name)] if staged.is_dir() else []
        leftovers = (
            UnsealedRecording(directory.name, _started_at(directory), _written(directory))
            for directory in found
        )
        return tuple(sorted(leftovers, key=lambda leftover: (leftover.started_at, leftover.id)))

    def directory(self, recording_id: str) -> Path:
        """Where a sealed recording lies, for the audit and exports. Raises ``NotFound``."""
        found = self._find(_checked(recording_id))
        if found is None:
            raise NotFound("recording_missing")
        return found

    def _staged(self, recording_id: str) -> Path:
        return self._root / _UNSEALED / _checked(recording_id)

    def _find(self, recording_id: str) -> Path | None:
        """Newest day first; a look-up costs one ``stat`` a day of recordings kept."""
        for day in _days(self._root):
            if (day / recording_id / _MANIFEST).is_file():
                return day / recording_id
        return None

    def _move(self, staged: Path, started_at: datetime) -> None:
        day = self._root / utc(started_at).strftime("%Y/%m/%d")
        day.mkdir(mode=0o700, parents=True, exist_ok=True)
        flush_directory(staged)
        staged.rename(day / staged.name)
        for directory in (day, day.parent, day.parent.parent, self._root, staged.parent):
            flush_directory(directory)
        (day / staged.name / _RESERVATION).unlink(missing_ok=True)


def _checked(recording_id: str) -> str:
    if not _ID.fullmatch(recording_id):
        raise InvalidInput("invalid_id")
    return recording_id


def _days(root: Path) -> Iterator[Path]:
    def numbered(directory: Path) -> list[Path]:
        named = (entry for entry in directory.iterdir() if entry.name.isdigit())
        return sorted((entry for entry in named if entry.is_dir()), reverse=True)

    if root.is_dir():
        for year in numbered(root):
            for month in numbered(year):
                yield from numbered(month)


def _measure(recording_id: str, media: Path, started_at: datetime) -> Manifest:
    """Flush the media and describe it; it is read-only from here on."""
    descriptor = os.open(media, os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
        os.fchmod(descriptor, 0o400)
    finally:
        os.close(descriptor)
    size, whole, chunks = hash_chunks(media)
    return Manifest(
        format=FORMAT,
        id=recording_id,
        started_at=started_at,
        file=media.name,
        content_type=CONTENT_TYPES[media.suffix],
        size_bytes=size,
        sha256=whole,
        chunk_bytes=CHUNK_BYTES,
        chunks=chunks,
    )


def _sealed(manifest: Manifest) -> SealedRecording:
    return SealedRecording(manifest.id, manifest.content_type, manifest.size_bytes, manifest.sha256)


def _started_at(staged: Path) -> datetime:
    """From the reservation; where a crash tore that, from the directory's time."""
    try:
        reservation = json.loads((staged / _RESERVATION).read_text("utf-8"))
        return from_text(reservation["started_at"])
    except (OSError, ValueError, TypeError, KeyError, RollCallError):
        return datetime.fromtimestamp(staged.stat().st_mtime).astimezone()


def _written(staged: Path) -> str | None:
    for suffix in CONTENT_TYPES:
        media = staged / f"media{suffix}"
        if media.is_file() and not media.is_symlink() and media.stat().st_size:
            return str(media)
    return None
