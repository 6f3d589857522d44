"""Events of a check-in session."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Join:
    """The client's first SDP offer has come."""

    name: ClassVar[str] = "join"


@dataclass(frozen=True, slots=True)
class MediaUp:
    """The first whole keyframe has come (again)."""

    name: ClassVar[str] = "media_up"


@dataclass(frozen=True, slots=True)
class MediaLost:
    """The publisher's media stalled or its peer closed."""

    name: ClassVar[str] = "media_lost"


@dataclass(frozen=True, slots=True)
class Talk:
    """An officer talks with the subject: the session may last as long as a talk."""

    name: ClassVar[str] = "talk"


@dataclass(frozen=True, slots=True)
class Answering:
    """The verdict is in and the subject still answers: that needs time, and no picture."""

    name: ClassVar[str] = "answering"


@dataclass(frozen=True, slots=True)
class ServerRestarted:
    """The server came up and found the session: its peer is gone, and that was our doing."""

    name: ClassVar[str] = "server_restarted"


@dataclass(frozen=True, slots=True)
class HangUp:
    """The subject or an officer ended the session, or its entry no longer needs it."""

    name: ClassVar[str] = "hang_up"


@dataclass(frozen=True, slots=True)
class Superseded:
    """A newer session of the same entry takes its place."""

    by_session_id: str
    name: ClassVar[str] = "superseded"


@dataclass(frozen=True, slots=True)
class LimitReached:
    """Timer: the session is as long as ``policy.session_deadline_s`` allows."""

    name: ClassVar[str] = "limit"


@dataclass(frozen=True, slots=True)
class DeadlinePassed:
    """Timer: no offer, no media, or no return of media in time."""

    name: ClassVar[str] = "deadline"


SessionTimer = LimitReached | DeadlinePassed
SessionEvent = (
    Join
    | MediaUp
    | MediaLost
    | Talk
    | Answering
    | ServerRestarted
    | HangUp
    | Superseded
    | SessionTimer
)
