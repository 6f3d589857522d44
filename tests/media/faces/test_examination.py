"""Whole sessions with real pictures and real models: who passes, who does not, and why."""

import random

import numpy as np
import pytest

from media.faces.analysis import Analyser
from media.faces.outcomes import HoldStill, MovementsDone, PromptIssued
from roll_call.ports.faces import FaceProblem
from roll_call.verification import Assurance, Inconclusive, VerificationState
from server.simulate.cameras import StillScene
from tests.media.faces.conftest import actor, enrolled, three_pictures
from tests.media.faces.stage import Performance, PicturedHead, perform

ALL = frozenset({"turn_left", "turn_right", "nod"})


def examine(
    analyser: Analyser, reference: str, scene: object, seed: int, **more: object
) -> Performance:
    """A session of somebody before the camera against the enrolment of ``reference``."""
    template = enrolled(analyser, three_pictures(reference)).template
    head = PicturedHead(scene, analyser, template)  # type: ignore[arg-type]
    return perform(head, random.Random(seed), model=analyser.embedder.model, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["astronaut", "hopper"])
def test_a_cooperative_person_is_verified(analyser: Analyser, name: str) -> None:
    show = examine(analyser, name, actor(name, seed=3), seed=3)
    assert show.verification.state is VerificationState.MATCH
    assert show.verification.assurance is Assurance.HIGH
    assert show.evidence["similarity"]["frames"] >= 5
    assert [step["passed"] for step in show.evidence["prompts"][-3:]] == [True] * 3


def test_the_machine_is_ready_when_the_person_is(sface: Analyser) -> None:
    show = examine(sface, "hopper", actor("hopper", seed=4), seed=4)
    assert show.end_s - show.first(MovementsDone) <= 1.0
    assert show.end_s <= 14.0


def test_another_face_is_a_mismatch_whatever_it_does(analyser: Analyser) -> None:
    show = examine(analyser, "hopper", actor("astronaut", seed=5), seed=5)
    assert show.verification.state is VerificationState.MISMATCH
    assert show.verification.assurance is None


def test_a_photo_is_never_verified(sface: Analyser) -> None:
    photo = StillScene(actor("hopper", seed=1).frame(0.0))
    show = examine(sface, "hopper", photo, seed=6)
    assert show.verification.state is VerificationState.INCONCLUSIVE
    assert show.verification.inconclusive is Inconclusive.TRIES_SPENT


def test_without_movements_the_verdict_comes_with_low_assurance(sface: Analyser) -> None:
    photo = StillScene(actor("hopper", seed=1).frame(0.0))
    show = examine(sface, "hopper", photo, seed=7, exempt=ALL)
    assert show.verification.state is VerificationState.MATCH
    assert show.verification.assurance is Assurance.LOW
    assert show.evidence["assurance_reasons"] == ["injection_not_excluded", "no_liveness"]
    assert show.evidence["liveness"]["exempt"] == sorted(ALL)


def test_an_exempt_movement_is_not_asked_for(sface: Analyser) -> None:
    spared = frozenset({"nod"})
    show = examine(sface, "hopper", actor("hopper", seed=8), seed=8, exempt=spared)
    assert show.verification.state is VerificationState.MATCH
    kinds = {outcome.kind.value for _, outcome in show.said if isinstance(outcome, PromptIssued)}
    assert kinds == {"turn_left", "turn_right"}


def test_darkness_brings_advice_and_never_a_mismatch(sface: Analyser) -> None:
    dark = StillScene((actor("astronaut", seed=1).frame(0.0) * 0.15).astype(np.uint8))
    show = examine(sface, "hopper", dark, seed=9, limit_s=6.0)
    assert set(show.advice) == {FaceProblem.TOO_DARK}
    assert show.verification.inconclusive is Inconclusive.DEADLINE


def test_the_light_coming_back_lets_the_session_go_on(sface: Analyser) -> None:
    class DarkAtFirst:
        def __init__(self) -> None:
            self._person = actor("hopper", seed=11)

        def frame(self, at_s: float) -> np.ndarray:
            picture = self._person.frame(at_s)
            return (picture * 0.2).astype(np.uint8) if at_s < 3.0 else picture

        def prompt(self, kind: str, at_s: float) -> None:
            self._person.prompt(kind, at_s)

    show = examine(sface, "hopper", DarkAtFirst(), seed=11)
    assert show.advice[:2] == [FaceProblem.TOO_DARK, None]
    assert show.first(HoldStill) > 3.0
    assert show.verification.state is VerificationState.MATCH
