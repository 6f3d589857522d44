"""What an examination says: frozen values for the server to act upon."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from roll_call.ports.faces import FaceProblem
from roll_call.verification import Verification


class PromptKind(StrEnum):
    """A movement to ask for; left and right are the person's own."""

    TURN_LEFT = "turn_left"
    TURN_RIGHT = "turn_right"
    NOD = "nod"


class TryFailure(StrEnum):
    """Why a try at the movements failed."""

    TOO_EARLY = "too_early"
    TOO_LATE = "too_late"
    WRONG_MOVEMENT = "wrong_movement"
    FACE_LOST = "face_lost"


@dataclass(frozen=True, slots=True)
class Advice:
    """What to change about the picture; None: it is good."""

    problem: FaceProblem | None


@dataclass(frozen=True, slots=True)
class HoldStill:
    """Look straight ahead; step ``index`` (from 0) of ``total`` comes at an unknown moment."""

    index: int
    total: int


@dataclass(frozen=True, slots=True)
class PromptIssued:
    """Show this movement now; ``id`` cannot be guessed."""

    id: str
    kind: PromptKind
    index: int
    total: int


@dataclass(frozen=True, slots=True)
class StepPassed:
    """The movement was seen."""

    index: int
    total: int


@dataclass(frozen=True, slots=True)
class TryFailed:
    """The try is over."""

    why: TryFailure
    tries_left: int


@dataclass(frozen=True, slots=True)
class EmbedWanted:
    """Ask the verifier for a similarity with the next frame."""


@dataclass(frozen=True, slots=True)
class MovementsDone:
    """The person has nothing more to do before the camera; the machine compares."""


@dataclass(frozen=True, slots=True)
class Done:
    """The verdict, and the JSON-able evidence that it rests on."""

    verification: Verification
    evidence: Mapping[str, Any]


Outcome = (
    Advice | HoldStill | PromptIssued | StepPassed | TryFailed | EmbedWanted | MovementsDone | Done
)
