"""The outbox at work: what is due is claimed, tried, and settled or put off.

A claim is a lease: whatever happens to this process, an unsettled delivery is due again after it.
So a receiver may get a message twice after a crash, with the same id, and never none.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

from roll_call.errors import NotFound, RollCallError
from roll_call.notifications import (
    WEB_PUSH,
    Channel,
    Delivery,
    DeliveryState,
    RecipientKind,
    retry_at,
)
from roll_call.ports.notifier import Target, Transport, TransportError, Wording
from roll_call.ports.records import Change
from roll_call.ports.store import Records, Store
from server.clock import Clock
from server.logs import logger
from server.notify.wording import worded

LEASE = timedelta(seconds=120)
POLL_S = 1.0
BATCH = 400
AT_ONCE = 24

log = logger("outbox")


@dataclass(frozen=True, slots=True)
class OutboxTools:
    """What the outbox works with; ``failed`` tells the administrator of a channel's refusal."""

    store: Store
    clock: Clock
    transports: Mapping[str, Transport]
    center: Callable[[], str]
    link: Callable[[RecipientKind], str]
    locale: str
    failed: Callable[[Delivery, str], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class _Way:
    """How one delivery goes out, read from the store."""

    transport: str
    target: Target
    locale: str


class Outbox:
    """One loop; ``wake`` shortens its sleep."""

    def __init__(self, tools: OutboxTools) -> None:
        self._tools = tools
        self._woken = asyncio.Event()
        self._loop: asyncio.Task[None] | None = None
        self._under_way: set[asyncio.Task[None]] = set()
        self._places = asyncio.Semaphore(AT_ONCE)

    def wake(self) -> None:
        """Something is due now."""
        self._woken.set()

    async def start(self) -> None:
        """Begin with what the last run left."""
        self._loop = asyncio.create_task(self._run(), name="outbox")

    async def stop(self) -> None:
        """What is under way is tried again after its lease."""
        tasks = [*self._under_way, *([self._loop] if self._loop else [])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for transport in self._tools.transports.values():
            await transport.close()

    async def _run(self) -> None:
        while True:
            self._woken.clear()
            try:
                await self.run_once()
            except RollCallError as error:
                log.error("outbox_failed", why=error.code)
            except Exception:
                log.exception("outbox_failed")
            if self._woken.is_set():
                continue
            nap = asyncio.ensure_future(self._tools.clock.sleep(POLL_S))
            call = asyncio.ensure_future(self._woken.wait())
            try:
                await asyncio.wait({nap, call}, return_when=asyncio.FIRST_COMPLETED)
            finally:
                nap.cancel()
                call.cancel()

    async def run_once(self) -> None:
        """Claim what is due and set it going; a slow receiver holds no other up."""
        now = self._tools.clock.now()
        due = await self._tools.store.read(lambda r: r.notifications.due_deliveries(now, BATCH))
        if not due:
            return
        mine = await self._tools.store.write(
            lambda t: [d for d in due if t.notifications.claim_delivery(d, now + LEASE)]
        )
        for delivery in mine:
            claimed = replace(delivery, attempts=delivery.attempts + 1)
            task = asyncio.create_task(self._try(claimed), name="delivery")
            self._under_way.add(task)
            task.add_done_callback(self._under_way.discard)

    async def _try(self, delivery: Delivery) -> None:
        async with self._places:
            try:
                outcome = await self._deliver(delivery)
            except TransportError as error:
                await self._put_off(delivery, error)
                return
            except Exception:
                log.exception("delivery_failed", channel=delivery.channel)
                await self._put_off(delivery, TransportError("internal", permanent=False))
                return
            await self._settle(delivery, DeliveryState.DELIVERED, outcome)

    async def _deliver(self, delivery: Delivery) -> str:
        tools = self._tools
        try:
            way = await tools.store.read(lambda r: _way(r, delivery, tools.locale))
        except NotFound as error:
            raise TransportError("channel_removed", permanent=True) from error
        wording = self._wording(delivery, way)
        return await tools.transports[way.transport].deliver(delivery, wording, way.target)

    def _wording(self, delivery: Delivery, way: _Way) -> Wording:
        link = self._tools.link(delivery.message.to.kind)
        center = self._tools.center()
        return worded(delivery.message, way.locale, center, way.target.names, link)

    async def _put_off(self, delivery: Delivery, error: TransportError) -> None:
        now = self._tools.clock.now()
        again = retry_at(delivery.attempts, now, error.permanent)
        if again is None:
            await self._settle(delivery, DeliveryState.FAILED, error.code)
            await self._tools.failed(delivery, error.code)
            return
        later = replace(delivery, due_at=again, outcome=error.code)
        change = Change("put_off", "system", now)
        await self._tools.store.write(lambda t: t.notifications.settle_delivery(later, change))

    async def _settle(self, delivery: Delivery, state: DeliveryState, outcome: str) -> None:
        now = self._tools.clock.now()
        done = replace(delivery, state=state, outcome=outcome, due_at=None, settled_at=now)
        change = Change(state.value, "system", now)
        await self._tools.store.write(lambda t: t.notifications.settle_delivery(done, change))


def _way(records: Records, delivery: Delivery, locale: str) -> _Way:
    """Raises NotFound where the channel or the person is gone."""
    to = delivery.message.to
    phone = ""
    if to.kind is RecipientKind.PERSON:
        person = records.people.person(to.id)
        phone, locale = person.phone, person.locale
    elif to.kind is RecipientKind.UNIT:
        phone = next((u.phone for u in records.people.units() if u.id == to.id), "")
    if delivery.channel == WEB_PUSH:
        # Encrypted for the person's own browser: the words are theirs to read.
        return _Way(WEB_PUSH, Target(to, {}, names=True), locale)
    channel: Channel = records.notifications.channel(delivery.channel)
    secrets = records.notifications.channel_secrets(channel.id)
    return _Way(channel.kind.value, Target(to, secrets, phone, channel.names), locale)
