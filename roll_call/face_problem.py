"""Why a picture of a face cannot be used: the person's to mend, never a finding against them."""

from enum import StrEnum


class FaceProblem(StrEnum):
    """Worded for people in the dictionaries."""

    NO_FACE = "no_face"
    SEVERAL_FACES = "several_faces"
    TOO_DARK = "too_dark"
    TOO_BRIGHT = "too_bright"
    TOO_FAR = "too_far"
    TOO_CLOSE = "too_close"
    BLURRED = "blurred"
    TURNED_AWAY = "turned_away"
    MASK = "mask"
    DARK_GLASSES = "dark_glasses"
    EYES_CLOSED = "eyes_closed"
    OFF_CENTER = "off_center"
    UNREADABLE = "unreadable"
    TOO_ALIKE = "too_alike"
    """Of enrolment pictures: shows nothing that an earlier one does not show."""
