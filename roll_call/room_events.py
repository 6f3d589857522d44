"""What happens to a room: who comes and goes, and what officers and participants ask for."""

from dataclasses import dataclass

from roll_call.line import Line
from roll_call.room import (
    BroadcastWish,
    Console,
    Participant,
    Right,
    Side,
)


@dataclass(frozen=True, slots=True)
class ParticipantCame:
    """Also when something about it changed; its switches and the center's mute stay as they are."""

    participant: Participant


@dataclass(frozen=True, slots=True)
class ParticipantLeft:
    """For good: a connection that is lost for a moment is ``ParticipantCame`` with live False."""

    id: str


@dataclass(frozen=True, slots=True)
class ConsoleCame:
    """An officer opened a page."""

    console: Console


@dataclass(frozen=True, slots=True)
class ConsoleLeft:
    """The page is closed; all it did ends."""

    id: str


@dataclass(frozen=True, slots=True)
class ScopeChanged:
    """The officer's rights or units changed; what they do not cover any more ends."""

    console: str
    scope: frozenset[str] | None
    rights: frozenset[Right]


@dataclass(frozen=True, slots=True)
class Published:
    """A console's own camera and microphone are connected, or not any more."""

    console: str
    on: bool


@dataclass(frozen=True, slots=True)
class Show:
    """Fill or empty (None) a slot."""

    console: str
    slot: str
    participant: str | None
    side: Side = Side.SUBJECT


@dataclass(frozen=True, slots=True)
class Spotlight:
    """Full quality of one, in ``slot`` if it is named; None ends it and empties that slot."""

    console: str
    participant: str | None
    slot: str | None = None


@dataclass(frozen=True, slots=True)
class Listen:
    """Hear one, or nobody (None). It ends a talk."""

    console: str
    participant: str | None


@dataclass(frozen=True, slots=True)
class Talk:
    """Speak with one, or with nobody (None)."""

    console: str
    participant: str | None


@dataclass(frozen=True, slots=True)
class Broadcast:
    """Speak to many, or not any more (None)."""

    console: str
    wish: BroadcastWish | None


@dataclass(frozen=True, slots=True)
class Mute:
    """The center mutes a participant, or takes it back."""

    console: str
    participant: str
    on: bool


@dataclass(frozen=True, slots=True)
class CameraSwitched:
    """A participant's or console's own switch."""

    who: str
    on: bool


@dataclass(frozen=True, slots=True)
class MicrophoneSwitched:
    """A participant's or console's own switch."""

    who: str
    on: bool


@dataclass(frozen=True, slots=True)
class LineChanged:
    """What the line to a participant carries, as its receiver reports tell."""

    participant: str
    line: Line


RoomEvent = (
    ParticipantCame
    | ParticipantLeft
    | ConsoleCame
    | ConsoleLeft
    | ScopeChanged
    | Published
    | Show
    | Spotlight
    | Listen
    | Talk
    | Broadcast
    | Mute
    | CameraSwitched
    | MicrophoneSwitched
    | LineChanged
)
