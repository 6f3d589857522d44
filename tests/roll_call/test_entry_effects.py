"""What a move of an entry asks the server to do: each failure leads somewhere."""

import pytest

from roll_call import entry_events as on
from roll_call.effects import (
    CallSubject,
    CheckSettled,
    CloseCase,
    Effects,
    EndSession,
    IssueReceipt,
    Notify,
    OpenCase,
)
from roll_call.entry import EntryState, apply
from roll_call.notices import Audience, NextStep, Notice
from roll_call.reasons import Reason
from tests.roll_call import tables
from tests.roll_call.cast import ENTRY_EVENTS, NINE, OFFICER_LI, POLICY, WANG, entry_in

DEFINED = tables.pairs(EntryState, tables.ENTRY, tables.ENTRY_ADDITIONS)


def effects_of(state: EntryState, name: str) -> Effects:
    _, effects = apply(entry_in(state), ENTRY_EVENTS[name], POLICY, NINE)
    return effects


def test_calling_rings_as_long_as_the_policy_says() -> None:
    rings = (CallSubject("e1", WANG, POLICY.call_ring_s),)
    assert effects_of(EntryState.PENDING, "due") == rings
    assert effects_of(EntryState.REVIEW, "call") == rings


@pytest.mark.parametrize(("state", "name"), DEFINED)
def test_cases_open_and_close_with_review(state: EntryState, name: str) -> None:
    target, effects = DEFINED[state, name], effects_of(state, name)
    opened = any(isinstance(effect, OpenCase) for effect in effects)
    closed = CloseCase("e1") in effects
    assert opened == (target is EntryState.REVIEW and state is not EntryState.REVIEW)
    assert closed == (state is EntryState.REVIEW and target is not EntryState.REVIEW)


@pytest.mark.parametrize(("state", "name"), DEFINED)
def test_every_settled_entry_asks_whether_the_roll_call_is_settled(
    state: EntryState, name: str
) -> None:
    assert (CheckSettled("rc1") in effects_of(state, name)) == DEFINED[state, name].final


@pytest.mark.parametrize(
    ("state", "name", "next_step"),
    [
        (EntryState.IN_SESSION, "verdict_match", NextStep.NOTHING),
        (EntryState.IN_SESSION, "verdict_low", NextStep.OFFICER_WILL_CALL),
        (EntryState.IN_SESSION, "verdict_other", NextStep.OFFICER_WILL_CALL),
        (EntryState.IN_SESSION, "verdict_deadline", NextStep.OFFICER_WILL_CALL),
        (EntryState.IN_SESSION, "technical_failure", NextStep.OFFICER_WILL_CALL),
        (EntryState.IN_SESSION, "session_lost", NextStep.RETRY),
        (EntryState.IN_SESSION, "session_lost_late", NextStep.OFFICER_WILL_CALL),
        (EntryState.ARRIVED, "arrival_expired", NextStep.OFFICER_WILL_CALL),
        (EntryState.ARRIVED, "face_declined", NextStep.OFFICER_WILL_CALL),
        (EntryState.ARRIVED, "technical_failure", NextStep.OFFICER_WILL_CALL),
        (EntryState.REVIEW, "officer_present", NextStep.NOTHING),
        (EntryState.REVIEW, "officer_absent", NextStep.NOTHING),
        (EntryState.REVIEW, "leave_covers", NextStep.NOTHING),
    ],
)
def test_every_end_of_an_attempt_gives_one_receipt_that_says_what_happens_next(
    state: EntryState, name: str, next_step: NextStep
) -> None:
    receipts = [e for e in effects_of(state, name) if isinstance(e, IssueReceipt)]
    assert [receipt.next_step for receipt in receipts] == [next_step]


def test_a_receipt_of_a_session_names_it() -> None:
    receipts = [
        effect
        for name in ("verdict_other", "verdict_deadline", "session_lost")
        for effect in effects_of(EntryState.IN_SESSION, name)
        if isinstance(effect, IssueReceipt)
    ]
    assert {receipt.session_id for receipt in receipts} == {"s1"}


def test_declining_face_recognition_ends_the_session_and_asks_for_an_officers_call() -> None:
    effects = effects_of(EntryState.IN_SESSION, "face_declined")
    assert EndSession("s1") in effects
    assert OpenCase("e1", Reason.DECLINED_FACE) in effects
    assert Notify(Audience.OFFICERS, "e1", Notice.CALL_WANTED) in effects


@pytest.mark.parametrize("name", ["void", "leave_covers", "officer_excused"])
def test_a_session_that_is_no_longer_needed_is_ended(name: str) -> None:
    assert EndSession("s1") in effects_of(EntryState.IN_SESSION, name)
    assert EndSession("s1") not in effects_of(EntryState.REVIEW, name)


def test_a_decision_by_eye_does_not_cut_off_the_live_call() -> None:
    by_eye = on.OfficerPresent(OFFICER_LI, Reason.BY_EYE)
    _, effects = apply(entry_in(EntryState.IN_SESSION), by_eye, POLICY, NINE)
    assert EndSession("s1") not in effects
