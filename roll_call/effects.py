"""Effects: what has to be done once a new state is saved. Frozen values, run by server/conductor.

Three things are *not* effects, because they belong to every change and must not be forgotten: the
conductor itself appends the log record, publishes the new state on the bus, and the deadline is the
field ``deadline_at`` of the new state, saved with it in one transaction.

An effect may be run twice after a crash; each says how that stays harmless.
"""

from dataclasses import dataclass
from enum import StrEnum

from roll_call.notices import Audience, NextStep, Notice
from roll_call.people import Subject
from roll_call.reasons import Reason


@dataclass(frozen=True, slots=True)
class CallSubject:
    """The server's signaling rings the subject's phone or terminal for ``ring_s`` seconds.

    Nobody connected: the notifier sends the link instead. Ringing a device that rings only renews.
    """

    entry_id: str
    subject: Subject
    ring_s: float


@dataclass(frozen=True, slots=True)
class Notify:
    """The notifier tells the subject, or the officers in charge, a coded text.

    ``about_id`` is the entry's or the roll-call's id; one notice is sent once per log record.
    """

    audience: Audience
    about_id: str
    notice: Notice


@dataclass(frozen=True, slots=True)
class OpenCase:
    """The server puts the entry into the review queue; a case that is open gets the new reason."""

    entry_id: str
    reason: Reason


@dataclass(frozen=True, slots=True)
class CloseCase:
    """The server takes the entry out of the review queue; a closed case stays closed."""

    entry_id: str


@dataclass(frozen=True, slots=True)
class IssueReceipt:
    """The server numbers, signs and stores a receipt (``roll_call.receipt``) and hands it out.

    One receipt per log record; ``session_id`` is None where no session was involved.
    """

    entry_id: str
    session_id: str | None
    next_step: NextStep


class EvidenceKind(StrEnum):
    """Why an event changed nothing."""

    LATE = "late"
    STALE = "stale"


@dataclass(frozen=True, slots=True)
class KeepEvidence:
    """The conductor appends the event to the log as ``entry.<event_name>.<kind>``; nothing changes.

    LATE: the entry is final already. STALE: the event speaks of a session that is not the current.
    """

    entry_id: str
    event_name: str
    kind: EvidenceKind
    session_id: str | None = None


@dataclass(frozen=True, slots=True)
class CheckSettled:
    """The conductor applies AllSettled if the roll-call is CLOSING with all entries final."""

    roll_call_id: str


@dataclass(frozen=True, slots=True)
class EndSession:
    """The conductor applies HangUp to the session unless that is over."""

    session_id: str


@dataclass(frozen=True, slots=True)
class StartRecording:
    """The server lets the media engine record the session; one that runs still goes on."""

    session_id: str


@dataclass(frozen=True, slots=True)
class StopRecording:
    """The server completes the session's recording, if there is one."""

    session_id: str


@dataclass(frozen=True, slots=True)
class StartVerification:
    """The server taps the session's frames and starts the examination; one that runs goes on."""

    session_id: str


@dataclass(frozen=True, slots=True)
class CloseMedia:
    """The server drops the examination and closes the session's peer, whatever is left of both."""

    session_id: str


@dataclass(frozen=True, slots=True)
class TellEntryLive:
    """The conductor applies ``SessionLive`` to the entry."""

    entry_id: str
    session_id: str
    attempt: int


@dataclass(frozen=True, slots=True)
class TellEntryLost:
    """The conductor applies ``SessionLost`` to the entry, ``window_open`` from its roll-call."""

    entry_id: str
    session_id: str
    attempt: int


@dataclass(frozen=True, slots=True)
class TellEntryVerdict:
    """The conductor applies ``VerdictGiven.of(verification)`` to the session's entry."""

    session_id: str
    attempt: int


@dataclass(frozen=True, slots=True)
class StartEntries:
    """The conductor goes through the pending entries: ``LeaveCovers`` for those on leave, ``Due``
    for the others, but for those whose own moment (``deadline_at``) is still to come."""

    roll_call_id: str


@dataclass(frozen=True, slots=True)
class CloseEntries:
    """The conductor applies ``WindowClosed`` to each entry that is not final.

    ``outage`` is True when this roll-call itself was held up; the conductor adds what it knows of
    outages of the server inside the window.
    """

    roll_call_id: str
    outage: bool


@dataclass(frozen=True, slots=True)
class VoidEntries:
    """The conductor applies ``Voided`` to each entry that is not final."""

    roll_call_id: str
    officer_id: str


class ReportKind(StrEnum):
    """Which table goes out."""

    CUT_OFF = "cut_off"
    FINAL = "final"
    REVISED = "revised"


@dataclass(frozen=True, slots=True)
class SendReport:
    """The server makes the table and sends it; CUT_OFF marks open entries as open.

    REVISED is sent only where a table has gone out before.
    """

    roll_call_id: str
    kind: ReportKind


Effect = (
    CallSubject
    | Notify
    | OpenCase
    | CloseCase
    | IssueReceipt
    | KeepEvidence
    | CheckSettled
    | EndSession
    | StartRecording
    | StopRecording
    | StartVerification
    | CloseMedia
    | TellEntryLive
    | TellEntryLost
    | TellEntryVerdict
    | StartEntries
    | CloseEntries
    | VoidEntries
    | SendReport
)

Effects = tuple[Effect, ...]
