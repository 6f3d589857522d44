"""A webhook: JSON, signed with HMAC-SHA256 (RFC 2104) over the timestamp and the body.

The receiver computes ``hex(HMAC-SHA256(secret, timestamp + "." + body))``, compares it with
``Rollcall-Signature`` and refuses timestamps that are minutes old, or deliveries seen before.
"""

import hashlib
import hmac
import json

from roll_call.notifications import Delivery
from roll_call.ports.notifier import Target, Wording
from server.clock import Clock
from server.instants import wire
from server.notify.http import Poster

SIGNATURE = "Rollcall-Signature"
TIMESTAMP = "Rollcall-Timestamp"
DELIVERY = "Rollcall-Delivery"


class WebhookTransport:
    """Implements ``ports.notifier.Transport``."""

    def __init__(self, poster: Poster, clock: Clock) -> None:
        self._poster = poster
        self._clock = clock

    async def deliver(self, delivery: Delivery, wording: Wording, target: Target) -> str:
        """One POST. Raises TransportError."""
        body = json.dumps(payload(delivery, wording, target), ensure_ascii=False).encode()
        timestamp = str(int(self._clock.now().timestamp()))
        headers = {
            "Content-Type": "application/json",
            TIMESTAMP: timestamp,
            DELIVERY: delivery.id,
        }
        secret = target.secrets.get("secret", "")
        if secret:
            headers[SIGNATURE] = signature(secret, timestamp, body)
        return await self._poster.post(target.secrets["url"], body, headers)

    async def close(self) -> None:
        """Close the connections."""
        await self._poster.close()


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """Hexadecimal."""
    signed = timestamp.encode() + b"." + body
    return hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()


def payload(delivery: Delivery, wording: Wording, target: Target) -> dict[str, object]:
    """What the receiver gets; names and free text only where the channel carries them."""
    message = delivery.message
    told: dict[str, object] = {
        "id": delivery.id,
        "notice": message.notice.value,
        "to": {"kind": message.to.kind.value, "id": message.to.id},
        "about": {"kind": message.about_kind, "id": message.about_id},
        "at": wire(message.at),
        "urgent": message.urgent,
        "title": wording.title,
        "text": wording.body,
    }
    if target.names and target.phone:
        told["phone"] = target.phone
    return told
