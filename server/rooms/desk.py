"""The room of the center at work: one change at a time, then engine and pages follow."""

import asyncio
from collections.abc import Callable, Coroutine, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from roll_call import room_events as on
from roll_call.errors import RollCallError
from roll_call.people import Officer
from roll_call.ports.media import (
    AnswerOffer,
    ClosePeer,
    MediaEngine,
    MediaEvent,
    PeerClosed,
    PeerQuality,
)
from roll_call.ports.store import Store
from roll_call.room import Room
from roll_call.room_facts import RoomFact, facts
from roll_call.room_plan import Plan, plan
from roll_call.room_rules import apply
from server.bus import EventBus, LiveSetChanged, RecordingTrouble
from server.check_in.desk import CheckInDesk
from server.clock import Clock
from server.directory import Directory
from server.logs import logger
from server.message_base import Message
from server.messages import LiveChanged
from server.room_messages import BroadcastReceipts, Floor, Reconnect, RoomChanged
from server.rooms.broadcast_ledger import BroadcastLedger, Receipts
from server.rooms.guests import Guest, guest_of
from server.rooms.lines import Lines
from server.rooms.officer_recording import OfficerRecordings, Talk
from server.rooms.pages import Page, console_of
from server.rooms.record import RoomRecord
from server.rooms.sections import receiving
from server.rooms.telling import Memory, Teller, encoding
from server.rooms.wiring import Wiring, wired

BREATH_S = 0.02
"""Between two looks at the check-ins, so that a burst of joins is a few changes, not hundreds."""

log = logger("rooms")


@dataclass(frozen=True, slots=True)
class RoomTools:
    """What the room works with."""

    engine: MediaEngine
    store: Store
    clock: Clock
    bus: EventBus
    directory: Directory
    check_ins: CheckInDesk


class RoomDesk:
    """Participants are the visits of the check-in desk, and cameras that ``enter``."""

    def __init__(self, tools: RoomTools) -> None:
        self._tools = tools
        self._room, self._plan = Room(), Plan()
        self._cameras: dict[str, Guest] = {}
        self._guests: dict[str, Guest] = {}
        self._pages: dict[str, Page] = {}
        self._told_guests: dict[str, tuple[str | None, RoomChanged]] = {}
        self._told_pages: dict[str, tuple[LiveChanged, Floor]] = {}
        self._memory = Memory()
        self._lines = Lines()
        self._wiring = Wiring(tools.engine)
        self._record = RoomRecord(tools.store, tools.clock, tools.directory)
        self._officers = OfficerRecordings(tools.check_ins.capture)
        self._broadcasts = BroadcastLedger()
        self._turn = asyncio.Lock()
        self._tasks: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Follow the check-ins."""
        self._spawn(self._follow())

    async def stop(self) -> None:
        """Complete what is recorded of officers."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._officers.stop()

    async def enter(self, guest: Guest) -> None:
        """A camera stands in the room, or something about it changed."""
        self._cameras[guest.id] = guest
        await self.look()

    async def leave(self, guest_id: str) -> None:
        """A camera is gone for good."""
        self._cameras.pop(guest_id, None)
        await self.look()

    async def look(self) -> None:
        """Bring the room in line with who is there."""
        async with self._turn:
            visits = [guest_of(visit) for visit in self._tools.check_ins.visits()]
            here = {g.id: g for g in (*visits, *self._cameras.values()) if g is not None}
            self._lines.forget(self._guests.keys() - here.keys())
            gone = [on.ParticipantLeft(i) for i in self._room.participants if i not in here]
            came = [
                on.ParticipantCame(guest.participant())
                for guest in here.values()
                if (known := self._guests.get(guest.id)) is None
                or known.participant() != guest.participant()
            ]
            former = self._guests
            self._guests = here
            await self._must((*self._moved_units(), *gone, *came), {**former, **here})

    async def open_page(
        self, console: str, officer: Officer, tell: Callable[[Message], None]
    ) -> None:
        """An officer's console is there."""
        directory = self._tools.directory
        page = Page(console, officer, directory.name(officer.unit_id), tell)
        async with self._turn:
            self._pages[console] = page
            await self._must((on.ConsoleCame(console_of(page, directory)),))

    async def close_page(self, console: str) -> None:
        """It is gone; all it did ends."""
        async with self._turn:
            page = self._pages.get(console)
            if page is None:
                return
            await self._must((on.ConsoleLeft(console),))
            del self._pages[console]
            self._told_pages.pop(console, None)
            self._close(page.peers())

    async def connect(self, console: str, purpose: str, sdp: str) -> str:
        """Answer a console's offer; a new connection takes the place of the older one.

        Raises MediaError.
        """
        page = self._pages[console]
        peer, viewing = page.next_peer(purpose), purpose == "view"
        answer = await self._tools.engine.answer(AnswerOffer(peer, sdp, beside=console))
        async with self._turn:
            old = page.viewing if viewing else page.publishing
            if viewing:
                page.viewing, page.slots = peer, receiving(sdp)
            else:
                page.publishing = peer
            if console not in self._pages:
                self._close((peer,))
                return answer
            await self._must((on.Published(console, page.publishing is not None),))
            self._close((old,) if old else ())
        return answer

    async def hang_up(self, console: str, purpose: str | None) -> None:
        """A console ends a connection (None: both); without its own it talks to nobody."""
        async with self._turn:
            page = self._pages.get(console)
            if page is None:
                return
            ended: list[str] = []
            if purpose in (None, "view") and page.viewing is not None:
                ended.append(page.viewing)
                page.viewing = None
            events: list[on.RoomEvent] = []
            if purpose in (None, "publish") and page.publishing is not None:
                ended.append(page.publishing)
                page.publishing = None
                events = [on.Talk(console, None), on.Broadcast(console, None)]
                events.append(on.Published(console, False))
            await self._must(events)
            self._close(ended)

    async def act(self, event: on.RoomEvent, officer: Officer | None = None) -> None:
        """What somebody in the room asks for; it is on record before it happens.

        Raises NotFound, NotAllowed, Conflict (see ``roll_call.room_rules``), StorageError.
        """
        async with self._turn:
            after = apply(self._room, event)
            found = facts(self._room, after, officer.id if officer is not None else "")
            await self._record.write(found, self._guests)
            self._settle(after, found)

    def guest(self, guest_id: str) -> Guest | None:
        """A participant, live or on its way back."""
        return self._guests.get(guest_id)

    def hears(self, console: str, mid: str) -> bool:
        """Whether ``mid`` is a section of sound of the console's viewing connection."""
        page = self._pages.get(console)
        return page is not None and mid in page.slots.audio

    def on_media(self, event: MediaEvent) -> None:
        """From the engine: a console whose connection is gone makes a new one; lines change."""
        if isinstance(event, PeerClosed):
            self._spawn(self._peer_gone(event.peer))
        elif isinstance(event, PeerQuality):
            changed = self._lines.hear(event, self._guests)
            if changed is not None:
                self._spawn(self._line_changed(on.LineChanged(*changed)))

    def _moved_units(self) -> Iterator[on.RoomEvent]:
        """Consoles whose officer covers other units since the tree was changed."""
        for page in self._pages.values():
            known = self._room.consoles.get(page.id)
            scope = self._tools.directory.scope(page.officer.unit_id)
            if known is not None and known.scope != scope:
                yield on.ScopeChanged(page.id, scope, known.rights)

    async def _peer_gone(self, peer: str) -> None:
        async with self._turn:
            for page in self._pages.values():
                if peer == page.viewing:
                    page.viewing = None
                    page.tell(Reconnect(purpose="view"))
                elif peer == page.publishing:
                    page.publishing = None
                    page.tell(Reconnect(purpose="publish"))
                else:
                    continue
                await self._must((on.Published(page.id, page.publishing is not None),))
                return

    async def _broadcast_over(self, console: str, receipts: Receipts) -> None:
        """Its receipts go on record, and to the officer who spoke."""
        heard, missed = receipts.heard_names, receipts.missed_names
        seconds = (self._tools.clock.now() - receipts.since).total_seconds()
        page = self._pages.get(console)
        if page is not None:
            page.tell(BroadcastReceipts(seconds=round(seconds, 1), heard=heard, missed=missed))
        details: dict[str, str | bool | int | None] = {
            "heard": len(heard),
            "missed": len(missed),
            "missed_names": ", ".join(missed)[:500],
        }
        fact = RoomFact("broadcast.heard", receipts.officer_id, console, None, details)
        try:
            await self._record.write([fact], {})
        except RollCallError as error:
            log.error("room_not_on_record", why=error.code, rows=1)

    async def _line_changed(self, event: on.LineChanged) -> None:
        log.info("line_changed", session=event.participant, line=event.line.name.lower())
        async with self._turn:
            await self._must((event,))

    async def _follow(self) -> None:
        async for events in self._tools.bus.subscribe():
            if any(isinstance(e, LiveSetChanged | RecordingTrouble) for e in events):
                try:
                    await self.look()
                except Exception:
                    log.exception("room_not_followed")
                await asyncio.sleep(BREATH_S)

    async def _must(
        self, events: Iterable[on.RoomEvent], about: dict[str, Guest] | None = None
    ) -> None:
        """What has happened cannot be refused; a row that cannot be written is a log line."""
        after = self._room
        for event in events:
            after = apply(after, event)
        found = facts(self._room, after)
        try:
            await self._record.write(found, about or self._guests)
        except RollCallError as error:
            log.error("room_not_on_record", why=error.code, rows=len(found))
        self._settle(after, found)

    def _settle(self, room: Room, found: tuple[RoomFact, ...]) -> None:
        """The room is now this: engine, recordings and pages follow."""
        self._room, self._plan = room, plan(room)
        for console, receipts in self._broadcasts.follow(room, self._plan, self._guests):
            self._spawn(self._broadcast_over(console, receipts))
        for fact in found:
            if fact.kind in ("talk.started", "talk.ended") and fact.participant is not None:
                self._tools.check_ins.hold(fact.participant, fact.kind == "talk.started")
        step = self._wiring.follow(wired(self._plan, {**self._guests, **self._pages}))
        self._officers.follow(self._talks())
        senders = {p.publishing: p.tell for p in self._pages.values() if p.publishing}
        senders.update({g.peer: g.tell for g in self._guests.values() if g.peer})
        for peer, level in step.levels.items():
            senders[peer](encoding(level))
        self._tell()

    def _talks(self) -> dict[Talk, str]:
        """Conversations with the peer that the officer's side comes from."""
        found = {}
        for console in self._room.consoles.values():
            guest = self._guests.get(console.talking or "")
            peer = self._pages[console.id].publishing
            if guest is not None and peer is not None:
                found[Talk(console.id, guest.id, guest.entry_id)] = peer
        return found

    def _tell(self) -> None:
        teller = Teller(
            self._room,
            self._plan,
            self._guests,
            self._pages,
            self._tools.directory.name,
            self._memory,
            self._broadcasts.of,
        )
        self._told_guests = {i: t for i, t in self._told_guests.items() if i in self._guests}
        for guest in self._guests.values():
            state = teller.room(guest.id) if guest.peer is not None else None
            if state is not None and self._told_guests.get(guest.id) != (guest.peer, state):
                self._told_guests[guest.id] = (guest.peer, state)
                guest.tell(state)
        for page in self._pages.values():
            if page.id not in self._room.consoles:
                continue
            news = teller.live(page.id), teller.floor(page.id)
            told = self._told_pages.get(page.id, (None, None))
            self._told_pages[page.id] = news
            for message, former in zip(news, told, strict=True):
                if message != former:
                    page.tell(message)

    def _close(self, peers: Iterable[str]) -> None:
        for peer in peers:
            self._tools.engine.send(ClosePeer(peer))

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
