"""Which duty terminals are here and what they say about themselves; told to whoever watches.

What a terminal says is durable before it is told on; that it is connected is only known in memory.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial

from roll_call.ports.records import Change
from roll_call.ports.store import Store
from roll_call.terminal import (
    AutoAnswerHours,
    AutoAnswerPause,
    SelfTest,
    Terminal,
    TerminalException,
    in_force,
)
from server.bus import EventBus, TerminalChanged
from server.clock import Clock
from server.config import Settings


@dataclass(frozen=True, slots=True)
class TerminalState:
    """A unit's terminal now; ``since`` is when it came, or when it was last here."""

    unit_id: str
    connected: bool
    since: datetime | None
    officer_id: str | None
    self_test: SelfTest | None
    exception: TerminalException | None
    pause: AutoAnswerPause | None


@dataclass(slots=True)
class _Presence:
    connected: bool
    since: datetime
    officer_id: str
    connection: object


@dataclass(slots=True)
class _Kept:
    terminals: dict[str, Terminal] = field(default_factory=dict)
    present: dict[str, _Presence] = field(default_factory=dict)


class TerminalDesk:
    """By unit: a terminal is its unit's, whoever signed it in."""

    def __init__(self, store: Store, clock: Clock, bus: EventBus, settings: Settings) -> None:
        self._store = store
        self._clock = clock
        self._bus = bus
        self._zone = settings.zone
        chosen = settings.terminals
        self._hours = AutoAnswerHours(chosen.auto_answer_from, chosen.auto_answer_until)
        self._kept = _Kept()

    async def start(self) -> None:
        """Read what terminals said before the restart."""
        known = await self._store.read(lambda r: r.terminals.terminals())
        self._kept.terminals = {one.unit_id: one for one in known}

    def of(self, unit_id: str) -> TerminalState | None:
        """None where no terminal of the unit was ever seen."""
        here = self._kept.present.get(unit_id)
        known = self._kept.terminals.get(unit_id)
        if here is None and known is None:
            return None
        valid = in_force(known or Terminal(unit_id), self._clock.now(), self._zone)
        return TerminalState(
            unit_id,
            connected=here is not None and here.connected,
            since=here.since if here else None,
            officer_id=here.officer_id if here else None,
            self_test=valid.self_test,
            exception=valid.exception,
            pause=valid.pause,
        )

    def all(self) -> tuple[TerminalState, ...]:
        """Every terminal that was ever seen."""
        units = sorted({*self._kept.terminals, *self._kept.present})
        return tuple(state for unit in units if (state := self.of(unit)) is not None)

    def answers_itself(self, unit_id: str) -> bool:
        """Whether a call of now is answered without a press: the office's switch, the hours."""
        state = self.of(unit_id)
        paused = state is not None and state.pause is not None
        return not paused and self._hours.cover(self._clock.now(), self._zone)

    def arrived(self, unit_id: str, officer_id: str, connection: object) -> None:
        """A terminal said hello; an older connection of the unit no longer counts."""
        presence = _Presence(True, self._clock.now(), officer_id, connection)
        self._kept.present[unit_id] = presence
        self._bus.publish(TerminalChanged(unit_id))

    def left(self, unit_id: str, connection: object) -> None:
        """Its socket is gone. Idempotent; another connection's stays."""
        here = self._kept.present.get(unit_id)
        if here is None or here.connection is not connection or not here.connected:
            return
        here.connected, here.since = False, self._clock.now()
        self._bus.publish(TerminalChanged(unit_id))

    async def self_tested(self, unit_id: str, found: SelfTest, actor: str) -> None:
        """Keep the result of a self-test."""
        await self._save(unit_id, "self_tested", actor, partial(replace, self_test=found))

    async def excepted(self, unit_id: str, exception: TerminalException | None, actor: str) -> None:
        """Keep what the office said; None takes it back."""
        event = "exception_reported" if exception else "exception_taken_back"
        await self._save(unit_id, event, actor, partial(replace, exception=exception))

    async def paused(self, unit_id: str, pause: AutoAnswerPause | None, actor: str) -> None:
        """Keep whether calls are answered by themselves; None: they are."""
        event = "auto_answer_paused" if pause else "auto_answer_resumed"
        await self._save(unit_id, event, actor, partial(replace, pause=pause))

    async def _save(
        self, unit_id: str, event: str, actor: str, change: Callable[[Terminal], Terminal]
    ) -> None:
        new = change(self._kept.terminals.get(unit_id, Terminal(unit_id)))
        self._kept.terminals[unit_id] = new
        why = Change(event, actor, self._clock.now())
        await self._store.write(lambda t: t.terminals.save_terminal(new, why))
        self._bus.publish(TerminalChanged(unit_id))
