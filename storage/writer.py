"""The one writer: a thread that takes what is waiting and commits it as a group.

Each unit of work runs in a savepoint, so that one that fails is undone alone; one commit, flushed
to disk, carries the whole group, and only then are the callers told. That order is the promise:
what was acknowledged is on disk.
"""

import logging
import queue
import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlite_utils import Database

from roll_call.errors import RollCallError, StorageError
from storage.failures import from_sqlite
from storage.groups import SqliteTransaction
from storage.head import EMPTY, HeadFile, newest_head

T = TypeVar("T")
_LOGGER = logging.getLogger(__name__)

MAX_GROUP = 256
"""Units of work in one commit at most, so that the first does not wait for ever for the last."""


@dataclass(frozen=True, slots=True)
class _Unit:
    work: Callable[[SqliteTransaction], Any]
    future: "Future[Any]"


@dataclass(slots=True)
class _Outcome:
    unit: _Unit
    result: Any = None
    error: BaseException | None = None

    def tell(self) -> None:
        if self.error is None:
            self.unit.future.set_result(self.result)
        else:
            self.unit.future.set_exception(self.error)


class Writer:
    """Owns the writing connection while it runs."""

    def __init__(self, db: Database, transaction: SqliteTransaction, head: HeadFile) -> None:
        self._db = db
        self._transaction = transaction
        self._head = head
        self._last = EMPTY
        self._queue: queue.SimpleQueue[_Unit | None] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._closed = False
        # A daemon: a process that dies without closing must not hang, and loses nothing promised.
        self._thread = threading.Thread(target=self._run, name="store-writer", daemon=True)

    def start(self) -> None:
        """Start the thread. The log must have been compared with its head before."""
        self._last = newest_head(self._db)
        self._thread.start()

    def submit(self, work: Callable[[SqliteTransaction], T]) -> "Future[T]":
        """Hand in a unit of work. Raises ``StorageError`` (``store_closed``)."""
        future: Future[T] = Future()
        with self._lock:
            if self._closed:
                raise StorageError("store_closed")
            self._queue.put(_Unit(work, future))
        return future

    def close(self) -> None:
        """Complete what was handed in, then end; blocks."""
        with self._lock:
            if not self._closed:
                self._closed = True
                self._queue.put(None)
        self._thread.join()

    def _run(self) -> None:
        while True:
            unit = self._queue.get()
            if unit is None:
                return
            group, last = self._group(unit)
            for outcome in self._commit(group):
                outcome.tell()
            if last:
                return

    def _group(self, first: _Unit) -> tuple[list[_Unit], bool]:
        """What is waiting now, and whether the end was among it."""
        group = [first]
        while len(group) < MAX_GROUP:
            try:
                unit = self._queue.get_nowait()
            except queue.Empty:
                break
            if unit is None:
                return group, True
            group.append(unit)
        return group, False

    def _commit(self, group: list[_Unit]) -> list[_Outcome]:
        """Run and commit a group; the outcomes may be told once this returns."""
        outcomes = [_Outcome(unit) for unit in group if unit.future.set_running_or_notify_cancel()]
        connection = self._db.conn
        self._transaction.log.erased = False
        try:
            connection.execute("BEGIN IMMEDIATE")
            if newest_head(self._db) != self._last:
                # Somebody has cut or changed the log behind our back. Going on would bury it.
                connection.execute("ROLLBACK")
                _fail_all(outcomes, StorageError("log_head_mismatch"))
                return outcomes
            for outcome in outcomes:
                self._run_unit(outcome)
            connection.execute("COMMIT")
        except sqlite3.Error as error:
            self._roll_back()
            _fail_all(outcomes, from_sqlite(error))
        else:
            self._after_commit()
        return outcomes

    def _run_unit(self, outcome: _Outcome) -> None:
        """One unit in its savepoint; raises only what breaks the whole group."""
        connection = self._db.conn
        connection.execute("SAVEPOINT unit")
        try:
            outcome.result = outcome.unit.work(self._transaction)
        except BaseException as error:
            # SQLite rolls everything back by itself when the disk is full or fails; then the
            # neighbours' writes are gone as well, and the whole group must hear of it.
            if not connection.in_transaction:
                raise _broken(error) from error
            connection.execute("ROLLBACK TO unit")
            outcome.error = from_sqlite(error) if isinstance(error, sqlite3.Error) else error
        connection.execute("RELEASE unit")

    def _after_commit(self) -> None:
        try:
            newest = newest_head(self._db)
            if newest != self._last:
                self._last = newest
                self._head.write(newest)
            if self._transaction.log.erased:
                self._db.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        except (OSError, sqlite3.Error) as error:
            # The commit stands, so its callers must not be told otherwise.
            _LOGGER.error("after_commit_failed", extra={"cause": type(error).__name__})

    def _roll_back(self) -> None:
        if self._db.conn.in_transaction:
            self._db.conn.execute("ROLLBACK")


def _broken(error: BaseException) -> sqlite3.Error:
    """The SQLite error behind one that work raised."""
    seen: BaseException | None = error
    while seen is not None and not isinstance(seen, sqlite3.Error):
        seen = seen.__cause__ or seen.__context__
    return seen or sqlite3.OperationalError("transaction lost")


def _fail_all(outcomes: list[_Outcome], error: RollCallError) -> None:
    for outcome in outcomes:
        if outcome.error is None:
            outcome.error = error
