"""Web Push: encrypted for the browser (RFC 8291), so that the push service reads nothing."""

import json
from urllib.parse import urlsplit

from pydantic import ValidationError
from webpush import WebPush, WebPushException, WebPushSubscription

from roll_call.notifications import Delivery
from roll_call.people import Subject, SubjectKind
from roll_call.ports.notifier import Target, TransportError, Wording
from roll_call.ports.notify_store import PushSubscription
from roll_call.ports.records import Change
from roll_call.ports.store import Store
from server.clock import Clock
from server.notify.http import Poster
from server.notify.web_push.keys import VapidKey

LIVES_S = 4 * 3600
"""How long a push service keeps it for a browser that is away."""


class WebPushTransport:
    """Implements ``ports.notifier.Transport``: to every browser of the receiver, one is enough."""

    def __init__(
        self, store: Store, clock: Clock, poster: Poster, key: VapidKey, contact: str
    ) -> None:
        self._store = store
        self._clock = clock
        self._poster = poster
        self._key = key
        self._contact = contact
        self._push = WebPush(key.private_pem, key.public_pem, contact, ttl=LIVES_S)

    async def deliver(self, delivery: Delivery, wording: Wording, target: Target) -> str:
        """Raises TransportError where none took it: a temporary one as long as a browser is left
        that may take it later."""
        subject = Subject(SubjectKind.PERSON, target.to.id)
        browsers = await self._store.read(lambda r: r.notifications.push_subscriptions(subject))
        outcome, failed = "", TransportError("no_subscription", permanent=True)
        for browser in browsers:
            try:
                outcome = await self._one(browser, delivery, wording)
            except TransportError as error:
                if failed.permanent:
                    failed = error
                if error.gone:
                    await self._forget(browser)
        if not outcome:
            raise failed
        return outcome

    async def close(self) -> None:
        """Close the connections."""
        await self._poster.close()

    async def _one(self, browser: PushSubscription, delivery: Delivery, wording: Wording) -> str:
        secrets = await self._store.read(lambda r: r.notifications.push_secrets(browser.id))
        keys = {"p256dh": secrets["p256dh"], "auth": secrets["auth"]}
        clear = {
            "id": delivery.id,
            "title": wording.title,
            "body": wording.body,
            "link": wording.link,
            "urgent": delivery.message.urgent,
        }
        try:
            subscription = WebPushSubscription.model_validate(
                {"endpoint": secrets["endpoint"], "keys": keys}
            )
            sealed = self._push.get(json.dumps(clear, ensure_ascii=False), subscription)
        except (ValidationError, WebPushException, ValueError) as error:
            raise TransportError("subscription_invalid", permanent=True, gone=True) from error
        parts = urlsplit(str(subscription.endpoint))
        origin = f"{parts.scheme}://{parts.netloc}"
        headers = {
            **{str(name): str(value) for name, value in sealed.headers.items()},
            "authorization": self._key.authorization(origin, self._contact, self._clock.now()),
            "urgency": "high" if delivery.message.urgent else "normal",
        }
        return await self._poster.post(secrets["endpoint"], sealed.encrypted, headers)

    async def _forget(self, browser: PushSubscription) -> None:
        change = Change("gone", "system", self._clock.now())
        await self._store.write(
            lambda t: t.notifications.remove_push_subscription(browser.id, change)
        )
