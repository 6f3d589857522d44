"""All parts of notifications, tied together: made with the server, started and stopped with it."""

import asyncio
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

from roll_call.notices import Notice
from roll_call.notifications import (
    WEB_PUSH,
    ChannelKind,
    Delivery,
    Message,
    Recipient,
    RecipientKind,
)
from roll_call.ports.notifier import Transport
from roll_call.ports.store import Store
from server.bus import EventBus
from server.clock import Clock
from server.config import NotifySection
from server.connections.sockets import Sockets
from server.directory import Directory
from server.notify.apprise.transport import AppriseTransport
from server.notify.channels import ChannelBook
from server.notify.desk import NOWHERE, NotifierDesk, NotifierTools
from server.notify.guard import Guard
from server.notify.http import Poster
from server.notify.outbox import Outbox, OutboxTools
from server.notify.ringing import Ringing
from server.notify.told import TellingFollower
from server.notify.web_push.keys import VapidKey
from server.notify.web_push.subscribing import Subscribers
from server.notify.web_push.transport import WebPushTransport
from server.notify.webhook.transport import WebhookTransport


@dataclass(frozen=True, slots=True)
class NotifyParts:
    """What notifications stand on."""

    data_dir: Path
    settings: NotifySection
    store: Store
    clock: Clock
    bus: EventBus
    directory: Directory
    sockets: Sockets
    public_url: str | None


class NotifyOffice:
    """``notifier`` is the port; ``channels``, ``subscribers`` and ``ringing`` are its rooms."""

    def __init__(self, parts: NotifyParts) -> None:
        settings, store, clock = parts.settings, parts.store, parts.clock
        guard = Guard(settings.private_targets)
        key = VapidKey(parts.data_dir) if settings.web_push else None
        self._parts = parts
        transports: dict[str, Transport] = {
            ChannelKind.WEBHOOK.value: WebhookTransport(Poster(guard, settings.timeout_s), clock),
            ChannelKind.APPRISE.value: AppriseTransport(
                settings.apprise_schemes, settings.timeout_s
            ),
        }
        if key is not None:
            poster, contact = Poster(guard, settings.timeout_s), settings.web_push_contact
            transports[WEB_PUSH] = WebPushTransport(store, clock, poster, key, contact)
        self.outbox = Outbox(
            OutboxTools(
                store=store,
                clock=clock,
                transports=transports,
                center=lambda: parts.directory.center,
                link=self._link,
                locale=settings.locale,
                failed=self._failed,
            )
        )
        push = key is not None
        tools = NotifierTools(store, clock, parts.bus, parts.sockets, push, self.outbox.wake)
        self.notifier = NotifierDesk(tools)
        self.subscribers = Subscribers(store, clock, guard, key.public if key else None)
        self.channels = ChannelBook(store, clock, settings, guard, transports)
        self._told = TellingFollower(store, clock, parts.bus, parts.directory, self.notifier)
        self.ringing = Ringing(parts.sockets, self._told.call)

    async def start(self) -> None:
        """The outbox goes on where it was; what the domain tells is followed."""
        self._stack = AsyncExitStack()
        follower = asyncio.create_task(self._told.follow(), name="told")
        self._stack.push_async_callback(self.outbox.stop)
        self._stack.push_async_callback(_end, follower)
        self._stack.push_async_callback(self.ringing.stop)
        await self.outbox.start()

    async def stop(self) -> None:
        """What is in the outbox stays there."""
        await self._stack.aclose()

    def _link(self, to: RecipientKind) -> str:
        if self._parts.public_url is None:
            return ""
        pages = {RecipientKind.PERSON: "/p", RecipientKind.OFFICERS: "/today"}
        return self._parts.public_url.rstrip("/") + pages.get(to, "/")

    async def _failed(self, delivery: Delivery, code: str) -> None:
        """The administrator learns of a channel that refuses; a person's browser is no news."""
        root = self._parts.directory.root_id()
        if delivery.channel in (WEB_PUSH, NOWHERE) or root is None:
            return
        to = Recipient(RecipientKind.OFFICERS, root, frozenset({root}))
        about, now = delivery.channel, self._parts.clock.now()
        name = {c.id: c.name for c in await self.channels.all()}.get(about, "")
        params = {"title": name, "code": code}
        message = Message(Notice.CHANNEL_FAILED, to, "channel", about, now, params)
        await self.notifier.send(message)


async def _end(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
