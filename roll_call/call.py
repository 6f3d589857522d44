"""RollCall (点名): one round over a list of subjects inside a window."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class RollCallState(StrEnum):
    """草稿 已排期 进行中 中断 收尾, and the finals 结束 错过 取消."""

    DRAFT = "draft"
    SCHEDULED = "scheduled"
    OPEN = "open"
    SUSPENDED = "suspended"
    CLOSING = "closing"
    CLOSED = "closed"
    MISSED = "missed"
    CANCELLED = "cancelled"

    @property
    def final(self) -> bool:
        """Whether nothing more can happen to it."""
        return self in {self.CLOSED, self.MISSED, self.CANCELLED}


@dataclass(frozen=True, slots=True)
class RollCall:
    """``opens_at`` and ``closes_at`` bound the window; ``plan_id`` is None when called by hand."""

    id: str
    title: str
    opens_at: datetime
    closes_at: datetime
    state: RollCallState = RollCallState.DRAFT
    plan_id: str | None = None
    created_by: str | None = None
    suspended_at: datetime | None = None
    deadline_at: datetime | None = None
