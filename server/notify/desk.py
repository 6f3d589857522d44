"""The notifier: routes a message, puts it on record, rings the bell, wakes the outbox."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from roll_call.notices import Notice
from roll_call.notifications import (
    IN_APP,
    WEB_PUSH,
    Channel,
    Delivery,
    DeliveryState,
    Message,
    RecipientKind,
    ways,
)
from roll_call.people import Subject, SubjectKind
from roll_call.ports.notify_store import Bell
from roll_call.ports.records import Change
from roll_call.ports.store import Records, Store, Transaction
from server.auth.tokens import new_id
from server.bus import BellRang, EventBus
from server.clock import Clock
from server.connections.sockets import Sockets

NOWHERE = "none"
"""The channel of a message that found no way out."""


@dataclass(frozen=True, slots=True)
class NotifierTools:
    """What the notifier works with; ``push`` says whether web push is switched on."""

    store: Store
    clock: Clock
    bus: EventBus
    sockets: Sockets
    push: bool
    wake: Callable[[], None]


class NotifierDesk:
    """Implements ``ports.notifier.Notifier``."""

    def __init__(self, tools: NotifierTools) -> None:
        self._tools = tools

    async def send(self, message: Message) -> None:
        """One message."""
        await self.send_all([message])

    async def send_all(self, messages: Sequence[Message]) -> None:
        """Many at once, in one unit of work; those that have nowhere to go are on record too."""
        if not messages:
            return
        tools = self._tools
        channels, pushed = await tools.store.read(lambda r: self._ways_out(r, messages))
        deliveries = [
            delivery
            for message in messages
            for delivery in self._deliveries(message, channels, pushed)
        ]
        change = Change("queued", "system", tools.clock.now())
        bells = [_bell(message) for message in messages if _rings(message)]

        def work(tx: Transaction) -> list[Bell]:
            tx.notifications.add_deliveries(deliveries, change)
            return [tx.notifications.ring_bell(bell, change) for bell in bells]

        rung = await tools.store.write(work)
        for bell in {bell.id: bell for bell in rung}.values():
            tools.bus.publish(BellRang(bell))
        if any(delivery.due_at is not None for delivery in deliveries):
            tools.wake()

    def _ways_out(
        self, records: Records, messages: Sequence[Message]
    ) -> tuple[tuple[Channel, ...], frozenset[str]]:
        persons = {m.to.id for m in messages if m.to.kind is RecipientKind.PERSON}
        pushed = (
            frozenset(
                person
                for person in persons
                if records.notifications.push_subscriptions(Subject(SubjectKind.PERSON, person))
            )
            if self._tools.push
            else frozenset()
        )
        return records.notifications.channels(), pushed

    def _deliveries(
        self, message: Message, channels: Iterable[Channel], pushed: frozenset[str]
    ) -> list[Delivery]:
        now = self._tools.clock.now()
        connected = self._connected(message)
        chosen = [
            way
            for way in ways(message, channels, connected)
            if way != WEB_PUSH or message.to.id in pushed
        ]
        made = [
            Delivery(new_id(), IN_APP, message, DeliveryState.DELIVERED, now, None, 1, "shown", now)
            if way == IN_APP
            else Delivery(new_id(), way, message, DeliveryState.PENDING, now, now)
            for way in chosen
        ]
        if made or message.to.kind is RecipientKind.OFFICERS:
            return made
        state = DeliveryState.NOT_REACHABLE
        return [Delivery(new_id(), NOWHERE, message, state, now, None, 0, "no_way_out", now)]

    def _connected(self, message: Message) -> bool:
        if message.to.kind is RecipientKind.OFFICERS:
            return False
        subject = Subject(SubjectKind(message.to.kind.value), message.to.id)
        return next(self._tools.sockets.of(subject), None) is not None


def _rings(message: Message) -> bool:
    return IN_APP in ways(message, (), connected=False)


def _bell(message: Message) -> Bell:
    """About a case the bell speaks of its roll-call: fifty open cases are one line."""
    kind, about = message.about_kind, message.about_id
    if message.notice is Notice.CASE_OPENED and "roll_call_id" in message.params:
        kind, about = "roll_call", message.params["roll_call_id"]
    return Bell(
        id=new_id(),
        notice=message.notice,
        about_kind=kind,
        about_id=about,
        unit_ids=tuple(sorted(message.to.unit_ids)),
        title=message.params.get("title", ""),
        count=1,
        urgent=message.urgent,
        at=message.at,
    )
