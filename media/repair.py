"""Makes a recording that was cut off (power, kill -9) a whole, seekable file, in place."""

import asyncio
import json
import logging
import os
import sys
from pathlib import Path

from roll_call.ports.media import Gap, RepairedFile

_log = logging.getLogger(__name__)
_LIMIT_S = 120.0


async def repair(file: str, limit_s: float = _LIMIT_S) -> RepairedFile | None:
    """Replace the file by a remuxed copy of what is whole in it; None leaves it as it is.

    The copy is made by a process of its own with limits of time, CPU and memory.
    """
    path = Path(file)
    target = path.with_name("repaired" + path.suffix)
    try:
        said = await _remux(path, target, limit_s)
        if said is None:
            return None
        found = _read(said, await asyncio.to_thread(_replace, path, target))
    except (OSError, ValueError, KeyError, TypeError):
        _log.exception("%s cannot be repaired", path.name)
        return None
    finally:
        await asyncio.to_thread(target.unlink, missing_ok=True)
    return found


async def _remux(path: Path, target: Path, limit_s: float) -> bytes | None:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "media.remux", str(path), str(target)),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        async with asyncio.timeout(limit_s):
            said, complaint = await process.communicate()
    except TimeoutError:
        _log.warning("repairing %s took longer than %s s", path.name, limit_s)
        return None
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode != 0:
        last = complaint.decode(errors="replace").strip().rpartition("\n")[2]
        _log.warning("repairing %s failed (%s): %s", path.name, process.returncode, last)
        return None
    return said


def _replace(path: Path, target: Path) -> int:
    """Put the copy in the place of the original, whatever happens to the power; its size."""
    descriptor = os.open(target, os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        os.fchmod(descriptor, 0o600)
        os.fsync(descriptor)
        size = os.fstat(descriptor).st_size
    finally:
        os.close(descriptor)
    os.replace(target, path)
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
    return size


def _read(said: bytes, size_bytes: int) -> RepairedFile:
    found = json.loads(said)
    return RepairedFile(
        duration_s=float(found["duration_s"]),
        video_frames=int(found["video_frames"]),
        audio_packets=int(found["audio_packets"]),
        size_bytes=size_bytes,
        gaps=tuple(Gap(float(start), float(end), "unknown") for start, end in found["gaps"]),
    )
