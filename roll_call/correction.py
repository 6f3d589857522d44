"""Correction (更正): the only way in which a final state changes; a new record, never an edit.

``correct`` leads from a final state to a final state. ``undo`` is the correction of a slip of the
hand: within ``policy.undo_window_s`` the officer who decided takes the decision back, and the case
lies open (REVIEW) with the reason it had.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from roll_call.decisions import check_decision
from roll_call.effects import (
    Effects,
    IssueReceipt,
    Notify,
    OpenCase,
    ReportKind,
    SendReport,
)
from roll_call.entry import Entry, EntryState
from roll_call.errors import Conflict, InvalidInput
from roll_call.notices import Audience, NextStep, Notice
from roll_call.policy import Policy
from roll_call.reasons import Reason


@dataclass(frozen=True, slots=True)
class Correction:
    """Who, when, why, old, new. ``why`` is the officer's own words, empty for an undo."""

    entry_id: str
    officer_id: str
    at: datetime
    why: str
    old_state: EntryState
    old_reason: Reason | None
    new_state: EntryState
    new_reason: Reason
    undo: bool


def correct(
    entry: Entry,
    new_state: EntryState,
    new_reason: Reason,
    officer_id: str,
    why: str,
    policy: Policy,
    now: datetime,
) -> tuple[Entry, Correction, Effects]:
    """The corrected entry, the record of it, and what has to be done.

    Raises Conflict(not_final) where a decision is still to be taken in the ordinary way,
    InvalidInput with not_a_final_state, nothing_to_correct, why_required, or the codes of
    ``check_decision``.
    """
    if not entry.state.final:
        raise Conflict("not_final", state=entry.state.value)
    if not new_state.final:
        raise InvalidInput("not_a_final_state", state=new_state.value)
    if not why.strip():
        raise InvalidInput("why_required")
    check_decision(new_state.value, officer_id, new_reason, why)
    if (new_state, new_reason) == (entry.state, entry.reason):
        raise InvalidInput("nothing_to_correct")
    correction = Correction(
        entry_id=entry.id,
        officer_id=officer_id,
        at=now,
        why=why,
        old_state=entry.state,
        old_reason=entry.reason,
        new_state=new_state,
        new_reason=new_reason,
        undo=False,
    )
    corrected = replace(
        entry, state=new_state, reason=new_reason, settled_at=now, settled_by=officer_id
    )
    return corrected, correction, _effects(corrected)


def undo(
    entry: Entry, before: Reason | None, officer_id: str, policy: Policy, now: datetime
) -> tuple[Entry, Correction, Effects]:
    """Take back one's own decision: REVIEW, with the reason ``before`` it (None: other).

    It never restores a session or a wait, which may be over by now; an officer decides anew.
    Raises Conflict with not_final or undo_expired (too late, or somebody else's decision).
    """
    if not entry.state.final:
        raise Conflict("not_final", state=entry.state.value)
    if not may_undo(entry, officer_id, policy, now):
        raise Conflict("undo_expired")
    reason = before or Reason.OTHER
    correction = Correction(
        entry_id=entry.id,
        officer_id=officer_id,
        at=now,
        why="",
        old_state=entry.state,
        old_reason=entry.reason,
        new_state=EntryState.REVIEW,
        new_reason=reason,
        undo=True,
    )
    reopened = replace(
        entry, state=EntryState.REVIEW, reason=reason, settled_at=None, settled_by=None
    )
    return reopened, correction, (OpenCase(entry.id, reason), *_effects(reopened))


def may_undo(entry: Entry, officer_id: str, policy: Policy, now: datetime) -> bool:
    """Whether the console still offers "undo" to this officer: their own decision, just taken."""
    if entry.settled_at is None or entry.settled_by != officer_id:
        return False
    return now - entry.settled_at <= timedelta(seconds=policy.undo_window_s)


def _effects(corrected: Entry) -> Effects:
    settled = corrected.state.final
    next_step = NextStep.NOTHING if settled else NextStep.OFFICER_WILL_CALL
    return (
        IssueReceipt(corrected.id, corrected.session_id, next_step),
        Notify(Audience.SUBJECT, corrected.id, Notice.CORRECTED),
        SendReport(corrected.roll_call_id, ReportKind.REVISED),
    )
