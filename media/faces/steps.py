"""The steps of a try: which movements are asked, what was seen of each, and how soon it began."""

from dataclasses import dataclass

from media.faces.chance import Chance
from media.faces.movements import MOVEMENTS, Movement
from media.faces.outcomes import PromptKind, TryFailure


@dataclass(frozen=True, slots=True)
class Timing:
    """Seconds and degrees; see ``media.faces.liveness``."""

    wait_s: tuple[float, float] = (0.3, 2.0)
    reaction_s: tuple[float, float] = (0.2, 2.2)
    reaction_spread_s: float = 0.9
    lost_s: float = 0.8
    gap_s: float = 0.45
    movement_gap_s: float = 0.8
    settle_s: float = 1.5
    calm_s: float = 0.9
    calm_limit_s: float = 4.0
    usual_lag_s: float = 0.3
    slack_limit_s: float = 0.8
    void_limit: int = 3
    still_deg: float = 8.0
    straight_deg: float = 6.0


TIMING = Timing()

ONCE_A_TRY = (PromptKind.COME_NEARER, PromptKind.READ_DIGITS)
"""They take long, and nobody comes nearer twice."""


def draw_steps(chance: Chance, kinds: list[PromptKind], count: int) -> tuple[PromptKind, ...]:
    """A sequence of movements, as varied as ``kinds`` allow."""
    often = [kind for kind in kinds if kind not in ONCE_A_TRY]
    while True:
        steps = tuple(chance.choice(kinds) for _ in range(count))
        once = all(steps.count(kind) <= 1 for kind in ONCE_A_TRY)
        if (once or not often) and (len(set(steps)) > 1 or len(kinds) == 1 or count == 1):
            return steps


@dataclass(slots=True)
class Step:
    """One asked movement and what was seen; times are those of the examination's clock.

    ``number`` counts the session's prompts from 1; ``peak`` is in the unit of the movement's
    channel (``media.faces.movements.Offset``).
    """

    number: int
    id: str
    kind: PromptKind
    digits: str | None
    prompt_at_s: float
    slack_s: float = 0.0
    onset_at_s: float | None = None
    peak: float = 0.0
    passed: bool = False
    void: bool = False

    @property
    def movement(self) -> Movement:
        """How it is recognised."""
        return MOVEMENTS[self.kind]

    @property
    def reaction_s(self) -> float | None:
        """From prompt to the movement's beginning."""
        return None if self.onset_at_s is None else self.onset_at_s - self.prompt_at_s

    @property
    def readiness_s(self) -> float | None:
        """The reaction without what this kind of movement takes longer by nature."""
        return None if self.reaction_s is None else self.reaction_s - self.movement.later_s


def draw_another(
    chance: Chance, allowed: list[PromptKind], others: tuple[PromptKind, ...]
) -> PromptKind:
    """A movement instead of a void one, beside the ``others`` of the try."""
    spent = [kind for kind in ONCE_A_TRY if kind in others]
    return chance.choice([kind for kind in allowed if kind not in spent] or allowed)


def reaction_fault(step: Step, earlier: list[Step], timing: Timing = TIMING) -> TryFailure | None:
    """What is wrong with a reaction: nobody is so quick, or so slow, or so unlike themselves."""
    readiness_s = step.readiness_s
    if readiness_s is None:
        return None
    spread_s = timing.reaction_spread_s
    others = [other.readiness_s for other in earlier if other.readiness_s is not None]
    soonest, latest = timing.reaction_s
    soonest -= step.movement.later_s
    if readiness_s < max([soonest, *(other - spread_s - step.slack_s for other in others)]):
        return TryFailure.TOO_EARLY
    if readiness_s - step.slack_s > min([latest, *(other + spread_s for other in others)]):
        return TryFailure.TOO_LATE
    return None
