"""Why a verification ended so: everything for officers, no figure for the person."""

from typing import Any

import pytest

from roll_call.explanation import Outcome, Told, codes, for_officer, for_person
from roll_call.verification_state import Assurance, Inconclusive, VerificationState

EVIDENCE: dict[str, Any] = {
    "model": "sface",
    "model_version": "0ba9fbfa01b5",
    "threshold": 0.45,
    "template_frames": 3,
    "template_version": 2,
    "similarity": {"median": 0.71, "min": 0.6, "frames": 9},
    "prompts": [
        {"kind": "nod", "latency_s": 0.6, "passed": True, "void": False, "why": None},
        {"kind": "close_eyes", "latency_s": None, "passed": False, "void": True, "why": None},
        {"kind": "turn_left", "latency_s": 0.7, "passed": False, "void": False, "why": "too_late"},
    ],
    "liveness": {"exempt": ["open_mouth"]},
    "screen_light": {"outcome": "responds", "lag_s": 0.25},
    "changes": [{"media_s": 4.5, "why": "face_lost"}],
    "assurance_reasons": ["injection_not_excluded"],
    "hindrance": None,
}
MATCH = Outcome(VerificationState.MATCH, Assurance.HIGH)
OUTCOMES = [
    MATCH,
    Outcome(VerificationState.MATCH, Assurance.LOW),
    Outcome(VerificationState.MATCH, Assurance.INJECTION_NOT_EXCLUDED),
    Outcome(VerificationState.MISMATCH),
    *(Outcome(VerificationState.INCONCLUSIVE, inconclusive=why) for why in Inconclusive),
]


def test_an_officer_reads_everything_from_the_verdict_to_the_limit_that_always_holds() -> None:
    assert for_officer(MATCH, EVIDENCE) == (
        Told("verdict.match", {"median": 0.71, "threshold": 0.45, "frames": 9}),
        Told("model", {"model": "sface", "version": "0ba9fbfa01b5", "threshold": 0.45}),
        Told("template_version", {"frames": 3, "version": 2}),
        Told("prompt_passed_after", {"kind": "nod", "latency_s": 0.6}),
        Told("prompt_void", {"kind": "close_eyes"}),
        Told("prompt_too_late", {"kind": "turn_left"}),
        Told("spared", {"kind": "open_mouth"}),
        Told("light_responds", {"lag_s": 0.25}),
        Told("change_face_lost", {"media_s": 4.5}),
        Told("assurance.high"),
        Told("limit.injection_not_excluded"),
    )


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_the_person_never_gets_a_figure(outcome: Outcome) -> None:
    told = for_person(outcome, {**EVIDENCE, "hindrance": "too_dark"})
    assert told
    for one in told:
        assert set(one.params) <= {"problem"}
        assert one.code.startswith("person.")


def test_the_person_is_told_what_stood_in_the_way_only_where_nothing_could_be_said() -> None:
    dark = {**EVIDENCE, "hindrance": "too_dark"}
    why = Outcome(VerificationState.INCONCLUSIVE, inconclusive=Inconclusive.DEADLINE)
    assert for_person(why, dark) == (
        Told("person.deadline"),
        Told("person.hindered", {"problem": "too_dark"}),
    )
    assert codes(for_person(Outcome(VerificationState.MISMATCH), dark)) == ["person.not_sure_who"]


def test_the_signs_against_a_match_are_the_officers_alone() -> None:
    watched = {**EVIDENCE, "assurance_reasons": ["moire", "injection_not_excluded"]}
    low = Outcome(VerificationState.MATCH, Assurance.INJECTION_NOT_EXCLUDED)
    assert "limit.moire" in codes(for_officer(low, watched))
    assert codes(for_person(low, watched)) == ["person.call_to_be_sure"]


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_a_record_of_before_that_kept_little_can_be_explained(outcome: Outcome) -> None:
    told = for_officer(outcome, {"model": "sface", "template_frames": 0})
    assert told[0].code.startswith("verdict.")
