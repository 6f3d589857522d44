"""Pages: the consoles as the server knows them, with their two connections."""

from collections.abc import Callable
from dataclasses import dataclass, field

from roll_call.people import Officer, Role
from roll_call.room import Console, Right
from server.access import GRANTS, Verb
from server.directory import Directory
from server.message_base import Message
from server.rooms.sections import Sections

VERBS = {Verb.VIEW_LIVE: Right.WATCH, Verb.TALK: Right.TALK, Verb.BROADCAST: Right.BROADCAST}


@dataclass(slots=True)
class Page:
    """``viewing`` and ``publishing`` are peers; a new offer makes a new one."""

    id: str
    officer: Officer
    office: str
    tell: Callable[[Message], None]
    viewing: str | None = None
    publishing: str | None = None
    slots: Sections = field(default_factory=Sections)
    offers: int = 0

    def next_peer(self, purpose: str) -> str:
        """A name that no connection of this page has had."""
        self.offers += 1
        return f"{self.id}-{purpose}-{self.offers}"

    def peers(self) -> tuple[str, ...]:
        """Its connections."""
        return tuple(p for p in (self.viewing, self.publishing) if p is not None)


def rights_of(officer: Officer) -> frozenset[Right]:
    """What the officer's role allows in the room."""
    if not officer.active:
        return frozenset()
    granted = GRANTS[Role(officer.role)]
    return frozenset(right for verb, right in VERBS.items() if verb in granted)


def console_of(page: Page, directory: Directory) -> Console:
    """What the room needs to know of a page that opens."""
    officer = page.officer
    scope = directory.scope(officer.unit_id)
    return Console(page.id, officer.id, scope, rights_of(officer))
