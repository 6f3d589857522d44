"""The bytes of one recording on disk, with every failure of the disk caught and named."""

import errno
import os
from pathlib import Path

from media.mp4_fragments import whole_fragments_end

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_CHECK_SPACE_EVERY_BYTES = 256 * 1024


class RecordingFile:
    """What a muxer writes to; used on the writer thread only.

    A failing disk never raises out of :meth:`write`: the first failure is kept in ``failure`` as
    disk_full or io_error and nothing is appended any more, so that the muxer can be closed in peace
    and what was written stays playable. ``patch_after_failure`` still lets it correct bytes that
    are already there (WebM's duration); a format that rewrites its structure at the end must not.
    """

    def __init__(self, path: Path, *, reserve_bytes: int, patch_after_failure: bool) -> None:
        self.failure: str | None = None
        self.size = 0
        self._position = 0
        self._reserve_bytes = reserve_bytes
        self._patch_after_failure = patch_after_failure
        self._next_check = 0
        self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        self.space_is_low = self._low()

    def write(self, data: bytes) -> int:
        """Write at the current position; always says that everything was written."""
        start, self._position = self._position, self._position + len(data)
        if self.failure is not None and not (
            self._patch_after_failure and self._position <= self.size
        ):
            return len(data)
        try:
            written = 0
            while written < len(data):
                written += os.pwrite(self._descriptor, data[written:], start + written)
                self.size = max(self.size, start + written)
        except OSError as error:
            self.failure = self.failure or ("disk_full" if error.errno in _FULL else "io_error")
        if self.size >= self._next_check:
            self._next_check = self.size + _CHECK_SPACE_EVERY_BYTES
            self.space_is_low = self.space_is_low or self._low()
        return len(data)

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Move to an absolute position, or relative to the current one or the end."""
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._position, os.SEEK_END: self.size}[whence]
        self._position = base + offset
        return self._position

    def tell(self) -> int:
        """Return the current position."""
        return self._position

    def finish(self) -> None:
        """Flush to the disk and close; a failure is kept like any other.

        A format that cannot be patched is cut back to its last whole fragment after a failure.
        """
        try:
            if self.failure is not None and not self._patch_after_failure:
                self.size = whole_fragments_end(self._read, self.size)
                os.ftruncate(self._descriptor, self.size)
            os.fsync(self._descriptor)
        except OSError as error:
            self.failure = self.failure or ("disk_full" if error.errno in _FULL else "io_error")
        finally:
            os.close(self._descriptor)

    def _read(self, length: int, offset: int) -> bytes:
        return os.pread(self._descriptor, length, offset)

    def _low(self) -> bool:
        space = os.fstatvfs(self._descriptor)
        return space.f_bavail * space.f_frsize < self._reserve_bytes
