"""A vision worker: one process that decodes, looks and compares for the sessions pinned to it.

Every frame is decoded, in order; of those that wait, only the newest of a session is looked at, and
no more often than its ``Watch`` says. It knows frames and faces and decides nothing. Opens no
connection.
"""

import os
import signal
from collections import deque
from collections.abc import Generator
from dataclasses import asdict, dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np

from media.faces.analysis import Analyser
from media.faces.decoder import Decoder
from media.faces.embedders import template_vector
from media.faces.glance import glance
from media.faces.session import Session
from media.faces.stills import compare, enrol
from media.faces.watching import Watcher
from media.faces.wire import Header, enrolment_to, pack, unpack, watch_from
from roll_call.errors import MediaError, RollCallError
from roll_call.ports.faces import Template

IDLE_POLL_S = 3600.0

Job = tuple[int, Generator[None, None, Header]]


@dataclass(slots=True)
class Desk:
    """What the worker has on its desk."""

    analyser: Analyser
    outbox: Connection
    sessions: dict[str, Session] = field(default_factory=dict)
    jobs: deque[Job] = field(default_factory=deque)

    def handle(self, message: bytes) -> bool:
        """Take in one command; False ends the worker."""
        header, chunks = unpack(message)
        match header["type"]:
            case "stop":
                return False
            case "ping":
                self._say({"type": "pong"})
            case "open":
                self._open(header, chunks[0])
            case "watch":
                if session := self.sessions.get(header["session"]):
                    session.watcher.watch = watch_from(header["watch"])
            case "frame":
                self._frame(header, chunks[0])
            case "close":
                self.sessions.pop(header["session"], None)
            case "enrol" | "compare" | "alike":
                self.jobs.append((header["id"], _job(self.analyser, header["type"], chunks)))
            case "glance":
                steps = glance(self.analyser, header["codec"], chunks, header["keep"])
                self.jobs.append((header["id"], steps))
        return True

    def work(self) -> bool:
        """Do one piece of work; False where there is none."""
        due = [session for session in self.sessions.values() if session.due]
        if due:
            session = max(due, key=lambda waiting: waiting.idle_s)
            value = asdict(session.look(self.analyser))
            self._say({"type": "observation", "observation": value})
        if self.jobs:
            self._job_step()
        return bool(due or self.jobs)

    def _open(self, header: Header, vector: bytes) -> None:
        session_id, model = header["session"], header["model"]
        reference = None
        if model == self.analyser.embedder.model:
            reference = template_vector(Template(model, header["frames"], vector))
        try:
            decoder = Decoder(header["codec"])
        except MediaError:
            self._lost(session_id)
            return
        self.sessions[session_id] = Session(decoder, Watcher(session_id, reference))

    def _frame(self, header: Header, data: bytes) -> None:
        session = self.sessions.get(header["session"])
        if session is None:
            return
        try:
            session.decode(data, header["keyframe"], header["media_s"], header["embed"])
        except av.FFmpegError:
            self._lost(header["session"])

    def _lost(self, session_id: str) -> None:
        self.sessions.pop(session_id, None)
        self._say({"type": "lost", "session": session_id})

    def _job_step(self) -> None:
        number, steps = self.jobs[0]
        try:
            next(steps)
        except StopIteration as done:
            self.jobs.popleft()
            self._say({"type": "done", "id": number, "value": done.value})

    def _say(self, header: Header) -> None:
        self.outbox.send_bytes(pack(header))


def _job(analyser: Analyser, kind: str, chunks: list[bytes]) -> Generator[None, None, Header]:
    """The steps of a job; what it returns is the answer."""
    if kind == "enrol":
        return enrolment_to((yield from enrol(analyser, chunks)))
    if kind == "compare":
        return asdict((yield from compare(analyser, *chunks)))
    yield
    one, *others = (np.frombuffer(chunk, "<f4").astype(np.float32) for chunk in chunks)
    likenesses = analyser.embedder.similarities(one, np.stack(others))
    return {"similarities": likenesses.tolist()}


def main(connection: Connection, backend: str, calibration: str | None) -> None:
    """The process: load the models, say so, then serve until told to stop or the server is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.environ["OMP_NUM_THREADS"] = "1"
    cv2.setNumThreads(1)
    try:
        analyser = Analyser(backend, Path(calibration) if calibration else None)
        analyser.warm_up()
    except RollCallError as error:
        failure: dict[str, Any] = {"type": "failed", "code": error.code, "params": error.params}
        connection.send_bytes(pack(failure))
        return
    connection.send_bytes(pack({"type": "ready"}))
    try:
        serve(Desk(analyser, connection), connection)
    except (EOFError, ConnectionError):  # the server is gone, however it went
        return
    finally:
        analyser.close()


def serve(desk: Desk, inbox: Connection) -> None:
    """Commands first, so that every frame is decoded in order; then one piece of work."""
    busy = False
    while True:
        while inbox.poll(0 if busy else IDLE_POLL_S):
            if not desk.handle(inbox.recv_bytes()):
                return
            busy = True
        busy = desk.work()
