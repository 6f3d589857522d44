"""A vision worker: one process that decodes, looks and compares for the sessions pinned to it.

Every frame is decoded, in order; of those that wait, only the newest of a session is analysed, and
no more than about ten a second. It knows frames and faces and decides nothing. Opens no connection.
"""

import os
import signal
from collections import deque
from collections.abc import Generator
from dataclasses import asdict, dataclass, field
from multiprocessing.connection import Connection
from typing import Any

import av
import cv2

from media.faces.analysis import Analyser
from media.faces.decoder import Decoder, as_picture
from media.faces.embedder import template_vector
from media.faces.picture import Picture, Vector
from media.faces.stills import compare, enrol
from media.faces.wire import Header, enrolment_to, pack, unpack
from roll_call.errors import MediaError, RollCallError
from roll_call.ports.faces import FaceObservation, Template

ANALYSIS_INTERVAL_S = 0.095
IDLE_POLL_S = 3600.0


@dataclass(slots=True)
class Session:
    """One check-in's decoder and the frame that waits to be looked at."""

    id: str
    decoder: Decoder
    reference: Vector | None
    waiting: av.VideoFrame | None = None
    waiting_s: float = 0.0
    looked_s: float = -1.0
    embed: bool = False

    @property
    def due(self) -> bool:
        """Whether the waiting frame should be looked at now."""
        if self.waiting is None:
            return False
        return self.embed or self.waiting_s - self.looked_s >= ANALYSIS_INTERVAL_S


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
            case "open":
                self._open(header, chunks[0])
            case "frame":
                self._frame(header, chunks[0])
            case "close":
                self.sessions.pop(header["session"], None)
            case "enrol":
                self.jobs.append((header["id"], _enrolled(self.analyser, chunks)))
            case "compare":
                self.jobs.append((header["id"], _compared(self.analyser, *chunks)))
        return True

    def work(self) -> bool:
        """Do one piece of work; False where there is none."""
        due = [session for session in self.sessions.values() if session.due]
        if due:
            session = min(due, key=lambda waiting: waiting.looked_s - waiting.waiting_s)
            self._look(session)
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
        self.sessions[session_id] = Session(session_id, decoder, reference)

    def _frame(self, header: Header, data: bytes) -> None:
        session = self.sessions.get(header["session"])
        if session is None:
            return
        session.embed = session.embed or header["embed"]
        try:
            frame = session.decoder.decode(data, header["keyframe"])
        except av.FFmpegError:
            self._lost(session.id)
            return
        if frame is not None:
            session.waiting, session.waiting_s = frame, header["media_s"]

    def _lost(self, session_id: str) -> None:
        self.sessions.pop(session_id, None)
        self.outbox.send_bytes(pack({"type": "lost", "session": session_id}))

    def _look(self, session: Session) -> None:
        assert session.waiting is not None
        picture = as_picture(session.waiting)
        observation = observe(self.analyser, session, picture)
        session.looked_s, session.waiting, session.embed = session.waiting_s, None, False
        value = asdict(observation)
        self.outbox.send_bytes(pack({"type": "observation", "observation": value}))

    def _job_step(self) -> None:
        number, steps = self.jobs[0]
        try:
            next(steps)
        except StopIteration as done:
            self.jobs.popleft()
            self.outbox.send_bytes(pack({"type": "done", "id": number, "value": done.value}))


def observe(analyser: Analyser, session: Session, picture: Picture) -> FaceObservation:
    """Look at a session's newest picture."""
    look = analyser.look(picture)
    similarity = None
    wanted = session.embed and session.reference is not None and look.problem is None
    if wanted and look.mesh is not None and session.reference is not None:
        vector = analyser.embed(picture, look.mesh)
        if vector is not None:
            similarity = analyser.embedder.similarity(session.reference, vector)
    return FaceObservation(
        session=session.id,
        media_s=session.waiting_s,
        faces=look.faces,
        problem=look.problem,
        pose=look.pose,
        eyes_closed=look.mesh.eyes_closed if look.mesh else 0.0,
        mouth_open=look.mesh.mouth_open if look.mesh else 0.0,
        quality=look.quality,
        similarity=similarity,
    )


def _enrolled(analyser: Analyser, pictures: list[bytes]) -> Generator[None, None, Header]:
    return enrolment_to((yield from enrol(analyser, pictures)))


def _compared(analyser: Analyser, a: bytes, b: bytes) -> Generator[None, None, Header]:
    return asdict((yield from compare(analyser, a, b)))


def main(connection: Connection, backend: str) -> None:
    """The process: load the models, say so, then serve until told to stop or the server is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.environ["OMP_NUM_THREADS"] = "1"
    cv2.setNumThreads(1)
    try:
        analyser = Analyser(backend)
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
