"""What follows from a room's wishes: who is sent what, and how good a picture each has to send.

``plan`` is a pure function of the room. ``changes`` compares two plans, so that only what differs
is sent to the engine and to the clients.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum

from roll_call.line import Line
from roll_call.room import Console, Participant, Right, Room, Side, Watch

VOICE = "voice"
"""Slot of a console: whom it hears. Slot of a participant: who speaks to it."""
BESIDE = "beside"
"""Slot of a console: the other officer who talks with whom it hears."""
PICTURE = "picture"
"""Slot of a participant: who speaks to it."""


class Medium(StrEnum):
    """What a route carries."""

    VIDEO = "video"
    AUDIO = "audio"


class Level(IntEnum):
    """How good a picture somebody needs; the larger wins."""

    NONE = 0
    TILE = 1
    FULL = 2


@dataclass(frozen=True, slots=True)
class Encoding:
    """A limit for the sender's encoder (W3C RTCRtpEncodingParameters), not for its camera."""

    active: bool
    max_width: int
    max_height: int
    max_framerate: int
    max_bitrate_bps: int


ENCODINGS: Mapping[Level, Encoding] = {
    Level.NONE: Encoding(False, 320, 240, 10, 150_000),
    Level.TILE: Encoding(True, 320, 240, 10, 150_000),
    Level.FULL: Encoding(True, 640, 480, 15, 600_000),
}


@dataclass(frozen=True, slots=True)
class Route:
    """``viewer`` and ``source`` are participants or consoles; ``slot`` is the viewer's.

    ``level`` is what this viewer needs of a picture.
    """

    viewer: str
    slot: str
    medium: Medium
    source: str
    level: Level = Level.NONE


@dataclass(frozen=True, slots=True)
class Plan:
    """Routes by viewer, medium and slot; the level that each sender is asked for."""

    routes: Mapping[tuple[str, Medium, str], Route] = field(default_factory=dict)
    levels: Mapping[str, Level] = field(default_factory=dict)

    def sources_of(self, viewer: str, medium: Medium) -> frozenset[str]:
        """Whom a viewer is sent."""
        return frozenset(
            r.source for r in self.routes.values() if r.viewer == viewer and r.medium is medium
        )

    def viewers_of(self, source: str, medium: Medium) -> frozenset[str]:
        """Who is sent a source."""
        return frozenset(
            r.viewer for r in self.routes.values() if r.source == source and r.medium is medium
        )


def plan(room: Room) -> Plan:
    """Who is sent what now."""
    routes: dict[tuple[str, Medium, str], Route] = {}
    for route in _all_routes(room):
        routes[route.viewer, route.medium, route.slot] = route
    levels = {who.id: _needed(who) for who in room.participants.values()}
    levels.update(dict.fromkeys(room.consoles, Level.NONE))
    for route in routes.values():
        levels[route.source] = max(levels[route.source], route.level)
    levels.update((console.id, Level.TILE) for console in _held_back(room))
    return Plan(routes, levels)


def _needed(who: Participant) -> Level:
    """Without any viewer: what is not up yet has to come up before it can be limited."""
    if not who.live:
        return Level.FULL
    return Level.FULL if who.needed and who.camera_on else Level.NONE


def _held_back(room: Room) -> Iterator[Console]:
    """Officers who talk over a line that does not carry a full picture.

    Whoever looks on beside gets the smaller picture, too: the talk comes first. A line for sound
    only still leaves a picture for the recording of the officer's side.
    """
    for console in room.consoles.values():
        who = room.participants.get(console.talking or "")
        if who is not None and who.line < Line.WIDE and console.publishing and console.camera_on:
            yield console


def _all_routes(room: Room) -> Iterator[Route]:
    for console in room.consoles.values():
        yield from _seen(room, console)
        yield from _heard(room, console)
    for who in room.participants.values():
        yield from _told(room, who)


def _seen(room: Room, console: Console) -> Iterator[Route]:
    """The pictures in a console's slots."""
    for slot, watch in console.slots.items():
        who = room.participants.get(watch.participant)
        if who is None or not console.reaches(who, Right.WATCH):
            continue
        source = _pictured(room, console, who, watch)
        if source is not None:
            large = who.id in (console.spotlight, console.talking)
            level = Level.FULL if large else Level.TILE
            yield Route(console.id, slot, Medium.VIDEO, source, level)


def _pictured(room: Room, console: Console, who: Participant, watch: Watch) -> str | None:
    if watch.side is Side.SUBJECT:
        return who.id if who.visible else None
    officer = room.talker(who.id)
    if officer is None or officer.id == console.id:
        return None
    return officer.id if officer.publishing and officer.camera_on else None


def _heard(room: Room, console: Console) -> Iterator[Route]:
    """Whom a console hears, and the officer who talks with them."""
    who = room.participants.get(console.hearing or "")
    if who is None or not console.reaches(who, Right.TALK):
        return
    if who.audible:
        yield Route(console.id, VOICE, Medium.AUDIO, who.id)
    officer = room.talker(who.id)
    if officer is None or officer.id == console.id:
        return
    if officer.publishing and officer.microphone_on:
        yield Route(console.id, BESIDE, Medium.AUDIO, officer.id)


def _told(room: Room, who: Participant) -> Iterator[Route]:
    """The officer whom a participant sees and hears; only hears where the line carries no more."""
    officer = room.speaker(who)
    if officer is None or not officer.publishing:
        return
    if officer.camera_on and who.line > Line.SOUND_ONLY:
        yield Route(who.id, PICTURE, Medium.VIDEO, officer.id, Level.FULL)
    if officer.microphone_on:
        yield Route(who.id, VOICE, Medium.AUDIO, officer.id)


@dataclass(frozen=True, slots=True)
class Changes:
    """From one plan to the next: ``silenced`` slots first, then ``routed``; new ``levels``."""

    silenced: tuple[Route, ...]
    routed: tuple[Route, ...]
    levels: Mapping[str, Level]


def changes(before: Plan, after: Plan) -> Changes:
    """Only what differs. A slot that changes its source is in ``routed`` alone."""
    silenced = tuple(route for key, route in before.routes.items() if key not in after.routes)
    routed = tuple(
        route
        for key, route in after.routes.items()
        if key not in before.routes or before.routes[key].source != route.source
    )
    levels = {
        who: level for who, level in after.levels.items() if before.levels.get(who) is not level
    }
    return Changes(silenced, routed, levels)
