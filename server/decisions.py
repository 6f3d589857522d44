"""What officers do to an entry: decide, correct, undo, call. Each is one unit of work."""

from roll_call import correction, entry_events
from roll_call.entry import Entry, EntryState
from roll_call.errors import Conflict
from roll_call.ports.records import CorrectionRecord, DecisionRecord
from roll_call.reasons import Reason
from server.auth.tokens import new_id
from server.cascade import Cascade

Decision = (
    type[entry_events.OfficerPresent]
    | type[entry_events.OfficerAbsent]
    | type[entry_events.OfficerExcused]
)

DECISIONS: dict[str, Decision] = {
    "present": entry_events.OfficerPresent,
    "absent": entry_events.OfficerAbsent,
    "excused": entry_events.OfficerExcused,
}


def decide(
    cascade: Cascade, entry_id: str, officer_id: str, outcome: str, reason: Reason, note: str
) -> Entry:
    """A decision by a named officer with a reason.

    Raises Conflict(correction_required) on a final entry, and the codes of ``check_decision``.
    """
    before = cascade.tx.calls.entry(entry_id)
    if before.state.final:
        raise Conflict("correction_required")
    event = DECISIONS[outcome](officer_id, reason, note)
    details = {
        "outcome": outcome,
        "reason": reason.value,
        "note": note,
        "old_state": before.state.value,
        "old_reason": before.reason.value if before.reason else None,
    }
    decided = cascade.entry_event(entry_id, event, details)
    record = DecisionRecord(
        new_id(), entry_id, officer_id, decided.state, reason, note, cascade.now
    )
    cascade.tx.evidence.add_decision(record, cascade.change("made", {"outcome": outcome}))
    return decided


def correct(
    cascade: Cascade, entry_id: str, officer_id: str, outcome: str, reason: Reason, note: str
) -> Entry:
    """A final state becomes another one; the original stays on record."""
    before = cascade.tx.calls.entry(entry_id)
    after, made, effects = correction.correct(
        before, EntryState(outcome), reason, officer_id, note, cascade.policy, cascade.now
    )
    _save(cascade, before, after, made, "corrected")
    cascade.follow(effects)
    return after


def undo(cascade: Cascade, entry_id: str, officer_id: str) -> Entry:
    """Take one's own fresh decision back: REVIEW, with the reason it had."""
    before = cascade.tx.calls.entry(entry_id)
    reason = _reason_before(cascade, entry_id)
    after, made, effects = correction.undo(before, reason, officer_id, cascade.policy, cascade.now)
    _save(cascade, before, after, made, "undone")
    cascade.follow(effects)
    return after


def _reason_before(cascade: Cascade, entry_id: str) -> Reason | None:
    for row in reversed(cascade.tx.log.entry_history(entry_id)):
        if row.kind.startswith("entry.officer_") and row.payload is not None:
            old = row.payload.get("details", {}).get("old_reason")
            return Reason(old) if old else None
    return None


def _save(
    cascade: Cascade, before: Entry, after: Entry, made: correction.Correction, event: str
) -> None:
    details = {
        "old_state": made.old_state.value,
        "old_reason": made.old_reason.value if made.old_reason else None,
        "new_state": made.new_state.value,
        "new_reason": made.new_reason.value,
        "note": made.why,
    }
    cascade.tx.calls.save_entry(after, before, cascade.change(event, details))
    cascade.outcome.entries[after.id] = after
    record = CorrectionRecord.of(new_id(), made)
    cascade.tx.evidence.add_correction(record, cascade.change("made", {"undo": made.undo}))
