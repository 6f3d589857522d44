"""Text notices (文字通知) with receipt, and the short replies of an instant roll-call (实时点名).

A notice that nobody has confirmed says nothing about its receiver; it is only shown as open.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from roll_call.errors import InvalidInput
from roll_call.people import Subject, SubjectKind

MAX_TEXT = 500
MAX_NOTE = 200


class Asks(StrEnum):
    """What the receiver is asked for: that it was seen; "on time" or an exception (units); or
    health and place (persons)."""

    SEEN = "seen"
    ON_TIME = "on_time"
    REPLY = "reply"


class ReceiptAnswer(StrEnum):
    """What a receiver says."""

    SEEN = "seen"
    ON_TIME = "on_time"
    EXCEPTION = "exception"


class Health(StrEnum):
    """The health answer of an instant roll-call."""

    GOOD = "good"
    UNWELL = "unwell"
    NEED_HELP = "need_help"


@dataclass(frozen=True, slots=True)
class TextNotice:
    """What an officer wrote, and to whom: ``audience`` says in words of the wire how it was chosen
    (``units``, ``persons``, ``everyone``, ``roll_call``)."""

    id: str
    officer_id: str
    at: datetime
    text: str
    asks: Asks
    urgent: bool
    read_aloud: bool
    audience: str
    roll_call_id: str | None = None

    def __post_init__(self) -> None:
        if not self.text.strip():
            raise InvalidInput("notice_empty")
        if len(self.text) > MAX_TEXT:
            raise InvalidInput("notice_too_long", limit=MAX_TEXT)


@dataclass(frozen=True, slots=True)
class NoticeReceipt:
    """One receiver's side of a notice; None where it has not happened."""

    notice_id: str
    subject: Subject
    delivered_at: datetime | None = None
    seen_at: datetime | None = None
    answer: ReceiptAnswer | None = None
    note: str = ""
    reminded: int = 0

    def seen(self, answer: ReceiptAnswer, note: str, at: datetime) -> "NoticeReceipt":
        """With the receiver's answer; the first moment stays, a later exception is added.

        Raises InvalidInput: ``exception_needs_note``; ``invalid_input`` for a person who reports
        as a duty office does.
        """
        if answer is ReceiptAnswer.EXCEPTION and not note.strip():
            raise InvalidInput("exception_needs_note")
        if answer is not ReceiptAnswer.SEEN and self.subject.kind is not SubjectKind.UNIT:
            raise InvalidInput("invalid_input", fields="answer")
        return NoticeReceipt(
            self.notice_id,
            self.subject,
            self.delivered_at or at,
            self.seen_at or at,
            answer,
            note.strip()[:MAX_NOTE],
            self.reminded,
        )


@dataclass(frozen=True, slots=True)
class Tally:
    """How far a notice has come: "37 of 50 have seen it"."""

    total: int
    delivered: int
    seen: int
    exceptions: int


@dataclass(frozen=True, slots=True)
class InstantReply:
    """A person's short answer to an instant roll-call; the place is advisory, radius kept.

    ``latitude`` and ``longitude`` in degrees (WGS-84), ``accuracy_m`` in metres.
    """

    entry_id: str
    person_id: str
    at: datetime
    health: Health
    note: str = ""
    latitude: float | None = None
    longitude: float | None = None
    accuracy_m: float | None = None
