"""Decisions need a name and a reason; final states change only by a Correction."""

import pytest

from roll_call import entry_events as on
from roll_call.correction import Correction, correct, undo
from roll_call.decisions import DECISION_REASONS, MAX_NOTE_CHARS
from roll_call.effects import IssueReceipt, OpenCase, ReportKind, SendReport
from roll_call.entry import Entry, EntryState, apply
from roll_call.errors import Conflict, InvalidInput, RollCallError
from roll_call.notices import NextStep
from roll_call.reasons import Reason
from tests.roll_call.cast import FINAL, NINE, OFFICER_LI, POLICY, UNFINISHED, entry_in, later

NOT_THEIR_FAULT = (
    Reason.TECHNICAL_FAILURE,
    Reason.DEVICE_FAULT,
    Reason.INCONCLUSIVE,
    Reason.LOW_ASSURANCE,
    Reason.NO_REFERENCE,
    Reason.DECLINED_FACE,
    Reason.ARRIVAL_EXPIRED,
    Reason.LEAVE,
)


def code_of(error: pytest.ExceptionInfo[RollCallError]) -> str:
    return error.value.code


@pytest.mark.parametrize("reason", NOT_THEIR_FAULT)
def test_no_officer_can_record_an_absence_for_what_is_not_the_persons_fault(
    reason: Reason,
) -> None:
    with pytest.raises(InvalidInput) as refused:
        on.OfficerAbsent(OFFICER_LI, reason)
    assert code_of(refused) == "reason_not_allowed"
    with pytest.raises(InvalidInput):
        correct(
            entry_in(EntryState.PRESENT),
            EntryState.ABSENT,
            reason,
            OFFICER_LI,
            "看错了",
            POLICY,
            NINE,
        )


@pytest.mark.parametrize(
    ("officer_id", "reason", "note", "code"),
    [
        (" ", Reason.BY_EYE, "", "officer_required"),
        (OFFICER_LI, Reason.MISMATCH, "", "reason_not_allowed"),
        (OFFICER_LI, Reason.OTHER, " ", "note_required"),
        (OFFICER_LI, Reason.BY_EYE, "长" * (MAX_NOTE_CHARS + 1), "note_too_long"),
    ],
)
def test_a_decision_needs_an_officer_a_fitting_reason_and_words_for_other(
    officer_id: str, reason: Reason, note: str, code: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        on.OfficerPresent(officer_id, reason, note)
    assert code_of(refused) == code


def test_every_final_state_has_reasons_to_choose_from() -> None:
    assert set(DECISION_REASONS) == {state.value for state in FINAL}
    for reasons in DECISION_REASONS.values():
        assert Reason.OTHER in reasons


@pytest.mark.parametrize("old", FINAL)
@pytest.mark.parametrize("new", FINAL)
def test_a_correction_leads_from_any_final_state_to_any_other_reasoned_one(
    old: EntryState, new: EntryState
) -> None:
    entry = entry_in(old, reason=Reason.VERIFIED)
    after, correction, effects = correct(
        entry, new, Reason.OTHER, OFFICER_LI, "核对值班记录", POLICY, later(3600)
    )
    assert (after.state, after.reason) == (new, Reason.OTHER)
    assert (after.settled_by, after.settled_at) == (OFFICER_LI, later(3600))
    assert correction == Correction(
        entry_id="e1",
        officer_id=OFFICER_LI,
        at=later(3600),
        why="核对值班记录",
        old_state=old,
        old_reason=Reason.VERIFIED,
        new_state=new,
        new_reason=Reason.OTHER,
        undo=False,
    )
    assert IssueReceipt("e1", "s1", NextStep.NOTHING) in effects
    assert SendReport("rc1", ReportKind.REVISED) in effects


@pytest.mark.parametrize("state", UNFINISHED)
def test_what_is_not_final_is_decided_not_corrected(state: EntryState) -> None:
    with pytest.raises(Conflict) as refused:
        correct(
            entry_in(state),
            EntryState.PRESENT,
            Reason.BY_EYE,
            OFFICER_LI,
            "x",
            POLICY,
            NINE,
        )
    assert code_of(refused) == "not_final"
    with pytest.raises(Conflict):
        undo(entry_in(state), None, OFFICER_LI, POLICY, NINE)


@pytest.mark.parametrize(
    ("new", "reason", "officer_id", "why", "code"),
    [
        (EntryState.REVIEW, Reason.OTHER, OFFICER_LI, "x", "not_a_final_state"),
        (EntryState.ABSENT, Reason.UNANSWERED, OFFICER_LI, " ", "why_required"),
        (EntryState.ABSENT, Reason.UNANSWERED, "", "x", "officer_required"),
        (EntryState.PRESENT, Reason.BY_EYE, OFFICER_LI, "x", "nothing_to_correct"),
    ],
)
def test_a_correction_says_who_and_why_and_changes_something(
    new: EntryState, reason: Reason, officer_id: str, why: str, code: str
) -> None:
    entry = entry_in(EntryState.PRESENT, reason=Reason.BY_EYE)
    with pytest.raises(InvalidInput) as refused:
        correct(entry, new, reason, officer_id, why, POLICY, NINE)
    assert code_of(refused) == code


@pytest.mark.parametrize("state", FINAL)
def test_no_event_moves_a_final_entry(state: EntryState) -> None:
    entry = entry_in(state)
    for decision in (
        on.OfficerPresent(OFFICER_LI, Reason.BY_EYE),
        on.OfficerAbsent(OFFICER_LI, Reason.UNANSWERED),
        on.Voided(OFFICER_LI, Reason.CANCELLED),
    ):
        with pytest.raises(RollCallError) as refused:
            apply(entry, decision, POLICY, NINE)
        assert code_of(refused) == "illegal_transition"


def decided() -> Entry:
    case = entry_in(EntryState.REVIEW, reason=Reason.MISMATCH)
    after, _ = apply(case, on.OfficerAbsent(OFFICER_LI, Reason.MISMATCH), POLICY, NINE)
    return after


def test_an_undo_reopens_the_case_as_it_was_and_is_on_record() -> None:
    soon = later(POLICY.undo_window_s)
    after, correction, effects = undo(decided(), Reason.MISMATCH, OFFICER_LI, POLICY, soon)
    assert (after.state, after.reason) == (EntryState.REVIEW, Reason.MISMATCH)
    assert (after.settled_at, after.settled_by) == (None, None)
    assert correction.undo
    assert (correction.old_state, correction.new_state) == (EntryState.ABSENT, EntryState.REVIEW)
    assert OpenCase("e1", Reason.MISMATCH) in effects
    assert IssueReceipt("e1", "s1", NextStep.OFFICER_WILL_CALL) in effects


def test_a_decision_taken_out_of_the_wall_comes_back_as_a_case() -> None:
    after, _, _ = undo(decided(), None, OFFICER_LI, POLICY, later(1))
    assert (after.state, after.reason) == (EntryState.REVIEW, Reason.OTHER)


@pytest.mark.parametrize(("officer_id", "seconds"), [("officer-zhao", 1.0), (OFFICER_LI, 10.5)])
def test_only_the_one_who_decided_may_undo_and_only_at_once(
    officer_id: str, seconds: float
) -> None:
    with pytest.raises(Conflict) as refused:
        undo(decided(), None, officer_id, POLICY, later(seconds))
    assert code_of(refused) == "undo_expired"


def test_the_machines_own_match_is_nobodys_slip_of_the_hand() -> None:
    cleared = entry_in(EntryState.PRESENT, settled_at=NINE, settled_by=None)
    with pytest.raises(Conflict):
        undo(cleared, None, OFFICER_LI, POLICY, later(1))
