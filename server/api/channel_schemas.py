"""The HTTP values of channels and deliveries; addresses and secrets go in and never come out."""

from typing import Annotated, Literal

from pydantic import Field

from server.api.schemas import Moment, Name, Schema

NoticeCode = Literal[
    "called",
    "connection_lost",
    "officer_will_call",
    "verified",
    "decided",
    "excused",
    "voided",
    "corrected",
    "call_wanted",
    "case_opened",
    "roll_call_opened",
    "roll_call_suspended",
    "roll_call_resumed",
    "roll_call_missed",
    "roll_call_cancelled",
    "report_out",
    "text",
    "emergency",
    "exception_reported",
    "substitution_asked",
]
ChannelKindCode = Literal["webhook", "apprise"]


class NewChannel(Schema):
    """POST /api/channels; lists that are left out get the sensible defaults."""

    kind: ChannelKindCode
    name: Name
    url: Annotated[str, Field(min_length=4, max_length=1000)]
    secret: Annotated[str | None, Field(max_length=200)] = None
    active: bool = True
    names: bool = False
    to_officers: list[NoticeCode] | None = None
    to_persons: list[NoticeCode] | None = None


class ChannelChange(Schema):
    """PUT /api/channels/{id}; null keeps what there is."""

    name: Name
    url: Annotated[str | None, Field(min_length=4, max_length=1000)] = None
    secret: Annotated[str | None, Field(max_length=200)] = None
    active: bool = True
    names: bool = False
    to_officers: list[NoticeCode] | None = None
    to_persons: list[NoticeCode] | None = None


class ChannelView(Schema):
    """A channel; ``shown`` is its address without what is secret in it."""

    id: str
    kind: ChannelKindCode
    name: str
    active: bool
    names: bool
    shown: str
    to_officers: list[str]
    to_persons: list[str]
    added_at: Moment


class DeliveryView(Schema):
    """One message on one channel. ``outcome`` is a code such as ``http_204`` or ``timeout``;
    ``channel`` is ``in_app``, ``web_push``, ``none`` or the channel's name."""

    id: str
    at: Moment
    notice: str
    to_kind: str
    to_name: str
    channel: str
    state: Literal["pending", "delivered", "failed", "not_reachable"]
    outcome: str
    attempts: int
    due_at: Moment | None
    settled_at: Moment | None
