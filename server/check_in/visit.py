"""A visit: one subject's presence for one entry, from the ticket to the receipt."""

from dataclasses import dataclass, field
from datetime import datetime

from roll_call.people import Subject, SubjectKind
from roll_call.ports.records import EntryListing
from server.check_in.client import Client
from server.check_in.examining import Examiner
from server.messages import Message
from server.rooms.sections import Sections


@dataclass(slots=True)
class Place:
    """Where a visit stands in its session."""

    session_id: str
    attempt: int
    since: datetime
    peer: str | None = None
    codec: str = ""
    camera: str = ""
    media_up: bool = False
    live_once: bool = False
    offers: int = 0
    recording_id: str | None = None
    embed_next: bool = False
    examiner: Examiner | None = None
    examined_peer: str | None = None
    verdict_in: bool = False
    stage: str = "connecting"
    answered_peer: str | None = None
    slots: Sections = field(default_factory=Sections)
    in_talk: bool = False
    may_answer: bool = False
    recording_tried: bool = False

    @property
    def picture_needed(self) -> bool:
        """Whether a recording or the verification takes the picture, or is about to."""
        recorded = self.recording_id is not None or not self.recording_tried
        return recorded or (self.examiner is not None and not self.verdict_in)


@dataclass(slots=True)
class Visit:
    """What the desk remembers; everything that matters is in the store as well."""

    listing: EntryListing
    number: int
    arrived_at: datetime
    client: Client | None = None
    consent: bool | None = None
    place: Place | None = None
    questions_sent: bool = False
    answered: bool = False
    located: bool = False
    receipt: Message | None = None
    locale: str = "zh-CN"
    in_review: bool = False
    exempt: frozenset[str] = field(default_factory=frozenset)

    @property
    def entry_id(self) -> str:
        """The entry that this visit is about."""
        return self.listing.entry.id

    @property
    def subject(self) -> Subject:
        """Who is visiting."""
        return self.listing.entry.subject

    @property
    def is_person(self) -> bool:
        """Persons are verified; units are looked at by the officer on duty."""
        return self.subject.kind is SubjectKind.PERSON

    @property
    def actor(self) -> str:
        """The log's name for the subject."""
        return f"{self.subject.kind.value}/{self.subject.id}"

    @property
    def peer(self) -> str | None:
        """The publishing peer, if media are up or coming."""
        return self.place.peer if self.place else None

    def tell(self, message: Message) -> None:
        """Send to the client if there is one."""
        if self.client is not None:
            self.client.send(message)
