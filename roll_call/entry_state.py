"""The states of a roll-call entry, its value and its table; ``roll_call.entry`` moves it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from roll_call.people import Subject
from roll_call.reasons import Reason
from roll_call.transitions import Table


class EntryState(StrEnum):
    """待点 呼叫中 已到候 核验中 待核查, and the finals 已到 未到 准假 作废."""

    PENDING = "pending"
    CALLING = "calling"
    ARRIVED = "arrived"
    IN_SESSION = "in_session"
    REVIEW = "review"
    PRESENT = "present"
    ABSENT = "absent"
    EXCUSED = "excused"
    VOID = "void"

    @property
    def final(self) -> bool:
        """Whether only a Correction (更正) may still change it."""
        return self in {self.PRESENT, self.ABSENT, self.EXCUSED, self.VOID}


@dataclass(frozen=True, slots=True)
class Entry:
    """``attempt`` counts tickets; ``arrived_at`` is the first ticket; ``deadline_at`` is indexed.

    ``session_id`` names the latest session that went live, also once it is over. ``reason`` is set
    in REVIEW and in every final state. ``settled_by`` is an officer's id, None for the machine.
    """

    id: str
    roll_call_id: str
    subject: Subject
    state: EntryState = EntryState.PENDING
    reason: Reason | None = None
    attempt: int = 0
    session_id: str | None = None
    arrived_at: datetime | None = None
    deadline_at: datetime | None = None
    settled_at: datetime | None = None
    settled_by: str | None = None


def _rows() -> Mapping[EntryState, Mapping[str, EntryState]]:
    s = EntryState
    decided = {
        "officer_present": s.PRESENT,
        "officer_absent": s.ABSENT,
        "officer_excused": s.EXCUSED,
        "void": s.VOID,
        "leave_covers": s.EXCUSED,
        "face_declined": s.REVIEW,
    }
    reached = {"ticket_taken": s.ARRIVED, "session_live": s.IN_SESSION, "window_closed": s.REVIEW}
    return {
        s.PENDING: {"call": s.CALLING, "due": s.CALLING, **reached, **decided},
        s.CALLING: {"call": s.CALLING, **reached, **decided},
        s.ARRIVED: {
            "ticket_taken": s.ARRIVED,
            "session_live": s.IN_SESSION,
            "arrival_expired": s.REVIEW,
            "technical_failure": s.REVIEW,
            "window_closed": s.ARRIVED,
            **decided,
        },
        s.IN_SESSION: {
            "verdict_match": s.PRESENT,
            "verdict_low": s.REVIEW,
            "verdict_other": s.REVIEW,
            "verdict_deadline": s.REVIEW,
            "technical_failure": s.REVIEW,
            "session_lost": s.CALLING,
            "session_lost_late": s.REVIEW,
            "window_closed": s.IN_SESSION,
            **decided,
        },
        s.REVIEW: {
            "call": s.REVIEW,
            "ticket_taken": s.REVIEW,
            "session_live": s.IN_SESSION,
            "window_closed": s.REVIEW,
            **decided,
        },
    }


ENTRY_TABLE: Table[EntryState] = Table("entry", _rows())
"""Every defined pair; final states have none."""
