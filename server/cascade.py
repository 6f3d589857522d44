"""One unit of work: apply domain machines, save what they say, and follow their inner effects.

Runs inside ``Store.write``. An entry's verdict, its receipt and the roll-call that it closes are
kept together or not at all, so a crash between two of them cannot happen and nothing is done twice.
Effects that reach beyond the store are collected for ``server.conductor`` to run afterwards.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from roll_call import call, call_events, check_in, check_in_events, effects, entry, entry_events
from roll_call.call import RollCall, RollCallState
from roll_call.check_in import CheckInSession
from roll_call.entry import Entry
from roll_call.notices import NextStep
from roll_call.policy import Policy
from roll_call.ports.records import Change, JsonObject, ReceiptRecord
from roll_call.ports.store import Transaction
from roll_call.quality import NetworkFault
from roll_call.reasons import Reason
from server.reports.results import keep_report

SYSTEM = "system"
MAX_STEPS = 100_000


def _kept(follow: effects.Effects) -> bool:
    """Whether the event goes on record as evidence anyway."""
    return any(isinstance(effect, effects.KeepEvidence) for effect in follow)


@dataclass(slots=True)
class Outcome:
    """What a unit of work changed, newest value by id, and what is left to do outside the store."""

    entries: dict[str, Entry] = field(default_factory=dict)
    roll_calls: dict[str, RollCall] = field(default_factory=dict)
    sessions: dict[str, CheckInSession] = field(default_factory=dict)
    receipts: list[ReceiptRecord] = field(default_factory=list)
    rounds: set[str] = field(default_factory=set)
    left: list[effects.Effect] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Rules:
    """What a unit of work needs from outside: rules, the moment, how to sign, what failed."""

    policy: Policy
    now: datetime
    sign: Callable[[Transaction, Entry, str | None, NextStep, datetime], ReceiptRecord]
    outage: Callable[[RollCall], bool]
    network_faults: Callable[[str | None], tuple[NetworkFault, ...]]


class Cascade:
    """Events go in through the public methods; ``settle`` follows all that they bring."""

    def __init__(self, tx: Transaction, rules: Rules, actor: str = SYSTEM) -> None:
        self.tx = tx
        self.now = rules.now
        self.policy = rules.policy
        self.actor = actor
        self.outcome = Outcome()
        self._rules = rules
        self._todo: deque[effects.Effect] = deque()

    def network_faults(self, session_id: str | None) -> tuple[NetworkFault, ...]:
        """Why the network is to blame for this session's having no result; empty: it is not."""
        return self._rules.network_faults(session_id)

    def entry_event(
        self,
        entry_id: str,
        event: entry_events.EntryEvent,
        details: JsonObject | None = None,
        actor: str | None = None,
    ) -> Entry:
        """Apply an event to an entry; raises IllegalTransition, NotFound."""
        old = self.tx.calls.entry(entry_id)
        new, follow = entry.apply(old, event, self.policy.of(old.subject.kind), self.now)
        if new != old:
            change = self.change(entry.event_name(event), details, actor)
            self.tx.calls.save_entry(new, old, change)
            self.outcome.entries[new.id] = new
        elif not isinstance(event, entry_events.SessionLost) and not _kept(follow):
            self.note(f"entry.{entry.event_name(event)}", f"entry/{entry_id}", details, actor)
        self.follow(follow)
        return new

    def session_event(
        self,
        session_id: str,
        event: check_in_events.SessionEvent,
        details: JsonObject | None = None,
    ) -> CheckInSession:
        """Apply an event to a session; raises IllegalTransition, NotFound."""
        old = self.tx.sessions.session(session_id)
        subject = self.tx.calls.entry(old.entry_id).subject
        new, follow = check_in.apply(old, event, self.policy.of(subject.kind), self.now)
        if new != old:
            self.tx.sessions.save_session(new, old, self.change(event.name, details))
            self.outcome.sessions[new.id] = new
        self.follow(follow)
        return new

    def roll_call_event(
        self,
        roll_call_id: str,
        event: call_events.RollCallEvent,
        details: JsonObject | None = None,
    ) -> RollCall:
        """Apply an event to a roll-call; raises IllegalTransition, NotFound."""
        old = self.tx.calls.roll_call(roll_call_id)
        name = call.event_name(old, event, self.policy, self.now)
        new, follow = call.apply(old, event, self.policy, self.now)
        if new != old:
            self.tx.calls.save_roll_call(new, old, self.change(name, details))
            self.outcome.roll_calls[new.id] = new
        self.follow(follow)
        return new

    def change(
        self, event: str, details: JsonObject | None = None, actor: str | None = None
    ) -> Change:
        """The log's side of a saved value."""
        return Change(event, actor or self.actor, self.now, details or {})

    def note(
        self, kind: str, subject: str, details: JsonObject | None = None, actor: str | None = None
    ) -> None:
        """A row in the log that no saved value stands behind."""
        subject_kind, _, subject_id = subject.partition("/")
        self.tx.log.append(
            kind, subject_kind, subject_id, details or {}, actor or self.actor, self.now
        )

    def follow(self, follow: effects.Effects) -> None:
        """Take over effects that a domain function returned."""
        self._todo.extend(follow)

    def settle(self) -> Outcome:
        """Follow all inner effects to the end; the outer ones are in the outcome."""
        for _ in range(MAX_STEPS):
            if not self._todo:
                break
            self._step(self._todo.popleft())
        return self.outcome

    def _step(self, effect: effects.Effect) -> None:
        match effect:
            case effects.KeepEvidence():
                kind = f"entry.{effect.event_name}.{effect.kind.value}"
                details = {"session_id": effect.session_id} if effect.session_id else None
                self.note(kind, f"entry/{effect.entry_id}", details)
            case effects.IssueReceipt():
                self._receipt(effect)
            case effects.CheckSettled():
                self._check_settled(effect.roll_call_id)
            case effects.EndSession():
                if not self.tx.sessions.session(effect.session_id).state.final:
                    self.session_event(effect.session_id, check_in_events.HangUp())
            case effects.TellEntryLive():
                live = entry_events.SessionLive(effect.session_id, effect.attempt)
                self._tell(effect.entry_id, live)
            case effects.TellEntryLost():
                self._tell_lost(effect)
            case effects.SendReport():
                self._report(effect)
            case effects.StartEntries() | effects.CloseEntries() | effects.VoidEntries():
                self._all_entries(effect)
            case effects.OpenCase() | effects.CloseCase():
                pass  # the review queue is the set of entries in REVIEW; nothing to keep in step
            case _:
                self.outcome.left.append(effect)

    def _tell(self, entry_id: str, event: entry_events.SessionReport) -> None:
        """A session's report; undefined where an officer was faster, then the log has it all."""
        current = self.tx.calls.entry(entry_id)
        name = entry.event_name(event)
        if current.state.final or entry.ENTRY_TABLE.defines(current.state, name):
            self.entry_event(entry_id, event)

    def _tell_lost(self, effect: effects.TellEntryLost) -> None:
        listed = self.tx.calls.entry(effect.entry_id)
        window_open = self.tx.calls.roll_call(listed.roll_call_id).state.window_open
        lost = entry_events.SessionLost(effect.session_id, effect.attempt, window_open)
        self._tell(effect.entry_id, lost)

    def _report(self, effect: effects.SendReport) -> None:
        """Kept in this very unit of work; sending it is left to whoever runs outer effects."""
        change = self.change(effect.kind.value, actor=SYSTEM)
        if keep_report(self.tx, effect, self.now, change):
            self.outcome.left.append(effect)

    def _receipt(self, effect: effects.IssueReceipt) -> None:
        current = self.tx.calls.entry(effect.entry_id)
        record = self._rules.sign(self.tx, current, effect.session_id, effect.next_step, self.now)
        about = {"number": record.number, "next": effect.next_step.value}
        self.tx.sessions.add_receipt(record, self.change("issued", about, SYSTEM))
        self.outcome.receipts.append(record)

    def _check_settled(self, roll_call_id: str) -> None:
        roll_call = self.tx.calls.roll_call(roll_call_id)
        if roll_call.state is not RollCallState.CLOSING:
            return
        if all(e.state.final for e in self.tx.calls.entries(roll_call_id)):
            self.roll_call_event(roll_call_id, call_events.AllSettled())

    def _all_entries(
        self, effect: effects.StartEntries | effects.CloseEntries | effects.VoidEntries
    ) -> None:
        event = self._event_for_all(effect)
        for each in self.tx.calls.entries(effect.roll_call_id):
            if each.state.final:
                continue
            if entry.ENTRY_TABLE.defines(each.state, event.name):
                self.entry_event(each.id, event)

    def _event_for_all(
        self, effect: effects.StartEntries | effects.CloseEntries | effects.VoidEntries
    ) -> entry_events.EntryEvent:
        match effect:
            case effects.StartEntries():
                return entry_events.Due()
            case effects.CloseEntries():
                roll_call = self.tx.calls.roll_call(effect.roll_call_id)
                return entry_events.WindowClosed(effect.outage or self._rules.outage(roll_call))
            case effects.VoidEntries():
                reason = Reason.CANCELLED
                return entry_events.Voided(effect.officer_id, reason)
