"""Round (点名进行): the conducting of one roll-call: by whom, whose turn it is, in which order.

A round decides nothing about anybody: entries do that (``roll_call.entry``). It only keeps the
order and the turns, so that a second officer, a reloaded page and a restarted server all go on
where it stood. Which entries are still to be decided comes in as a value (``open_ids``).

Three things always hold: the order has every entry exactly once; at most one has its turn; what is
settled has no turn (unless its decision was taken back, and then it is not settled any more).
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from roll_call import round_events as on
from roll_call.errors import Conflict, NotFound


@dataclass(frozen=True, slots=True)
class Turn:
    """What a round knows of one entry: turns put off, seconds of having been current."""

    called: bool = False
    retries: int = 0
    seconds: float = 0.0
    left_open: bool = False


@dataclass(frozen=True, slots=True)
class Round:
    """``id`` is the roll-call's; ``version`` counts changes, 0 is a round that nobody has begun.

    ``paused_at`` is set while the roll-call is suspended; ``current_since`` then stands still.
    """

    id: str
    order: tuple[str, ...]
    turns: Mapping[str, Turn] = field(default_factory=dict)
    version: int = 0
    conductor: str | None = None
    conductor_since: datetime | None = None
    current: str | None = None
    current_since: datetime | None = None
    started_at: datetime | None = None
    finished_at: datetime | None = None
    paused_at: datetime | None = None

    def turn(self, entry_id: str) -> Turn:
        """An entry's turns until now."""
        return self.turns.get(entry_id, Turn())

    def waiting(self, open_ids: Collection[str]) -> tuple[str, ...]:
        """Those still to be called, in order."""
        return tuple(e for e in self.order if e in open_ids and not self.turn(e).left_open)

    def seconds_of(self, entry_id: str, now: datetime) -> float | None:
        """How long an entry has been current, all its turns together; None: never yet."""
        turn = self.turn(entry_id)
        if not turn.called:
            return None
        return turn.seconds + (self.elapsed(now) if entry_id == self.current else 0.0)

    def elapsed(self, now: datetime) -> float:
        """Seconds of the present turn, pauses left out; 0 where nobody has it."""
        if self.current_since is None:
            return 0.0
        until = now if self.paused_at is None else self.paused_at
        return max(0.0, (until - self.current_since).total_seconds())


def apply(before: Round, event: on.RoundEvent, open_ids: Collection[str], now: datetime) -> Round:
    """The round after an event; the very same one where the event changes nothing.

    Raises Conflict: ``not_conductor`` (somebody else conducts; take it over first),
    ``round_finished``; NotFound(unknown_entry) for an entry of another roll-call.
    """
    after = _applied(before, event, open_ids, now)
    return before if after == before else replace(after, version=before.version + 1)


def _applied(
    before: Round, event: on.RoundEvent, open_ids: Collection[str], now: datetime
) -> Round:
    match event:
        case on.Finished():
            return _finished(before, event.officer_id, now)
        case on.Paused() | on.Resumed() | on.HeldUp():
            return _timers(before, event, now)
        case on.SettledElsewhere(entry_id=entry_id):
            return _left(before, now) if entry_id == before.current else before
        case on.Undone() if before.finished_at is not None or not before.started_at:
            return before
    if before.finished_at is not None:
        raise Conflict("round_finished")
    match event:
        case on.Taken(officer_id=officer_id):
            return _conducted_by(before, officer_id, now)
        case on.Undone(officer_id=officer_id, entry_id=entry_id):
            theirs = before.conductor == officer_id and entry_id in open_ids
            return _current(before, entry_id, now) if theirs else before
        case _:
            return _conducting(_checked(before, event, now), event, open_ids, now)


def _checked(before: Round, event: on.ConductorEvent, now: datetime) -> Round:
    if before.conductor is None:
        before = _conducted_by(before, event.officer_id, now)
    elif before.conductor != event.officer_id:
        raise Conflict("not_conductor")
    entry_id = None if isinstance(event, on.HandedOver) else event.entry_id
    if entry_id is not None and entry_id not in before.order:
        raise NotFound("unknown_entry")
    return before


def _conducting(
    before: Round, event: on.ConductorEvent, open_ids: Collection[str], now: datetime
) -> Round:
    match event:
        case on.HandedOver(to_id=to_id):
            return _conducted_by(before, to_id, now)
        case on.Called(entry_id=entry_id):
            if entry_id is None:
                return _next(before, open_ids, now)
            if entry_id not in open_ids:
                raise Conflict("correction_required")
            return _current(before, entry_id, now)
        case on.Decided():
            return _moved_on(before, event, open_ids, now)
        case on.PutLater():
            return _put_later(before, event, open_ids, now)
        case on.LeftOpen():
            left = _with_turn(before, event.entry_id, lambda t: replace(t, left_open=True))
            return _moved_on(left, event, open_ids, now)
        case on.Attempted():
            return before


def _put_later(
    before: Round, event: on.PutLater, open_ids: Collection[str], now: datetime
) -> Round:
    """To the end of the order; said again by a page that got no answer, it changes nothing."""
    entry_id = event.entry_id
    said_before = before.turn(entry_id).retries > 0 and before.order[-1] == entry_id
    if said_before and before.current != entry_id:
        return before
    order = (*(e for e in before.order if e != entry_id), entry_id)
    later = replace(before, order=order)
    later = _with_turn(
        later, entry_id, lambda t: replace(t, retries=t.retries + 1, left_open=False)
    )
    return _moved_on(later, event, open_ids, now)


def _moved_on(
    before: Round,
    event: on.Decided | on.PutLater | on.LeftOpen,
    open_ids: Collection[str],
    now: datetime,
) -> Round:
    """From the current entry to the next one; deciding another one leaves the turn where it is."""
    if before.current != event.entry_id:
        return before
    left = _left(before, now)
    return _next(left, open_ids, now) if event.advance else left


def _next(before: Round, open_ids: Collection[str], now: datetime) -> Round:
    """The first that waits after the current one; from the end back to those passed over."""
    waiting = before.waiting(open_ids)
    others = [entry_id for entry_id in waiting if entry_id != before.current]
    if before.current in before.order:
        place = before.order.index(before.current)
        behind = [entry_id for entry_id in others if before.order.index(entry_id) > place]
        others = behind or others
    if others:
        return _current(before, others[0], now)
    return before if before.current in waiting else _left(before, now)


def _current(before: Round, entry_id: str, now: datetime) -> Round:
    """Its turn begins; where it has it already, the timer runs on."""
    if before.current == entry_id:
        return before
    left = _left(before, now)
    called = _with_turn(left, entry_id, lambda t: replace(t, called=True, left_open=False))
    paused = None if before.paused_at is None else now
    return replace(called, current=entry_id, current_since=now, paused_at=paused)


def _left(before: Round, now: datetime) -> Round:
    """Nobody has the turn; what the last one took is added up."""
    if before.current is None:
        return before
    taken = before.elapsed(now)
    counted = _with_turn(before, before.current, lambda t: replace(t, seconds=t.seconds + taken))
    return replace(counted, current=None, current_since=None)


def _with_turn(before: Round, entry_id: str, change: Callable[[Turn], Turn]) -> Round:
    return replace(before, turns={**before.turns, entry_id: change(before.turn(entry_id))})


def _conducted_by(before: Round, officer_id: str, now: datetime) -> Round:
    if before.conductor == officer_id:
        return before
    started = before.started_at or now
    return replace(before, conductor=officer_id, conductor_since=now, started_at=started)


def _timers(before: Round, event: on.Timer, now: datetime) -> Round:
    if isinstance(event, on.Paused):
        going = before.paused_at is None and before.finished_at is None
        return replace(before, paused_at=now) if going else before
    since = before.current_since
    if isinstance(event, on.HeldUp):
        if since is None or before.paused_at is not None or event.since >= now:
            return before
        return replace(before, current_since=since + (now - max(event.since, since)))
    if before.paused_at is None:
        return before
    if since is not None:
        since += now - before.paused_at
    return replace(before, paused_at=None, current_since=since)


def _finished(before: Round, officer_id: str | None, now: datetime) -> Round:
    if before.finished_at is not None:
        return before
    if officer_id is not None and before.conductor not in {None, officer_id}:
        raise Conflict("not_conductor")
    started = before.started_at or now
    return replace(_left(before, now), started_at=started, finished_at=now, paused_at=None)
