"""Whole sessions with real pictures and real models: who passes, who does not, and why."""

import random

import cv2
import numpy as np
import pytest

from media.faces.analysis import Analyser
from media.faces.outcomes import SCREEN_LIGHT, HoldStill, MovementsDone, PromptIssued, PromptKind
from media.faces.picture import Picture
from roll_call.ports.faces import FaceProblem
from roll_call.verification import Assurance, Inconclusive, VerificationState
from server.simulate.cameras import StillScene
from server.simulate.portrait import PortraitActor
from server.simulate.scene import Scene
from tests.media.faces.conftest import actor, enrolled, three_pictures
from tests.media.faces.stage import Performance, PicturedHead, perform

MOVEMENTS = frozenset(kind.value for kind in PromptKind)


def examine(
    analyser: Analyser,
    reference: str,
    scene: Scene,
    seed: int,
    exempt: frozenset[str] = frozenset(),
    limit_s: float = 60.0,
) -> Performance:
    """A session of somebody before the camera against the enrolment of ``reference``."""
    template = enrolled(analyser, three_pictures(reference)).template
    head = PicturedHead(scene, analyser, template)
    model = analyser.embedder.model
    chance = random.Random(seed)
    return perform(head, chance, model=model, exempt=exempt, limit_s=limit_s)


def still(name: str) -> StillScene:
    return StillScene(actor(name, seed=1).frame(0.0))


@pytest.mark.parametrize("name", ["astronaut", "hopper"])
def test_a_cooperative_person_is_verified(analyser: Analyser, name: str) -> None:
    show = examine(analyser, name, actor(name, seed=3), seed=3)
    assert show.verification.state is VerificationState.MATCH
    assert show.verification.assurance is Assurance.HIGH
    assert show.evidence["similarity"]["frames"] >= 5
    assert show.evidence["screen_light"]["outcome"] == "responds"
    assert show.evidence["changes"] == []
    assert [step["passed"] for step in show.evidence["prompts"][-3:]] == [True] * 3
    assert show.end_s - show.first(MovementsDone) <= 1.0


class Adapting:
    """A browser that sends a smaller picture at first, as it does while it learns the line."""

    STEPS = ((4.0, 0.5), (8.0, 0.75))

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self.prompt, self.light = scene.prompt, scene.light

    def frame(self, at_s: float) -> Picture:
        scale = next((scale for until_s, scale in self.STEPS if at_s < until_s), 1.0)
        picture = self._scene.frame(at_s)
        return cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)


@pytest.mark.parametrize("seed", [3, 4])
def test_a_change_of_resolution_is_no_movement(sface: Analyser, seed: int) -> None:
    """Any of the seven may be asked for, also what is judged by how near the face is."""
    show = examine(sface, "hopper", Adapting(actor("hopper", seed=seed)), seed=seed)
    assert show.end_s > 8.0
    assert show.verification.state is VerificationState.MATCH
    assert show.verification.assurance is Assurance.HIGH
    assert {step["try"] for step in show.evidence["prompts"]} == {1}


def test_another_face_is_a_mismatch_whatever_it_does(analyser: Analyser) -> None:
    show = examine(analyser, "hopper", actor("astronaut", seed=5), seed=5)
    assert show.verification.state is VerificationState.MISMATCH
    assert show.verification.assurance is None


def test_a_photo_is_never_verified(sface: Analyser) -> None:
    show = examine(sface, "hopper", still("hopper"), seed=6)
    assert show.verification.state is VerificationState.INCONCLUSIVE
    assert show.verification.inconclusive is Inconclusive.TRIES_SPENT
    assert show.verification.hindrance is None


def test_without_movements_the_verdict_comes_with_low_assurance(sface: Analyser) -> None:
    spared = MOVEMENTS | {SCREEN_LIGHT}
    show = examine(sface, "hopper", still("hopper"), seed=7, exempt=spared)
    assert show.verification.state is VerificationState.MATCH
    assert show.verification.assurance is Assurance.LOW
    reasons = ["no_liveness", "screen_light_not_shown", "injection_not_excluded"]
    assert show.evidence["assurance_reasons"] == reasons
    assert show.evidence["liveness"]["exempt"] == sorted(spared)


def test_an_exempt_movement_is_not_asked_for(sface: Analyser) -> None:
    allowed = frozenset({"turn_left", "turn_right"})
    show = examine(sface, "hopper", actor("hopper", seed=8), seed=8, exempt=MOVEMENTS - allowed)
    assert show.verification.state is VerificationState.MATCH
    kinds = {outcome.kind.value for _, outcome in show.said if isinstance(outcome, PromptIssued)}
    assert kinds == allowed


def test_darkness_brings_advice_and_never_a_mismatch(sface: Analyser) -> None:
    dark = StillScene((actor("astronaut", seed=1).frame(0.0) * 0.15).astype(np.uint8))
    show = examine(sface, "hopper", dark, seed=9, limit_s=6.0)
    assert set(show.advice) == {FaceProblem.TOO_DARK}
    assert show.verification.inconclusive is Inconclusive.DEADLINE
    assert show.verification.hindrance is FaceProblem.TOO_DARK


class DarkAtFirst(PortraitActor):
    """Somebody who finds the lamp after three seconds."""

    def frame(self, at_s: float) -> Picture:
        picture = super().frame(at_s)
        return (picture * 0.2).astype(np.uint8) if at_s < 3.0 else picture


def test_the_light_coming_back_lets_the_session_go_on(sface: Analyser) -> None:
    person = actor("hopper", seed=11)
    person.__class__ = DarkAtFirst
    show = examine(sface, "hopper", person, seed=11)
    assert show.advice[:2] == [FaceProblem.TOO_DARK, None]
    assert show.first(HoldStill) > 3.0
    assert show.verification.state is VerificationState.MATCH
