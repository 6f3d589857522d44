"""The WebSocket protocol's messages about notices, replies and the bell; see PROTOCOL.md."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from server.message_base import Id, Message, Moment

# --- client -> server ---------------------------------------------------------------------------


class NoticeSeen(Message):
    """Phone, terminal: a notice was read; a terminal says ``on_time`` or ``exception``."""

    type: Literal["notice_seen"] = "notice_seen"
    notice_id: Id
    answer: Literal["seen", "on_time", "exception"] = "seen"
    note: Annotated[str, Field(max_length=200)] = ""


class InstantReply(Message):
    """Phone: the short answer to an instant roll-call; the place is advisory.

    It counts as arrival (the moment is on record), never as verification.
    """

    type: Literal["instant_reply"] = "instant_reply"
    entry_id: Id
    health: Literal["good", "unwell", "need_help"]
    note: Annotated[str, Field(max_length=200)] = ""
    latitude: Annotated[float | None, Field(ge=-90, le=90)] = None
    longitude: Annotated[float | None, Field(ge=-180, le=180)] = None
    accuracy_m: Annotated[float | None, Field(ge=0, le=10_000_000)] = None


class PushSubscribe(Message):
    """Phone: this browser may be pushed to (W3C Push API); ``endpoint`` null takes it back."""

    type: Literal["push_subscribe"] = "push_subscribe"
    endpoint: Annotated[str | None, Field(max_length=1000)]
    p256dh: Annotated[str, Field(max_length=200)] = ""
    auth: Annotated[str, Field(max_length=100)] = ""


# --- server -> client ---------------------------------------------------------------------------


class NoticeMessage(Message):
    """Phone, terminal: show this in large text; ``read_aloud``: say it at once where allowed.

    ``asks``: ``seen`` (one button), ``on_time`` (a terminal: on time, or an exception with a
    reason), ``reply`` (a phone: ``instant_reply`` for ``entry_id``). It comes again after a new
    ``welcome`` until it is answered, and as a reminder.
    """

    type: Literal["notice"] = "notice"
    id: str
    at: Moment
    sender: str
    office: str
    text: str
    asks: Literal["seen", "on_time", "reply"]
    urgent: bool
    read_aloud: bool
    entry_id: str | None = None
    reminder: bool = False


class NoticeProgress(Message):
    """Console: how far a notice has come among those whom this officer may see."""

    type: Literal["notice_progress"] = "notice_progress"
    notice_id: str
    total: int
    delivered: int
    seen: int
    exceptions: int


class BellItem(BaseModel):
    """A line of the notice center; ``text`` is in the officer's language.

    ``about_kind``: ``roll_call``, ``entry``, ``notice``, ``channel`` or ``substitution``.
    """

    id: str
    notice: str
    text: str
    about_kind: str
    about_id: str
    count: int
    urgent: bool
    at: Moment


class BellMessage(Message):
    """Console: something for the notice center; ``unread`` counts all that are new."""

    type: Literal["bell"] = "bell"
    item: BellItem
    unread: int


class ReplyReceived(Message):
    """Console: a person answered an instant roll-call."""

    type: Literal["reply_received"] = "reply_received"
    roll_call_id: str
    entry_id: str
    at: Moment
    health: Literal["good", "unwell", "need_help"]
    note: str
    latitude: float | None
    longitude: float | None
    accuracy_m: float | None


class PushOffer(Message):
    """Phone: notifications may be switched on; ``key`` is the server's (VAPID, RFC 8292).

    ``subscribed``: this person has a browser that is pushed to already.
    """

    type: Literal["push_offer"] = "push_offer"
    key: str
    subscribed: bool
