"""What a match is worth: the whole ladder, and what it must never do."""

from dataclasses import replace
from itertools import combinations, product

import pytest

from roll_call.assurance import AssuranceReason, Cue, Findings, ScreenLightOutcome, assess
from roll_call.verification_state import Assurance

BEST = Findings(
    template_frames=3,
    provisional=False,
    liveness_shown=True,
    kinds=7,
    replay_suspected=False,
    screen_light=ScreenLightOutcome.RESPONDS,
    cues=frozenset(),
)
HIGH, ORDINARY, INJECTION, LOW = Assurance
ALWAYS = AssuranceReason.INJECTION_NOT_EXCLUDED
WEAK = frozenset(cue for cue in Cue if not cue.strong)
GRAVE = (
    {"liveness_shown": False},
    {"replay_suspected": True},
    {"face_changed": True},
)
SETS_OF_CUES = [
    frozenset(chosen) for size in range(len(Cue) + 1) for chosen in combinations(Cue, size)
]


@pytest.mark.parametrize(
    ("changes", "assurance", "reasons"),
    [
        ({}, HIGH, []),
        ({"template_frames": 2}, ORDINARY, ["few_reference_pictures"]),
        ({"provisional": True}, ORDINARY, ["provisional_template"]),
        ({"kinds": 1}, ORDINARY, ["few_movements"]),
        ({"unasked_movement": True}, ORDINARY, ["unasked_movement"]),
        ({"kinds": 2}, HIGH, []),
        (
            {"screen_light": ScreenLightOutcome.NOT_CONCLUSIVE},
            ORDINARY,
            ["screen_light_not_conclusive"],
        ),
        ({"screen_light": ScreenLightOutcome.NOT_SHOWN}, ORDINARY, ["screen_light_not_shown"]),
        ({"screen_light": ScreenLightOutcome.ABSENT}, ORDINARY, ["screen_light_absent"]),
        ({"cues": frozenset({Cue.STATIC_BACKGROUND})}, ORDINARY, ["static_background"]),
        ({"cues": WEAK}, INJECTION, ["static_background", "regular_timing"]),
        (
            {
                "cues": frozenset({Cue.STATIC_BACKGROUND}),
                "screen_light": ScreenLightOutcome.ABSENT,
            },
            INJECTION,
            ["static_background", "screen_light_absent"],
        ),
        (
            {"unasked_movement": True, "screen_light": ScreenLightOutcome.ABSENT},
            INJECTION,
            ["screen_light_absent", "unasked_movement"],
        ),
        (
            {"unasked_movement": True, "screen_light": ScreenLightOutcome.NOT_CONCLUSIVE},
            ORDINARY,
            ["screen_light_not_conclusive", "unasked_movement"],
        ),
        (
            {"unasked_movement": True, "cues": frozenset({Cue.STATIC_BACKGROUND})},
            INJECTION,
            ["static_background", "unasked_movement"],
        ),
        ({"kept_moving": True}, ORDINARY, ["kept_moving"]),
        *(
            (
                {"kept_moving": True, "screen_light": light},
                INJECTION,
                [f"screen_light_{light}", "kept_moving"],
            )
            for light in ScreenLightOutcome
            if light is not ScreenLightOutcome.RESPONDS
        ),
        ({"cues": frozenset({Cue.MOIRE})}, INJECTION, ["moire"]),
        ({"cues": frozenset({Cue.SCREEN_BORDER})}, INJECTION, ["screen_border"]),
        ({"cues": frozenset({Cue.VIRTUAL_CAMERA})}, INJECTION, ["virtual_camera"]),
        ({"liveness_shown": False, "kinds": 0}, LOW, ["no_liveness"]),
        ({"replay_suspected": True}, LOW, ["replay_suspected"]),
        ({"face_changed": True}, LOW, ["face_changed"]),
    ],
)
def test_the_ladder_by_example(
    changes: dict[str, object], assurance: Assurance, reasons: list[str]
) -> None:
    found = assess(replace(BEST, **changes))  # type: ignore[arg-type]
    assert found == (assurance, (*map(AssuranceReason, reasons), ALWAYS))


@pytest.mark.parametrize("light", ScreenLightOutcome)
@pytest.mark.parametrize("cues", SETS_OF_CUES, ids=lambda cues: "+".join(sorted(cues)) or "none")
def test_every_light_with_every_set_of_signs(
    light: ScreenLightOutcome, cues: frozenset[Cue]
) -> None:
    weak = len(cues & WEAK) + (light is ScreenLightOutcome.ABSENT and bool(cues & WEAK))
    if cues - WEAK or weak >= 2:
        expected = INJECTION
    elif cues or light is not ScreenLightOutcome.RESPONDS:
        expected = ORDINARY
    else:
        expected = HIGH
    found = replace(BEST, screen_light=light, cues=cues)
    assert assess(found)[0] is expected
    for grave in GRAVE:
        assert assess(replace(found, **grave))[0] is LOW  # type: ignore[arg-type]


def test_no_soft_sign_alone_takes_more_than_one_step_down_from_high() -> None:
    for light, cue in product(ScreenLightOutcome, [None, *WEAK]):
        if light is ScreenLightOutcome.RESPONDS or cue is None:
            cues = frozenset([cue] if cue else [])
            assert assess(replace(BEST, screen_light=light, cues=cues))[0].clears


def test_only_high_and_ordinary_clear_a_person() -> None:
    assert [level for level in Assurance if level.clears] == [HIGH, ORDINARY]


def test_every_cue_has_its_reason_and_the_limit_that_always_holds_is_the_last() -> None:
    for cue in Cue:
        _, reasons = assess(replace(BEST, cues=frozenset({cue})))
        assert reasons == (AssuranceReason(cue.value), ALWAYS)
