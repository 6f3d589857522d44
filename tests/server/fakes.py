"""Stand-ins for the ports that the server works with: an engine and a verifier that do as told."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from roll_call.errors import MediaError
from roll_call.ports.faces import (
    Comparison,
    EnrolmentResult,
    FaceEvent,
    FaceObservation,
    FaceProblem,
    Glance,
    ModelInfo,
    PictureReport,
    Pose,
    Quality,
    Template,
    Watch,
)
from roll_call.ports.media import (
    AnswerOffer,
    ContinueRecording,
    FrameTapped,
    Gap,
    MediaCommand,
    MediaEvent,
    MediaFlowing,
    PeerClosed,
    RecordingFailed,
    RecordingFinished,
    RecordingStarted,
    StartRecording,
    StopRecording,
)
from roll_call.ports.records import Trace
from roll_call.verification import Assurance, Inconclusive, Verification, VerificationState
from server.check_in.examining import (
    Case,
    Concluded,
    LookCloser,
    LookOtherwise,
    MovementsDone,
    Noted,
    Outcome,
    Say,
)
from server.messages import Advice, HoldStill, Prompt, StepPassed, TryFailed


class FakeEngine:
    """Answers every offer; media flow when the test says so. Recordings are real small files."""

    def __init__(self) -> None:
        self.commands: list[MediaCommand] = []
        self.peers: list[str] = []
        self.answered: list[AnswerOffer] = []
        self.refuse: MediaError | None = None
        self.fail_recordings: str | None = None
        self._on_event: Callable[[MediaEvent], None] = lambda event: None
        self.began_unix_s = 1_800_000_000.0
        self.gaps: tuple[Gap, ...] = ()
        self._files: dict[str, tuple[str, str]] = {}

    async def start(self, on_event: Callable[[MediaEvent], None]) -> None:
        self._on_event = on_event

    async def answer(self, command: AnswerOffer) -> str:
        if self.refuse is not None:
            raise self.refuse
        self.peers.append(command.peer)
        self.answered.append(command)
        return "v=0 answer"

    def send(self, command: MediaCommand) -> None:
        self.commands.append(command)
        match command:
            case StartRecording():
                self._start(command)
            case StopRecording():
                self._finish(command.recording)
            case ContinueRecording() if command.recording in self._files:
                _, path = self._files[command.recording]
                self._files[command.recording] = (command.peer, path)
            case _:
                pass

    def emit(self, event: MediaEvent) -> None:
        """Something happens at the network."""
        self._on_event(event)

    def flow(self, peer: str | None = None) -> str:
        """Media come up on the newest publishing peer (or the one named)."""
        chosen = peer or next(p for p in reversed(self.peers) if not p.startswith("console"))
        self.emit(MediaFlowing(chosen, "VP8", 640, 480))
        return chosen

    def frame(self, peer: str, media_s: float = 0.0, data: bytes = b"frame") -> None:
        """One encoded frame arrives."""
        self.emit(FrameTapped(peer, "VP8", media_s, True, data))

    def drop(self, peer: str) -> None:
        """The network takes the peer away."""
        self.emit(PeerClosed(peer, "disconnected"))

    def _start(self, command: StartRecording) -> None:
        if self.fail_recordings is not None:
            self._on_event(RecordingFailed(command.recording, None, self.fail_recordings))
            return
        path = command.path_stem + ".webm"
        Path(path).write_bytes(b"media" * 100)
        self._files[command.recording] = (command.peer, path)
        self._on_event(RecordingStarted(command.recording, self.began_unix_s))

    def records(self, recording: str) -> bool:
        """Whether it has begun; its row stands in the store before."""
        return recording in self._files

    def cut(self, recording: str, code: str) -> None:
        """The engine gives a recording up; what there is of it stays."""
        _, path = self._files.pop(recording)
        self._on_event(RecordingFailed(recording, path, code))

    def _finish(self, recording: str) -> None:
        found = self._files.pop(recording, None)
        if found is not None:
            size = Path(found[1]).stat().st_size
            self._on_event(
                RecordingFinished(
                    recording, found[1], 1.5, 22, 75, size, self.gaps, self.began_unix_s
                )
            )

    async def close(self) -> None:
        for recording in list(self._files):
            self._finish(recording)


class FakeVerifier:
    """Every picture that says "face" shows one; frames are only counted.

    ``face of x`` is somebody whom another picture of x resembles; ``left``, ``right`` and
    ``bright`` in a picture are its pose and light; ``alike`` in one shows nothing new.
    """

    model = "fake-model"

    def __init__(self) -> None:
        self.info = ModelInfo(self.model, "v1", "none")
        self.useless: set[bytes] = set()
        self.glances = 0
        self.open_sessions: dict[str, Template | None] = {}
        self.pushed: list[tuple[str, bool]] = []
        self.watched: list[tuple[str, Watch]] = []
        self.on_event: Callable[[FaceEvent], None] = lambda event: None

    async def start(self, on_event: Callable[[FaceEvent], None]) -> None:
        self.on_event = on_event

    def open(self, session: str, codec: str, template: Template | None) -> None:
        self.open_sessions[session] = template

    def push(self, session: str, media_s: float, keyframe: bool, data: bytes, embed: bool) -> None:
        self.pushed.append((session, embed))

    def close_session(self, session: str) -> None:
        self.open_sessions.pop(session, None)

    async def enrol(self, pictures: Sequence[bytes]) -> EnrolmentResult:
        reports = tuple(self._report(picture) for picture in pictures)
        good = [report.problem is None for report in reports]
        if not any(good):
            return EnrolmentResult(None, reports, None)
        shown = _shown(pictures[good.index(True)]).ljust(512, b"\0")
        return EnrolmentResult(Template(self.model, sum(good), shown), reports, good.index(True))

    async def alike(self, template: Template, others: Sequence[Template]) -> list[float]:
        known = template.vector.strip(b"\0")
        return [0.9 if known and known == o.vector.strip(b"\0") else 0.0 for o in others]

    def watch(self, session: str, watch: Watch) -> None:
        """Every frame is looked at as before; the wish is kept."""
        self.watched.append((session, watch))

    def _report(self, picture: bytes) -> PictureReport:
        if picture in self.useless or b"face" not in picture:
            return PictureReport(FaceProblem.NO_FACE, None, None)
        if b"mask" in picture:
            return PictureReport(FaceProblem.MASK, None, None)
        if b"alike" in picture:
            return PictureReport(FaceProblem.TOO_ALIKE, None, None)
        yaw = 15.0 * (b"left" in picture) - 15.0 * (b"right" in picture)
        quality = Quality(80.0, 0.17, 180.0 if b"bright" in picture else 120.0, 90.0)
        return PictureReport(None, quality, Pose(yaw, 0.0, 0.0))

    async def compare(self, a: bytes, b: bytes) -> Comparison:
        raise NotImplementedError

    async def glance(
        self, codec: str, keyframe: bytes, templates: Sequence[Template], keep: bool
    ) -> Glance | None:
        """A frame says who is in it, as a picture does."""
        self.glances += 1
        if b"face" not in keyframe:
            return Glance(0, None, b"still" if keep else None)
        likenesses = [
            0.9 if _shown(keyframe).ljust(512, b"\0") == one.vector else 0.0 for one in templates
        ]
        return Glance(1, tuple(likenesses), b"still" if keep else None)

    def threshold(self, frames: int) -> float:
        return 0.4

    async def close(self) -> None:
        self.open_sessions.clear()

    def see(self, session: str, problem: FaceProblem | None = None) -> None:
        """The worker reports one frame."""
        self.on_event(FaceObservation(session, 0.1, 1, problem, None, 0.0, 0.0, None, 0.7))


def _shown(picture: bytes) -> bytes:
    """Who a picture says that it is of."""
    _, _, who = picture.partition(b"face of ")
    return who.split(b" ")[0]


@dataclass
class Script:
    """What the fake examinations shall do, and those that were made."""

    verdict: VerificationState = VerificationState.MATCH
    inconclusive: Inconclusive | None = None
    withhold: bool = False
    assurance: Assurance = Assurance.HIGH
    evidence: Mapping[str, Any] = field(default_factory=dict)
    trace: Trace = ()
    made: list["FakeExaminer"] = field(default_factory=list)

    def factory(self, case: Case) -> "FakeExaminer":
        """Makes an examination."""
        examiner = FakeExaminer(case, self)
        self.made.append(examiner)
        return examiner


class FakeExaminer:
    """One observation is one step: advice, hold still and prompt, passed, verdict."""

    def __init__(self, case: Case, script: Script) -> None:
        self.case = case
        self._script = script
        self._seen = 0

    def observe(self, seen: FaceObservation, now_s: float) -> Sequence[Outcome]:
        if seen.problem is not None:
            return [Say(Advice(problem=seen.problem))]
        self._seen += 1
        prompt = Prompt(id="p1", kind="turn_left", index=0, total=3)
        failed = Say(TryFailed(why="too_late", tries_left=1))
        steps: dict[int, list[Outcome]] = {
            1: [Say(Advice(problem=None)), Say(HoldStill(index=0, total=3))],
            2: [Say(prompt), LookCloser(), LookOtherwise(Watch(coverings=False))],
            3: [Say(StepPassed(index=2, total=3)), MovementsDone()],
        }
        if self._script.inconclusive is not None and self._seen == 3:
            return [failed, Noted("session.try_failed", {"why": "too_late"}), self._verdict()]
        if self._seen == 4 and not self._script.withhold:
            return [self._verdict()]
        return steps.get(self._seen, [])

    def tick(self, now_s: float) -> Sequence[Outcome]:
        return []

    def conclude(self, now_s: float) -> Sequence[Outcome]:
        verification = Verification(
            self.case.session_id,
            self.case.attempt,
            VerificationState.INCONCLUSIVE,
            inconclusive=Inconclusive.DEADLINE,
        )
        return [Concluded(verification, {"model": "fake-model"})]

    def _verdict(self) -> Concluded:
        script = self._script
        state = VerificationState.INCONCLUSIVE if script.inconclusive else script.verdict
        assurance = script.assurance if state is VerificationState.MATCH else None
        verification = Verification(
            self.case.session_id,
            self.case.attempt,
            state,
            assurance=assurance,
            inconclusive=script.inconclusive,
        )
        evidence = {"model": "fake-model", "frames": 5, **script.evidence}
        return Concluded(verification, evidence, script.trace)
