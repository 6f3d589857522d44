"""The event bus: what has been saved is told to whoever watches (consoles, desk, notifier).

In process; a subscriber that falls behind loses its oldest events, never the publisher's time.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import date
from weakref import WeakSet

from roll_call.call import RollCall
from roll_call.daily_figures import FiguresStatus
from roll_call.entry import Entry
from roll_call.notices import Audience, Notice
from roll_call.people import Subject
from roll_call.ports.notify_store import Bell
from roll_call.text_notice import InstantReply
from server.round_messages import RoundView

BACKLOG = 10_000


@dataclass(frozen=True, slots=True)
class EntrySaved:
    """An entry's new state is durable."""

    entry: Entry


@dataclass(frozen=True, slots=True)
class RollCallSaved:
    """A roll-call's new state is durable."""

    roll_call: RollCall


@dataclass(frozen=True, slots=True)
class LiveSetChanged:
    """A session's media came up or went away, or its stage changed."""


@dataclass(frozen=True, slots=True)
class QualityChanged:
    """New figures of how well these sessions are connected."""

    session_ids: frozenset[str]


@dataclass(frozen=True, slots=True)
class Told:
    """A notice for the subject or the officers in charge."""

    audience: Audience
    about_id: str
    notice: Notice


@dataclass(frozen=True, slots=True)
class RecordingTrouble:
    """A recording could not be kept; the session goes on."""

    session_id: str
    entry_id: str
    code: str


@dataclass(frozen=True, slots=True)
class TerminalChanged:
    """A unit's terminal came, went, or said something about itself."""

    unit_id: str


@dataclass(frozen=True, slots=True)
class FiguresChanged:
    """A unit's daily figures have another state."""

    unit_id: str
    day: date
    status: FiguresStatus


@dataclass(frozen=True, slots=True)
class RoundSaved:
    """A step in the round of a roll-call is durable."""

    roll_call_id: str


@dataclass(frozen=True, slots=True)
class ReachChanged:
    """A page of the subject came or went."""

    subject: Subject


@dataclass(frozen=True, slots=True)
class SightChanged:
    """Something else was seen in an entry's picture."""

    entry_id: str


@dataclass(frozen=True, slots=True)
class RoundMoved:
    """A round looks different now: so do the ``changed`` entries; ``units``: whose each is."""

    view: RoundView
    changed: frozenset[str]
    units: Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class RosterSaved:
    """Shifts, substitutions or hand-over logs of these units changed."""

    unit_ids: frozenset[str]


@dataclass(frozen=True, slots=True)
class BellRang:
    """A line of the officers' notice center is new, or counts more."""

    bell: Bell


@dataclass(frozen=True, slots=True)
class NoticeProgressed:
    """A text notice was delivered, seen or answered by somebody."""

    notice_id: str


@dataclass(frozen=True, slots=True)
class ReplyReceived:
    """A person answered an instant roll-call."""

    reply: InstantReply


BusEvent = (
    EntrySaved
    | RollCallSaved
    | LiveSetChanged
    | QualityChanged
    | Told
    | RecordingTrouble
    | TerminalChanged
    | FiguresChanged
    | RoundSaved
    | ReachChanged
    | SightChanged
    | RoundMoved
    | RosterSaved
    | BellRang
    | NoticeProgressed
    | ReplyReceived
)


class EventBus:
    """Publish to all subscribers; each has its own bounded queue."""

    def __init__(self) -> None:
        # A subscription that nobody came to read holds no queue here.
        self._queues: WeakSet[asyncio.Queue[BusEvent]] = WeakSet()

    def publish(self, event: BusEvent) -> None:
        """Hand an event to every subscriber; never waits."""
        for queue in self._queues:
            if queue.full():
                queue.get_nowait()
            queue.put_nowait(event)

    def subscribe(self) -> AsyncIterator[list[BusEvent]]:
        """Events from this call on, all that wait at a time; leaving the loop unsubscribes."""
        queue: asyncio.Queue[BusEvent] = asyncio.Queue(BACKLOG)
        self._queues.add(queue)
        return self._events(queue)

    async def _events(self, queue: asyncio.Queue[BusEvent]) -> AsyncIterator[list[BusEvent]]:
        try:
            while True:
                events = [await queue.get()]
                while not queue.empty():
                    events.append(queue.get_nowait())
                yield events
        finally:
            self._queues.discard(queue)
