"""What a MATCH is worth (保证等级), from everything that was found beside the face itself.

A single weak sign never decides. Nothing here can condemn: the worst assurance asks for a live
call. Nor can anything here prove that a camera is a camera: a browser cannot tell, and every
verdict says so.
"""

from dataclasses import dataclass
from enum import StrEnum

from roll_call.verification_state import Assurance

MIN_FRAMES_FOR_HIGH = 3
MIN_KINDS_FOR_HIGH = 2
WEAK_CUES_TOGETHER = 2


class ScreenLightOutcome(StrEnum):
    """Whether the light of the screen was seen on the face."""

    RESPONDS = "responds"
    ABSENT = "absent"
    """Dim enough to be seen, and it was not."""
    NOT_CONCLUSIVE = "not_conclusive"
    """Too bright around, too short, too few frames."""
    NOT_SHOWN = "not_shown"


class Cue(StrEnum):
    """Soft signs of a replay or of a camera that is not one."""

    SCREEN_BORDER = "screen_border"
    MOIRE = "moire"
    STATIC_BACKGROUND = "static_background"
    REGULAR_TIMING = "regular_timing"
    VIRTUAL_CAMERA = "virtual_camera"

    @property
    def strong(self) -> bool:
        """Whether it lowers the assurance alone; the others only together."""
        return self in {self.SCREEN_BORDER, self.MOIRE, self.VIRTUAL_CAMERA}


class AssuranceReason(StrEnum):
    """Why an assurance is not higher; worded in the dictionaries."""

    NO_LIVENESS = "no_liveness"
    REPLAY_SUSPECTED = "replay_suspected"
    FACE_CHANGED = "face_changed"
    SCREEN_BORDER = "screen_border"
    MOIRE = "moire"
    STATIC_BACKGROUND = "static_background"
    REGULAR_TIMING = "regular_timing"
    VIRTUAL_CAMERA = "virtual_camera"
    SCREEN_LIGHT_ABSENT = "screen_light_absent"
    SCREEN_LIGHT_NOT_CONCLUSIVE = "screen_light_not_conclusive"
    SCREEN_LIGHT_NOT_SHOWN = "screen_light_not_shown"
    FEW_REFERENCE_PICTURES = "few_reference_pictures"
    PROVISIONAL_TEMPLATE = "provisional_template"
    FEW_MOVEMENTS = "few_movements"
    UNASKED_MOVEMENT = "unasked_movement"
    KEPT_MOVING = "kept_moving"
    INJECTION_NOT_EXCLUDED = "injection_not_excluded"
    """Stands beside every verdict: a browser cannot exclude an injected camera."""


@dataclass(frozen=True, slots=True)
class Findings:
    """What one session showed. ``kinds``: how many kinds of movement could be asked for.

    ``face_changed``: another face was to be seen for a while, whatever came after it.
    ``unasked_movement``: a try was spoilt by a movement that nobody had asked for.
    ``kept_moving``: another was seen when the person had only to look on.
    """

    template_frames: int
    provisional: bool
    liveness_shown: bool
    kinds: int
    replay_suspected: bool
    screen_light: ScreenLightOutcome
    cues: frozenset[Cue]
    face_changed: bool = False
    unasked_movement: bool = False
    kept_moving: bool = False


def assess(findings: Findings) -> tuple[Assurance, tuple[AssuranceReason, ...]]:
    """What a MATCH with these findings is worth, and all that keeps it from being worth more.

    The gravest reasons come first; INJECTION_NOT_EXCLUDED is always the last.
    """
    grave = _grave(findings)
    cues = tuple(AssuranceReason(cue.value) for cue in Cue if cue in findings.cues)
    light = _of_light(findings.screen_light)
    slight = (*light, *_slight(findings))
    reasons = (*grave, *cues, *slight, AssuranceReason.INJECTION_NOT_EXCLUDED)
    if grave:
        return Assurance.LOW, reasons
    if _speaks_for_injection(findings):
        return Assurance.INJECTION_NOT_EXCLUDED, reasons
    return (Assurance.ORDINARY if cues or slight else Assurance.HIGH), reasons


def _grave(findings: Findings) -> tuple[AssuranceReason, ...]:
    said = (
        (not findings.liveness_shown, AssuranceReason.NO_LIVENESS),
        (findings.replay_suspected, AssuranceReason.REPLAY_SUSPECTED),
        (findings.face_changed, AssuranceReason.FACE_CHANGED),
    )
    return tuple(reason for holds, reason in said if holds)


def _of_light(outcome: ScreenLightOutcome) -> tuple[AssuranceReason, ...]:
    match outcome:
        case ScreenLightOutcome.RESPONDS:
            return ()
        case ScreenLightOutcome.ABSENT:
            return (AssuranceReason.SCREEN_LIGHT_ABSENT,)
        case ScreenLightOutcome.NOT_CONCLUSIVE:
            return (AssuranceReason.SCREEN_LIGHT_NOT_CONCLUSIVE,)
        case ScreenLightOutcome.NOT_SHOWN:
            return (AssuranceReason.SCREEN_LIGHT_NOT_SHOWN,)


def _slight(findings: Findings) -> tuple[AssuranceReason, ...]:
    said = (
        (
            findings.template_frames < MIN_FRAMES_FOR_HIGH,
            AssuranceReason.FEW_REFERENCE_PICTURES,
        ),
        (findings.provisional, AssuranceReason.PROVISIONAL_TEMPLATE),
        (
            findings.liveness_shown and findings.kinds < MIN_KINDS_FOR_HIGH,
            AssuranceReason.FEW_MOVEMENTS,
        ),
        (findings.unasked_movement, AssuranceReason.UNASKED_MOVEMENT),
        (findings.kept_moving, AssuranceReason.KEPT_MOVING),
    )
    return tuple(reason for holds, reason in said if holds)


def _speaks_for_injection(findings: Findings) -> bool:
    """A strong cue, two weak ones, or a weak one and no light where it should have been seen.

    A movement that nobody asked for is a weak one: a recording moves like that, and so does
    somebody who did not understand. Who goes on moving when there is only to look on, and is not
    seen to be lit by the screen, has shown no more than three movements, which a loop of all of
    them meets once in some three hundred tries.
    """
    weak = sum(not cue.strong for cue in findings.cues) + findings.unasked_movement
    together = weak + (findings.screen_light is ScreenLightOutcome.ABSENT)
    strong = any(cue.strong for cue in findings.cues)
    unlit = findings.screen_light is not ScreenLightOutcome.RESPONDS
    return (
        strong or (weak > 0 and together >= WEAK_CUES_TOGETHER) or (findings.kept_moving and unlit)
    )
