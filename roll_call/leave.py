"""Leave (请销假): an approved leave excuses its person from the roll-calls that it covers."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from roll_call.entry_events import LeaveCovers
from roll_call.errors import InvalidInput


class LeaveState(StrEnum):
    """申请, 批准, 驳回, 离开, 销假."""

    APPLIED = "applied"
    APPROVED = "approved"
    REJECTED = "rejected"
    DEPARTED = "departed"
    RETURNED = "returned"


@dataclass(frozen=True, slots=True)
class Leave:
    """A person's leave in [starts_at, ends_at); ``returned_at`` ends it early (销假).

    Raises InvalidInput(empty_leave), InvalidInput(approver_required) for a leave that was granted
    by nobody.
    """

    id: str
    person_id: str
    starts_at: datetime
    ends_at: datetime
    state: LeaveState = LeaveState.APPLIED
    approved_by: str | None = None
    returned_at: datetime | None = None

    def __post_init__(self) -> None:
        if self.ends_at <= self.starts_at:
            raise InvalidInput("empty_leave")
        granted = self.state not in {LeaveState.APPLIED, LeaveState.REJECTED}
        if granted and not self.approved_by:
            raise InvalidInput("approver_required")

    def covers(self, at: datetime) -> bool:
        """Whether the leave was granted and is on at that moment."""
        if self.state in {LeaveState.APPLIED, LeaveState.REJECTED}:
            return False
        ends_at = self.ends_at if self.returned_at is None else min(self.ends_at, self.returned_at)
        return self.starts_at <= at < ends_at


def leave_covers(leaves: Iterable[Leave], person_id: str, at: datetime) -> LeaveCovers | None:
    """The event for a person's entry if one of their leaves covers the moment."""
    for leave in leaves:
        if leave.person_id == person_id and leave.covers(at) and leave.approved_by is not None:
            return LeaveCovers(leave.id, leave.approved_by)
    return None
