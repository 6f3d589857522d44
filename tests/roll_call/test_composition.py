"""Roll-call, entries, sessions and verifications together, driven at random.

Shown in every reachable state: no timer and no machine leads to ABSENT, a final state changes only
by a Correction (both asserted by the conductor in ``world``), and nothing is ever stuck.
"""

from dataclasses import replace
from datetime import timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from roll_call import call_events as on_call
from roll_call import check_in_events as on_session
from roll_call import entry_events as on_entry
from roll_call import verification_events as on_verification
from roll_call.call import ROLL_CALL_TABLE, RollCallState
from roll_call.check_in import SESSION_TABLE, SessionState
from roll_call.check_in import timer_event as session_timer
from roll_call.correction import may_undo
from roll_call.decisions import DECISION_REASONS
from roll_call.entry import ENTRY_TABLE, EntryState
from roll_call.entry import timer_event as entry_timer
from roll_call.reasons import Reason
from roll_call.verification import VERIFICATION_TABLE, Assurance, VerificationState
from tests.roll_call.cast import FINAL, NINE, OFFICER_LI, POLICY
from tests.roll_call.world import World

SUBJECTS = 3
WINDOW_S = 1200.0
WAITING = (EntryState.PENDING, EntryState.CALLING, EntryState.ARRIVED, EntryState.IN_SESSION)
RUNNING = (RollCallState.OPEN, RollCallState.SUSPENDED, RollCallState.CLOSING)

ENTRIES = st.sampled_from([f"e{n}" for n in range(SUBJECTS)])
WISHES = (
    on_call.Suspend(OFFICER_LI),
    on_call.Resume(OFFICER_LI),
    on_call.WindowClosed(OFFICER_LI),
)
CLIENT_EVENTS = (
    on_session.Join(),
    on_session.MediaUp(),
    on_session.MediaLost(),
    on_session.Talk(),
    on_session.Answering(),
    on_session.HangUp(),
)
EXAMINATION_EVENTS = (
    on_verification.FramesStart(),
    on_verification.LivenessPassed(),
    on_verification.LivenessExempt(),
    on_verification.TryFailed(),
    on_verification.QuorumMatch(Assurance.HIGH),
    on_verification.QuorumMatch(Assurance.LOW),
    on_verification.QuorumMismatch(),
    on_verification.NotEnoughFrames(),
    on_verification.FaceLost(),
    on_verification.NoReference(),
    on_verification.DeadlinePassed(),
)
DECISION_EVENTS = (
    on_entry.OfficerPresent(OFFICER_LI, Reason.BY_EYE),
    on_entry.OfficerAbsent(OFFICER_LI, Reason.UNANSWERED),
    on_entry.OfficerExcused(OFFICER_LI, Reason.LEAVE),
    on_entry.Voided(OFFICER_LI, Reason.CANCELLED),
)
ROLL_CALL_WISHES = st.sampled_from(WISHES)
CLIENT = st.sampled_from(CLIENT_EVENTS)
EXAMINATION = st.sampled_from(EXAMINATION_EVENTS)
DECISIONS = st.sampled_from(DECISION_EVENTS)
SELDOM = st.integers(0, 15).map(lambda die: die == 7)
"""What ends things (decisions, leave, cancelling) comes seldom, so that runs get deep."""


def finish(world: World) -> None:
    """Bring any running roll-call to its end: timers fire, then an officer settles the rest."""
    for _ in range(50):
        deadline = world.next_deadline()
        if deadline is None or world.call.state is RollCallState.CLOSING:
            break
        world.now = max(world.now, deadline)
        world.fire_due()
    assert world.call.state is RollCallState.CLOSING or world.call.state.final
    for entry_id, entry in list(world.entries.items()):
        if not entry.state.final:
            world.entry_event(entry_id, on_entry.OfficerPresent(OFFICER_LI, Reason.BY_PHONE))


class Composition(RuleBasedStateMachine):
    """Officers, persons, phones, the examination, the clock and a failing server, all at once."""

    @initialize(on_leave=st.sets(ENTRIES, max_size=1), own_moment=st.sets(ENTRIES))
    def a_morning(self, on_leave: set[str], own_moment: set[str]) -> None:
        self.world = World(POLICY, NINE, WINDOW_S, SUBJECTS)
        self.world.on_leave = on_leave
        for entry_id in own_moment:
            entry = self.world.entries[entry_id]
            moment = NINE + timedelta(minutes=5)
            self.world.entries[entry_id] = replace(entry, deadline_at=moment)
        self.world.call_event(on_call.Schedule())
        self.world.call_event(on_call.OpeningDue())

    # ---- officers ---------------------------------------------------------------------------

    @rule(event=ROLL_CALL_WISHES, really=SELDOM)
    def steer(self, event: on_call.RollCallEvent, really: bool) -> None:
        really = really or isinstance(event, on_call.Resume)
        if really and ROLL_CALL_TABLE.defines(self.world.call.state, event.name):
            self.world.call_event(event)

    @precondition(lambda self: self.world.call.state in RUNNING[:2])
    @rule(really=SELDOM)
    def cancel(self, really: bool) -> None:
        if really:
            self.world.call_event(on_call.Cancel(OFFICER_LI))

    @rule(entry_id=ENTRIES)
    def call(self, entry_id: str) -> None:
        if ENTRY_TABLE.defines(self.world.entries[entry_id].state, "call"):
            self.world.entry_event(entry_id, on_entry.Call(OFFICER_LI))

    @rule(entry_id=ENTRIES, decision=DECISIONS, really=SELDOM)
    def decide(self, entry_id: str, decision: on_entry.OfficerDecision, really: bool) -> None:
        if really and not self.world.entries[entry_id].state.final:
            self.world.entry_event(entry_id, decision)

    @rule(entry_id=ENTRIES, state=st.sampled_from(FINAL), pick=st.integers(0, 9))
    def correct(self, entry_id: str, state: EntryState, pick: int) -> None:
        entry = self.world.entries[entry_id]
        reasons = sorted(DECISION_REASONS[state.value])
        reason = reasons[pick % len(reasons)]
        if entry.state.final and (state, reason) != (entry.state, entry.reason):
            self.world.correct(entry_id, state, reason)

    @rule(entry_id=ENTRIES, reason=st.none() | st.just(Reason.MISMATCH))
    def undo(self, entry_id: str, reason: Reason | None) -> None:
        entry = self.world.entries[entry_id]
        if entry.state.final and may_undo(entry, OFFICER_LI, POLICY, self.world.now):
            self.world.undo(entry_id, reason)

    # ---- persons, their phones, the examination ---------------------------------------------

    @rule(entry_id=ENTRIES)
    def take_ticket(self, entry_id: str) -> None:
        self.world.take_ticket(entry_id)

    @rule(entry_id=ENTRIES)
    def take_ticket_and_come_up(self, entry_id: str) -> None:
        self.world.take_ticket(entry_id)
        self.come_up(entry_id)

    @rule(entry_id=ENTRIES, events=st.lists(EXAMINATION, max_size=12))
    def be_examined(self, entry_id: str, events: list[on_verification.VerificationEvent]) -> None:
        for session in self.world.open_sessions(entry_id):
            for event in events:
                verification = self.world.verifications.get(session.id)
                if verification and VERIFICATION_TABLE.defines(verification.state, event.name):
                    self.world.verification_event(session.id, event)

    def come_up(self, entry_id: str) -> None:
        for session in self.world.open_sessions(entry_id):
            for event in (on_session.Join(), on_session.MediaUp()):
                if SESSION_TABLE.defines(self.world.sessions[session.id].state, event.name):
                    self.world.session_event(session.id, event)

    @rule(entry_id=ENTRIES, event=CLIENT)
    def phone(self, entry_id: str, event: on_session.SessionEvent) -> None:
        for session in self.world.open_sessions(entry_id):
            if SESSION_TABLE.defines(session.state, event.name):
                self.world.session_event(session.id, event)

    @rule(pick=st.integers(0, 99), event=EXAMINATION)
    def examine(self, pick: int, event: on_verification.VerificationEvent) -> None:
        """Also for sessions long over: their verdicts are stale or late."""
        going = [v for v in self.world.verifications.values() if not v.state.final]
        if going:
            verification = going[pick % len(going)]
            if VERIFICATION_TABLE.defines(verification.state, event.name):
                self.world.verification_event(verification.session_id, event)

    @rule(entry_id=ENTRIES, really=SELDOM)
    def decline_face(self, entry_id: str, really: bool) -> None:
        if really:
            self.world.entry_event(entry_id, on_entry.FaceDeclined())

    @rule(entry_id=ENTRIES, really=SELDOM)
    def leave_is_approved(self, entry_id: str, really: bool) -> None:
        if really:
            self.world.entry_event(entry_id, on_entry.LeaveCovers("leave", OFFICER_LI))

    # ---- faults and the clock ---------------------------------------------------------------

    @rule(entry_id=ENTRIES, pick=st.integers(0, 99))
    def technical_failure(self, entry_id: str, pick: int) -> None:
        mine = [s for s in self.world.sessions.values() if s.entry_id == entry_id]
        if mine:
            session = mine[pick % len(mine)]
            failure = on_entry.TechnicalFailure(session.id, session.attempt)
            self.world.entry_event(entry_id, failure)

    @rule()
    def server_restarts(self) -> None:
        self.world.restart()

    @rule(seconds=st.sampled_from([1.0, 9.0, 30.0, 200.0]))
    def time_passes(self, seconds: float) -> None:
        self.world.now += timedelta(seconds=seconds)
        self.world.fire_due()

    @rule(really=SELDOM)
    def next_timer(self, really: bool) -> None:
        deadline = self.world.next_deadline()
        if really and deadline is not None:
            self.world.now = max(self.world.now, deadline)
            self.world.fire_due()

    # ---- what must always hold --------------------------------------------------------------

    @invariant()
    def reasons_stand_where_they_belong(self) -> None:
        for entry in self.world.entries.values():
            assert (entry.reason is None) == (entry.state in WAITING)
            assert (entry.settled_at is not None) == entry.state.final
            if entry.state is EntryState.ABSENT:
                assert entry.settled_by == OFFICER_LI
                assert entry.reason in DECISION_REASONS["absent"]

    @invariant()
    def review_is_what_lies_in_the_queue(self) -> None:
        in_review = {
            entry.id for entry in self.world.entries.values() if entry.state is EntryState.REVIEW
        }
        assert self.world.cases == in_review

    @invariant()
    def nothing_waits_without_a_timer_or_a_person(self) -> None:
        for entry in self.world.entries.values():
            if entry.state is not EntryState.PENDING:
                assert (entry.deadline_at is not None) == (entry_timer(entry) is not None)
        for session in self.world.sessions.values():
            assert (session.deadline_at is not None) == (session_timer(session) is not None)

    @invariant()
    def in_session_means_a_session(self) -> None:
        for entry in self.world.entries.values():
            if entry.state is EntryState.IN_SESSION:
                assert entry.session_id is not None
                session = self.world.sessions[entry.session_id]
                assert session.attempt == entry.attempt
                assert session.state in {SessionState.LIVE, SessionState.RECONNECTING}

    @invariant()
    def nobody_waits_for_a_call_after_the_window(self) -> None:
        if self.world.call.state.window_open:
            return
        late = {EntryState.PENDING, EntryState.CALLING}
        assert not late & {entry.state for entry in self.world.entries.values()}

    @invariant()
    def one_person_has_one_open_session(self) -> None:
        for entry_id in self.world.entries:
            assert len(self.world.open_sessions(entry_id)) <= 1

    @invariant()
    def a_match_of_the_machine_is_a_match(self) -> None:
        for entry in self.world.entries.values():
            if entry.reason is Reason.VERIFIED and entry.settled_by is None:
                assert entry.session_id is not None
                verification = self.world.verifications[entry.session_id]
                assert verification.state is VerificationState.MATCH
                assert verification.assurance is not Assurance.LOW

    @invariant()
    def nothing_is_stuck(self) -> None:
        """From here, timers and one officer bring everything to its end."""
        ending = self.world.snapshot()
        was_running = ending.call.state in RUNNING
        finish(ending)
        assert all(entry.state.final for entry in ending.entries.values())
        if was_running:
            assert ending.call.state is RollCallState.CLOSED


Composition.TestCase.settings = settings(max_examples=100, stateful_step_count=50)
TestComposition = Composition.TestCase
