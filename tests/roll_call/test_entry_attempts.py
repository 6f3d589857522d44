"""Tickets, attempts and stale reports: what counts, and what is kept without counting."""

import pytest

from roll_call import entry_events as on
from roll_call.effects import EvidenceKind, IssueReceipt, KeepEvidence
from roll_call.entry import Entry, EntryState, apply, timer_event
from roll_call.notices import NextStep
from roll_call.verification import Assurance, VerificationState
from tests.roll_call.cast import FINAL, NINE, POLICY, WANG, entry_in, later, verdict


def fresh() -> Entry:
    return Entry("e1", "rc1", WANG)


def test_the_first_ticket_is_the_arrival_and_stays_so() -> None:
    first, _ = apply(fresh(), on.TicketTaken(), POLICY, NINE)
    again, _ = apply(first, on.TicketTaken(), POLICY, later(60))
    assert (first.state, first.arrived_at, first.attempt) == (EntryState.ARRIVED, NINE, 1)
    assert (again.arrived_at, again.attempt) == (NINE, 2)
    assert again.deadline_at == later(60 + POLICY.arrival_patience_s)


def test_a_session_without_a_ticket_counts_as_arrival_too() -> None:
    live, _ = apply(fresh(), on.SessionLive("s1", 1), POLICY, NINE)
    assert (live.state, live.arrived_at, live.session_id) == (EntryState.IN_SESSION, NINE, "s1")


def test_a_session_overtaken_by_a_newer_ticket_cannot_go_live() -> None:
    waiting = entry_in(EntryState.ARRIVED, attempt=2)
    after, effects = apply(waiting, on.SessionLive("s1", 1), POLICY, NINE)
    assert after == waiting
    assert effects == (KeepEvidence("e1", "session_live", EvidenceKind.STALE, "s1"),)


@pytest.mark.parametrize(("session_id", "attempt"), [("s0", 1), ("s1", 0), ("s2", 2)])
def test_a_stale_verdict_is_recorded_and_ignored(session_id: str, attempt: int) -> None:
    entry = entry_in(EntryState.IN_SESSION)
    match = verdict(VerificationState.MATCH, Assurance.HIGH, None, session_id, attempt)
    after, effects = apply(entry, match, POLICY, NINE)
    assert after == entry
    assert effects == (KeepEvidence("e1", "verdict_match", EvidenceKind.STALE, session_id),)


@pytest.mark.parametrize("state", FINAL)
def test_a_late_attempt_on_a_final_entry_gets_its_receipt_and_changes_nothing(
    state: EntryState,
) -> None:
    entry = entry_in(state)
    for event in (on.TicketTaken(), verdict(VerificationState.MATCH, Assurance.HIGH)):
        after, effects = apply(entry, event, POLICY, NINE)
        assert after == entry
        assert [type(effect) for effect in effects] == [KeepEvidence, IssueReceipt]
        assert effects[1].next_step is NextStep.NOTHING  # type: ignore[union-attr]


def test_an_ordinary_hang_up_after_the_verdict_leaves_no_trace_on_the_entry() -> None:
    for state in (EntryState.PRESENT, EntryState.REVIEW, EntryState.ARRIVED):
        entry = entry_in(state)
        assert apply(entry, on.SessionLost("s1", 1, window_open=True), POLICY, NINE) == (entry, ())


def test_waiting_and_sessions_have_deadlines_and_nothing_else_has() -> None:
    arrived, _ = apply(fresh(), on.TicketTaken(), POLICY, NINE)
    live, _ = apply(arrived, on.SessionLive("s1", 1), POLICY, NINE)
    lost, _ = apply(live, on.SessionLost("s1", 1, window_open=True), POLICY, NINE)
    assert arrived.deadline_at == later(POLICY.arrival_patience_s)
    assert live.deadline_at == later(POLICY.verdict_deadline_s)
    assert (lost.state, lost.deadline_at) == (EntryState.CALLING, None)
    assert timer_event(arrived, outage=True) == on.ArrivalExpired(outage=True)
    assert timer_event(live) == on.VerdictDeadline()
    assert timer_event(fresh()) == on.Due()
