"""What a conductor tried for an entry: the steps that an absence would have to rest upon."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from roll_call.errors import InvalidInput

NUMBER_CHARACTERS = 40
NOTE_CHARACTERS = 500


class Step(StrEnum):
    """In the order of a round."""

    CALL = "call"
    """点到: its turn."""
    PROMPT = "prompt"
    """催点: rung again."""
    LATER = "later"
    """缓点: another turn at the end."""
    PHONE = "phone"
    """电话: by the landline or a mobile phone."""
    LEADER = "leader"
    """上报: the leader was told."""

    @property
    def escalates(self) -> bool:
        """Whether somebody is spoken to outside this system."""
        return self in {self.PHONE, self.LEADER}


class Reached(StrEnum):
    """How a telephone call, or a word with the leader, ended."""

    REACHED = "reached"
    NO_ANSWER = "no_answer"
    ENGAGED = "engaged"


@dataclass(frozen=True, slots=True)
class RoundStep:
    """``outcome`` is None where nobody has told yet how a call ended; other steps have none.

    Raises InvalidInput: number_too_long, note_too_long, outcome_not_expected.
    """

    id: str
    roll_call_id: str
    entry_id: str
    at: datetime
    step: Step
    officer_id: str
    number: str = ""
    outcome: Reached | None = None
    note: str = ""

    def __post_init__(self) -> None:
        if len(self.number) > NUMBER_CHARACTERS:
            raise InvalidInput("number_too_long", limit=NUMBER_CHARACTERS)
        if len(self.note) > NOTE_CHARACTERS:
            raise InvalidInput("note_too_long", limit=NOTE_CHARACTERS)
        if self.outcome is not None and not self.step.escalates:
            raise InvalidInput("outcome_not_expected", step=self.step.value)
