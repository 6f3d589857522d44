"""The HTTP values of notices, bells and emergency calls."""

from typing import Annotated, Literal

from pydantic import Field

from roll_call.text_notice import MAX_TEXT
from server.api.schemas import Moment, RollCallView, Schema
from server.message_base import Id
from server.notice_messages import BellItem

Text = Annotated[str, Field(min_length=1, max_length=MAX_TEXT)]
NoticeAsks = Literal["seen", "on_time", "reply"]


class NewNotice(Schema):
    """POST /api/notices. Without ids ``units``, ``persons`` and ``everyone`` mean all of yours."""

    text: Text
    to: Literal["units", "persons", "everyone", "roll_call"]
    unit_ids: Annotated[list[Id], Field(default=[], max_length=2000)]
    person_ids: Annotated[list[Id], Field(default=[], max_length=5000)]
    roll_call_id: Id | None = None
    asks: NoticeAsks = "seen"
    urgent: bool = False
    read_aloud: bool = True


class NoticeView(Schema):
    """A notice with how far it has come, counted over the receivers that the officer sees."""

    id: str
    at: Moment
    officer: str
    text: str
    audience: str
    asks: NoticeAsks
    urgent: bool
    read_aloud: bool
    roll_call_id: str | None
    total: int
    delivered: int
    seen: int
    exceptions: int


class NoticeReceiverView(Schema):
    """One receiver; ``connected`` says whether a page of theirs is open now."""

    id: str
    subject_kind: str
    name: str
    office: str
    connected: bool
    delivered_at: Moment | None
    seen_at: Moment | None
    answer: str | None
    note: str
    reminded: int


class NoticeDetail(Schema):
    """GET /api/notices/{id}."""

    notice: NoticeView
    receivers: list[NoticeReceiverView]


class NewEmergency(Schema):
    """POST /api/emergency-calls: units with all that lies below them, or persons."""

    title: Annotated[str, Field(max_length=80)] = ""
    text: Text
    unit_ids: Annotated[list[Id], Field(default=[], max_length=2000)]
    person_ids: Annotated[list[Id], Field(default=[], max_length=5000)]
    minutes: Annotated[int, Field(ge=5, le=240)] = 30


class EmergencyView(Schema):
    """What was set going."""

    roll_call: RollCallView
    notice: NoticeView


class BellBoardView(Schema):
    """GET /api/bells."""

    unread: int
    items: list[BellItem]


class RandomPromptView(Schema):
    """What the person was asked to do; ``text`` in the officer's language."""

    kind: str
    digits: str | None
    text: str
