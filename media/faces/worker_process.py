"""The server's side of one vision worker: starts it, feeds it, reads it, starts it again.

Two threads a worker, so that the event loop never waits: one supervises the process and reads what
it says, one writes. Sessions and jobs that a dying process held are reported as lost. A process
that does not answer is dying too: it is asked every few seconds, and killed if it stays silent.
"""

import contextlib
import multiprocessing
import queue
import threading
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from pathlib import Path

from media.faces.wire import Header, pack, unpack
from media.faces.worker import main

MAX_WAITING_BYTES = 24_000_000
RESTART_PAUSES_S = (0.0, 0.5, 2.0, 5.0, 15.0)
STEADY_AFTER_S = 60.0
STOP_PATIENCE_S = 5.0
LOADING_PATIENCE_S = 120.0
HUNG_AFTER_S = 20.0
QUESTIONS = 4
"""So many times in ``HUNG_AFTER_S`` a silent worker is asked whether it lives."""

Said = Callable[[Header], None]


class WorkerProcess:
    """One worker. ``on_said`` gets its messages, and ``{"type": "died"}`` whenever it is gone.

    Called from a thread of this object; the caller brings it to where it belongs.
    """

    def __init__(
        self,
        backend: str,
        calibration: Path | None,
        name: str,
        on_said: Said,
        hung_after_s: float = HUNG_AFTER_S,
    ) -> None:
        self._task = backend, str(calibration) if calibration else None
        self._hung_after_s = hung_after_s
        self._on_said = on_said
        self._outbox: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._waiting_bytes = 0
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._process: SpawnProcess | None = None
        self._pid: int | None = None
        self._thread = threading.Thread(target=self._supervise, name=name, daemon=True)

    @property
    def pid(self) -> int | None:
        """The process id of the running worker."""
        # A number of its own: the process object may be closed by its thread at any moment.
        return self._pid

    def start(self) -> None:
        """Start the process in the background; it says ``ready`` or ``failed``."""
        self._thread.start()

    def send(self, header: Header, *chunks: bytes) -> bool:
        """Queue a command; False where the worker is so far behind that frames must be left out."""
        message = pack(header, *chunks)
        with self._lock:
            if header["type"] == "frame" and self._waiting_bytes > MAX_WAITING_BYTES:
                return False
            self._waiting_bytes += len(message)
        self._outbox.put(message)
        return True

    def stop(self) -> None:
        """End the process and the threads; waits for at most a few seconds, then kills."""
        self._stopping.set()
        self._outbox.put(None)
        self._thread.join(STOP_PATIENCE_S)
        process = self._process
        if process is not None and self._thread.is_alive():
            with contextlib.suppress(ValueError):  # it ended and was closed just now
                process.kill()

    def _supervise(self) -> None:
        """Start it again however it ended: even a spoilt model file may be mended meanwhile."""
        deaths = 0
        while not self._stopping.is_set():
            pause_s = RESTART_PAUSES_S[min(deaths, len(RESTART_PAUSES_S) - 1)]
            if self._stopping.wait(pause_s):
                return
            began = time.monotonic()
            self._live()
            deaths = 1 if time.monotonic() - began > STEADY_AFTER_S else deaths + 1

    def _live(self) -> None:
        """One process from start to end."""
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        process = context.Process(target=main, args=(theirs, *self._task), daemon=True)
        process.start()
        theirs.close()
        self._process, self._pid = process, process.pid
        self._converse(ours, process)
        if self._stopping.is_set():
            process.join(STOP_PATIENCE_S / 2)
        if process.is_alive():
            process.kill()
        process.join()
        self._process = self._pid = None
        process.close()
        ours.close()
        if not self._stopping.is_set():
            self._drop_waiting()
            self._on_said({"type": "died"})

    def _drop_waiting(self) -> None:
        """Forget commands for sessions and jobs that died with the process."""
        with self._lock, contextlib.suppress(queue.Empty):
            self._waiting_bytes = 0
            while True:
                self._outbox.get_nowait()

    def _converse(self, connection: Connection, process: SpawnProcess) -> None:
        """Read until the worker is gone, or silent for so long that it must be killed."""
        writer: threading.Thread | None = None
        gone = threading.Event()
        try:
            while self._hears(connection, loading=writer is None):
                header, _ = unpack(connection.recv_bytes())
                if header["type"] == "ready":
                    writer = threading.Thread(
                        target=self._write, args=(connection, gone), daemon=True
                    )
                    writer.start()
                if header["type"] != "pong":
                    self._on_said(header)
        except (EOFError, OSError, ValueError):
            pass  # gone, or it speaks nonsense: both end it
        gone.set()
        if process.is_alive() and not self._stopping.is_set():
            process.kill()  # also frees a writer that waits for a hung process to read
        if writer is not None:
            self._outbox.put(b"")
            writer.join()

    def _hears(self, connection: Connection, *, loading: bool) -> bool:
        """Wait for the worker to say something, asking it to; False where it stays silent."""
        if loading:
            return connection.poll(LOADING_PATIENCE_S)
        for _ in range(QUESTIONS):
            if connection.poll(self._hung_after_s / QUESTIONS):
                return True
            self.send({"type": "ping"})
        return False

    def _write(self, connection: Connection, gone: threading.Event) -> None:
        """Hand the queued commands over; an empty one only wakes, None stops the worker."""
        while not gone.is_set():
            message = self._outbox.get()
            if message == b"":
                continue
            try:
                connection.send_bytes(pack({"type": "stop"}) if message is None else message)
            except OSError:
                return
            if message is None:
                return
            with self._lock:
                self._waiting_bytes = max(0, self._waiting_bytes - len(message))
