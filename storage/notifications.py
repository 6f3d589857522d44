"""Channels, the outbox, push subscriptions and bells; implements ``ports.notify_store``.

Addresses and secrets of channels are encrypted like a unit's camera logins; the log never has them.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlite_utils import Database

from roll_call.errors import NotFound
from roll_call.notifications import Channel, Delivery, DeliveryState
from roll_call.people import Subject, SubjectKind
from roll_call.ports.notify_store import Bell, PushSubscription
from roll_call.ports.records import Change
from storage.journal import Journal, Rows, record_of
from storage.plain import Row, from_plain, json_text, to_plain, to_row
from storage.vault import Vault

CHANNELS = Subject(SubjectKind.UNIT, "channels")
"""Whose data key seals the channels' secrets."""


class NotificationRows(Rows):
    """Reading."""

    def __init__(self, db: Database, vault: Vault) -> None:
        super().__init__(db)
        self._vault = vault

    def channels(self) -> tuple[Channel, ...]:
        """All by name."""
        return self._all(Channel, "SELECT * FROM channels ORDER BY name, id")

    def channel(self, channel_id: str) -> Channel:
        """Raises ``NotFound``."""
        return self._get(Channel, "channels", channel_id)

    def channel_secrets(self, channel_id: str) -> Mapping[str, str]:
        """In clear. Raises ``NotFound``, ``StorageError``."""
        return self._secrets("channels", channel_id, CHANNELS)

    def due_deliveries(self, now: datetime, limit: int) -> tuple[Delivery, ...]:
        """Those at or before ``now``, earliest first."""
        sql = "SELECT * FROM deliveries WHERE due_at <= ? ORDER BY due_at, rowid LIMIT ?"
        return tuple(_delivery(row) for row in self._query(sql, (to_plain(now), limit)))

    def next_delivery_at(self) -> datetime | None:
        """The earliest of all that are due."""
        row = self._query("SELECT min(due_at) AS at FROM deliveries WHERE due_at IS NOT NULL")[0]
        found: datetime | None = from_plain(datetime, row["at"])
        return found

    def deliveries(self, limit: int, state: DeliveryState | None = None) -> tuple[Delivery, ...]:
        """The newest first."""
        where, params = ("WHERE state = ?", [state.value]) if state else ("", [])
        sql = f"SELECT * FROM deliveries {where} ORDER BY created_at DESC, rowid DESC LIMIT ?"
        return tuple(_delivery(row) for row in self._query(sql, [*params, limit]))

    def push_subscriptions(self, subject: Subject) -> tuple[PushSubscription, ...]:
        """A person's or an officer's browsers, oldest first."""
        sql = """SELECT * FROM push_subscriptions WHERE subject_kind = ? AND subject_id = ?
            ORDER BY rowid"""
        return self._all(PushSubscription, sql, (subject.kind.value, subject.id))

    def push_secrets(self, subscription_id: str) -> Mapping[str, str]:
        """In clear. Raises ``NotFound``, ``StorageError``."""
        row = self._get(PushSubscription, "push_subscriptions", subscription_id)
        return self._secrets("push_subscriptions", subscription_id, row.subject)

    def bells(self, since: datetime, limit: int) -> tuple[Bell, ...]:
        """The newest first."""
        sql = "SELECT * FROM bells WHERE at >= ? ORDER BY at DESC, rowid DESC LIMIT ?"
        return self._all(Bell, sql, (to_plain(since), limit))

    def bell_seen_at(self, officer_id: str) -> datetime | None:
        """Until when the officer has read; None for never."""
        rows = self._query("SELECT seen_at FROM bell_marks WHERE officer_id = ?", (officer_id,))
        found: datetime | None = from_plain(datetime, rows[0]["seen_at"]) if rows else None
        return found

    def _secrets(self, table: str, key: str, owner: Subject) -> Mapping[str, str]:
        rows = self._query(f"SELECT sealed FROM {table} WHERE id = ?", (key,))
        if not rows:
            raise NotFound()
        clear: dict[str, str] = json.loads(
            self._vault.open(owner, f"{table}/{key}", rows[0]["sealed"])
        )
        return clear


class NotificationTables(NotificationRows):
    """Reading and writing."""

    def __init__(self, db: Database, vault: Vault, journal: Journal) -> None:
        super().__init__(db, vault)
        self._journal = journal

    def save_channel(
        self, channel: Channel, secrets: Mapping[str, str] | None, change: Change
    ) -> None:
        """Raises ``NotFound`` for a new one without secrets."""
        kept = self.channel_secrets(channel.id) if secrets is None else secrets
        row = {**to_row(channel), "sealed": self._seal("channels", channel.id, CHANNELS, kept)}
        self._journal.changed("DELETE FROM channels WHERE id = ?", (channel.id,))
        self._journal.insert("channels", row)
        self._journal.note("channel", channel.id, record_of(channel), change)

    def remove_channel(self, channel_id: str, change: Change) -> None:
        """Raises ``NotFound``."""
        if not self._journal.changed("DELETE FROM channels WHERE id = ?", (channel_id,)):
            raise NotFound()
        self._journal.note_removed("channel", channel_id, change)

    def add_deliveries(self, deliveries: Sequence[Delivery], change: Change) -> None:
        """Put into the outbox; one row of the log for all of one message."""
        for delivery in deliveries:
            self._journal.insert("deliveries", to_row(delivery))
        for message in dict.fromkeys(_key(d) for d in deliveries):
            mine = [d for d in deliveries if _key(d) == message]
            self._note(mine[0], change, {d.channel: d.state.value for d in mine})

    def claim_delivery(self, delivery: Delivery, until: datetime) -> bool:
        """True for exactly one claimer."""
        sql = """UPDATE deliveries SET due_at = ?, attempts = attempts + 1
            WHERE id = ? AND due_at = ? AND attempts = ?"""
        read = (to_plain(until), delivery.id, to_plain(delivery.due_at), delivery.attempts)
        return self._journal.changed(sql, read) == 1

    def settle_delivery(self, delivery: Delivery, change: Change) -> None:
        """Raises ``NotFound``."""
        row = to_row(delivery)
        del row["message"]
        self._journal.update("deliveries", delivery.id, row)
        self._note(delivery, change, {"outcome": delivery.outcome, "attempts": delivery.attempts})

    def add_push_subscription(
        self, subscription: PushSubscription, secrets: Mapping[str, str], change: Change
    ) -> None:
        """Of the same endpoint the newest stays."""
        table, row = "push_subscriptions", to_row(subscription)
        row["sealed"] = self._seal(table, subscription.id, subscription.subject, secrets)
        sql = f"DELETE FROM {table} WHERE endpoint_hash = ?"
        self._journal.changed(sql, (subscription.endpoint_hash,))
        self._journal.insert(table, row)
        self._journal.note("push", subscription.id, None, change, subscription.subject)

    def remove_push_subscription(self, subscription_id: str, change: Change) -> None:
        """Idempotent."""
        sql = "DELETE FROM push_subscriptions WHERE id = ?"
        if self._journal.changed(sql, (subscription_id,)):
            self._journal.note_removed("push", subscription_id, change)

    def ring_bell(self, bell: Bell, change: Change) -> Bell:
        """A new line, or the same one counted up and brought to the top."""
        sql = "SELECT * FROM bells WHERE notice = ? AND about_kind = ? AND about_id = ?"
        about = (bell.notice.value, bell.about_kind, bell.about_id)
        former = self._first(Bell, sql, about)
        kept = bell
        if former is not None:
            units = tuple(sorted({*former.unit_ids, *bell.unit_ids}))
            kept = Bell(
                former.id, bell.notice, bell.about_kind, bell.about_id, units, bell.title,
                former.count + bell.count, bell.urgent, bell.at,
            )  # fmt: skip
            self._journal.changed("DELETE FROM bells WHERE id = ?", (former.id,))
        self._journal.insert("bells", to_row(kept))
        self._journal.note("bell", kept.id, None, change)
        return kept

    def see_bells(self, officer_id: str, at: datetime) -> None:
        """All lines until then are read."""
        sql = """INSERT INTO bell_marks (officer_id, seen_at) VALUES (?, ?)
            ON CONFLICT (officer_id) DO UPDATE SET seen_at = max(seen_at, excluded.seen_at)"""
        self._journal.changed(sql, (officer_id, to_plain(at)))

    def _note(self, delivery: Delivery, change: Change, said: Mapping[str, object]) -> None:
        message = delivery.message
        to = message.to
        about = {"notice": message.notice.value, "to": f"{to.kind.value}/{to.id}"}
        person = Subject(SubjectKind.PERSON, to.id) if to.kind.value == "person" else None
        noted = Change(change.event, change.actor, change.at, {**about, **said})
        self._journal.note("delivery", delivery.id, None, noted, person)

    def _seal(self, table: str, key: str, owner: Subject, secrets: Mapping[str, str]) -> bytes:
        return self._vault.seal(owner, f"{table}/{key}", json_text(dict(secrets)).encode())


def _key(delivery: Delivery) -> tuple[str, str, str]:
    """What tells messages of one batch apart."""
    message = delivery.message
    return (message.notice.value, message.to.id, message.about_id)


def _delivery(row: Row) -> Delivery:
    plain = {**row, "message": json.loads(row["message"])}
    found: Delivery = from_plain(Delivery, plain)
    return found
