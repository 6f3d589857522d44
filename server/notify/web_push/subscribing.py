"""Who may be pushed to: a browser's own wish, taken back at any time."""

import base64
import binascii
import hashlib
from urllib.parse import urlsplit

from roll_call.errors import InvalidInput
from roll_call.people import Subject
from roll_call.ports.notify_store import PushSubscription
from roll_call.ports.records import Change
from roll_call.ports.store import Store, Transaction
from server.auth.tokens import new_id
from server.clock import Clock
from server.notify.guard import Guard

MOST_BROWSERS = 5
POINT_BYTES = 65
AUTH_BYTES = 16


class Subscribers:
    """The register of browsers; ``key`` is None where push is switched off."""

    def __init__(self, store: Store, clock: Clock, guard: Guard, key: str | None) -> None:
        self.key = key
        self._store = store
        self._clock = clock
        self._guard = guard

    async def subscribe(
        self, subject: Subject, endpoint: str, p256dh: str, auth: str, actor: str
    ) -> None:
        """Raises InvalidInput: push_off, push_subscription_invalid, and the guard's."""
        if self.key is None:
            raise InvalidInput("push_off")
        self._guard.check_url(endpoint)
        if (_length(p256dh), _length(auth)) != (POINT_BYTES, AUTH_BYTES):
            raise InvalidInput("push_subscription_invalid")
        parts = urlsplit(endpoint)
        made = PushSubscription(
            id=new_id(),
            subject=subject,
            endpoint_hash=hashlib.sha256(endpoint.encode()).hexdigest(),
            origin=f"{parts.scheme}://{parts.netloc}",
            added_at=self._clock.now(),
        )
        secrets = {"endpoint": endpoint, "p256dh": p256dh, "auth": auth}
        change = Change("subscribed", actor, made.added_at)

        known = await self._store.read(lambda r: r.notifications.push_subscriptions(subject))
        surplus = known[: max(0, len(known) + 1 - MOST_BROWSERS)]

        def save(tx: Transaction) -> None:
            for old in surplus:
                tx.notifications.remove_push_subscription(old.id, change)
            tx.notifications.add_push_subscription(made, secrets, change)

        await self._store.write(save)

    async def unsubscribe(self, subject: Subject, actor: str) -> None:
        """All browsers of this subject."""
        known = await self._store.read(lambda r: r.notifications.push_subscriptions(subject))
        change = Change("unsubscribed", actor, self._clock.now())

        def forget(tx: Transaction) -> None:
            for browser in known:
                tx.notifications.remove_push_subscription(browser.id, change)

        await self._store.write(forget)

    async def has(self, subject: Subject) -> bool:
        """Whether a browser of theirs is pushed to."""
        return bool(await self._store.read(lambda r: r.notifications.push_subscriptions(subject)))


def _length(text: str) -> int:
    try:
        return len(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (binascii.Error, ValueError):
        return 0
