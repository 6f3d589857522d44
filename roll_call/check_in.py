"""CheckInSession (视频签到会话): one connection attempt of one entry."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class SessionState(StrEnum):
    """States of a session; ENDED and FAILED are final."""

    NEW = "new"
    NEGOTIATING = "negotiating"
    LIVE = "live"
    RECONNECTING = "reconnecting"
    ENDED = "ended"
    FAILED = "failed"

    @property
    def final(self) -> bool:
        """Whether the session is over."""
        return self in {self.ENDED, self.FAILED}


@dataclass(frozen=True, slots=True)
class CheckInSession:
    """``attempt`` is the entry's attempt that this session serves; a stale verdict is told by it."""

    id: str
    entry_id: str
    attempt: int
    state: SessionState = SessionState.NEW
    ticket_at: datetime | None = None
    live_at: datetime | None = None
    ended_at: datetime | None = None
    deadline_at: datetime | None = None
