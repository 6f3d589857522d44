"""What a conductor does, each as one unit of work: the round, the entry and the log move together.

Every command may be sent twice (a page that got no answer): the second time changes nothing.
"""

from collections.abc import Collection
from dataclasses import dataclass

from roll_call import entry_events, round_events
from roll_call.call import RollCallState
from roll_call.effects import CallSubject
from roll_call.entry import ENTRY_TABLE, Entry, EntryState
from roll_call.errors import Conflict, InvalidInput, NotFound
from roll_call.ports.records import JsonObject
from roll_call.ports.store import Records
from roll_call.reasons import Reason
from roll_call.round import Round, apply
from roll_call.round_steps import Reached, RoundStep, Step
from server import decisions
from server.auth.tokens import new_id
from server.cascade import Cascade

RUNNING = frozenset({RollCallState.OPEN, RollCallState.SUSPENDED, RollCallState.CLOSING})


@dataclass(frozen=True, slots=True)
class Wish:
    """What the conductor confirms for an entry; ``advance``: then the next one's turn."""

    entry_id: str
    outcome: str
    reason: Reason | None
    note: str
    advance: bool


@dataclass(frozen=True, slots=True)
class Attempt:
    """What the conductor tried outside this system."""

    entry_id: str
    step: Step
    number: str = ""
    outcome: Reached | None = None
    note: str = ""


def round_of(records: Records, roll_call_id: str) -> Round:
    """The round as it is kept; one that nobody has begun has the order of the list."""
    kept = records.rounds.round(roll_call_id)
    if kept is not None:
        return kept
    return Round(roll_call_id, tuple(e.id for e in records.calls.entries(roll_call_id)))


def step(
    cascade: Cascade,
    roll_call_id: str,
    event: round_events.RoundEvent,
    settled: Collection[str] = (),
    details: JsonObject | None = None,
) -> tuple[Round, bool]:
    """The round after an event, and whether it changed; ``settled`` are about to be final.

    Raises Conflict: ``round_not_open``, and what ``roll_call.round.apply`` raises.
    """
    state = cascade.tx.calls.roll_call(roll_call_id).state
    if state not in RUNNING and not isinstance(event, round_events.Finished):
        raise Conflict("round_not_open")
    before = round_of(cascade.tx, roll_call_id)
    after = apply(before, event, open_ids(cascade.tx, roll_call_id, settled), cascade.now)
    if after is before:
        return before, False
    details = details or {}
    entry_id = getattr(event, "entry_id", None)
    if entry_id is not None:
        details = {"entry_id": entry_id, **details}
    cascade.tx.rounds.save_round(after, before, cascade.change(event.name, details))
    cascade.outcome.rounds.add(roll_call_id)
    return after, True


def open_ids(records: Records, roll_call_id: str, settled: Collection[str] = ()) -> frozenset[str]:
    """The entries that are still to be decided."""
    entries = records.calls.entries(roll_call_id)
    return frozenset(e.id for e in entries if not e.state.final and e.id not in settled)


def call(cascade: Cascade, roll_call_id: str, officer_id: str, entry_id: str | None) -> None:
    """This one's turn (None: the next one's); one that had its turn before is rung again."""
    event = round_events.Called(officer_id, entry_id)
    after, changed = step(cascade, roll_call_id, event)
    if changed and after.current is not None:
        _begin_turn(cascade, after, officer_id)


def confirm(cascade: Cascade, roll_call_id: str, officer_id: str, wish: Wish) -> None:
    """Decide, or put off, or leave open; then on to the next.

    Raises Conflict(correction_required) where it was settled otherwise meanwhile,
    InvalidInput(reason_required), and the codes of ``check_decision``.
    """
    before = round_of(cascade.tx, roll_call_id)
    entry_id, advance = wish.entry_id, wish.advance
    match wish.outcome:
        case "later":
            putting = round_events.PutLater(officer_id, entry_id, advance)
            after, changed = step(cascade, roll_call_id, putting)
            if changed:
                tried = Attempt(entry_id, Step.LATER, note=wish.note)
                _record(cascade, roll_call_id, officer_id, tried)
        case "open":
            leaving = round_events.LeftOpen(officer_id, entry_id, advance)
            after, _ = step(cascade, roll_call_id, leaving)
        case _:
            after = _decide(cascade, roll_call_id, officer_id, wish)
    if after.current is not None and _new_turn(before, after, after.current):
        _begin_turn(cascade, after, officer_id)


def prompt(cascade: Cascade, roll_call_id: str, officer_id: str, entry_id: str) -> None:
    """Ring again. Raises Conflict(correction_required) for an entry that is settled."""
    entry = _still_open(cascade, roll_call_id, officer_id, entry_id)
    _ring(cascade, entry, officer_id)
    _record(cascade, roll_call_id, officer_id, Attempt(entry_id, Step.PROMPT))


def escalate(cascade: Cascade, roll_call_id: str, officer_id: str, tried: Attempt) -> None:
    """Put on record what was tried by telephone, or that the leader was told."""
    step(cascade, roll_call_id, round_events.Attempted(officer_id, tried.entry_id))
    _record(cascade, roll_call_id, officer_id, tried)


def undone(cascade: Cascade, entry: Entry, officer_id: str) -> None:
    """A decision was taken back: the conductor's own has its turn again."""
    if cascade.tx.rounds.round(entry.roll_call_id) is None:
        return
    if cascade.tx.calls.roll_call(entry.roll_call_id).state in RUNNING:
        step(cascade, entry.roll_call_id, round_events.Undone(officer_id, entry.id))


def _decide(cascade: Cascade, roll_call_id: str, officer_id: str, wish: Wish) -> Round:
    event = round_events.Decided(officer_id, wish.entry_id, wish.advance)
    after, _ = step(cascade, roll_call_id, event, settled={wish.entry_id})
    reason = wish.reason or (Reason.BY_EYE if wish.outcome == "present" else None)
    if reason is None:
        raise InvalidInput("reason_required")
    entry = cascade.tx.calls.entry(wish.entry_id)
    said_before = (entry.state.value, entry.reason) == (wish.outcome, reason)
    if not (said_before and entry.settled_by == officer_id):
        decisions.decide(cascade, entry.id, officer_id, wish.outcome, reason, wish.note)
    return after


def _new_turn(before: Round, after: Round, entry_id: str) -> bool:
    """Another one's turn, or the same one's once more because nobody else waits."""
    return entry_id != before.current or after.turn(entry_id) != before.turn(entry_id)


def _begin_turn(cascade: Cascade, after: Round, officer_id: str) -> None:
    entry_id = after.current
    assert entry_id is not None
    _record(cascade, after.id, officer_id, Attempt(entry_id, Step.CALL))
    entry = cascade.tx.calls.entry(entry_id)
    if entry.state is EntryState.PENDING or after.turn(entry_id).retries:
        _ring(cascade, entry, officer_id)


def _ring(cascade: Cascade, entry: Entry, officer_id: str) -> None:
    """Where nothing is left to ring for, the subject's pages are told all the same."""
    if ENTRY_TABLE.defines(entry.state, entry_events.Call.name):
        cascade.entry_event(entry.id, entry_events.Call(officer_id))
    else:
        cascade.follow((CallSubject(entry.id, entry.subject, cascade.policy.call_ring_s),))


def _still_open(cascade: Cascade, roll_call_id: str, officer_id: str, entry_id: str) -> Entry:
    step(cascade, roll_call_id, round_events.Attempted(officer_id, entry_id))
    entry = cascade.tx.calls.entry(entry_id)
    if entry.state.final:
        raise Conflict("correction_required")
    return entry


def _record(cascade: Cascade, roll_call_id: str, officer_id: str, tried: Attempt) -> None:
    kept = RoundStep(
        id=new_id(),
        roll_call_id=roll_call_id,
        entry_id=tried.entry_id,
        at=cascade.now,
        step=tried.step,
        officer_id=officer_id,
        number=tried.number,
        outcome=tried.outcome,
        note=tried.note,
    )
    cascade.tx.rounds.add_step(kept, cascade.change("tried", {"step": tried.step.value}))
    cascade.outcome.rounds.add(roll_call_id)


def entry_in(records: Records, roll_call_id: str, entry_id: str) -> Entry:
    """Raises NotFound(unknown_entry) where the roll-call does not list it."""
    entry = records.calls.entry(entry_id)
    if entry.roll_call_id != roll_call_id:
        raise NotFound("unknown_entry")
    return entry
