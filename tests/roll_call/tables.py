"""The agreed tables, written down a second time and by hand.

Additions of our own stand apart and are named in the docstring of the machine that has them.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

S = TypeVar("S", bound=StrEnum)

Rows = Mapping[str, str]

_DECIDED = "officer_present>present officer_absent>absent officer_excused>excused void>void"

ENTRY: Rows = {
    "pending": "call>calling due>calling ticket_taken>arrived session_live>in_session"
    f" leave_covers>excused window_closed>review {_DECIDED}",
    "calling": "call>calling ticket_taken>arrived session_live>in_session"
    f" leave_covers>excused window_closed>review {_DECIDED}",
    "arrived": "session_live>in_session leave_covers>excused arrival_expired>review"
    f" window_closed>arrived {_DECIDED}",
    "in_session": "verdict_match>present verdict_low>review verdict_other>review"
    " verdict_deadline>review technical_failure>review session_lost>calling"
    f" session_lost_late>review leave_covers>excused window_closed>in_session {_DECIDED}",
    "review": "call>review session_live>in_session leave_covers>excused"
    f" window_closed>review {_DECIDED}",
}

ENTRY_ADDITIONS: Rows = {
    "pending": "face_declined>review",
    "calling": "face_declined>review",
    "arrived": "face_declined>review ticket_taken>arrived technical_failure>review",
    "in_session": "face_declined>review",
    "review": "face_declined>review ticket_taken>review",
}

ROLL_CALL: Rows = {
    "draft": "schedule>scheduled cancel>cancelled",
    "scheduled": "open>open missed>missed cancel>cancelled",
    "open": "suspend>suspended window_closed>closing cancel>cancelled",
    "suspended": "resume>open suspend_limit>closing cancel>cancelled",
    "closing": "all_settled>closed report_cut_off>closing",
}

_OVER = "hang_up>ended superseded>ended limit>ended"

SESSION: Rows = {
    "new": f"join>negotiating deadline>failed {_OVER}",
    "negotiating": f"media_up>live deadline>failed {_OVER}",
    "live": f"media_lost>reconnecting server_restarted>reconnecting {_OVER}",
    "reconnecting": f"media_up>live deadline>failed {_OVER}",
}

SESSION_ADDITIONS: Rows = {
    "new": "server_restarted>new",
    "negotiating": "server_restarted>negotiating",
    "live": "talk>live answering>live",
    "reconnecting": "server_restarted>reconnecting answering>reconnecting",
}

_GIVES_UP = "no_reference>inconclusive tries_spent>inconclusive deadline>inconclusive"

VERIFICATION: Rows = {
    "awaiting": f"frames_start>liveness liveness_exempt>comparing {_GIVES_UP}",
    "liveness": f"live>comparing try_failed>awaiting {_GIVES_UP}",
    "comparing": f"quorum_match>match quorum_mismatch>mismatch face_lost>liveness {_GIVES_UP}",
}

VERIFICATION_ADDITIONS: Rows = {"comparing": "not_enough_frames>inconclusive"}

_ENDS = "withdraw>withdrawn expire>withdrawn"

SELF_ENROLMENT: Rows = {
    "wanted": f"submit>submitted {_ENDS}",
    "submitted": f"confirm>confirmed reject>rejected {_ENDS}",
    "rejected": f"submit>submitted {_ENDS}",
}


def pairs(states: type[S], *tables: Rows) -> dict[tuple[S, str], S]:
    """The defined pairs of some tables together, with their targets."""
    found: dict[tuple[S, str], S] = {}
    for table in tables:
        for state, row in table.items():
            for cell in row.split():
                event, _, target = cell.partition(">")
                found[states(state), event] = states(target)
    return found
