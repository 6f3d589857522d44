"""The desk of rounds: commands in, the view out, and what happens elsewhere taken note of."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

from roll_call import round_events
from roll_call.call import RollCall, RollCallState
from roll_call.entry import Entry, EntryState
from roll_call.errors import RollCallError
from roll_call.people import Subject
from roll_call.policy import Policy
from roll_call.ports.faces import FaceVerifier
from roll_call.ports.media import MediaEngine
from roll_call.ports.store import Store
from roll_call.reasons import Reason
from server.bus import EntrySaved, EventBus, RollCallSaved, RoundSaved
from server.cascade import Cascade
from server.check_in.desk import CheckInDesk
from server.clock import Clock
from server.conductor import Conductor
from server.config import Settings
from server.connections.sockets import Sockets
from server.decisions import DECISIONS
from server.directory import Directory
from server.duty.terminals import TerminalDesk
from server.logs import logger
from server.outages import Outage
from server.quality import QualityLedger
from server.round_messages import RoundView
from server.rounds import commands
from server.rounds.evidence import Present
from server.rounds.feed import RoundFeed
from server.rounds.finishing import finish
from server.rounds.gathering import Gathered, gather
from server.rounds.keyframes import Keyframes
from server.rounds.neighbours import TerminalWord, word_of
from server.rounds.stills import Stills
from server.rounds.viewing import Frame, round_view, units_of
from server.rounds.watching import FaceWatch

T = TypeVar("T")

log = logger("rounds")


@dataclass(frozen=True, slots=True)
class RoundTools:
    """What the desk works with."""

    settings: Settings
    policy: Policy
    clock: Clock
    store: Store
    bus: EventBus
    conductor: Conductor
    desk: CheckInDesk
    directory: Directory
    quality: QualityLedger
    sockets: Sockets
    terminals: TerminalDesk
    engine: MediaEngine
    verifier: FaceVerifier


class RoundDesk:
    """Rounds that go on; what a round is stands in the store, so that it survives any end."""

    def __init__(self, tools: RoundTools) -> None:
        self._tools = tools
        self._feed = RoundFeed(tools.bus, self._look)
        self._tasks: tuple[asyncio.Task[None], ...] = ()
        self._going: set[str] = set()
        self._taking: set[asyncio.Task[None]] = set()
        self.keyframes = Keyframes(tools.engine, tools.desk)
        self.stills = Stills(tools.store, tools.clock, tools.verifier, tools.desk, self.keyframes)
        self._faces = FaceWatch(
            tools.store,
            tools.clock,
            tools.bus,
            tools.verifier,
            tools.desk,
            self.keyframes,
            self._feed.views,
        )
        tools.desk.stays = self._stays

    async def start(self, outage: Outage | None = None) -> None:
        """Take the rounds up where they stood; ``outage`` is the one that is just over."""
        going = await self._tools.store.read(lambda r: r.rounds.going())
        self._going = {one.id for one in going}
        self._tasks = (
            asyncio.create_task(self._follow(), name="rounds"),
            asyncio.create_task(self._feed.run(), name="round feed"),
            asyncio.create_task(self._faces.run(), name="face watch"),
        )
        for one in going:
            await self._alone(self._take_up(one.id, outage))

    async def _take_up(self, roll_call_id: str, outage: Outage | None) -> None:
        if outage is not None:
            await self._note(roll_call_id, round_events.HeldUp(outage.start))
        roll_call = await self._tools.store.read(lambda r: r.calls.roll_call(roll_call_id))
        await self._roll_call_saved(roll_call)
        await self._feed.look(roll_call_id)

    async def stop(self) -> None:
        """Rounds stay as they are."""
        tasks = (*self._tasks, *self._taking)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def shown(self, roll_call_id: str) -> tuple[RoundView, Mapping[str, frozenset[str]]]:
        """The view and whose each entry is; from now on consoles are told what changes of it."""
        await asyncio.sleep(0)  # what was just published is heard first, and answered with this
        return await self._feed.look(roll_call_id)

    async def run(self, roll_call_id: str, work: Callable[[Cascade], T], actor: str) -> T:
        """One command of an officer, as one unit of work."""
        self._going.add(roll_call_id)
        result, _ = await self._tools.conductor.run(work, actor)
        return result

    async def confirm(
        self, roll_call_id: str, officer_id: str, wish: commands.Wish, actor: str
    ) -> None:
        """Decide and move on; a still of a live picture is kept beside the decision."""
        wish = await self._with_note(wish)
        taking = self._still(wish.entry_id, actor) if wish.outcome in DECISIONS else None
        try:
            await self.run(
                roll_call_id, lambda c: commands.confirm(c, roll_call_id, officer_id, wish), actor
            )
        except BaseException:
            if taking is not None:
                taking.cancel()
            raise

    async def _with_note(self, wish: commands.Wish) -> commands.Wish:
        """What the office itself reported is reason enough: nobody has to type it again."""
        if wish.reason is not Reason.OTHER or wish.note.strip():
            return wish
        entry = await self._tools.store.read(lambda r: r.calls.entry(wish.entry_id))
        told = self._terminal(entry.subject.id).exception
        return wish if told is None else replace(wish, note=told.note or told.code)

    def _still(self, entry_id: str, actor: str) -> asyncio.Task[None]:
        """Begun before the decision, which may end the session; it holds nobody up."""
        taking = self.stills.take_if_there_is_one(entry_id, actor)
        task = asyncio.create_task(taking, name="still")
        self._taking.add(task)
        task.add_done_callback(self._taking.discard)
        return task

    async def finish(self, roll_call_id: str, officer_id: str, actor: str) -> None:
        """The window and the round end; see ``finishing.finish``."""
        gathered = await self._gather(roll_call_id)
        told = {x.entry.id: self._told(x.entry) for x in gathered.listings}
        known = {entry_id: reason for entry_id, reason in told.items() if reason is not None}
        await self.run(roll_call_id, lambda c: finish(c, roll_call_id, officer_id, known), actor)

    def _told(self, entry: Entry) -> Reason | None:
        word = self._terminal(entry.subject.id)
        return word.exception.reason if word.exception else None

    async def _gather(self, roll_call_id: str) -> Gathered:
        now, zone = self._tools.clock.now(), self._tools.settings.zone
        return await self._tools.store.read(lambda r: gather(r, roll_call_id, now, zone))

    async def _look(self, roll_call_id: str) -> tuple[RoundView, Mapping[str, frozenset[str]]]:
        tools = self._tools
        gathered = await self._gather(roll_call_id)
        frame = Frame(
            gathered,
            self._present(),
            tools.directory,
            tools.clock.now(),
            tools.policy.call_ring_s,
        )
        return round_view(frame), units_of(gathered)

    def _present(self) -> Present:
        return Present(
            reachable=self._reachable,
            visit=self._tools.desk.visit,
            quality=self._tools.quality.of,
            terminal=self._terminal,
            face=self._faces.face,
        )

    def _reachable(self, subject: Subject) -> bool:
        return any(True for _ in self._tools.sockets.of(subject))

    def _terminal(self, unit_id: str) -> TerminalWord:
        return word_of(self._tools.terminals.of(unit_id))

    async def _follow(self) -> None:
        async for events in self._tools.bus.subscribe():
            self._feed.hear(events)
            for event in events:
                if isinstance(event, EntrySaved) and event.entry.state.final:
                    await self._alone(self._settled(event.entry))
                elif isinstance(event, RollCallSaved):
                    await self._alone(self._roll_call_saved(event.roll_call))
                elif isinstance(event, RoundSaved):
                    await self._alone(self._round_saved(event.roll_call_id))

    async def _settled(self, entry: Entry) -> None:
        """By somebody else or by the machine: it cannot have its turn any more."""
        key = entry.roll_call_id
        if key not in self._going:
            return
        kept = await self._tools.store.read(lambda r: r.rounds.round(key))
        if kept is not None and kept.current == entry.id:
            await self._note(key, round_events.SettledElsewhere(entry.id))

    async def _roll_call_saved(self, roll_call: RollCall) -> None:
        """Timers stand still with the roll-call, and a round ends with it at the latest."""
        if roll_call.id not in self._going:
            return
        if roll_call.state.final:
            await self._note(roll_call.id, round_events.Finished())
        elif roll_call.state is RollCallState.SUSPENDED:
            await self._note(roll_call.id, round_events.Paused())
        else:
            await self._note(roll_call.id, round_events.Resumed())

    async def _note(self, roll_call_id: str, event: round_events.RoundEvent) -> None:
        await self._tools.conductor.run(lambda c: commands.step(c, roll_call_id, event))

    async def _round_saved(self, roll_call_id: str) -> None:
        kept = await self._tools.store.read(lambda r: r.rounds.round(roll_call_id))
        if kept is not None and kept.finished_at is not None:
            self._going.discard(roll_call_id)
            self._tools.desk.dismiss(roll_call_id)

    def _stays(self, entry: Entry) -> bool:
        """An office that is decided stays on the wall until its round is over."""
        return entry.roll_call_id in self._going and entry.state is EntryState.PRESENT

    async def _alone(self, work: Awaitable[None]) -> None:
        try:
            await work
        except RollCallError as error:
            log.warning("round_not_followed", why=error.code)
        except Exception:
            log.exception("round_not_followed")
