"""A small pure conductor: the four machines wired as their effects say, without any I/O.

It is the reference for ``server/conductor``: what it may do after each effect is what the effect's
docstring says. An IllegalTransition that comes out of an *effect* is an error of the composition;
one that comes out of somebody's wish is a wish refused.
"""

from collections import deque
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from roll_call import call, check_in, correction, entry, verification
from roll_call import call_events as on_call
from roll_call import check_in_events as on_session
from roll_call import effects as fx
from roll_call import entry_events as on_entry
from roll_call import verification_events as on_verification
from roll_call.call import RollCall, RollCallState
from roll_call.check_in import CheckInSession
from roll_call.counts import count
from roll_call.entry import Entry, EntryState
from roll_call.people import Subject, SubjectKind
from roll_call.policy import Policy
from roll_call.reasons import Reason
from roll_call.verification import Verification
from tests.roll_call.cast import OFFICER_LI


class World:
    """One roll-call with its entries; ``seen`` collects each (machine, state, event)."""

    def __init__(self, policy: Policy, now: datetime, window_s: float, subjects: int) -> None:
        self.policy = policy
        self.now = now
        closes_at = now + timedelta(seconds=window_s)
        self.call = RollCall("rc1", "点名", now, closes_at)
        self.entries = {
            f"e{n}": Entry(f"e{n}", "rc1", Subject(SubjectKind.PERSON, f"p{n}"))
            for n in range(subjects)
        }
        self.sessions: dict[str, CheckInSession] = {}
        self.verifications: dict[str, Verification] = {}
        self.cases: set[str] = set()
        self.receipts: list[fx.IssueReceipt] = []
        self.reports: list[fx.ReportKind] = []
        self.on_leave: set[str] = set()
        self.outage = False
        self.seen: set[tuple[str, str, str]] = set()
        self._effects: deque[fx.Effect] = deque()

    # ---- applying events --------------------------------------------------------------------

    def call_event(self, event: on_call.RollCallEvent) -> None:
        name = call.event_name(self.call, event, self.policy, self.now)
        self.seen.add(("roll_call", self.call.state, name))
        self.call, effects = call.apply(self.call, event, self.policy, self.now)
        self._run(effects)

    def entry_event(self, entry_id: str, event: on_entry.EntryEvent) -> None:
        before = self.entries[entry_id]
        self.seen.add(("entry", before.state, entry.event_name(event)))
        after, effects = entry.apply(before, event, self.policy, self.now)
        if before.state.final and after != before:
            raise AssertionError(f"{event} changed a final entry")
        absent = after.state is EntryState.ABSENT and before.state is not EntryState.ABSENT
        if absent and not isinstance(event, on_entry.OfficerAbsent):
            raise AssertionError(f"{event} made an absence")
        self.entries[entry_id] = after
        self._run(effects)

    def session_event(self, session_id: str, event: on_session.SessionEvent) -> None:
        session = self.sessions[session_id]
        self.seen.add(("session", session.state, event.name))
        self.sessions[session_id], effects = check_in.apply(session, event, self.policy, self.now)
        self._run(effects)

    def verification_event(self, session_id: str, event: on_verification.VerificationEvent) -> None:
        before = self.verifications[session_id]
        self.seen.add(("verification", before.state, verification.event_name(before, event)))
        after, effects = verification.apply(before, event, self.policy, self.now)
        self.verifications[session_id] = after
        self._run(effects)

    def correct(self, entry_id: str, state: EntryState, reason: Reason) -> None:
        before = self.entries[entry_id]
        self.entries[entry_id], _, effects = correction.correct(
            before, state, reason, OFFICER_LI, "核对", self.policy, self.now
        )
        self._run(effects)

    def undo(self, entry_id: str, reason: Reason | None) -> None:
        before = self.entries[entry_id]
        self.entries[entry_id], _, effects = correction.undo(
            before, reason, OFFICER_LI, self.policy, self.now
        )
        self._run(effects)

    # ---- what clients and the clock do ------------------------------------------------------

    def take_ticket(self, entry_id: str) -> str | None:
        """Supersede what is open, arrive, and get a new session (none on a final entry)."""
        session_id = f"s{len(self.sessions)}"
        for other in self.open_sessions(entry_id):
            self.session_event(other.id, on_session.Superseded(session_id))
        self.entry_event(entry_id, on_entry.TicketTaken())
        current = self.entries[entry_id]
        if current.state.final:
            return None
        self.sessions[session_id] = check_in.new_session(
            session_id, entry_id, current.attempt, self.policy, self.now
        )
        return session_id

    def restart(self) -> None:
        """The server went down and came up: running examinations are forgotten."""
        self.outage = True
        self.verifications = {k: v for k, v in self.verifications.items() if v.state.final}
        for session in self.open_sessions():
            self.session_event(session.id, on_session.ServerRestarted())

    def fire_due(self) -> None:
        """Fire every timer whose deadline has come, entries and sessions before the roll-call."""
        for session in self.open_sessions():
            timer = check_in.timer_event(session)
            if timer is not None and self._due(session.deadline_at):
                self.session_event(session.id, timer)
        for entry_id, current in list(self.entries.items()):
            entry_timer = entry.timer_event(current, self.outage)
            if entry_timer is not None and self._due(current.deadline_at):
                self.entry_event(entry_id, entry_timer)
        call_timer = call.timer_event(self.call)
        if call_timer is not None and self._due(self.call.deadline_at):
            self.call_event(call_timer)

    def open_sessions(self, entry_id: str | None = None) -> list[CheckInSession]:
        return [
            session
            for session in self.sessions.values()
            if not session.state.final and entry_id in (None, session.entry_id)
        ]

    def next_deadline(self) -> datetime | None:
        """The earliest deadline of all, as the store's index would give it."""
        holders: Iterable[RollCall | Entry | CheckInSession] = (
            self.call,
            *self.entries.values(),
            *self.sessions.values(),
        )
        return min((h.deadline_at for h in holders if h.deadline_at is not None), default=None)

    def _due(self, deadline: datetime | None) -> bool:
        return deadline is not None and deadline <= self.now

    # ---- running effects --------------------------------------------------------------------

    def _run(self, effects: fx.Effects) -> None:
        self._effects.extend(effects)
        while self._effects:
            self._perform(self._effects.popleft())

    def _perform(self, effect: fx.Effect) -> None:
        match effect:
            case fx.OpenCase():
                self.cases.add(effect.entry_id)
            case fx.CloseCase():
                self.cases.discard(effect.entry_id)
            case fx.IssueReceipt():
                self.receipts.append(effect)
            case fx.SendReport():
                self.reports.append(effect.kind)
            case fx.EndSession():
                if not self.sessions[effect.session_id].state.final:
                    self.session_event(effect.session_id, on_session.HangUp())
            case fx.StartVerification():
                self._start_verification(effect.session_id)
            case fx.TellEntryLive() | fx.TellEntryLost() | fx.TellEntryVerdict():
                self._tell_entry(effect)
            case fx.StartEntries() | fx.CloseEntries() | fx.VoidEntries() | fx.CheckSettled():
                self._for_all_entries(effect)
            case _:
                pass  # ringing, notices and media leave no trace in the domain

    def _start_verification(self, session_id: str) -> None:
        if session_id not in self.verifications:
            attempt = self.sessions[session_id].attempt
            fresh = verification.new_verification(session_id, attempt, self.policy)
            self.verifications[session_id] = fresh

    def _tell_entry(
        self, effect: fx.TellEntryLive | fx.TellEntryLost | fx.TellEntryVerdict
    ) -> None:
        session_id, attempt = effect.session_id, effect.attempt
        entry_id = self.sessions[session_id].entry_id
        event: on_entry.EntryEvent
        match effect:
            case fx.TellEntryLive():
                event = on_entry.SessionLive(session_id, attempt)
            case fx.TellEntryLost():
                event = on_entry.SessionLost(session_id, attempt, self.call.state.window_open)
            case fx.TellEntryVerdict():
                event = on_entry.VerdictGiven.of(self.verifications[session_id])
        self.entry_event(entry_id, event)

    def _for_all_entries(
        self, effect: fx.StartEntries | fx.CloseEntries | fx.VoidEntries | fx.CheckSettled
    ) -> None:
        unfinished = [e for e in self.entries.values() if not e.state.final]
        if isinstance(effect, fx.CheckSettled):
            settled = count(e.state for e in self.entries.values()).settled
            if settled and self.call.state is RollCallState.CLOSING:
                self.call_event(on_call.AllSettled())
            return
        for current in unfinished:
            match effect:
                case fx.StartEntries():
                    self._start(current)
                case fx.CloseEntries():
                    outage = effect.outage or self.outage
                    self.entry_event(current.id, on_entry.WindowClosed(outage))
                case fx.VoidEntries():
                    void = on_entry.Voided(effect.officer_id, Reason.CANCELLED)
                    self.entry_event(current.id, void)

    def _start(self, current: Entry) -> None:
        if current.state is not EntryState.PENDING:
            return
        if current.id in self.on_leave:
            self.entry_event(current.id, on_entry.LeaveCovers("leave", OFFICER_LI))
        elif current.deadline_at is None or self._due(current.deadline_at):
            self.entry_event(current.id, on_entry.Due())

    def snapshot(self) -> "World":
        """An independent copy, to try out an ending on."""
        copy = World.__new__(World)
        copy.__dict__ = {
            name: value.copy() if isinstance(value, dict | set | list | deque) else value
            for name, value in self.__dict__.items()
        }
        copy.call = replace(self.call)
        return copy
