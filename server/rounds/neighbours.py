"""What a duty terminal says of itself, as a round weighs it."""

from dataclasses import dataclass
from datetime import datetime

from roll_call.reasons import Reason
from roll_call.terminal import ExceptionReason
from server.duty.terminals import TerminalState


@dataclass(frozen=True, slots=True)
class SelfTested:
    """A terminal's last self-test; ``faults`` names the parts that failed."""

    at: datetime
    faults: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reported:
    """An exception that the office reported, and the reason for which it may be excused."""

    code: str
    note: str
    at: datetime
    reason: Reason


@dataclass(frozen=True, slots=True)
class TerminalWord:
    """What a unit's terminal says of itself; nothing where it said nothing."""

    self_test: SelfTested | None = None
    exception: Reported | None = None


def word_of(state: TerminalState | None) -> TerminalWord:
    """A terminal's own word, as a round weighs it."""
    if state is None:
        return TerminalWord()
    tested, told = state.self_test, state.exception
    return TerminalWord(
        self_test=SelfTested(tested.at, tested.faults) if tested else None,
        exception=Reported(told.reason.value, told.note, told.at, _EXCUSES[told.reason])
        if told
        else None,
    )


_EXCUSES = {
    ExceptionReason.DEVICE_FAULT: Reason.DEVICE_FAULT,
    ExceptionReason.LEAVE: Reason.LEAVE,
    ExceptionReason.ROOM_TAKEN: Reason.OTHER,
    ExceptionReason.OTHER: Reason.OTHER,
}
