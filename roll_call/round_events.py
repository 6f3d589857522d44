"""Events of a round (点名进行). Each names the officer who acts; None is the server itself."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Taken:
    """An officer becomes the conductor, also in place of another one."""

    officer_id: str
    name: ClassVar[str] = "taken"


@dataclass(frozen=True, slots=True)
class HandedOver:
    """The conductor makes another officer the conductor; nothing else changes."""

    officer_id: str
    to_id: str
    name: ClassVar[str] = "handed_over"


@dataclass(frozen=True, slots=True)
class Called:
    """It is this entry's turn; None: the next one's that waits."""

    officer_id: str
    entry_id: str | None = None
    name: ClassVar[str] = "called"


@dataclass(frozen=True, slots=True)
class Decided:
    """The conductor has decided an entry; ``advance``: the next one's turn follows."""

    officer_id: str
    entry_id: str
    advance: bool = True
    name: ClassVar[str] = "decided"


@dataclass(frozen=True, slots=True)
class PutLater:
    """The entry has another turn at the end of the round."""

    officer_id: str
    entry_id: str
    advance: bool = True
    name: ClassVar[str] = "put_later"


@dataclass(frozen=True, slots=True)
class LeftOpen:
    """The entry is not decided in this round; it goes to REVIEW when the window closes."""

    officer_id: str
    entry_id: str
    advance: bool = True
    name: ClassVar[str] = "left_open"


@dataclass(frozen=True, slots=True)
class Attempted:
    """The conductor tried something for an entry: rang again, telephoned, told the leader."""

    officer_id: str
    entry_id: str
    name: ClassVar[str] = "attempted"


@dataclass(frozen=True, slots=True)
class Undone:
    """A decision was taken back: where it was the conductor's, the entry has its turn again."""

    officer_id: str
    entry_id: str
    name: ClassVar[str] = "undone"


@dataclass(frozen=True, slots=True)
class SettledElsewhere:
    """Somebody else, or the machine, settled the entry: it cannot have its turn any more."""

    entry_id: str
    name: ClassVar[str] = "settled_elsewhere"


@dataclass(frozen=True, slots=True)
class Paused:
    """The roll-call is interrupted: the timers stand still."""

    name: ClassVar[str] = "paused"


@dataclass(frozen=True, slots=True)
class Resumed:
    """It goes on where it stood."""

    name: ClassVar[str] = "resumed"


@dataclass(frozen=True, slots=True)
class HeldUp:
    """The server was not there since then: our outage is nobody's seconds."""

    since: datetime
    name: ClassVar[str] = "held_up"


@dataclass(frozen=True, slots=True)
class Finished:
    """The round is over. Idempotent."""

    officer_id: str | None = None
    name: ClassVar[str] = "finished"


ConductorEvent = HandedOver | Called | Decided | PutLater | LeftOpen | Attempted
"""What only the conductor may do; a round without one takes whoever acts first."""

Timer = Paused | Resumed | HeldUp
"""What makes the timers stand still."""

RoundEvent = Taken | ConductorEvent | Undone | SettledElsewhere | Timer | Finished
