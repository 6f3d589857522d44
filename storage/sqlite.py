"""SqliteStore: the embedded store of one process; implements ``roll_call.ports.store.Store``.

In the data directory: ``rollcall.db`` (with ``-wal`` and ``-shm``), ``rollcall.head``,
``rollcall.lock`` and ``keys/master.key``.
"""

import asyncio
import fcntl
import os
import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import ExitStack
from pathlib import Path
from typing import TypeVar

from sqlite_utils import Database

from roll_call.errors import StorageError
from roll_call.ports.store import Records, Transaction
from storage.connection import open_writer
from storage.failures import from_os, from_sqlite
from storage.groups import SqliteTransaction
from storage.head import EMPTY, HeadFile, holds, newest_head
from storage.keys import KeyFile, MasterKey
from storage.migrations import migrations
from storage.readers import Readers
from storage.settings import SettingTables
from storage.writer import Writer

T = TypeVar("T")

DATABASE_NAME = "rollcall.db"
HEAD_NAME = "rollcall.head"
LOCK_NAME = "rollcall.lock"
KEY_NAME = "keys/master.key"
KEY_SETTING = "store.master_key_fingerprint"


class SqliteStore:
    """One database, one writer thread, a few readers."""

    def __init__(self, data_dir: Path) -> None:
        self._dir = data_dir
        self._writer: Writer | None = None
        self._readers: Readers | None = None
        self._held = ExitStack()

    async def open(self) -> None:
        """Open or create; migrate; compare the log with its head.

        Raises ``StorageError``: ``store_in_use``, the codes of ``KeyFile.load``,
        ``key_file_wrong``, ``log_head_missing``, ``log_head_forged``, ``log_head_mismatch`` (the
        log ends before its head, or differs there), and what SQLite reports.
        """
        await asyncio.to_thread(self._open)

    def write(self, work: Callable[[Transaction], T]) -> Awaitable[T]:
        """See the port. Call it on a running event loop."""
        if self._writer is None:
            raise StorageError("store_closed")
        return asyncio.wrap_future(self._writer.submit(work))

    def read(self, work: Callable[[Records], T]) -> Awaitable[T]:
        """See the port. Call it on a running event loop."""
        if self._readers is None:
            raise StorageError("store_closed")
        return asyncio.wrap_future(self._readers.submit(work))

    async def close(self) -> None:
        """Complete what was handed in, then close; idempotent."""
        await asyncio.to_thread(self._close)

    def _open(self) -> None:
        with ExitStack() as stack:
            try:
                self._dir.mkdir(mode=0o700, parents=True, exist_ok=True)
                _lock(self._dir / LOCK_NAME, stack)
                db = open_writer(self._dir / DATABASE_NAME)
                stack.callback(db.close)
                migrations.apply(db)
                master = _master_key(db, KeyFile(self._dir / KEY_NAME))
                head = _checked_head(db, HeadFile(self._dir / HEAD_NAME, master))
            except sqlite3.Error as error:
                raise from_sqlite(error) from error
            except OSError as error:
                raise from_os(error) from error
            self._writer = Writer(db, SqliteTransaction(db, master), head)
            self._readers = Readers(self._dir / DATABASE_NAME, master)
            self._held = stack.pop_all()
        self._writer.start()

    def _close(self) -> None:
        if self._readers is not None:
            self._readers.close()
        if self._writer is not None:
            self._writer.close()
        self._held.close()


def _lock(path: Path, stack: ExitStack) -> None:
    """One process a data directory: two writers would each grow a chain of their own."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    stack.callback(os.close, descriptor)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise StorageError("store_in_use") from error


def _master_key(db: Database, file: KeyFile) -> MasterKey:
    """The key that this database was made with; a new database gets a new key."""
    settings = SettingTables(db)
    known = settings.get(KEY_SETTING)
    new = known is None and not file.path.exists()
    master = file.create() if new else file.load()
    if known is None:
        settings.set(KEY_SETTING, master.fingerprint)
    elif known != master.fingerprint:
        raise StorageError("key_file_wrong")
    return master


def _checked_head(db: Database, file: HeadFile) -> HeadFile:
    """The head file, once it agrees with the log: what was on record must still be there."""
    newest = newest_head(db)
    if newest == EMPTY and not file.path.exists():
        file.create()
    head = file.read()
    if not holds(db, head):
        raise StorageError("log_head_mismatch", head=head.seq, log=newest.seq)
    if newest != head:
        file.write(newest)
    return file
