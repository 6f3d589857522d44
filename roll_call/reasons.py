"""Reason codes (理由) that REVIEW and the final states carry; worded in the dictionaries."""

from enum import StrEnum


class Reason(StrEnum):
    """Why an entry stands where it stands."""

    NEVER_REACHED = "never_reached"
    UNANSWERED = "unanswered"
    MISMATCH = "mismatch"
    INCONCLUSIVE = "inconclusive"
    LOW_ASSURANCE = "low_assurance"
    NO_REFERENCE = "no_reference"
    TECHNICAL_FAILURE = "technical_failure"
    DECLINED_FACE = "declined_face"
    ARRIVAL_EXPIRED = "arrival_expired"
    OFF_POST = "off_post"
    DEVICE_FAULT = "device_fault"
    LEAVE = "leave"
    VERIFIED = "verified"
    BY_EYE = "by_eye"
    BY_PHONE = "by_phone"
    ON_SITE = "on_site"
    OTHER = "other"
    CANCELLED = "cancelled"
