"""The room (房间): who takes part, what each sends, and what the officers have asked for.

A *participant* is whoever is looked at by the center: a person's phone, an office's terminal, a
camera. A *console* is one officer's page: it looks, listens, talks and broadcasts. The room holds
wishes; what follows from them (who is sent what) is worked out in ``roll_call.room_plan``, so that
a wish survives a connection that comes and goes.

Rules that hold whatever is wished:

- nobody hears or sees an officer unless that officer talks with them or broadcasts to them, or sits
  beside: an officer who may watch the same participant;
- a participant talks with one officer at a time; an urgent broadcast goes over talks;
- muting wins: what is muted, by its owner or by the center, reaches nobody;
- what an officer's scope does not cover, he neither sees nor hears nor speaks to.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from roll_call.line import Line


class Right(StrEnum):
    """What an officer may do to whom he reaches; see ``server.access``."""

    WATCH = "view_live"
    TALK = "talk"
    BROADCAST = "broadcast"


class ParticipantKind(StrEnum):
    """A camera is only looked at: it hears nobody."""

    PERSON = "person"
    UNIT = "unit"
    CAMERA = "camera"


class Side(StrEnum):
    """Of a conversation: the participant, or the officer who talks with it."""

    SUBJECT = "subject"
    OFFICER = "officer"


class Audience(StrEnum):
    """Whom a broadcast is for."""

    EVERYONE = "everyone"
    UNITS = "units"
    PERSONS = "persons"

    def takes(self, kind: ParticipantKind) -> bool:
        """Whether participants of this kind are meant."""
        if kind is ParticipantKind.CAMERA:
            return False
        wanted = {Audience.UNITS: ParticipantKind.UNIT, Audience.PERSONS: ParticipantKind.PERSON}
        return wanted.get(self, kind) is kind


@dataclass(frozen=True, slots=True)
class Participant:
    """``live``: its media flow. ``needed``: a recording or a verification takes its picture.

    ``muted`` is the center's word, ``microphone_on`` and ``camera_on`` are its own. ``line``: what
    the line to it carries.
    """

    id: str
    kind: ParticipantKind
    unit_ids: frozenset[str]
    live: bool = False
    needed: bool = False
    camera_on: bool = True
    microphone_on: bool = True
    muted: bool = False
    line: Line = Line.WIDE

    @property
    def audible(self) -> bool:
        """Whether its sound may reach anybody."""
        return self.live and self.microphone_on and not self.muted

    @property
    def visible(self) -> bool:
        """Whether its picture may reach anybody."""
        return self.live and self.camera_on


@dataclass(frozen=True, slots=True)
class Watch:
    """What a slot is to show."""

    participant: str
    side: Side = Side.SUBJECT


@dataclass(frozen=True, slots=True)
class BroadcastWish:
    """``unit_ids`` None: everybody in the officer's scope; else only those units."""

    since: datetime
    to: Audience = Audience.EVERYONE
    unit_id: str | None = None
    unit_ids: frozenset[str] | None = None
    urgent: bool = False


@dataclass(frozen=True, slots=True)
class Console:
    """One page of one officer. ``scope`` None is everything; ``slots`` are named by their mid.

    ``publishing``: its own camera and microphone are connected. ``talking`` and ``listening`` are
    participants; never both.
    """

    id: str
    officer_id: str
    scope: frozenset[str] | None
    rights: frozenset[Right]
    publishing: bool = False
    camera_on: bool = True
    microphone_on: bool = True
    slots: Mapping[str, Watch] = field(default_factory=dict)
    spotlight: str | None = None
    spotlight_slot: str | None = None
    listening: str | None = None
    talking: str | None = None
    broadcast: BroadcastWish | None = None

    @property
    def hearing(self) -> str | None:
        """Whom it hears: who talks with somebody hears them."""
        return self.talking or self.listening

    def reaches(self, who: Participant, right: Right) -> bool:
        """Whether the officer may do this to a participant."""
        covered = self.scope is None or bool(self.scope & who.unit_ids)
        return right in self.rights and covered


@dataclass(frozen=True, slots=True)
class Room:
    """All who take part, by id. An id belongs to one participant or one console, never to both."""

    participants: Mapping[str, Participant] = field(default_factory=dict)
    consoles: Mapping[str, Console] = field(default_factory=dict)

    def talker(self, participant_id: str) -> Console | None:
        """The officer's console that talks with a participant."""
        return next((c for c in self.consoles.values() if c.talking == participant_id), None)

    def audience(self, console: Console) -> Iterator[Participant]:
        """Whom a console's broadcast is for, whether they are live or not."""
        wish = console.broadcast
        if wish is not None:
            for who in self.participants.values():
                if meant(console, wish, who):
                    yield who

    def speaker(self, who: Participant) -> Console | None:
        """Which officer a participant is to see and hear: the most pressing, then the earliest."""
        calls = [c for c in self.consoles.values() if c.broadcast and meant(c, c.broadcast, who)]
        calls.sort(key=_pressing)
        first = calls[0] if calls else None
        if first is not None and first.broadcast is not None and first.broadcast.urgent:
            return first
        return self.talker(who.id) or first


def meant(console: Console, wish: BroadcastWish, who: Participant) -> bool:
    """Whether a broadcast is for a participant."""
    if not wish.to.takes(who.kind) or not console.reaches(who, Right.BROADCAST):
        return False
    return wish.unit_ids is None or bool(wish.unit_ids & who.unit_ids)


def _pressing(console: Console) -> tuple[bool, datetime, str]:
    wish = console.broadcast
    assert wish is not None
    return not wish.urgent, wish.since, console.id
