"""Tells consoles how rounds move: what the bus says makes a round due for a look, differences go
out. One look serves all consoles, and many changes at once make one look."""

import asyncio
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Mapping

from roll_call.errors import RollCallError
from server.bus import (
    BusEvent,
    EntrySaved,
    EventBus,
    FiguresChanged,
    LiveSetChanged,
    QualityChanged,
    ReachChanged,
    RollCallSaved,
    RoundMoved,
    RoundSaved,
    SightChanged,
    TerminalChanged,
)
from server.logs import logger
from server.round_messages import RoundView

GATHERING_S = 0.03
RINGING_LOOK_S = 2.0
"""How often a round is looked at because time alone changes what is proposed."""

Look = Callable[[str], Awaitable[tuple[RoundView, Mapping[str, frozenset[str]]]]]

log = logger("rounds")


OVER = frozenset({"closed", "cancelled", "missed"})


class RoundFeed:
    """Watches the rounds that somebody conducts or looks at, until their roll-call is over."""

    def __init__(self, bus: EventBus, look: Look) -> None:
        self._bus = bus
        self._look = look
        self._latest: dict[str, RoundView] = {}
        self._heard: Counter[str] = Counter()
        self._told: Counter[str] = Counter()
        self._due: set[str] = set()
        self._wake = asyncio.Event()

    def views(self) -> list[RoundView]:
        """The newest view of each."""
        return list(self._latest.values())

    def hear(self, events: Iterable[BusEvent]) -> None:
        """From the bus."""
        for event in events:
            touched = self._touched(event)
            self._heard.update(touched)
            self._due |= touched
        if self._due:
            self._wake.set()

    async def run(self) -> None:
        """Look and tell, until cancelled."""
        while True:
            try:
                async with asyncio.timeout(RINGING_LOOK_S):
                    await self._wake.wait()
            except TimeoutError:
                self._due |= {key for key, view in self._latest.items() if _time_tells(view)}
            await asyncio.sleep(GATHERING_S)
            self._wake.clear()
            due, self._due = self._due, set()
            began_s = time.monotonic()
            for roll_call_id in sorted(due):
                await self._look_alone(roll_call_id)
            await asyncio.sleep(time.monotonic() - began_s)  # at most half of the time is spent

    async def look(self, roll_call_id: str) -> tuple[RoundView, Mapping[str, frozenset[str]]]:
        """The round now; whoever looks, all consoles are told what is new. Raises NotFound.

        A look that began after all that was heard answers for it, so that a step and its answer
        cost one look and not two.
        """
        heard = self._heard[roll_call_id]
        view, units = await self._look(roll_call_id)
        if heard >= self._told[roll_call_id]:
            self._told[roll_call_id] = heard
            if self._heard[roll_call_id] == heard:
                self._due.discard(roll_call_id)
            self._tell(view, units)
        return view, units

    async def _look_alone(self, roll_call_id: str) -> None:
        try:
            await self.look(roll_call_id)
        except RollCallError as error:
            log.warning("round_not_looked_at", roll_call=roll_call_id, why=error.code)
        except Exception:  # one round that cannot be shown keeps nothing from the others
            log.exception("round_not_looked_at", roll_call=roll_call_id)

    def _tell(self, view: RoundView, units: Mapping[str, frozenset[str]]) -> None:
        key = view.roll_call_id
        before = self._latest.get(key)
        known = {entry.entry_id: entry for entry in before.entries} if before else {}
        changed = frozenset(e.entry_id for e in view.entries if known.get(e.entry_id) != e)
        over = view.state in OVER
        if over and before is None:
            return
        if before is None or changed or _header(before) != _header(view):
            self._bus.publish(RoundMoved(view, changed, units))
        if not over:
            self._latest[key] = view
        else:
            del self._latest[key], self._heard[key], self._told[key]

    def _touched(self, event: BusEvent) -> set[str]:
        match event:
            case RoundSaved(roll_call_id=roll_call_id):
                return {roll_call_id}
            case EntrySaved(entry=entry):
                return {entry.roll_call_id} & self._latest.keys()
            case RollCallSaved(roll_call=roll_call):
                return {roll_call.id} & self._latest.keys()
            case ReachChanged(subject=subject):
                return self._holding(lambda e: e.subject_id == subject.id)
            case TerminalChanged(unit_id=unit_id) | FiguresChanged(unit_id=unit_id):
                return self._holding(lambda e: e.subject_id == unit_id)
            case SightChanged(entry_id=entry_id):
                return self._holding(lambda e: e.entry_id == entry_id)
            case QualityChanged(session_ids=session_ids):
                return self._holding(lambda e: e.session_id in session_ids)
            case LiveSetChanged():
                return set(self._latest)
            case _:
                return set()

    def _holding(self, fits: Callable[..., bool]) -> set[str]:
        return {key for key, view in self._latest.items() if any(map(fits, view.entries))}


def _header(view: RoundView) -> dict[str, object]:
    return view.model_dump(exclude={"entries"})


def _time_tells(view: RoundView) -> bool:
    return any(entry.connection == "ringing" for entry in view.entries)
