"""Channels by ``apprise`` addresses, off the event loop; an address is a secret and never logged.

Of a refusal the library says only that it was one, so that it is tried again until the attempts are
spent; an address that cannot be read is refused for good.
"""

import asyncio
import logging
from collections.abc import Collection
from functools import partial

from apprise import Apprise, NotifyType

from roll_call.errors import InvalidInput
from roll_call.notifications import Delivery
from roll_call.ports.notifier import Target, TransportError, Wording

PHONE = "{phone}"
"""Stands in an address for the receiver's number: how SMS reach persons."""

logging.getLogger("apprise").disabled = True


class AppriseTransport:
    """Implements ``ports.notifier.Transport``."""

    def __init__(self, schemes: Collection[str], timeout_s: float) -> None:
        self._schemes = frozenset(schemes)
        self._timeout_s = timeout_s

    async def deliver(self, delivery: Delivery, wording: Wording, target: Target) -> str:
        """One attempt in a thread. Raises TransportError."""
        url = target.secrets["url"]
        if PHONE in url:
            if not target.phone:
                raise TransportError("no_phone", permanent=True)
            url = url.replace(PHONE, "".join(c for c in target.phone if c.isdigit() or c == "+"))
        try:
            check_address(url, self._schemes)
        except InvalidInput as error:
            raise TransportError(error.code, permanent=True) from error
        work = partial(_notify, url, wording, delivery.message.urgent)
        try:
            # The library has timeouts of its own; ours only frees the place in the queue.
            taken = await asyncio.wait_for(asyncio.to_thread(work), 3 * self._timeout_s)
        except TimeoutError as error:
            raise TransportError("timeout", permanent=False) from error
        if not taken:
            raise TransportError("refused", permanent=False)
        return "taken"

    async def close(self) -> None:
        """Nothing is held open."""


def check_address(url: str, schemes: Collection[str]) -> None:
    """Raises InvalidInput: channel_scheme_refused, channel_url_invalid."""
    scheme = url.partition("://")[0].lower()
    if scheme not in schemes:
        raise InvalidInput("channel_scheme_refused", scheme=scheme[:20])
    if Apprise.instantiate(url.replace(PHONE, "13800000000"), suppress_exceptions=True) is None:
        raise InvalidInput("channel_url_invalid")


def _notify(url: str, wording: Wording, urgent: bool) -> bool:
    sender = Apprise()
    if not sender.add(url):
        return False
    kind = NotifyType.WARNING if urgent else NotifyType.INFO
    body = f"{wording.body}\n{wording.link}" if wording.link else wording.body
    return bool(sender.notify(body=body, title=wording.title, notify_type=kind))
