"""What the room's pages are told: ``room`` for phones and terminals, ``floor`` for consoles."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping

from roll_call.room import Console, ParticipantKind, Right, Room
from roll_call.room_plan import ENCODINGS, Level, Medium, Plan
from server import room_messages as m
from server.instants import wire
from server.messages import LiveChanged, LiveSession
from server.rooms.broadcast_ledger import Receipts
from server.rooms.guests import Guest
from server.rooms.pages import Page


def encoding(level: Level) -> m.Encoding:
    """The limit for a sender."""
    wanted = ENCODINGS[level]
    return m.Encoding(
        active=wanted.active,
        max_width=wanted.max_width,
        max_height=wanted.max_height,
        max_framerate=wanted.max_framerate,
        max_bitrate_bps=wanted.max_bitrate_bps,
    )


class Memory:
    """Hands the former part out again where nothing changed, so that lists compare quickly."""

    def __init__(self) -> None:
        self._parts: dict[str, tuple[LiveSession, m.FloorParticipant]] = {}

    def keep(
        self, parts: dict[str, tuple[LiveSession, m.FloorParticipant]]
    ) -> dict[str, tuple[LiveSession, m.FloorParticipant]]:
        """What is said of each participant now."""
        former = self._parts
        self._parts = {key: former[key] if former.get(key) == p else p for key, p in parts.items()}
        return self._parts


class Teller:
    """One state of the room, worded for everybody in it."""

    def __init__(
        self,
        room: Room,
        plan: Plan,
        guests: Mapping[str, Guest],
        pages: Mapping[str, Page],
        unit_name: Callable[[str], str],
        memory: Memory,
        receipts: Callable[[str], Receipts | None],
    ) -> None:
        self._receipts = receipts
        self._unit_name = unit_name
        self._room = room
        self._viewers: dict[tuple[str, Medium], set[str]] = defaultdict(set)
        self._sources: dict[tuple[str, Medium], set[str]] = defaultdict(set)
        for route in plan.routes.values():
            self._viewers[route.source, route.medium].add(route.viewer)
            self._sources[route.viewer, route.medium].add(route.source)
        self._guests = guests
        self._pages = pages
        self._talkers = {c.talking: c.id for c in room.consoles.values() if c.talking}
        self._parts = memory.keep(
            {
                guest.id: (self._session(guest), self._participant(guest.id))
                for guest in guests.values()
                if guest.live
            }
        )

    def room(self, guest_id: str) -> m.RoomChanged | None:
        """For a phone or terminal; None for a camera."""
        who = self._room.participants[guest_id]
        if who.kind is ParticipantKind.CAMERA:
            return None
        return m.RoomChanged(
            speaker=self._speaker(guest_id),
            heard=bool(self._viewers[guest_id, Medium.AUDIO]),
            seen=bool(self._viewers[guest_id, Medium.VIDEO]),
            muted=who.muted,
            camera_on=who.camera_on,
            microphone_on=who.microphone_on,
        )

    def live(self, console_id: str) -> LiveChanged:
        """For a console: whom it may look at."""
        console = self._room.consoles[console_id]
        return LiveChanged(sessions=[self._parts[who][0] for who in self._seen_by(console)])

    def floor(self, console_id: str) -> m.Floor:
        """For a console: only of those whom its officer may see."""
        console = self._room.consoles[console_id]
        return m.Floor(
            you=self._own(console),
            participants=[self._parts[who][1] for who in self._seen_by(console)],
            broadcasts=[
                self._broadcast(other, console_id)
                for other in self._room.consoles.values()
                if other.broadcast is not None and self._shared(console, other)
            ],
        )

    def _seen_by(self, console: Console) -> Iterator[str]:
        for who in self._parts:
            if console.reaches(self._room.participants[who], Right.WATCH):
                yield who

    def _session(self, guest: Guest) -> LiveSession:
        return LiveSession(
            session_id=guest.id,
            entry_id=guest.entry_id,
            roll_call_id=guest.roll_call_id,
            subject_name=guest.name,
            office=", ".join(self._unit_name(unit) for unit in sorted(guest.unit_ids)),
            since=wire(guest.since),
            stage=guest.stage,
            kind=guest.kind.value,
        )

    def _shared(self, console: Console, other: Console) -> bool:
        """Whether a broadcast concerns anybody whom this console may see."""
        mine = console.id == other.id or console.scope is None
        return mine or any(console.reaches(w, Right.WATCH) for w in self._room.audience(other))

    def _speaker(self, guest_id: str) -> m.RoomSpeaker | None:
        """Who reaches this participant now, by whatever the officer has switched on."""
        voices = self._sources[guest_id, Medium.AUDIO]
        pictures = self._sources[guest_id, Medium.VIDEO]
        officer = next(iter(voices | pictures), None)
        if officer is None:
            return None
        console, page = self._room.consoles[officer], self._pages[officer]
        why: m.SpeakingWhy = "talk"
        if console.talking != guest_id:
            wish = console.broadcast
            why = "urgent_broadcast" if wish is not None and wish.urgent else "broadcast"
        return m.RoomSpeaker(
            name=page.officer.name, office=page.office, why=why, picture=bool(pictures)
        )

    def _own(self, console: Console) -> m.OwnFloor:
        return m.OwnFloor(
            spotlight=console.spotlight,
            hearing=console.hearing,
            talking=console.talking,
            broadcasting=console.broadcast is not None,
            publishing=console.publishing,
            camera_on=console.camera_on,
            microphone_on=console.microphone_on,
            heard_by=self._names(self._viewers[console.id, Medium.AUDIO]),
        )

    def _participant(self, guest_id: str) -> m.FloorParticipant:
        who = self._room.participants[guest_id]
        talker = self._talkers.get(guest_id)
        listeners = self._viewers[guest_id, Medium.AUDIO]
        return m.FloorParticipant(
            session_id=guest_id,
            camera_on=who.camera_on,
            microphone_on=who.microphone_on,
            muted=who.muted,
            talking_with=self._pages[talker].officer.name if talker is not None else None,
            listeners=self._names(listeners),
            watchers=len(self._viewers[guest_id, Medium.VIDEO]),
        )

    def _broadcast(self, console: Console, viewer: str) -> m.FloorBroadcast:
        wish, page = console.broadcast, self._pages[console.id]
        assert wish is not None
        receipts = self._receipts(console.id)
        reached = self._viewers[console.id, Medium.AUDIO] | self._viewers[console.id, Medium.VIDEO]
        return m.FloorBroadcast(
            officer=page.officer.name,
            office=page.office,
            to=wish.to.value,
            unit_id=wish.unit_id,
            urgent=wish.urgent,
            since=wire(wish.since),
            mine=console.id == viewer,
            reached=len(reached & self._room.participants.keys()),
            meant=len(receipts.meant) if receipts else 0,
            heard=len(receipts.heard_names) if receipts else 0,
        )

    def _names(self, viewers: set[str]) -> list[str]:
        """Of officers and of participants, sorted."""
        return sorted(
            self._pages[v].officer.name if v in self._pages else self._guests[v].name
            for v in viewers
        )
