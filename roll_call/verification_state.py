"""Values of a verification: its states, its assurance, and why there may be no verdict."""

from dataclasses import dataclass
from enum import StrEnum

from roll_call.face_problem import FaceProblem


class VerificationState(StrEnum):
    """AWAITING -> LIVENESS -> COMPARING -> one of the three verdicts."""

    AWAITING = "awaiting"
    LIVENESS = "liveness"
    COMPARING = "comparing"
    MATCH = "match"
    MISMATCH = "mismatch"
    INCONCLUSIVE = "inconclusive"

    @property
    def final(self) -> bool:
        """Whether this is a verdict."""
        return self in {self.MATCH, self.MISMATCH, self.INCONCLUSIVE}


class Assurance(StrEnum):
    """How much a MATCH is worth.

    HIGH and ORDINARY clear a person. INJECTION_NOT_EXCLUDED (something speaks for a camera that is
    not one) and LOW lead to a live call with a person, never to a failure.
    """

    HIGH = "high"
    ORDINARY = "ordinary"
    INJECTION_NOT_EXCLUDED = "injection_not_excluded"
    LOW = "low"

    @property
    def clears(self) -> bool:
        """Whether a MATCH of this worth settles an entry without an officer."""
        return self in {self.HIGH, self.ORDINARY}


class Inconclusive(StrEnum):
    """Why there is no verdict either way."""

    NO_REFERENCE = "no_reference"
    TRIES_SPENT = "tries_spent"
    DEADLINE = "deadline"
    NOT_ENOUGH_FRAMES = "not_enough_frames"


@dataclass(frozen=True, slots=True)
class Verification:
    """The verdict in the making; ``tries_left`` counts liveness tries.

    ``hindrance``: what stood in the way of an INCONCLUSIVE one most of the time, where it was the
    picture (dark, small, a mask, turned away, several faces, none).
    """

    session_id: str
    attempt: int
    state: VerificationState = VerificationState.AWAITING
    tries_left: int = 2
    assurance: Assurance | None = None
    inconclusive: Inconclusive | None = None
    hindrance: FaceProblem | None = None
