"""The FaceVerifier of this system: one backend behind a pool of worker processes."""

import asyncio
import itertools
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from media.faces.backends import backend
from media.faces.calibration import OperatingPoint
from media.faces.wire import (
    Header,
    comparison_from,
    enrolment_from,
    glance_from,
    observation_from,
    similarities_from,
)
from media.faces.worker_process import HUNG_AFTER_S, WorkerProcess
from roll_call.errors import Conflict, InvalidInput, ModelError, RollCallError
from roll_call.ports.faces import (
    Comparison,
    EnrolmentResult,
    FaceEvent,
    FaceVerifier,
    Glance,
    ModelInfo,
    Template,
    VerifierLost,
    Watch,
)

JOB_PATIENCE_S = 60.0


@dataclass(slots=True)
class _Worker:
    process: WorkerProcess
    ready: asyncio.Future[None]
    up: bool = False
    sessions: set[str] = field(default_factory=set)
    skipping: set[str] = field(default_factory=set)
    jobs: dict[int, asyncio.Future[Header]] = field(default_factory=dict)

    @property
    def runs(self) -> bool:
        """Whether it takes work now; its death is seen here before the loop is told of it."""
        return self.up and self.process.pid is not None


class WorkerVerifier(FaceVerifier):
    """Sessions stick to a worker; pictures go to the one with the fewest sessions.

    All methods belong to the event loop's thread and none of them waits for a worker.
    """

    def __init__(
        self,
        name: str = "sface",
        workers: int = 1,
        calibration: Path | None = None,
        hung_after_s: float = HUNG_AFTER_S,
    ) -> None:
        """A backend as ``media.faces.backends.backend`` wants it; raises as that does."""
        chosen = backend(name, calibration)
        self.info: ModelInfo = chosen.info
        self.model = chosen.info.name
        self.point: OperatingPoint = chosen.point
        self._task = name, calibration
        self._hung_after_s = hung_after_s
        self._count = workers
        self._workers: list[_Worker] = []
        self._numbers = itertools.count(1)
        self._on_event: Callable[[FaceEvent], None] = lambda _: None
        self._loop: asyncio.AbstractEventLoop | None = None
        self.failure: ModelError | None = None
        """Why a worker could not start again; None once all run."""

    @property
    def worker_pids(self) -> list[int]:
        """Process ids of the running workers."""
        pids = (worker.process.pid for worker in self._workers)
        return [pid for pid in pids if pid is not None]

    async def start(self, on_event: Callable[[FaceEvent], None]) -> None:
        """Start the workers and wait until they have loaded the models; raises ModelError."""
        self._on_event = on_event
        self._loop = asyncio.get_running_loop()
        for number in range(self._count):
            self._workers.append(self._new_worker(number))
        try:
            await asyncio.gather(*(worker.ready for worker in self._workers))
        except RollCallError:
            await self.close()
            raise

    def open(self, session: str, codec: str, template: Template | None) -> None:
        """Pin a session to the worker with the fewest sessions."""
        self.close_session(session)
        worker = self._least_busy()
        worker.sessions.add(session)
        header: Header = {"type": "open", "session": session, "codec": codec}
        model = template.model if template else None
        frames = template.frames if template else 0
        vector = template.vector if template else b""
        worker.process.send({**header, "model": model, "frames": frames}, vector)

    def push(self, session: str, media_s: float, keyframe: bool, data: bytes, embed: bool) -> None:
        """Hand over one encoded frame; what a worker cannot take is left out up to a keyframe."""
        worker = self._holder(session)
        if worker is None or (session in worker.skipping and not keyframe):
            return
        header: Header = {"type": "frame", "session": session, "media_s": media_s}
        sent = worker.process.send({**header, "keyframe": keyframe, "embed": embed}, data)
        if sent:
            worker.skipping.discard(session)
        else:
            worker.skipping.add(session)

    def watch(self, session: str, watch: Watch) -> None:
        """Look at a session's frames in another way from now on; unknown ones are no error."""
        worker = self._holder(session)
        if worker is not None:
            worker.process.send({"type": "watch", "session": session, "watch": asdict(watch)})

    def close_session(self, session: str) -> None:
        """Forget a session; unknown ones are no error."""
        worker = self._holder(session)
        if worker is not None:
            worker.sessions.discard(session)
            worker.skipping.discard(session)
            worker.process.send({"type": "close", "session": session})

    async def enrol(self, pictures: Sequence[bytes]) -> EnrolmentResult:
        """Assess JPEG or PNG pictures and make a template of the usable ones.

        Raises ModelError(verifier_lost) where the worker dies of it or takes a minute.
        """
        return enrolment_from(await self._job({"type": "enrol"}, *pictures))

    async def alike(self, template: Template, others: Sequence[Template]) -> list[float]:
        """The similarity of a template to each of others.

        Raises InvalidInput(template_of_other_model) where one is not of this backend's model, and
        ModelError(verifier_lost) like ``enrol``.
        """
        size = len(template.vector)
        if any(one.model != self.model or len(one.vector) != size for one in (template, *others)):
            raise InvalidInput("template_of_other_model", model=self.model)
        if not others:
            return []
        vectors = (template.vector, *(other.vector for other in others))
        return similarities_from(await self._job({"type": "alike"}, *vectors), len(others))

    async def compare(self, a: bytes, b: bytes) -> Comparison:
        """Compare two pictures; raises ModelError(verifier_lost) like ``enrol``."""
        return comparison_from(await self._job({"type": "compare"}, a, b))

    async def glance(
        self, codec: str, keyframe: bytes, templates: Sequence[Template], keep: bool
    ) -> Glance | None:
        """Look at one keyframe by itself; raises like ``alike``."""
        if any(one.model != self.model for one in templates):
            raise InvalidInput("template_of_other_model", model=self.model)
        header: Header = {"type": "glance", "codec": codec, "keep": keep}
        vectors = (one.vector for one in templates)
        return glance_from(await self._job(header, keyframe, *vectors), len(templates))

    def threshold(self, frames: int) -> float:
        """The similarity that a template of so many frames needs."""
        return self.point.threshold(frames)

    async def close(self) -> None:
        """Stop the workers; jobs under way fail with ModelError(verifier_lost)."""
        workers, self._workers = self._workers, []
        await asyncio.gather(*(asyncio.to_thread(worker.process.stop) for worker in workers))
        for worker in workers:
            _fail(worker)
            if not worker.ready.done():
                worker.ready.cancel()

    def _new_worker(self, number: int) -> _Worker:
        loop = asyncio.get_running_loop()
        process = WorkerProcess(
            *self._task,
            f"vision-{number}",
            lambda header: self._from_thread(worker, header),
            self._hung_after_s,
        )
        worker = _Worker(process, loop.create_future())
        process.start()
        return worker

    def _from_thread(self, worker: _Worker, header: Header) -> None:
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._said, worker, header)

    def _said(self, worker: _Worker, header: Header) -> None:
        match header["type"]:
            case "ready":
                worker.up = True
                if all(other.up for other in self._workers):
                    self.failure = None
                if not worker.ready.done():
                    worker.ready.set_result(None)
            case "observation":
                self._observed(worker, header)
            case "done":
                job = worker.jobs.pop(header["id"], None)
                if job is not None and not job.done():
                    job.set_result(header["value"])
            case "lost":
                self._lose(worker, {header["session"]} & worker.sessions)
            case "died":
                self._died(worker)
            case "failed":
                self._failed(worker, ModelError(header["code"], **header["params"]))

    def _observed(self, worker: _Worker, header: Header) -> None:
        observation = observation_from(header["observation"])
        if observation.session in worker.sessions:
            self._on_event(observation)

    def _failed(self, worker: _Worker, error: ModelError) -> None:
        """It could not load the models; that it died is told as well."""
        self.failure = error
        if not worker.ready.done():
            worker.ready.set_exception(error)

    def _died(self, worker: _Worker) -> None:
        if not worker.ready.done():
            worker.ready.set_exception(ModelError("verifier_lost"))
        worker.up = False
        _fail(worker)
        self._lose(worker, set(worker.sessions))

    def _lose(self, worker: _Worker, sessions: set[str]) -> None:
        worker.sessions -= sessions
        worker.skipping -= sessions
        for session in sorted(sessions):
            self._on_event(VerifierLost(session))

    def _least_busy(self) -> _Worker:
        if not self._workers:
            raise Conflict("verifier_lost")
        return min(
            self._workers,
            key=lambda worker: (not worker.runs, len(worker.sessions) + len(worker.jobs)),
        )

    def _holder(self, session: str) -> _Worker | None:
        return next((worker for worker in self._workers if session in worker.sessions), None)

    async def _job(self, header: Header, *chunks: bytes) -> Header:
        number = next(self._numbers)
        worker = self._least_busy()
        job: asyncio.Future[Header] = asyncio.get_running_loop().create_future()
        worker.jobs[number] = job
        worker.process.send({**header, "id": number}, *chunks)
        try:
            return await asyncio.wait_for(job, JOB_PATIENCE_S)
        except TimeoutError as error:
            raise ModelError("verifier_lost") from error
        finally:
            worker.jobs.pop(number, None)


def _fail(worker: _Worker) -> None:
    for job in worker.jobs.values():
        if not job.done():
            job.set_exception(ModelError("verifier_lost"))
    worker.jobs.clear()
