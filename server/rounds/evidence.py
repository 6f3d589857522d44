"""The evidence of one entry: what the store, the desk and the sockets say together."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from roll_call.entry import EntryState
from roll_call.people import Subject, SubjectKind
from roll_call.ports.records import EntryListing
from roll_call.ports.rounds import Course
from roll_call.proposal import Connection, Evidence, Face
from roll_call.round import Turn
from roll_call.round_steps import Reached, RoundStep
from server.check_in.visit import Visit
from server.messages import SessionQuality
from server.rounds.neighbours import TerminalWord

RINGS = frozenset({EntryState.CALLING, EntryState.ARRIVED})


@dataclass(frozen=True, slots=True)
class Present:
    """Whom to ask about this very moment."""

    reachable: Callable[[Subject], bool]
    visit: Callable[[str], Visit | None]
    quality: Callable[[str], SessionQuality | None]
    terminal: Callable[[str], TerminalWord]
    face: Callable[[str | None], Face]


@dataclass(frozen=True, slots=True)
class Line:
    """How an entry's subject is connected now."""

    connection: Connection
    session_id: str | None
    live_since: datetime | None


def line_of(listing: EntryListing, course: Course, present: Present) -> Line:
    """From the visit, if there is one; else from what the entry remembers and who is signed in."""
    entry, visit = listing.entry, present.visit(listing.entry.id)
    place = visit.place if visit is not None else None
    session_id = place.session_id if place is not None else entry.session_id
    if place is not None and place.media_up:
        return Line(Connection.LIVE, session_id, course.live_since)
    if (place is not None and place.live_once) or _was_live(listing, course):
        return Line(Connection.LOST, session_id, None)
    if place is not None or (visit is not None and visit.client is not None):
        return Line(Connection.RINGING, session_id, None)
    if not present.reachable(entry.subject):
        return Line(Connection.OFFLINE, session_id, None)
    rings = entry.state in RINGS
    return Line(Connection.RINGING if rings else Connection.SIGNED_IN, session_id, None)


def _was_live(listing: EntryListing, course: Course) -> bool:
    """A picture arrived before, and the entry waits for it to come back."""
    state = listing.entry.state
    waits = state is EntryState.IN_SESSION or state is EntryState.CALLING
    return waits and course.live_since is not None


def evidence_of(
    listing: EntryListing,
    line: Line,
    course: Course,
    turn: Turn,
    steps: tuple[RoundStep, ...],
    word: TerminalWord,
    face: Face,
    recognised_expected: bool | None,
    ring: tuple[datetime, float],
) -> Evidence:
    """For ``roll_call.proposal``; ``ring``: the present moment, and seconds that a call rings."""
    now, ring_s = ring
    rang = course.rang_again_at
    return Evidence(
        state=listing.entry.state,
        connection=line.connection,
        is_person=listing.entry.subject.kind is SubjectKind.PERSON,
        ring_over=rang is not None and now - rang >= timedelta(seconds=ring_s),
        face=face,
        recognised_expected=recognised_expected,
        faults=word.self_test.faults if word.self_test else (),
        exception=word.exception.reason if word.exception else None,
        retries=turn.retries,
        tried=frozenset(s.step for s in steps),
        reached=frozenset(s.step for s in steps if s.outcome is Reached.REACHED),
    )
