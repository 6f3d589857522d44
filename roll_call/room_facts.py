"""What of a room's changes belongs into the record: who spoke with, to, and listened to whom."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from roll_call.room import Console, Participant, Room


@dataclass(frozen=True, slots=True)
class RoomFact:
    """One row of the log: ``kind`` such as ``talk.started``; ``participant`` None for a broadcast.

    ``details`` are plain values.
    """

    kind: str
    officer_id: str
    console: str
    participant: str | None
    details: dict[str, str | bool | int | None] = field(default_factory=dict)


def facts(before: Room, after: Room, officer_id: str = "") -> tuple[RoomFact, ...]:
    """What began and what ended; ``officer_id`` is who did it, for what is done to a participant.

    Ends come first, so that a change from one to another reads in order.
    """
    ended = [f for c in before.consoles.values() for f in _over(c, after.consoles.get(c.id))]
    began = [f for c in after.consoles.values() for f in _begun(before, c, after)]
    return (*ended, *began, *_muted(before, after, officer_id))


def _over(old: Console, new: Console | None) -> Iterator[RoomFact]:
    if old.talking is not None and (new is None or new.talking != old.talking):
        yield RoomFact("talk.ended", old.officer_id, old.id, old.talking)
    if old.listening is not None and (new is None or new.listening != old.listening):
        yield RoomFact("listening.ended", old.officer_id, old.id, old.listening)
    if old.broadcast is not None and (new is None or new.broadcast != old.broadcast):
        yield RoomFact("broadcast.ended", old.officer_id, old.id, None)


def _begun(before: Room, new: Console, after: Room) -> Iterator[RoomFact]:
    old = before.consoles.get(new.id)
    if new.talking is not None and (old is None or new.talking != old.talking):
        yield RoomFact("talk.started", new.officer_id, new.id, new.talking)
    if new.listening is not None and (old is None or new.listening != old.listening):
        yield RoomFact("listening.started", new.officer_id, new.id, new.listening)
    wish = new.broadcast
    if wish is not None and (old is None or wish != old.broadcast):
        details: dict[str, str | bool | int | None] = {
            "to": wish.to.value,
            "unit_id": wish.unit_id,
            "urgent": wish.urgent,
            "live": sum(1 for who in after.audience(new) if who.live),
        }
        yield RoomFact("broadcast.started", new.officer_id, new.id, None, details)


def _muted(before: Room, after: Room, officer_id: str) -> Iterator[RoomFact]:
    for who in after.participants.values():
        known: Participant | None = before.participants.get(who.id)
        if who.muted != (known is not None and known.muted):
            kind = "microphone.muted" if who.muted else "microphone.unmuted"
            yield RoomFact(kind, officer_id, "", who.id)
