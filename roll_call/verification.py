"""VerificationVerdict (核验结论): what the machine may say about who is in front of the camera.

See docs/state-machines.md. One addition: ``not_enough_frames`` ends a comparison that stays
undecided as INCONCLUSIVE. MISMATCH and INCONCLUSIVE only ever bring a person to look (REVIEW).
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from roll_call import verification_events as on
from roll_call.effects import Effects, TellEntryVerdict
from roll_call.policy import Policy
from roll_call.transitions import Table
from roll_call.verification_state import (
    Assurance,
    Inconclusive,
    Verification,
    VerificationState,
)

__all__ = [
    "VERIFICATION_TABLE",
    "Assurance",
    "Inconclusive",
    "Verification",
    "VerificationState",
    "apply",
    "new_verification",
]


def _rows() -> Mapping[VerificationState, Mapping[str, VerificationState]]:
    s = VerificationState
    gives_up = {
        "no_reference": s.INCONCLUSIVE,
        "tries_spent": s.INCONCLUSIVE,
        "deadline": s.INCONCLUSIVE,
    }
    return {
        s.AWAITING: {"frames_start": s.LIVENESS, "liveness_exempt": s.COMPARING, **gives_up},
        s.LIVENESS: {"live": s.COMPARING, "try_failed": s.AWAITING, **gives_up},
        s.COMPARING: {
            "quorum_match": s.MATCH,
            "quorum_mismatch": s.MISMATCH,
            "not_enough_frames": s.INCONCLUSIVE,
            "face_lost": s.LIVENESS,
            **gives_up,
        },
    }


VERIFICATION_TABLE: Table[VerificationState] = Table("verification", _rows())
"""Every defined pair; verdicts have none."""


def new_verification(session_id: str, attempt: int, policy: Policy) -> Verification:
    """The verification of a session that went live, with the tries that the policy gives."""
    return Verification(session_id, attempt, tries_left=policy.liveness_tries)


def event_name(verification: Verification, event: on.VerificationEvent) -> str:
    """The guard: the last failed try is ``tries_spent``."""
    last_try = verification.state is VerificationState.LIVENESS and verification.tries_left <= 1
    if isinstance(event, on.TryFailed) and last_try:
        return "tries_spent"
    return event.name


def apply(
    verification: Verification, event: on.VerificationEvent, policy: Policy, now: datetime
) -> tuple[Verification, Effects]:
    """The verification after an event, and what has to be done (only a verdict has an effect).

    ``policy`` and ``now`` are the common signature of the machines; this one needs neither, its
    deadline is the entry's. Raises IllegalTransition for an undefined pair.
    """
    name = event_name(verification, event)
    moved = replace(verification, state=VERIFICATION_TABLE.target(verification.state, name))
    if isinstance(event, on.TryFailed):
        moved = replace(moved, tries_left=verification.tries_left - 1)
    if isinstance(event, on.QuorumMatch):
        moved = replace(moved, assurance=event.assurance)
    if moved.state is VerificationState.INCONCLUSIVE:
        moved = replace(moved, inconclusive=Inconclusive(name))
    if not moved.state.final:
        return moved, ()
    return moved, (TellEntryVerdict(moved.session_id, moved.attempt),)
