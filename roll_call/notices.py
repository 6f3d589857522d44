"""Codes of what people are told; worded in the dictionaries, never shown raw."""

from enum import StrEnum


class Audience(StrEnum):
    """Who is told."""

    SUBJECT = "subject"
    OFFICERS = "officers"


class Notice(StrEnum):
    """What is said."""

    CALLED = "called"
    CONNECTION_LOST = "connection_lost"
    OFFICER_WILL_CALL = "officer_will_call"
    VERIFIED = "verified"
    DECIDED = "decided"
    EXCUSED = "excused"
    VOIDED = "voided"
    CORRECTED = "corrected"
    CALL_WANTED = "call_wanted"
    CASE_OPENED = "case_opened"
    ROLL_CALL_OPENED = "roll_call_opened"
    ROLL_CALL_SUSPENDED = "roll_call_suspended"
    ROLL_CALL_RESUMED = "roll_call_resumed"
    ROLL_CALL_MISSED = "roll_call_missed"
    ROLL_CALL_CANCELLED = "roll_call_cancelled"
    REPORT_OUT = "report_out"
    TEXT = "text"
    EMERGENCY = "emergency"
    EXCEPTION_REPORTED = "exception_reported"
    SUBSTITUTION_ASKED = "substitution_asked"
    CHANNEL_FAILED = "channel_failed"
    TRIAL = "trial"


class NextStep(StrEnum):
    """What happens next, as a receipt says it; every failure leads somewhere.

    NOTHING: decided (a receipt issued for a late attempt, or after a correction, says so by its
    state). RETRY: the window is open, try once more. OFFICER_WILL_CALL: a person takes over.
    """

    NOTHING = "nothing"
    RETRY = "retry"
    OFFICER_WILL_CALL = "officer_will_call"
