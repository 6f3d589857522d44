"""What an examination says: frozen values for the server to act upon."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from roll_call.ports.faces import FaceProblem, Watch
from roll_call.verification import Verification


class PromptKind(StrEnum):
    """A movement to ask for; left and right are the person's own.

    READ_DIGITS is judged by the moving mouth; the sound is recorded for the reviewer.
    """

    TURN_LEFT = "turn_left"
    TURN_RIGHT = "turn_right"
    NOD = "nod"
    CLOSE_EYES = "close_eyes"
    OPEN_MOUTH = "open_mouth"
    COME_NEARER = "come_nearer"
    READ_DIGITS = "read_digits"


SCREEN_LIGHT = "screen_light"
"""Beside the kinds of prompts, what an officer can spare a person: coloured light of the screen."""


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
    """Show this movement now; ``id`` is bound to the session's nonce and cannot be guessed.

    ``digits``: what to read aloud, three figures, for READ_DIGITS only.
    """

    id: str
    kind: PromptKind
    index: int
    total: int
    digits: str | None = None


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
class LightShown:
    """Fill the screen with these colours (``#rrggbb``), one after another, each for ``each_s``."""

    id: str
    colours: tuple[str, ...]
    each_s: float


@dataclass(frozen=True, slots=True)
class WatchWanted:
    """Have the verifier look at the frames in this way from now on."""

    watch: Watch


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


Told = Advice | HoldStill | PromptIssued | StepPassed | TryFailed | LightShown
"""What the person before the camera is told."""

Outcome = Told | WatchWanted | EmbedWanted | MovementsDone | Done
