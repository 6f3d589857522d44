"""Events of a verification; the examination in ``media.faces`` raises them."""

from dataclasses import dataclass
from typing import ClassVar

from roll_call.verification_state import Assurance


@dataclass(frozen=True, slots=True)
class FramesStart:
    """Usable frames of one face come in."""

    name: ClassVar[str] = "frames_start"


@dataclass(frozen=True, slots=True)
class LivenessPassed:
    """Every movement was made as asked and in time."""

    name: ClassVar[str] = "live"


@dataclass(frozen=True, slots=True)
class LivenessExempt:
    """The person cannot make the movements (disability, illness); the assurance shows it."""

    name: ClassVar[str] = "liveness_exempt"


@dataclass(frozen=True, slots=True)
class TryFailed:
    """A wrong, early or missing movement; after the last try its guard chooses ``tries_spent``."""

    name: ClassVar[str] = "try_failed"


@dataclass(frozen=True, slots=True)
class TriesSpent:
    """No try is left, said from outside: the person pressed "I cannot do this" in any state."""

    name: ClassVar[str] = "tries_spent"


@dataclass(frozen=True, slots=True)
class QuorumMatch:
    """Enough frames look like the reference (``roll_call.quorum``)."""

    assurance: Assurance
    name: ClassVar[str] = "quorum_match"


@dataclass(frozen=True, slots=True)
class QuorumMismatch:
    """Enough good frames clearly do not look like the reference."""

    name: ClassVar[str] = "quorum_mismatch"


@dataclass(frozen=True, slots=True)
class NotEnoughFrames:
    """The comparison ended undecided."""

    name: ClassVar[str] = "not_enough_frames"


@dataclass(frozen=True, slots=True)
class FaceLost:
    """The face left the picture, or another came in: liveness has to be shown again."""

    name: ClassVar[str] = "face_lost"


@dataclass(frozen=True, slots=True)
class NoReference:
    """There is no usable template to compare with."""

    name: ClassVar[str] = "no_reference"


@dataclass(frozen=True, slots=True)
class DeadlinePassed:
    """Timer: the time for a verdict is over."""

    name: ClassVar[str] = "deadline"


VerificationEvent = (
    FramesStart
    | LivenessPassed
    | LivenessExempt
    | TryFailed
    | TriesSpent
    | QuorumMatch
    | QuorumMismatch
    | NotEnoughFrames
    | FaceLost
    | NoReference
    | DeadlinePassed
)
