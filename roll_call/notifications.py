"""Notifications (通知): what is told to whom, by which channel, and what became of it.

Pure: which channels a message takes, and when a delivery that failed is tried again. Personal data
stays inside unless a channel was switched to carry it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from roll_call.errors import InvalidInput
from roll_call.notices import Notice

IN_APP = "in_app"
WEB_PUSH = "web_push"

FIRST_RETRY_S = 5.0
LONGEST_RETRY_S = 900.0
MOST_ATTEMPTS = 8
"""5 s, 10 s, 20 s ... at most 15 min apart: a receiver that is away for half an hour is reached."""


class RecipientKind(StrEnum):
    """Who is told."""

    PERSON = "person"
    UNIT = "unit"
    OFFICERS = "officers"


@dataclass(frozen=True, slots=True)
class Recipient:
    """A supervised person, a unit's duty terminal, or the officers in charge of some units.

    ``unit_ids`` are the units concerned: officers of them and above may know.
    """

    kind: RecipientKind
    id: str
    unit_ids: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Message:
    """One notification. ``params`` fill the wording; ``name`` and ``text`` among them are personal
    and leave the house only through a channel that may carry names."""

    notice: Notice
    to: Recipient
    about_kind: str
    about_id: str
    at: datetime
    params: Mapping[str, str] = field(default_factory=dict)
    urgent: bool = False


class ChannelKind(StrEnum):
    """What carries notifications out of the house."""

    WEBHOOK = "webhook"
    APPRISE = "apprise"


OFFICERS_DEFAULT: frozenset[Notice] = frozenset(
    {
        Notice.CALL_WANTED,
        Notice.ROLL_CALL_OPENED,
        Notice.ROLL_CALL_MISSED,
        Notice.ROLL_CALL_CANCELLED,
        Notice.REPORT_OUT,
        Notice.EMERGENCY,
        Notice.EXCEPTION_REPORTED,
        Notice.SUBSTITUTION_ASKED,
    }
)
"""What a new channel carries of the officers' notices."""

PERSONS_DEFAULT: frozenset[Notice] = frozenset(
    {Notice.CALLED, Notice.OFFICER_WILL_CALL, Notice.TEXT, Notice.EMERGENCY}
)
"""What a new channel carries of the persons' notices; the rest is on the phone's page anyway."""

BELL: frozenset[Notice] = frozenset(
    {
        Notice.CALL_WANTED,
        Notice.CASE_OPENED,
        Notice.ROLL_CALL_OPENED,
        Notice.ROLL_CALL_SUSPENDED,
        Notice.ROLL_CALL_RESUMED,
        Notice.ROLL_CALL_MISSED,
        Notice.ROLL_CALL_CANCELLED,
        Notice.REPORT_OUT,
        Notice.EMERGENCY,
        Notice.EXCEPTION_REPORTED,
        Notice.SUBSTITUTION_ASKED,
        Notice.CHANNEL_FAILED,
    }
)
"""What rings the bell of the consoles."""


@dataclass(frozen=True, slots=True)
class Channel:
    """A way out of the house, as the administrator set it up. Its address is a secret.

    ``shown`` is the address without what is secret in it; ``names`` lets persons' names and free
    texts through.
    """

    id: str
    kind: ChannelKind
    name: str
    active: bool
    to_officers: frozenset[Notice]
    to_persons: frozenset[Notice]
    names: bool
    shown: str
    added_at: datetime

    def __post_init__(self) -> None:
        if not self.name.strip():
            raise InvalidInput("channel_needs_name")

    def carries(self, message: Message) -> bool:
        """Whether the message goes out here."""
        if not self.active or message.notice is Notice.CHANNEL_FAILED:
            return False  # else two channels that fail would tell each other for ever
        officers = message.to.kind is RecipientKind.OFFICERS
        return message.notice in (self.to_officers if officers else self.to_persons)


class DeliveryState(StrEnum):
    """What became of one message on one channel."""

    PENDING = "pending"
    DELIVERED = "delivered"
    FAILED = "failed"
    NOT_REACHABLE = "not_reachable"

    @property
    def final(self) -> bool:
        """Whether nothing more is tried."""
        return self is not DeliveryState.PENDING


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message on one channel: who, what, by which way, with what outcome, at which attempt.

    ``channel`` is ``in_app``, ``web_push`` or a channel's id; ``outcome`` is a code, never an
    address. ``due_at`` is None once it is settled.
    """

    id: str
    channel: str
    message: Message
    state: DeliveryState
    created_at: datetime
    due_at: datetime | None = None
    attempts: int = 0
    outcome: str = ""
    settled_at: datetime | None = None


def ways(message: Message, channels: Iterable[Channel], connected: bool) -> tuple[str, ...]:
    """The channels a message takes, the house's own first.

    Officers: the bell and whatever carries it. A person or unit whose page is open is told there
    alone; otherwise by push and by whatever carries persons' notices. Units have no push.
    """
    out = tuple(channel.id for channel in channels if channel.carries(message))
    match message.to.kind:
        case RecipientKind.OFFICERS:
            return (IN_APP, *out) if message.notice in BELL else out
        case _ if connected:
            return (IN_APP,)
        case RecipientKind.PERSON:
            return (WEB_PUSH, *out)
        case _:
            return out


def retry_at(attempts: int, now: datetime, permanent: bool) -> datetime | None:
    """When a failed delivery is tried again; None: never. ``attempts`` counts those made."""
    if permanent or attempts >= MOST_ATTEMPTS:
        return None
    wait_s = min(FIRST_RETRY_S * 2 ** (attempts - 1), LONGEST_RETRY_S)
    return now + timedelta(seconds=wait_s)
