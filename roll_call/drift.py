"""When a person should be enrolled anew (重新登记提醒): a reminder to an officer, nothing more.

Faces change slowly. A template that fitted well and fits less and less still matches for a while;
the reminder comes before the first person is asked in vain.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from statistics import median

SESSIONS = 5
"""Matched sessions at each end of the course that are compared."""

LEFT_OF_HEADROOM = 0.5
"""Drift: of the distance to the threshold that the first sessions had, less than this is left."""


class ReminderCode(StrEnum):
    """In the order of urgency."""

    NOT_IN_THIS_MODEL = "not_in_this_model"
    PROVISIONAL = "provisional"
    FEW_FRAMES = "few_frames"
    SCORES_DRIFT = "scores_drift"
    OLD = "old"


def drifts(first: Sequence[float], last: Sequence[float], threshold: float) -> bool:
    """Whether the medians of a person's last matched sessions have sunk towards the threshold.

    ``first`` and ``last``: medians of the earliest and of the latest sessions with one template;
    fewer than ``SESSIONS`` at either end say nothing. Scale-free: any model's similarity will do.
    """
    if len(first) < SESSIONS or len(last) < SESSIONS:
        return False
    headroom_then = median(first) - threshold
    headroom_now = median(last) - threshold
    return headroom_then > 0 and headroom_now < LEFT_OF_HEADROOM * headroom_then


def reminders(
    *,
    in_this_model: bool,
    frames: int,
    needed: int,
    provisional: bool,
    drifting: bool,
    enrolled_at: datetime,
    now: datetime,
    oldest: timedelta,
) -> tuple[ReminderCode, ...]:
    """Every reason to enrol a person anew, the most urgent first."""
    found = {
        ReminderCode.NOT_IN_THIS_MODEL: not in_this_model,
        ReminderCode.PROVISIONAL: provisional,
        ReminderCode.FEW_FRAMES: frames < needed and not provisional,
        ReminderCode.SCORES_DRIFT: drifting,
        ReminderCode.OLD: now - enrolled_at >= oldest,
    }
    return tuple(code for code, applies in found.items() if applies)
