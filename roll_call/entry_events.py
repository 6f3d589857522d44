"""Events of a roll-call entry. ``name`` is the row of the table unless a guard refines it."""

from dataclasses import dataclass
from typing import ClassVar

from roll_call.decisions import check_decision
from roll_call.reasons import Reason
from roll_call.verification import Assurance, Inconclusive, Verification, VerificationState


@dataclass(frozen=True, slots=True)
class Call:
    """An officer calls the subject (again)."""

    officer_id: str
    name: ClassVar[str] = "call"


@dataclass(frozen=True, slots=True)
class Due:
    """Timer: the roll-call opened, or the subject's own random moment came."""

    name: ClassVar[str] = "due"


@dataclass(frozen=True, slots=True)
class TicketTaken:
    """The subject asked for a ticket: that is arriving, however long the queue.

    It numbers the next attempt: create the session with the new entry's ``attempt``, after any
    older session of the entry was superseded.
    """

    name: ClassVar[str] = "ticket_taken"


@dataclass(frozen=True, slots=True)
class _OfSession:
    session_id: str
    attempt: int


@dataclass(frozen=True, slots=True)
class SessionLive(_OfSession):
    """A session's media flow for the first time."""

    name: ClassVar[str] = "session_live"


@dataclass(frozen=True, slots=True)
class SessionLost(_OfSession):
    """A session FAILED or ENDED without a verdict; never a lost packet.

    ``window_open``: whether the roll-call is still OPEN or SUSPENDED, so that another try has time.
    """

    window_open: bool
    name: ClassVar[str] = "session_lost"


@dataclass(frozen=True, slots=True)
class VerdictGiven(_OfSession):
    """The verification reached MATCH, MISMATCH or INCONCLUSIVE.

    ``network_fault``: the connection is to blame for an inconclusive one, see
    ``ConnectionTally.faults``; it changes nothing else.
    """

    verdict: VerificationState
    assurance: Assurance | None = None
    inconclusive: Inconclusive | None = None
    network_fault: bool = False
    name: ClassVar[str] = "verdict"

    @classmethod
    def of(cls, verification: Verification, network_fault: bool = False) -> "VerdictGiven":
        """The event that reports a verification in a final state."""
        return cls(
            verification.session_id,
            verification.attempt,
            verification.state,
            verification.assurance,
            verification.inconclusive,
            network_fault,
        )


@dataclass(frozen=True, slots=True)
class TechnicalFailure(_OfSession):
    """Our side failed inside a live session: worker died for good, disk full, model missing."""

    name: ClassVar[str] = "technical_failure"


@dataclass(frozen=True, slots=True)
class ArrivalExpired:
    """Timer: a ticket waited ``policy.arrival_patience_s``; ``outage``: we were the cause."""

    outage: bool = False
    name: ClassVar[str] = "arrival_expired"


@dataclass(frozen=True, slots=True)
class VerdictDeadline:
    """Timer: no verdict within ``policy.verdict_deadline_s``.

    ``outage``: we were the cause; ``network_fault``: the connection was.
    """

    outage: bool = False
    network_fault: bool = False
    name: ClassVar[str] = "verdict_deadline"


@dataclass(frozen=True, slots=True)
class WindowClosed:
    """Timer: the roll-call's window closed; ``outage``: we had one inside the window."""

    outage: bool = False
    name: ClassVar[str] = "window_closed"


@dataclass(frozen=True, slots=True)
class LeaveCovers:
    """An approved leave (请假) covers the moment; ``approved_by`` is an officer's id."""

    leave_id: str
    approved_by: str
    name: ClassVar[str] = "leave_covers"


@dataclass(frozen=True, slots=True)
class FaceDeclined:
    """The subject declines face recognition; an officer will call them.

    Our addition to the agreed table, for art. 24 of the Personal Information Protection Law and
    the face recognition measures of 2025-06-01 (never the sole method): it leads to REVIEW, never
    to an absence.
    """

    name: ClassVar[str] = "face_declined"


@dataclass(frozen=True, slots=True)
class _Decision:
    """Raises InvalidInput unless a named officer gives a reason that is allowed for it."""

    officer_id: str
    reason: Reason
    note: str = ""
    name: ClassVar[str]
    decision: ClassVar[str]

    def __post_init__(self) -> None:
        check_decision(self.decision, self.officer_id, self.reason, self.note)


@dataclass(frozen=True, slots=True)
class OfficerPresent(_Decision):
    """A named officer saw, heard or met the subject."""

    name: ClassVar[str] = "officer_present"
    decision: ClassVar[str] = "present"


@dataclass(frozen=True, slots=True)
class OfficerAbsent(_Decision):
    """A named officer records an absence; the only way to ABSENT."""

    name: ClassVar[str] = "officer_absent"
    decision: ClassVar[str] = "absent"


@dataclass(frozen=True, slots=True)
class OfficerExcused(_Decision):
    """A named officer excuses the subject."""

    name: ClassVar[str] = "officer_excused"
    decision: ClassVar[str] = "excused"


@dataclass(frozen=True, slots=True)
class Voided(_Decision):
    """The entry does not count: the roll-call was cancelled or the subject listed by mistake."""

    name: ClassVar[str] = "void"
    decision: ClassVar[str] = "void"


OfficerDecision = OfficerPresent | OfficerAbsent | OfficerExcused | Voided
EntryTimer = Due | ArrivalExpired | VerdictDeadline | WindowClosed
SessionReport = SessionLive | SessionLost | VerdictGiven | TechnicalFailure
Evidence = TicketTaken | SessionReport | LeaveCovers | FaceDeclined
"""What may come late: on a final entry it is kept and changes nothing."""

EntryEvent = Call | Evidence | EntryTimer | OfficerDecision
