"""The attack suite: every species many times against the real examination, offline.

Real models look at real pictures; clock, phone and line are played. The right person comes first,
for the false rejections and for the recordings that the replays need.
"""

import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import asdict, dataclass, replace
from multiprocessing import get_context
from typing import Any, Self

import cv2

from media.faces.outcomes import LightShown, PromptIssued, PromptKind
from roll_call.verification_state import VerificationState
from server.liveness.casting import Company, portrait, somebody_else
from server.liveness.theatre import WAY_TO_THE_PHONE_S, Performance, PicturedHead, perform
from server.simulate.attacks.recordings import Recording
from server.simulate.attacks.species import SPECIES, Cast
from server.simulate.attacks.swaps import AWAY_S, FaceSwap
from server.simulate.portrait import PortraitActor, portraits
from server.simulate.scene import Scene

COOPERATIVE = "cooperative"
TRIES = 2
SEEDS_APART = 10_000
REDRAWN = 5
"""How often a session is drawn again whose attack was not to be seen for long enough."""


@dataclass(frozen=True, slots=True)
class Session:
    """One session to be played: a species (or ``cooperative``) and its number."""

    species: str
    number: int
    recording: Recording | None = None

    @property
    def name(self) -> str:
        """The portrait of the person who is expected."""
        names = sorted(portraits())
        return names[self.number % len(names)]

    @property
    def seed(self) -> int:
        """Of the scene; the examination's own chance is drawn from it too."""
        family = [COOPERATIVE, *SPECIES].index(self.species)
        return family * SEEDS_APART + self.number


@dataclass(frozen=True, slots=True)
class Result:
    """How one session ended. ``verified``: MATCH, with an assurance that clears.

    ``presented``: whether the attack was to be seen long enough to be one.
    """

    species: str
    number: int
    state: str
    assurance: str | None
    verified: bool
    presented: bool
    session_s: float
    looks: int
    tries_failed: tuple[str, ...]
    reasons: tuple[str, ...]
    hindrance: str | None
    recording: Recording | None = None

    def as_json(self) -> dict[str, Any]:
        """A line of the partial output."""
        return asdict(self)

    @classmethod
    def from_json(cls, line: dict[str, Any]) -> Self:
        """A line read again."""
        filmed = line["recording"]
        recording = None
        if filmed is not None:
            recording = Recording(
                filmed["seed"],
                tuple((kind, at_s) for kind, at_s in filmed["prompts"]),
                tuple((tuple(colours), each_s, at_s) for colours, each_s, at_s in filmed["lights"]),
                filmed["length_s"],
                filmed["trace"],
            )
        tries_failed, reasons = tuple(line["tries_failed"]), tuple(line["reasons"])
        changed = {"tries_failed": tries_failed, "reasons": reasons, "recording": recording}
        return cls(**{**line, **changed})


class SameSteps(random.Random):
    """Draws a recording's movements again, in their order, for two tries; all else is random.

    Not for ever: of a few movements in a circle no longer sequence need be one that may be asked.
    """

    def __init__(self, seed: int, kinds: Sequence[str]) -> None:
        super().__init__(seed)
        self._kinds = kinds
        self._next = 0

    def choice(self, seq: Any) -> Any:
        """The recording's next movement where a movement is drawn."""
        spent = self._next >= TRIES * len(self._kinds)
        if spent or not all(isinstance(item, PromptKind) for item in seq):
            return super().choice(seq)
        kind = self._kinds[self._next % len(self._kinds)]
        self._next += 1
        return next((item for item in seq if item.value == kind), seq[0])


def play(session: Session, company: Company) -> Result:
    """One session from the first frame to the verdict."""
    for again in range(REDRAWN):
        seed = session.seed + again * 100 * SEEDS_APART
        scene = scene_of(session, seed)
        show = _perform(session, scene, seed, company)
        presented = not isinstance(scene, FaceSwap) or scene.shown_s(show.end_s) >= AWAY_S[0]
        if presented:
            break
    return _result(session, show, presented, seed)


def scene_of(session: Session, seed: int) -> Scene:
    """What stands before the camera."""
    image, other = portrait(session.name), portrait(somebody_else(session.name))
    if session.species == COOPERATIVE:
        return PortraitActor(image, seed)
    return SPECIES[session.species].scene(Cast(image, other, seed, session.recording))


def _perform(session: Session, scene: Scene, seed: int, company: Company) -> Performance:
    template = company.template(session.name)
    recording = session.recording
    chance: random.Random = random.Random(seed + 1)
    if recording is not None and SPECIES[session.species].same_steps:
        chance = SameSteps(seed + 1, recording.kinds)
    return perform(
        PicturedHead(scene, company.analyser, template),
        chance,
        template_frames=template.frames,
        earlier=[recording.trace] if recording is not None else [],
    )


def _result(session: Session, show: Performance, presented: bool, seed: int) -> Result:
    verdict, evidence = show.verification, show.evidence
    assurance = verdict.assurance
    matched = verdict.state is VerificationState.MATCH
    verified = matched and assurance is not None and assurance.clears
    prompts = evidence.get("prompts", [])
    return Result(
        species=session.species,
        number=session.number,
        state=verdict.state.value,
        assurance=assurance.value if assurance is not None else None,
        verified=verified,
        presented=presented,
        session_s=round(show.end_s, 1),
        looks=show.looks,
        tries_failed=tuple(step["why"] for step in prompts if step["why"]),
        reasons=tuple(evidence.get("assurance_reasons", ())),
        hindrance=verdict.hindrance.value if verdict.hindrance is not None else None,
        recording=recorded(show, seed) if verified and session.species == COOPERATIVE else None,
    )


def recorded(show: Performance, seed: int) -> Recording:
    """What somebody who filmed this session has."""
    prompts, lights = [], []
    for at_s, said in show.said:
        shown_s = at_s + WAY_TO_THE_PHONE_S
        if isinstance(said, PromptIssued):
            prompts.append((said.kind.value, shown_s))
        elif isinstance(said, LightShown):
            lights.append((said.colours, said.each_s, shown_s))
    return Recording(seed, tuple(prompts), tuple(lights), show.end_s, show.trace)


def run(
    per_species: int,
    species: Sequence[str],
    *,
    workers: int = 1,
    backend: str = "sface",
    known: Iterable[Result] = (),
    on_result: Callable[[Result], None] = lambda result: None,
) -> list[Result]:
    """The cooperative sessions, then the attacks; ``known`` ones are not played again.

    ``on_result`` is told of every new one. Raises ModelError.
    """
    results = {(result.species, result.number): result for result in known}

    def play_all(sessions: Iterable[Session]) -> None:
        missing = [s for s in sessions if (s.species, s.number) not in results]
        for result in _played(missing, workers, backend):
            results[result.species, result.number] = result
            on_result(result)

    play_all(Session(COOPERATIVE, number) for number in range(per_species))
    recordings = _recordings(results.values())
    play_all(
        _with_recording(Session(name, number), recordings)
        for number in range(per_species)
        for name in species
        if not SPECIES[name].recorded or recordings
    )
    return list(results.values())


def _recordings(results: Iterable[Result]) -> list[Session]:
    """Of each portrait's verified sessions, in order."""
    ordered = sorted(results, key=lambda result: result.number)
    return [Session(r.species, r.number, r.recording) for r in ordered if r.recording is not None]


def _with_recording(session: Session, recorded: Sequence[Session]) -> Session:
    """A replay gets a recording of the person whom it plays."""
    if not SPECIES[session.species].recorded:
        return session
    same_person = [r for r in recorded if r.name == session.name] or list(recorded)
    taken = same_person[session.number // len(portraits()) % len(same_person)]
    return replace(session, recording=taken.recording)


def _played(sessions: Sequence[Session], workers: int, backend: str) -> Iterator[Result]:
    if workers <= 1 or len(sessions) <= 1:
        company = Company(backend)
        try:
            yield from (play(session, company) for session in sessions)
        finally:
            company.close()
        return
    context = get_context("spawn")
    with ProcessPoolExecutor(workers, context, _engage, (backend,)) as pool:
        for done in as_completed([pool.submit(_play_here, session) for session in sessions]):
            yield done.result()


_companies: list[Company] = []


def _engage(backend: str) -> None:
    """A worker process loads its models once; one thread each."""
    cv2.setNumThreads(1)
    _companies.append(Company(backend))


def _play_here(session: Session) -> Result:
    return play(session, _companies[0])
