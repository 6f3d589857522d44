"""Guests: the participants as the server knows them, with their connection and their words."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from roll_call.people import Subject, SubjectKind
from roll_call.room import Participant, ParticipantKind
from server.check_in.visit import Visit
from server.directory import entry_units
from server.message_base import Message
from server.rooms.sections import Sections


def nobody(message: Message) -> None:
    """A camera is told nothing."""


@dataclass(frozen=True, slots=True)
class Guest:
    """A phone, a terminal or a camera. ``peer`` is its present connection, ``slots`` its mids.

    ``about`` is whose data a row about it holds; ``tell`` sends to its page. For a camera
    ``entry_id`` and ``roll_call_id`` are empty.
    """

    id: str
    kind: ParticipantKind
    name: str
    unit_ids: frozenset[str]
    since: datetime
    peer: str | None
    live: bool
    needed: bool = False
    slots: Sections = field(default_factory=Sections)
    about: Subject | None = None
    entry_id: str = ""
    roll_call_id: str = ""
    stage: str = "live"
    tell: Callable[[Message], None] = nobody

    def participant(self) -> Participant:
        """What the room needs to know."""
        return Participant(self.id, self.kind, self.unit_ids, self.live, self.needed)


def guest_of(visit: Visit) -> Guest | None:
    """The guest of a visit that has a session."""
    place, listing = visit.place, visit.listing
    if place is None:
        return None
    person = visit.subject.kind is SubjectKind.PERSON
    return Guest(
        id=place.session_id,
        kind=ParticipantKind.PERSON if person else ParticipantKind.UNIT,
        name=listing.subject_name,
        unit_ids=entry_units(listing),
        since=place.since,
        peer=place.peer if place.peer == place.answered_peer else None,
        live=place.media_up,
        needed=place.picture_needed,
        slots=place.slots,
        about=visit.subject,
        entry_id=listing.entry.id,
        roll_call_id=listing.entry.roll_call_id,
        stage=place.stage,
        tell=visit.tell,
    )
