"""Values of a verification: its states, its assurance, and why there may be no verdict."""

from dataclasses import dataclass
from enum import StrEnum


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
    """How much a MATCH is worth; LOW leads to a person, never to a failure."""

    HIGH = "high"
    ORDINARY = "ordinary"
    LOW = "low"


class Inconclusive(StrEnum):
    """Why there is no verdict either way."""

    NO_REFERENCE = "no_reference"
    TRIES_SPENT = "tries_spent"
    DEADLINE = "deadline"
    NOT_ENOUGH_FRAMES = "not_enough_frames"


@dataclass(frozen=True, slots=True)
class Verification:
    """The verdict in the making; ``tries_left`` counts liveness tries."""

    session_id: str
    attempt: int
    state: VerificationState = VerificationState.AWAITING
    tries_left: int = 2
    assurance: Assurance | None = None
    inconclusive: Inconclusive | None = None
