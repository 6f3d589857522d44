"""Readers: a few threads, each with a connection of its own, each read on one snapshot."""

import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from sqlite_utils import Database

from roll_call.errors import StorageError
from storage.connection import open_reader
from storage.failures import from_sqlite
from storage.groups import SqliteRecords
from storage.keys import MasterKey

T = TypeVar("T")

READER_THREADS = 2


class Readers:
    """Runs reading work; connections are opened when a thread first needs one."""

    def __init__(self, path: Path, master: MasterKey) -> None:
        self._path = path
        self._master = master
        self._lock = threading.Lock()
        self._opened: list[Database] = []
        self._local = threading.local()
        self._pool = ThreadPoolExecutor(READER_THREADS, thread_name_prefix="store-reader")

    def submit(self, work: Callable[[SqliteRecords], T]) -> "Future[T]":
        """Raises ``StorageError`` (``store_closed``)."""
        try:
            return self._pool.submit(self._read, work)
        except RuntimeError as error:
            raise StorageError("store_closed") from error

    def close(self) -> None:
        """Complete what was handed in, then close the connections; blocks."""
        self._pool.shutdown(wait=True)
        for db in self._opened:
            db.close()

    def _read(self, work: Callable[[SqliteRecords], T]) -> T:
        try:
            db, records = self._connection()
            db.conn.execute("BEGIN")
            try:
                return work(records)
            finally:
                db.conn.execute("ROLLBACK")
        except sqlite3.Error as error:
            raise from_sqlite(error) from error

    def _connection(self) -> tuple[Database, SqliteRecords]:
        held: tuple[Database, SqliteRecords] | None = getattr(self._local, "held", None)
        if held is None:
            db = open_reader(self._path)
            held = self._local.held = (db, SqliteRecords(db, self._master))
            with self._lock:
                self._opened.append(db)
        return held
