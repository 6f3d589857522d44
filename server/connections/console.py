"""Consoles: what changes reaches them filtered by access; they watch who is live."""

import asyncio
from collections.abc import AsyncIterator, Mapping

from roll_call.call import RollCall
from roll_call.entry import Entry, EntryState
from roll_call.errors import RollCallError
from roll_call.people import Officer, Subject
from roll_call.ports.records import EntryListing
from roll_call.ports.store import Records
from server import messages as m
from server.access import Verb, allowed, of_units
from server.bus import (
    BusEvent,
    EntrySaved,
    QualityChanged,
    RecordingTrouble,
    RollCallSaved,
    RosterSaved,
    RoundMoved,
)
from server.connections.console_duty import duty_messages
from server.connections.console_notices import ConsoleNotices
from server.connections.console_room import ConsoleRoom
from server.connections.greeting import welcome_officer
from server.connections.socket import Socket
from server.directory import entry_units
from server.errors import error_text
from server.instants import wire
from server.logs import logger
from server.rounds.viewing import part_of
from server.services import Services
from server.turn import renew
from server.unannounced import unannounced

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
        self._room = ConsoleRoom(services, socket, officer, name)
        self._notices = ConsoleNotices(services, socket, officer)
        self._feed: asyncio.Task[None] | None = None
        self._renewal: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Welcome, then everything that changes.

        At the welcome a page reads how things stand; so its feed begins before it is welcomed.
        """
        changes = self._services.bus.subscribe()
        self._socket.send(await welcome_officer(self._services, self._officer, "console"))
        await self._room.open()
        self._feed = asyncio.create_task(self._follow(changes), name="console feed")
        fresh = renew(
            self._services.settings.media, self._services.clock, self._name, self._socket.send
        )
        self._renewal = asyncio.create_task(fresh, name="console network")

    async def handle(self, message: m.ClientMessage) -> None:
        """One message; raises RollCallError."""
        await self._room.handle(message)

    async def refresh(self) -> None:
        """Nothing is due for a console."""

    async def enrolment_changed(self) -> None:
        """A console enrols nobody by itself."""

    async def close(self) -> None:
        """The socket is gone."""
        tasks = [task for task in (self._feed, self._renewal) if task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._room.close()

    def tell(self, message: m.Message) -> None:
        """Send what somebody else has to say."""
        self._socket.send(message)

    def close_superseded(self) -> None:
        """Consoles do not supersede one another."""

    def want_self_test(self) -> None:
        """Only terminals have one."""

    def shut(self) -> None:
        """The server stops."""
        self._socket.close(1012)

    async def _follow(self, changes: AsyncIterator[list[BusEvent]]) -> None:
        async for events in changes:
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
        for message in duty_messages(self._services, self._officer, events):
            self._socket.send(message)
        for moved in (e for e in events if isinstance(e, RoundMoved)):
            self._tell_round(moved)
        changed_quality = [e.session_ids for e in events if isinstance(e, QualityChanged)]
        if changed_quality:
            self._tell_quality(frozenset().union(*changed_quality))
        rosters = [e.unit_ids for e in events if isinstance(e, RosterSaved)]
        if rosters:
            self._tell_roster(frozenset().union(*rosters))
        await self._notices.tell(events)

    async def _tell_entries(self, entries: dict[str, Entry]) -> set[str]:
        """Those that the officer may see; returns their roll-calls."""

        def work(r: Records) -> list[EntryListing]:
            calls = [r.calls.roll_call(key) for key in {e.roll_call_id for e in entries.values()}]
            secret = unannounced(r, calls)
            return [r.calls.listing(e.id) for e in entries.values() if e.roll_call_id not in secret]

        listings = await self._services.store.read(work)
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

        def work(r: Records) -> tuple[RollCall, Mapping[EntryState, int], bool]:
            found = r.calls.roll_call(roll_call_id)
            counts = r.calls.counts([roll_call_id], scope)
            return found, counts.get(roll_call_id, {}), bool(unannounced(r, [found]))

        roll_call, mine, secret = await self._services.store.read(work)
        if scope is not None and (secret or not sum(mine.values())):
            return
        self._socket.send(
            m.RollCallChanged(
                roll_call_id=roll_call_id,
                state=roll_call.state.value,
                counts={state.value: count for state, count in mine.items()},
            )
        )

    def _tell_round(self, moved: RoundMoved) -> None:
        """What changed of a round, of the entries that the officer may see."""
        view = part_of(moved.view, lambda e: self._may(Verb.VIEW_ENTRY, moved.units[e]))
        if not view.entries:
            return
        changed = [entry for entry in view.entries if entry.entry_id in moved.changed]
        fields = {name: getattr(view, name) for name in type(view).model_fields}
        self._socket.send(m.RoundChanged(**{**fields, "entries": changed}))

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

    def _tell_quality(self, session_ids: frozenset[str]) -> None:
        seen = [
            figures
            for listing, place in self._services.desk.live()
            if place.session_id in session_ids
            and self._may(Verb.VIEW_LIVE, entry_units(listing))
            and (figures := self._services.quality.of(place.session_id)) is not None
        ]
        if seen:
            self._socket.send(m.Quality(sessions=seen))

    def _tell_roster(self, unit_ids: frozenset[str]) -> None:
        seen = [unit for unit in unit_ids if self._may(Verb.VIEW_ROSTER, frozenset({unit}))]
        if seen:
            self._socket.send(m.RosterChanged(unit_ids=sorted(seen)))

    def _may(self, verb: Verb, units: frozenset[str]) -> bool:
        tree = self._services.directory.tree
        return allowed(self._officer, verb, of_units(units), tree)
