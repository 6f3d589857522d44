"""Consoles: what changes reaches them filtered by access; they watch who is live."""

import asyncio

from roll_call.entry import Entry
from roll_call.errors import InvalidInput, NotFound, RollCallError
from roll_call.people import Officer, Subject
from roll_call.ports.media import AnswerOffer, ClosePeer, RequestKeyframe, SetRoute
from server import messages as m
from server.access import Verb, allowed, of_units, require
from server.bus import BusEvent, EntrySaved, LiveSetChanged, RecordingTrouble, RollCallSaved
from server.connections.greeting import welcome_officer
from server.connections.socket import Socket
from server.directory import entry_units
from server.errors import error_text
from server.instants import wire
from server.logs import logger
from server.services import Services

log = logger("console")


class ConsoleConnection:
    """One console of one officer."""

    def __init__(self, services: Services, socket: Socket, officer: Officer, name: str) -> None:
        self.subject: Subject | None = None
        self.actor = f"officer/{officer.id}"
        self._services = services
        self._socket = socket
        self._officer = officer
        self._name = self.bearer = name
        self._offers = 0
        self._peer: str | None = None
        self._slots: dict[str, str | None] = {}
        self._shown: dict[str, str | None] = {}
        self._told: list[m.LiveSession] | None = None
        self._feed: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Welcome, then everything that changes."""
        self._socket.send(await welcome_officer(self._services, self._officer, "console"))
        self._send_live()
        self._feed = asyncio.create_task(self._follow(), name="console feed")

    async def handle(self, message: m.ClientMessage) -> None:
        """One message; raises RollCallError."""
        match message:
            case m.Offer() if message.purpose == "view":
                await self._offer(message.sdp)
            case m.Route():
                await self._route(message.mid, message.session_id)
            case m.HangUp():
                self._close_peer()
            case _:
                raise InvalidInput("unexpected_message")

    async def refresh(self) -> None:
        """Nothing is due for a console."""

    async def close(self) -> None:
        """The socket is gone."""
        if self._feed is not None:
            self._feed.cancel()
            await asyncio.gather(self._feed, return_exceptions=True)
        self._close_peer()

    def close_superseded(self) -> None:
        """Consoles do not supersede one another."""

    def shut(self) -> None:
        """The server stops."""
        self._socket.close(1012)

    async def _offer(self, sdp: str) -> None:
        require(self._officer, Verb.VIEW_LIVE, None, self._services.directory.tree)
        self._close_peer()
        self._offers += 1
        peer = f"{self._name}-{self._offers}"
        answer = await self._services.engine.answer(AnswerOffer(peer, sdp))
        self._peer, self._shown = peer, {}
        self._socket.send(m.Answer(purpose="view", sdp=answer))
        self._apply_routes()

    def _close_peer(self) -> None:
        if self._peer is not None:
            self._services.engine.send(ClosePeer(self._peer))
            self._peer = None

    async def _route(self, mid: str, session_id: str | None) -> None:
        tree = self._services.directory.tree
        require(self._officer, Verb.VIEW_LIVE, None, tree)
        if session_id is not None:
            listing = next(
                (x for x, p in self._services.desk.live() if p.session_id == session_id), None
            )
            if listing is None:
                raise NotFound("unknown_session")
            require(self._officer, Verb.VIEW_LIVE, of_units(entry_units(listing)), tree)
            await self._services.views.saw(
                self._officer, "session.watched", f"session/{session_id}"
            )
        self._slots[mid] = session_id
        self._apply_routes()

    def _apply_routes(self) -> None:
        """Bring the engine's routes in line with the slots; a session's peer may have changed."""
        if self._peer is None:
            return
        peers = {p.session_id: p.peer for _, p in self._services.desk.live()}
        for mid, session_id in self._slots.items():
            source = peers.get(session_id) if session_id else None
            if mid in self._shown and self._shown[mid] == source:
                continue
            self._shown[mid] = source
            self._services.engine.send(SetRoute(self._peer, mid, source))
            if source is not None:
                self._services.engine.send(RequestKeyframe(source))

    async def _follow(self) -> None:
        async for events in self._services.bus.subscribe():
            try:
                await self._tell(events)
            except RollCallError as error:
                log.info("change_not_told", why=error.code)
            except Exception:
                log.exception("change_not_told")

    async def _tell(self, events: list[BusEvent]) -> None:
        """One message for each entry and each roll-call, however often they changed meanwhile."""
        entries = {e.entry.id: e.entry for e in events if isinstance(e, EntrySaved)}
        changed = {e.roll_call.id for e in events if isinstance(e, RollCallSaved)}
        if entries:
            changed |= await self._tell_entries(entries)
        for roll_call_id in sorted(changed):
            await self._tell_roll_call(roll_call_id)
        for event in events:
            if isinstance(event, RecordingTrouble):
                await self._tell_trouble(event)
        if any(isinstance(event, LiveSetChanged) for event in events):
            self._send_live()
            self._apply_routes()

    async def _tell_entries(self, entries: dict[str, Entry]) -> set[str]:
        """Those that the officer may see; returns their roll-calls."""
        listings = await self._services.store.read(
            lambda r: [r.calls.listing(entry_id) for entry_id in entries]
        )
        seen = [x for x in listings if self._may(Verb.VIEW_ENTRY, entry_units(x))]
        now = wire(self._services.clock.now())
        for entry in (entries[listing.entry.id] for listing in seen):
            self._socket.send(
                m.EntryChanged(
                    roll_call_id=entry.roll_call_id,
                    entry_id=entry.id,
                    state=entry.state.value,
                    reason=entry.reason.value if entry.reason else None,
                    session_id=entry.session_id,
                    at=now,
                )
            )
        return {listing.entry.roll_call_id for listing in seen}

    async def _tell_roll_call(self, roll_call_id: str) -> None:
        scope = self._services.directory.scope(self._officer.unit_id)
        roll_call, counts = await self._services.store.read(
            lambda r: (r.calls.roll_call(roll_call_id), r.calls.counts([roll_call_id], scope))
        )
        mine = counts.get(roll_call_id, {})
        if scope is not None and not sum(mine.values()):
            return
        self._socket.send(
            m.RollCallChanged(
                roll_call_id=roll_call_id,
                state=roll_call.state.value,
                counts={state.value: count for state, count in mine.items()},
            )
        )

    async def _tell_trouble(self, event: RecordingTrouble) -> None:
        listing = await self._services.store.read(lambda r: r.calls.listing(event.entry_id))
        units = entry_units(listing)
        if not self._may(Verb.VIEW_RECORDING, units):
            return
        office = self._services.directory.name(min(units))
        locale = self._socket.locale
        whose = error_text(RollCallError("recording_failed", office=office), locale)
        self._socket.send(
            m.Failure(
                code=event.code,
                message=f"{whose} {error_text(RollCallError(event.code), locale)}",
                params={"office": office, "session_id": event.session_id},
            )
        )

    def _send_live(self) -> None:
        sessions = [
            m.LiveSession(
                session_id=place.session_id,
                entry_id=listing.entry.id,
                roll_call_id=listing.entry.roll_call_id,
                subject_name=listing.subject_name,
                office=", ".join(
                    self._services.directory.name(u) for u in sorted(entry_units(listing))
                ),
                since=wire(place.since),
                stage=place.stage,
            )
            for listing, place in self._services.desk.live()
            if self._may(Verb.VIEW_LIVE, entry_units(listing))
        ]
        if sessions != self._told:
            self._told = sessions
            self._socket.send(m.LiveChanged(sessions=sessions))

    def _may(self, verb: Verb, units: frozenset[str]) -> bool:
        tree = self._services.directory.tree
        return allowed(self._officer, verb, of_units(units), tree)
