"""Active liveness: random movements, each judged against the person's own neutral pose and in time.

Sans-IO: poses and time come in, a frozen view of the state goes out. One try asks for a random
sequence of movements. Before each the head must be still and straight for a random time; moving
then, or sooner after the prompt than a person can react, is *early*. The movement must begin within
the time that people need, go the asked way, and end straight ahead again. A person's reaction times
resemble one another: a recording's, against random moments, do not, so their spread is limited too.
The passing rate of a recording of the very same sequence is measured in ``tests/media/faces``.

Everything is judged by when a view was taken, not by when it was looked at; a gap in the views
makes a prompt void (another one follows, at no cost), and lag widens the limits: a slow machine or
line is never the person's fault. Both are bounded.
"""

from dataclasses import dataclass, field
from enum import Enum, auto
from math import inf
from typing import Protocol, TypeVar

from media.faces.outcomes import PromptKind, TryFailure
from roll_call.ports.faces import Pose

T = TypeVar("T")


class Chance(Protocol):
    """What is needed of ``random.Random``; the server gives ``random.SystemRandom()``."""

    def choice(self, seq: list[T], /) -> T:
        """One of a sequence."""

    def uniform(self, a: float, b: float) -> float:
        """A number between two."""

    def getrandbits(self, k: int, /) -> int:
        """So many random bits."""


@dataclass(frozen=True, slots=True)
class Timing:
    """Seconds and degrees; see the module's docstring."""

    wait_s: tuple[float, float] = (0.3, 2.0)
    reaction_s: tuple[float, float] = (0.2, 2.2)
    reaction_spread_s: float = 0.9
    movement_s: float = 1.6
    return_s: float = 3.0
    lost_s: float = 0.8
    gap_s: float = 0.45
    movement_gap_s: float = 0.8
    settle_s: float = 1.5
    usual_lag_s: float = 0.3
    slack_limit_s: float = 0.8
    void_limit: int = 3
    still_deg: float = 8.0
    onset_deg: float = 5.0
    turn_deg: float = 13.0
    nod_deg: float = 9.0
    straight_deg: float = 6.0


TIMING = Timing()


def draw_steps(chance: Chance, kinds: list[PromptKind], count: int) -> tuple[PromptKind, ...]:
    """A sequence of movements, never the same one throughout if there is a choice."""
    while True:
        steps = tuple(chance.choice(kinds) for _ in range(count))
        if len(set(steps)) > 1 or len(kinds) == 1:
            return steps


class Phase(Enum):
    """Where in a step a try stands."""

    SETTLE = auto()
    HOLD = auto()
    RESPOND = auto()
    RETURN = auto()
    PASSED = auto()
    FAILED = auto()


@dataclass(slots=True)
class Step:
    """One asked movement and what was seen; times are those of the examination's clock."""

    id: str
    kind: PromptKind
    prompt_at_s: float = 0.0
    slack_s: float = 0.0
    onset_at_s: float | None = None
    peak_deg: float = 0.0
    passed: bool = False
    void: bool = False

    @property
    def reaction_s(self) -> float | None:
        """From prompt to the movement's beginning."""
        return None if self.onset_at_s is None else self.onset_at_s - self.prompt_at_s


@dataclass(frozen=True, slots=True)
class Offset:
    """The head's place relative to neutral, in degrees; ``at_s`` is when it was seen."""

    at_s: float
    yaw: float
    pitch: float

    def towards(self, kind: PromptKind) -> float:
        """How far the head has gone the asked way."""
        if kind is PromptKind.NOD:
            return self.pitch
        return self.yaw if kind is PromptKind.TURN_LEFT else -self.yaw

    def straight(self, limit: float) -> bool:
        """Whether the head looks straight ahead within a limit."""
        return abs(self.yaw) < limit and abs(self.pitch) < limit


@dataclass(slots=True)
class LivenessTry:
    """One try. ``see`` and ``miss`` take views, ``tick`` the time; then read ``phase``.

    ``allowed`` are the kinds that a prompt may have that replaces a void one.
    """

    neutral: Pose
    kinds: tuple[PromptKind, ...]
    allowed: list[PromptKind]
    chance: Chance
    began_s: float
    timing: Timing = TIMING
    steps: list[Step] = field(default_factory=list)
    void_steps: list[Step] = field(default_factory=list)
    phase: Phase = Phase.HOLD
    failure: TryFailure | None = None
    _prompt_due_s: float = 0.0
    _passed_at_s: float = 0.0
    _seen_s: float = 0.0
    _arrived_s: float = 0.0
    _missing_since_s: float | None = None
    _straight_since_s: float | None = None
    _last: Offset | None = None

    def __post_init__(self) -> None:
        self._seen_s = self._arrived_s = self.began_s
        self._hold(self.began_s)

    @property
    def index(self) -> int:
        """The present step, from 0."""
        return len(self.steps) - (0 if self.phase in {Phase.HOLD, Phase.SETTLE} else 1)

    @property
    def at_rest(self) -> bool:
        """Whether the person is asked to look straight ahead."""
        return self.phase in {Phase.HOLD, Phase.SETTLE}

    def tick(self, now_s: float) -> None:
        """Issue a prompt that is due, as long as views come in."""
        blind = now_s - self._arrived_s > self.timing.gap_s
        if self.phase is Phase.HOLD and now_s >= self._prompt_due_s and not blind:
            prompt_id = f"{self.chance.getrandbits(128):032x}"
            self.steps.append(Step(prompt_id, self.kinds[len(self.steps)], now_s))
            self.phase, self._last = Phase.RESPOND, None

    def see(self, pose: Pose, at_s: float, lag_s: float = 0.0) -> None:
        """One usable view of exactly one face, taken at ``at_s`` and here ``lag_s`` later."""
        gap_s = at_s - self._seen_s
        self._seen_s, self._arrived_s, self._missing_since_s = at_s, at_s + lag_s, None
        offset = Offset(at_s, pose.yaw - self.neutral.yaw, pose.pitch - self.neutral.pitch)
        match self.phase:
            case Phase.SETTLE:
                self._settle(offset)
            case Phase.HOLD:
                if not offset.straight(self.timing.still_deg):
                    self._fail(TryFailure.TOO_EARLY)
            case Phase.RESPOND:
                self._allow_for(lag_s)
                if self._hides_answer(gap_s, offset):
                    self._void(at_s)
                else:
                    self._respond(offset)
            case Phase.RETURN:
                self._passed_at_s += max(0.0, gap_s - self.timing.gap_s)
                if offset.straight(self.timing.straight_deg):
                    self._returned(at_s)
        self._check_patience(at_s)

    def miss(self, at_s: float, lag_s: float = 0.0) -> None:
        """A view without exactly one face."""
        self._arrived_s = at_s + lag_s
        if self._missing_since_s is None:
            self._missing_since_s = at_s
        if at_s - self._missing_since_s > self.timing.lost_s:
            self._fail(TryFailure.FACE_LOST)
        self._check_patience(at_s)

    def _allow_for(self, lag_s: float) -> None:
        step = self.steps[-1]
        slack_s = min(self.timing.slack_limit_s, lag_s - self.timing.usual_lag_s)
        step.slack_s = max(step.slack_s, slack_s)

    def _hides_answer(self, gap_s: float, offset: Offset) -> bool:
        """Whether a gap in the views holds the movement's beginning, or may hold all of it."""
        if len(self.void_steps) >= self.timing.void_limit or self.steps[-1].onset_at_s is not None:
            return False
        began = not offset.straight(self.timing.onset_deg)
        return gap_s > (self.timing.gap_s if began else self.timing.movement_gap_s)

    def _void(self, at_s: float) -> None:
        """Nobody saw how the prompt was answered: ask for another movement after a rest."""
        step = self.steps.pop()
        step.void = True
        self.void_steps.append(step)
        index = len(self.steps)
        another = self.chance.choice(self.allowed)
        self.kinds = (*self.kinds[:index], another, *self.kinds[index + 1 :])
        self.phase, self._straight_since_s = Phase.SETTLE, at_s

    def _settle(self, offset: Offset) -> None:
        """Wait until a late answer to the void prompt is over."""
        if not offset.straight(self.timing.straight_deg):
            self._straight_since_s = None
        elif self._straight_since_s is None:
            self._straight_since_s = offset.at_s
        elif offset.at_s - self._straight_since_s >= self.timing.settle_s:
            self._hold(offset.at_s)

    def _check_patience(self, at_s: float) -> None:
        if at_s > self._patience_ends_s():
            self._fail(TryFailure.TOO_LATE)

    def _hold(self, now_s: float) -> None:
        self.phase = Phase.HOLD
        self._prompt_due_s = now_s + self.chance.uniform(*self.timing.wait_s)

    def _respond(self, offset: Offset) -> None:
        step = self.steps[-1]
        if offset.at_s < step.prompt_at_s:
            if not offset.straight(self.timing.still_deg):
                self._fail(TryFailure.TOO_EARLY)
            return
        towards = offset.towards(step.kind)
        step.peak_deg = max(step.peak_deg, towards)
        if step.onset_at_s is None and towards >= self.timing.onset_deg:
            step.onset_at_s = self._onset(step, offset)
        self._last = offset
        failure = self._judged(step, offset)
        if failure is not None:
            self._fail(failure)
        elif towards >= self._needed(step.kind):
            step.passed = True
            self.phase, self._passed_at_s = Phase.RETURN, offset.at_s

    def _judged(self, step: Step, offset: Offset) -> TryFailure | None:
        if _goes_elsewhere(step.kind, offset, self.timing):
            return TryFailure.WRONG_MOVEMENT
        reaction_s = step.reaction_s
        if reaction_s is None:
            return None
        soonest, latest = self.timing.reaction_s
        others = [s.reaction_s for s in self.steps[:-1] if s.reaction_s is not None]
        spread_s = self.timing.reaction_spread_s
        if reaction_s < max([soonest, *(other - spread_s - step.slack_s for other in others)]):
            return TryFailure.TOO_EARLY
        if reaction_s - step.slack_s > min([latest, *(other + spread_s for other in others)]):
            return TryFailure.TOO_LATE
        return None

    def _onset(self, step: Step, offset: Offset) -> float:
        """When the threshold was crossed, between this view and the one before."""
        before = self._last
        if before is None:
            return offset.at_s
        low, high = before.towards(step.kind), offset.towards(step.kind)
        part = (self.timing.onset_deg - low) / max(1e-6, high - low)
        return before.at_s + min(1.0, max(0.0, part)) * (offset.at_s - before.at_s)

    def _patience_ends_s(self) -> float:
        """When what is waited for would come too late."""
        if self.phase is Phase.RETURN:
            return self._passed_at_s + self.timing.return_s
        if self.phase is not Phase.RESPOND:
            return inf
        step = self.steps[-1]
        if step.onset_at_s is not None:
            return step.onset_at_s + self.timing.movement_s + step.slack_s
        return step.prompt_at_s + self.timing.reaction_s[1] + self.timing.lost_s + step.slack_s

    def _needed(self, kind: PromptKind) -> float:
        return self.timing.nod_deg if kind is PromptKind.NOD else self.timing.turn_deg

    def _returned(self, at_s: float) -> None:
        if len(self.steps) == len(self.kinds):
            self.phase = Phase.PASSED
        else:
            self._hold(at_s)

    def _fail(self, why: TryFailure) -> None:
        if self.phase not in {Phase.PASSED, Phase.FAILED}:
            self.phase, self.failure = Phase.FAILED, why


def _goes_elsewhere(kind: PromptKind, offset: Offset, timing: Timing) -> bool:
    """Whether the head clearly goes another way than asked; looking up before a nod is fine."""
    if kind is PromptKind.NOD:
        return abs(offset.yaw) >= timing.turn_deg
    if offset.towards(kind) <= -timing.still_deg:
        return True
    return abs(offset.pitch) >= timing.nod_deg and abs(offset.yaw) < timing.onset_deg
