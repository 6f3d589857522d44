"""The channels as the administrator keeps them: checked addresses, secrets that go in only."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from roll_call.errors import InvalidInput
from roll_call.notices import Notice
from roll_call.notifications import (
    OFFICERS_DEFAULT,
    PERSONS_DEFAULT,
    Channel,
    ChannelKind,
    Delivery,
    DeliveryState,
    Message,
    Recipient,
    RecipientKind,
)
from roll_call.ports.notifier import Target, Transport, TransportError
from roll_call.ports.records import Change
from roll_call.ports.store import Store
from server.auth.tokens import new_id
from server.clock import Clock
from server.config import NotifySection
from server.notify.apprise.transport import check_address
from server.notify.guard import Guard
from server.notify.wording import worded

MIN_SECRET = 16


@dataclass(frozen=True, slots=True)
class ChannelWish:
    """What the administrator enters; None keeps what there is."""

    kind: ChannelKind
    name: str
    active: bool = True
    names: bool = False
    to_officers: frozenset[Notice] | None = None
    to_persons: frozenset[Notice] | None = None
    url: str | None = None
    secret: str | None = None


class ChannelBook:
    """Adding, changing, trying and removing channels."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        settings: NotifySection,
        guard: Guard,
        transports: Mapping[str, Transport],
    ) -> None:
        self._store = store
        self._clock = clock
        self._settings = settings
        self._guard = guard
        self._transports = transports

    async def all(self) -> tuple[Channel, ...]:
        """By name."""
        return await self._store.read(lambda r: r.notifications.channels())

    async def add(self, wish: ChannelWish, actor: str) -> Channel:
        """Raises InvalidInput: channel_needs_name, channel_url_invalid and the like."""
        if wish.url is None:
            raise InvalidInput("channel_url_invalid")
        secrets = self._secrets(wish, {})
        officers, persons = wish.to_officers, wish.to_persons
        made = Channel(
            id=new_id(),
            kind=wish.kind,
            name=wish.name,
            active=wish.active,
            to_officers=OFFICERS_DEFAULT if officers is None else officers,
            to_persons=_persons_default(wish) if persons is None else persons,
            names=wish.names,
            shown=shown(wish.kind, secrets["url"]),
            added_at=self._clock.now(),
        )
        change = Change("added", actor, made.added_at)
        await self._store.write(lambda t: t.notifications.save_channel(made, secrets, change))
        return made

    async def change(self, channel_id: str, wish: ChannelWish, actor: str) -> Channel:
        """Raises NotFound, InvalidInput."""
        old, known = await self._store.read(
            lambda r: (
                r.notifications.channel(channel_id),
                r.notifications.channel_secrets(channel_id),
            )
        )
        secrets = self._secrets(wish, known)
        officers, persons = wish.to_officers, wish.to_persons
        made = Channel(
            id=old.id,
            kind=old.kind,
            name=wish.name,
            active=wish.active,
            to_officers=old.to_officers if officers is None else officers,
            to_persons=old.to_persons if persons is None else persons,
            names=wish.names,
            shown=shown(old.kind, secrets["url"]),
            added_at=old.added_at,
        )
        change = Change("changed", actor, self._clock.now())
        await self._store.write(lambda t: t.notifications.save_channel(made, secrets, change))
        return made

    async def remove(self, channel_id: str, actor: str) -> None:
        """Raises NotFound."""
        change = Change("removed", actor, self._clock.now())
        await self._store.write(lambda t: t.notifications.remove_channel(channel_id, change))

    async def attempt(self, channel_id: str, center: str, actor: str) -> Delivery:
        """One trial message now, on record; its outcome says what happened. Raises NotFound."""
        channel, secrets = await self._store.read(
            lambda r: (
                r.notifications.channel(channel_id),
                r.notifications.channel_secrets(channel_id),
            )
        )
        now = self._clock.now()
        to = Recipient(RecipientKind.OFFICERS, "trial")
        message = Message(Notice.TRIAL, to, "channel", channel.id, now)
        pending = Delivery(new_id(), channel.id, message, DeliveryState.PENDING, now, now)
        wording = worded(message, self._settings.locale, center, names=False)
        state = DeliveryState.DELIVERED
        try:
            transport = self._transports[channel.kind.value]
            outcome = await transport.deliver(pending, wording, Target(to, secrets))
        except TransportError as error:
            state, outcome = DeliveryState.FAILED, error.code
        tried = Delivery(pending.id, channel.id, message, state, now, None, 1, outcome, now)
        change = Change("tried", actor, self._clock.now())
        await self._store.write(lambda t: t.notifications.add_deliveries([tried], change))
        return tried

    def _secrets(self, wish: ChannelWish, known: Mapping[str, str]) -> dict[str, str]:
        url = (wish.url or known.get("url", "")).strip()
        if wish.kind is ChannelKind.WEBHOOK:
            self._guard.check_url(url)
        else:
            check_address(url, self._settings.apprise_schemes)
        secret = known.get("secret", "") if wish.secret is None else wish.secret
        if wish.kind is ChannelKind.WEBHOOK and len(secret) < MIN_SECRET:
            raise InvalidInput("channel_secret_short", least=MIN_SECRET)
        return {"url": url, "secret": secret}


def shown(kind: ChannelKind, url: str) -> str:
    """What may be read of an address: scheme and host of a webhook, the scheme of the others,
    whose hosts are keys more often than not."""
    parts = urlsplit(url)
    if kind is ChannelKind.WEBHOOK:
        port = f":{parts.port}" if parts.port else ""
        return f"{parts.scheme}://{parts.hostname}{port}/…"
    return f"{parts.scheme}://…"


def _persons_default(wish: ChannelWish) -> frozenset[Notice]:
    """Persons' notices go out only where the address takes a number, or by a webhook."""
    reaches = wish.kind is ChannelKind.WEBHOOK or "{phone}" in (wish.url or "")
    return PERSONS_DEFAULT if reaches else frozenset()
