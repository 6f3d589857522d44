"""The conductor: applies domain machines in one unit of work, then what lies outside.

Order: state and log are saved (durably), then the bus is told, then effects run. An effect that
fails is logged and changes no state; every effect is harmless when run twice.
"""

import inspect
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from roll_call import call_events, check_in_events, effects, entry_events
from roll_call.entry import Entry
from roll_call.policy import Policy
from roll_call.ports.records import JsonObject
from roll_call.ports.store import Store, Transaction
from server.bus import EntrySaved, EventBus, RollCallSaved, RoundSaved, Told
from server.cascade import SYSTEM, Cascade, Outcome, Rules
from server.clock import Clock
from server.logs import logger
from server.outages import Outages
from server.quality import QualityLedger
from server.receipting import ReceiptDesk

T = TypeVar("T")
Handler = Callable[[Any], Awaitable[None] | None]

log = logger("conductor")


class Conductor:
    """The only way in which states change."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        policy: Policy,
        bus: EventBus,
        receipts: ReceiptDesk,
        outages: Outages,
        quality: QualityLedger,
    ) -> None:
        self.policy = policy
        self._store = store
        self._clock = clock
        self._bus = bus
        self._receipts = receipts
        self._outages = outages
        self._quality = quality
        self._handlers: dict[type[effects.Effect], Handler] = {}

    def handle(self, kind: type[Any], handler: Handler) -> None:
        """Register who runs an effect (one each)."""
        self._handlers[kind] = handler

    async def run(self, work: Callable[[Cascade], T], actor: str = SYSTEM) -> tuple[T, Outcome]:
        """Run ``work`` with all that follows from it as one unit; then publish and run effects."""
        rules = Rules(
            self.policy,
            self._clock.now(),
            self._receipts.sign,
            self._outages.inside,
            self._quality.faults,
        )

        def unit(tx: Transaction) -> tuple[T, Outcome]:
            cascade = Cascade(tx, rules, actor)
            result = work(cascade)
            return result, cascade.settle()

        result, outcome = await self._store.write(unit)
        self._publish(outcome)
        await self._run_effects(outcome)
        return result, outcome

    async def entry_event(
        self,
        entry_id: str,
        event: entry_events.EntryEvent,
        actor: str = SYSTEM,
        details: JsonObject | None = None,
    ) -> Entry:
        """Apply one event to an entry."""
        entry, _ = await self.run(lambda c: c.entry_event(entry_id, event, details), actor)
        return entry

    async def session_event(
        self, session_id: str, event: check_in_events.SessionEvent, actor: str = SYSTEM
    ) -> Outcome:
        """Apply one event to a session."""
        _, outcome = await self.run(lambda c: c.session_event(session_id, event), actor)
        return outcome

    async def roll_call_event(
        self, roll_call_id: str, event: call_events.RollCallEvent, actor: str = SYSTEM
    ) -> Outcome:
        """Apply one event to a roll-call."""
        _, outcome = await self.run(lambda c: c.roll_call_event(roll_call_id, event), actor)
        return outcome

    def _publish(self, outcome: Outcome) -> None:
        for roll_call in outcome.roll_calls.values():
            self._bus.publish(RollCallSaved(roll_call))
        for entry in outcome.entries.values():
            self._bus.publish(EntrySaved(entry))
        for roll_call_id in sorted(outcome.rounds):
            self._bus.publish(RoundSaved(roll_call_id))

    async def _run_effects(self, outcome: Outcome) -> None:
        for effect in outcome.left:
            if isinstance(effect, effects.Notify):
                self._bus.publish(Told(effect.audience, effect.about_id, effect.notice))
                log.info("notice", notice=effect.notice.value, about=effect.about_id)
                continue
            handler = self._handlers.get(type(effect))
            if handler is None:
                log.info("effect_unhandled", effect=type(effect).__name__)
                continue
            try:
                waiting = handler(effect)
                if inspect.isawaitable(waiting):
                    await waiting
            except Exception:
                log.exception("effect_failed", effect=type(effect).__name__)
