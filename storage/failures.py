"""What SQLite and the file system report, as ``StorageError`` with a stable code."""

import errno
import sqlite3

from roll_call.errors import StorageError

_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


def from_sqlite(error: sqlite3.Error) -> StorageError:
    """``disk_full``, ``disk_write_failed``, ``constraint_refused``, ... by its cause."""
    name = getattr(error, "sqlite_errorname", "") or type(error).__name__
    if name == "SQLITE_FULL":
        return StorageError("disk_full")
    if name.startswith("SQLITE_IOERR"):
        return StorageError("disk_write_failed", cause=name)
    if name in {"SQLITE_CORRUPT", "SQLITE_NOTADB"}:
        return StorageError("database_damaged", cause=name)
    if "absent_needs_officer_and_reason" in str(error):
        return StorageError("absent_needs_officer_and_reason")
    if name.startswith("SQLITE_CONSTRAINT"):
        return StorageError("constraint_refused", cause=name)
    return StorageError("storage_failed", cause=name)


def from_os(error: OSError) -> StorageError:
    """``disk_full`` where there is no room (or a quota or limit is reached), else ``io_error``."""
    if error.errno in _NO_ROOM:
        return StorageError("disk_full")
    return StorageError("io_error", cause=errno.errorcode.get(error.errno or 0, "unknown"))
