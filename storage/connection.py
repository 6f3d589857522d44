"""SQLite connections as the store needs them.

WAL with ``synchronous=FULL``: a commit returns after the log was flushed (fdatasync), so what was
acknowledged survives a loss of power. ``secure_delete`` overwrites what is erased.
"""

import os
import sqlite3
from pathlib import Path

from sqlite_utils import Database

BUSY_TIMEOUT_MS = 10_000
"""How long a connection waits for another process, a backup tool for example."""

_WRITER = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    "PRAGMA secure_delete = ON",
    f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}",
    "PRAGMA journal_size_limit = 67108864",
)
_READER = (
    "PRAGMA query_only = ON",
    f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}",
)


def open_writer(path: Path) -> Database:
    """The one connection that writes; a new file is readable by its owner alone."""
    os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
    return _open(path, "rwc", _WRITER)


def open_reader(path: Path) -> Database:
    """A connection that cannot write."""
    return _open(path, "ro", _READER)


def _open(path: Path, mode: str, pragmas: tuple[str, ...]) -> Database:
    uri = f"{path.absolute().as_uri()}?mode={mode}"
    # Transactions are opened and closed by us alone (isolation_level None); the connection is made
    # and closed on other threads than it is used on, but never used on two at once.
    connection = sqlite3.connect(uri, uri=True, isolation_level=None, check_same_thread=False)
    try:
        for pragma in pragmas:
            connection.execute(pragma)
        return Database(connection, execute_plugins=False)
    except BaseException:
        connection.close()
        raise
