"""What the store keeps of notifications: channels, outbox, push subscriptions, bells, notices."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from roll_call.notices import Notice
from roll_call.notifications import Channel, Delivery, DeliveryState
from roll_call.people import Subject
from roll_call.ports.records import Change
from roll_call.text_notice import InstantReply, NoticeReceipt, Tally, TextNotice


@dataclass(frozen=True, slots=True)
class PushSubscription:
    """A browser that may be pushed to; endpoint and keys are sealed beside it.

    ``origin`` is the push service's; ``endpoint_hash`` (SHA-256, hexadecimal) tells subscriptions
    apart.
    """

    id: str
    subject: Subject
    endpoint_hash: str
    origin: str
    added_at: datetime


@dataclass(frozen=True, slots=True)
class Bell:
    """A line of the officers' notice center; the same notice about the same roll-call counts up."""

    id: str
    notice: Notice
    about_kind: str
    about_id: str
    unit_ids: tuple[str, ...]
    title: str
    count: int
    urgent: bool
    at: datetime


class NotificationsReader(Protocol):
    """Reading."""

    def channels(self) -> tuple[Channel, ...]:
        """All by name."""

    def channel(self, channel_id: str) -> Channel: ...

    def channel_secrets(self, channel_id: str) -> Mapping[str, str]:
        """In clear: ``url``, and ``secret`` of a webhook."""

    def due_deliveries(self, now: datetime, limit: int) -> tuple[Delivery, ...]: ...

    def next_delivery_at(self) -> datetime | None: ...

    def deliveries(self, limit: int, state: DeliveryState | None = None) -> tuple[Delivery, ...]:
        """The newest first."""

    def push_subscriptions(self, subject: Subject) -> tuple[PushSubscription, ...]: ...

    def push_secrets(self, subscription_id: str) -> Mapping[str, str]:
        """In clear: ``endpoint``, ``p256dh``, ``auth``."""

    def bells(self, since: datetime, limit: int) -> tuple[Bell, ...]:
        """The newest first."""

    def bell_seen_at(self, officer_id: str) -> datetime | None: ...


class Notifications(NotificationsReader, Protocol):
    """Writing; each method but ``claim_delivery`` and ``see_bells`` writes the log as well."""

    def save_channel(
        self, channel: Channel, secrets: Mapping[str, str] | None, change: Change
    ) -> None:
        """Add or overwrite; ``secrets`` None keeps those there are."""

    def remove_channel(self, channel_id: str, change: Change) -> None: ...

    def add_deliveries(self, deliveries: Sequence[Delivery], change: Change) -> None: ...

    def claim_delivery(self, delivery: Delivery, until: datetime) -> bool:
        """Take it for one attempt; True for exactly one claimer. Unsettled at ``until``, it is due
        again: that is how it survives a crash."""

    def settle_delivery(self, delivery: Delivery, change: Change) -> None:
        """The outcome of an attempt: settled, or due again."""

    def add_push_subscription(
        self, subscription: PushSubscription, secrets: Mapping[str, str], change: Change
    ) -> None:
        """Of the same endpoint the newest stays."""

    def remove_push_subscription(self, subscription_id: str, change: Change) -> None:
        """Idempotent."""

    def ring_bell(self, bell: Bell, change: Change) -> Bell:
        """A new line, or the same one counted up and brought to the top."""

    def see_bells(self, officer_id: str, at: datetime) -> None:
        """All lines until then are read."""


class TextNoticesReader(Protocol):
    """Reading."""

    def notice(self, notice_id: str) -> TextNotice: ...

    def notices(self, limit: int) -> tuple[TextNotice, ...]:
        """The newest first."""

    def tallies(
        self, notice_ids: Collection[str], unit_ids: Collection[str] | None = None
    ) -> Mapping[str, Tally]:
        """By notice; ``unit_ids`` narrows it to receivers of these units."""

    def notice_receipts(self, notice_id: str) -> tuple[NoticeReceipt, ...]: ...

    def notice_receipt(self, notice_id: str, subject: Subject) -> NoticeReceipt: ...

    def open_notices(
        self, subject: Subject, since: datetime
    ) -> tuple[tuple[TextNotice, NoticeReceipt], ...]:
        """What the subject has not seen yet, oldest first."""

    def instant_replies(self, roll_call_id: str) -> Mapping[str, InstantReply]:
        """By entry; without those whose data key was destroyed."""

    def instant_reply(self, entry_id: str) -> InstantReply | None: ...


class TextNotices(TextNoticesReader, Protocol):
    """Writing, with a row of the log each."""

    def add_notice(
        self, notice: TextNotice, subjects: Sequence[Subject], change: Change
    ) -> None: ...

    def note_delivered(self, notice_id: str, subjects: Sequence[Subject], change: Change) -> None:
        """Handed to an open page; the first time counts."""

    def save_receipt(self, receipt: NoticeReceipt, change: Change) -> None: ...

    def note_reminded(
        self, notice_id: str, subjects: Sequence[Subject], change: Change
    ) -> None: ...

    def save_instant_reply(self, reply: InstantReply, change: Change) -> None:
        """Insert or replace the reply to an entry."""
