"""OfficerDecision (人工核定): which reasons a named officer may give for which decision.

The machine never condemns anyone, and an officer cannot lay our faults at somebody's door either:
a technical failure, an inconclusive check, a declined face or an unfinished wait is no ground for
ABSENT. Whoever has another ground says OTHER and writes it down.
"""

from collections.abc import Mapping

from roll_call.errors import InvalidInput
from roll_call.reasons import Reason

PRESENT_REASONS = frozenset(
    {Reason.BY_EYE, Reason.BY_PHONE, Reason.ON_SITE, Reason.DEVICE_FAULT, Reason.OTHER}
)
ABSENT_REASONS = frozenset(
    {Reason.NEVER_REACHED, Reason.UNANSWERED, Reason.MISMATCH, Reason.OFF_POST, Reason.OTHER}
)
EXCUSED_REASONS = frozenset(
    {Reason.LEAVE, Reason.DEVICE_FAULT, Reason.TECHNICAL_FAILURE, Reason.OTHER}
)
VOID_REASONS = frozenset({Reason.CANCELLED, Reason.OTHER})

DECISION_REASONS: Mapping[str, frozenset[Reason]] = {
    "present": PRESENT_REASONS,
    "absent": ABSENT_REASONS,
    "excused": EXCUSED_REASONS,
    "void": VOID_REASONS,
}
"""Allowed reasons by the value of the EntryState decided for; the console offers exactly these."""

MAX_NOTE_CHARS = 500


def check_decision(decision: str, officer_id: str, reason: Reason, note: str) -> None:
    """Raise InvalidInput unless a named officer gives an allowed reason.

    Codes: officer_required, reason_not_allowed (decision, reason), note_required (reason OTHER
    without words), note_too_long (limit in characters).
    """
    if not officer_id.strip():
        raise InvalidInput("officer_required")
    if reason not in DECISION_REASONS[decision]:
        raise InvalidInput("reason_not_allowed", decision=decision, reason=reason.value)
    if reason is Reason.OTHER and not note.strip():
        raise InvalidInput("note_required")
    if len(note) > MAX_NOTE_CHARS:
        raise InvalidInput("note_too_long", limit=MAX_NOTE_CHARS)
