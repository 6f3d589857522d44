"""The manifest of a recording: what its bytes were when it was sealed, chunk by chunk.

Chunks of a fixed size are the unit that can be encrypted and read alone later; today their hashes
say which part of a file was altered.
"""

import json
import os
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from roll_call.errors import RollCallError, StorageError
from storage.plain import from_plain, json_text

CHUNK_BYTES = 1024 * 1024
FORMAT = "plain/1"
CONTENT_TYPES = {".webm": "video/webm", ".mp4": "video/mp4"}


@dataclass(frozen=True, slots=True)
class Manifest:
    """``sha256`` is over the whole media, ``chunks`` over each ``chunk_bytes``; hexadecimal."""

    format: str
    id: str
    started_at: datetime
    file: str
    content_type: str
    size_bytes: int
    sha256: str
    chunk_bytes: int
    chunks: tuple[str, ...]

    def write(self, path: Path) -> None:
        """Write durably (the file; its directory is the caller's)."""
        with path.open("w", encoding="utf-8") as file:
            file.write(json_text(self) + "\n")
            file.flush()
            os.fsync(file.fileno())

    def altered_chunks(self, path: Path) -> tuple[int, ...]:
        """Which chunks of the media differ from what was sealed; missing and added ones count."""
        _, _, chunks = hash_chunks(path)
        longest = max(len(chunks), len(self.chunks))
        return tuple(
            index for index in range(longest) if _at(chunks, index) != _at(self.chunks, index)
        )


def read_manifest(path: Path) -> Manifest:
    """Raises ``StorageError`` (``manifest_damaged``), ``FileNotFoundError``."""
    try:
        manifest: Manifest = from_plain(Manifest, json.loads(path.read_text("utf-8")))
    except (ValueError, TypeError, KeyError, AttributeError, RollCallError) as error:
        raise StorageError("manifest_damaged") from error
    plain = manifest.format == FORMAT and manifest.content_type in CONTENT_TYPES.values()
    if not plain or manifest.file not in {f"media{suffix}" for suffix in CONTENT_TYPES}:
        raise StorageError("manifest_damaged")
    return manifest


def hash_chunks(path: Path) -> tuple[int, str, tuple[str, ...]]:
    """Size, SHA-256 of the whole and of each chunk; follows no link. Raises ``OSError``."""
    whole, size, chunks = sha256(), 0, []
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    with os.fdopen(descriptor, "rb") as file:
        while chunk := file.read(CHUNK_BYTES):
            whole.update(chunk)
            chunks.append(sha256(chunk).hexdigest())
            size += len(chunk)
    return size, whole.hexdigest(), tuple(chunks)


def _at(chunks: tuple[str, ...], index: int) -> str | None:
    return chunks[index] if index < len(chunks) else None
