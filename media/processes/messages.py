"""What the main process and a media process say to each other besides commands and events."""

from dataclasses import dataclass
from typing import get_args

from media.processes.wire import Wire
from media.settings import EngineSettings
from roll_call.ports.media import AnswerOffer, MediaCommand, MediaEvent


@dataclass(frozen=True, slots=True)
class Configure:
    """The first word to a media process: its number, and what the installation chose."""

    process: int
    settings: EngineSettings


@dataclass(frozen=True, slots=True)
class Ready:
    """The media process's first word: it takes commands."""


@dataclass(frozen=True, slots=True)
class Ask:
    """Answer this offer; ``number`` comes back with the answer."""

    number: int
    command: AnswerOffer


@dataclass(frozen=True, slots=True)
class Answered:
    """The SDP answer."""

    number: int
    sdp: str


@dataclass(frozen=True, slots=True)
class Refused:
    """A ``MediaError``."""

    number: int
    code: str
    params: tuple[tuple[str, str | int | float], ...] = ()


@dataclass(frozen=True, slots=True)
class Carry:
    """Let the media process ``to`` have the tracks of a publisher of yours (or no longer)."""

    peer: str
    to: int
    on: bool


@dataclass(frozen=True, slots=True)
class Expect:
    """A publisher that your viewers want lives in the media process ``at`` (or no longer)."""

    peer: str
    at: int
    on: bool


@dataclass(frozen=True, slots=True)
class LinkLost:
    """The link of that ``serial`` to another media process has broken, without being replaced."""

    process: int
    serial: int


@dataclass(frozen=True, slots=True)
class Finish:
    """Complete all recordings, close all peers, end."""


COMMANDS = Wire((*get_args(MediaCommand), Configure, Ask, Carry, Expect, Finish))
"""From the main process to a media process."""

EVENTS = Wire((*get_args(MediaEvent), Ready, Answered, Refused, LinkLost))
"""From a media process to the main process."""
