"""Screen light: seen where it is, not found where it is not, and never guessed in daylight."""

import random
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pytest

from media.faces.analysis import Analyser
from media.faces.light import LightProbe, LightResult
from media.faces.light_sequences import PALETTE, draw_colours, linear
from media.faces.measures.light import light_of
from media.faces.outcomes import LightShown
from roll_call.assurance import ScreenLightOutcome
from roll_call.ports.faces import FaceObservation, Light
from tests.media.faces.conftest import actor

BEGAN_S = 100.0
LAG_S = 0.3
LOOKS_A_SECOND = 8
SEEDS = range(30)
SKIN = np.array([0.35, 0.28, 0.22])
WALL = np.array([0.3, 0.3, 0.3])


def looked_at(light: Light | None, at_s: float, faces: int = 1) -> FaceObservation:
    return FaceObservation("s", at_s, faces, None, None, 0.0, 0.0, None, None, light=light)


def watched(
    probe: LightProbe,
    colours: Sequence[str],
    strength: float,
    seed: int,
    level: float = 1.0,
    until_s: float = 4.2,
) -> LightResult:
    """A face to which a white screen adds ``strength``; the camera keeps correcting itself."""
    noise = np.random.default_rng(seed)
    shade, exposure = 0.0, np.ones(3)
    for index in range(int(until_s * LOOKS_A_SECOND)):
        at_s = index / LOOKS_A_SECOND
        slot = int(np.floor((at_s - LAG_S) / 0.5))
        shown = np.array(linear(colours[slot] if 0 <= slot < len(colours) else "#e0e0e0"))
        shade = 0.8 * shade + noise.normal() * 0.015
        exposure = exposure * np.exp(noise.normal(size=3) * 0.04)
        face = SKIN * level * (1 + strength * shown) * np.exp(shade) * exposure
        around = WALL * level * (1 + 0.1 * strength * shown) * exposure
        face *= np.exp(noise.normal(size=3) * 0.003)
        around *= np.exp(noise.normal(size=3) * 0.003)
        light = Light(tuple(face.tolist()), tuple(around.tolist()))
        probe.see(looked_at(light, at_s), BEGAN_S + at_s)
    return probe.result()


def probe_of(seed: int) -> LightProbe:
    return LightProbe(random.Random(seed), "light", BEGAN_S)


def outcomes(strength: float, *, other_colours: bool = False, level: float = 1.0) -> list[str]:
    found = []
    for seed in SEEDS:
        probe = probe_of(seed)
        colours = draw_colours(random.Random(seed + 999)) if other_colours else probe.shown.colours
        found.append(watched(probe, colours, strength, seed, level).outcome.value)
    return found


class TestSequences:
    def test_they_differ_and_every_colour_comes_up(self) -> None:
        drawn = [draw_colours(random.Random(seed)) for seed in range(300)]
        assert len(set(drawn)) > 280
        assert {colour for colours in drawn for colour in colours} == set(PALETTE)

    def test_no_colour_follows_itself(self) -> None:
        for seed in range(100):
            assert all(one != other for one, other in pairwise(draw_colours(random.Random(seed))))

    def test_they_are_harmless_by_wcag_2_3_1(self) -> None:
        """Two changes a second make one flash at most; a saturated red has 80% of its light red."""
        assert probe_of(1).shown.each_s >= 1 / 3
        for colour in PALETTE:
            red, green, blue = linear(colour)
            assert red / (red + green + blue) < 0.8

    def test_the_whole_show_takes_three_seconds_at_most(self) -> None:
        assert probe_of(1).shown_s <= 3.0


class TestVerdict:
    def test_a_face_that_takes_on_the_colours_responds(self) -> None:
        assert outcomes(0.2).count("responds") == len(SEEDS)

    def test_a_weak_light_is_found_with_its_delay(self) -> None:
        results = [
            watched(probe, probe.shown.colours, 0.05, seed)
            for seed, probe in ((seed, probe_of(seed)) for seed in SEEDS)
        ]
        assert sum(one.outcome is ScreenLightOutcome.RESPONDS for one in results) >= 28
        assert np.median([one.lag_s or 0.0 for one in results]) == pytest.approx(LAG_S, abs=0.1)

    def test_in_daylight_nothing_is_known(self) -> None:
        assert set(outcomes(0.0)) == {"not_conclusive"}

    def test_an_earlier_sessions_light_is_not_this_ones(self) -> None:
        found = outcomes(0.3, other_colours=True)
        assert found.count("absent") >= len(SEEDS) / 2
        assert found.count("responds") <= 1

    def test_in_the_dark_a_face_without_the_light_is_told(self) -> None:
        found = outcomes(0.0, level=0.08)
        assert found.count("absent") >= 0.8 * len(SEEDS)
        assert "responds" not in found

    def test_the_score_is_a_false_alarm_rate(self) -> None:
        """A face that knows another sequence scores 0.9 and more in about a tenth of all cases."""
        scores = []
        for seed in range(150):
            other = draw_colours(random.Random(seed + 999))
            scores.append(watched(probe_of(seed), other, 0.3, seed).score or 0.0)
        assert np.mean(np.array(scores) >= 0.9) < 0.2
        assert 0.3 < np.median(scores) < 0.7


class TestLooks:
    def test_too_few_looks_say_nothing(self) -> None:
        probe = probe_of(1)
        result = watched(probe, probe.shown.colours, 0.5, 1, until_s=1.0)
        assert result.outcome is ScreenLightOutcome.NOT_CONCLUSIVE
        assert result.as_json() == {
            "outcome": "not_conclusive",
            "score": None,
            "lag_s": None,
            "strength": None,
            "frames": 8,
        }

    def test_looks_without_a_measure_or_with_two_faces_do_not_count(self) -> None:
        probe = probe_of(1)
        light = Light((0.3, 0.3, 0.3), (0.2, 0.2, 0.2))
        probe.see(looked_at(None, 0.1), BEGAN_S + 0.1)
        probe.see(looked_at(light, 0.2, faces=2), BEGAN_S + 0.2)
        probe.see(looked_at(light, 0.3), BEGAN_S - 0.3)
        probe.see(looked_at(light, 9.0), BEGAN_S + 9.0)
        assert probe.result().frames == 0

    def test_a_given_sequence_takes_the_place_of_a_drawn_one(self) -> None:
        shown = LightShown("light", ("#ffffff", "#181818"), 0.4)
        probe = LightProbe(random.Random(1), "other", BEGAN_S, shown)
        assert probe.shown is shown
        assert not probe.over(BEGAN_S + 1.9)
        assert probe.over(BEGAN_S + 2.1)


@pytest.mark.parametrize("name", ["astronaut", "hopper"])
@pytest.mark.parametrize("follows", [True, False])
def test_the_light_is_read_from_pictures(sface: Analyser, name: str, follows: bool) -> None:
    probe, person = probe_of(5), actor(name, seed=3)
    shown = probe.shown.colours if follows else draw_colours(random.Random(1234))
    person.light(shown, probe.shown.each_s, 0.2)
    for index in range(30):
        at_s = index * 2 / 15
        picture = person.frame(at_s)
        mesh = sface.look(picture, coverings=False).mesh
        assert mesh is not None
        probe.see(looked_at(light_of(picture, mesh), at_s), BEGAN_S + at_s)
    expected = ScreenLightOutcome.RESPONDS if follows else ScreenLightOutcome.ABSENT
    assert probe.result().outcome is expected


def test_a_coloured_face_is_measured_and_its_exposure_cancels(sface: Analyser) -> None:
    picture = actor("astronaut", seed=1).frame(0.0)
    mesh = sface.look(picture).mesh
    assert mesh is not None
    low, high = mesh.points[:, :2].min(0).astype(int), mesh.points[:, :2].max(0).astype(int)
    reddish = picture.copy()
    reddish[low[1] : high[1], low[0] : high[0], :2] //= 2
    plain, red = light_of(picture, mesh), light_of(reddish, mesh)
    assert red.face[0] == pytest.approx(plain.face[0], rel=0.01)
    assert red.face[2] < 0.4 * plain.face[2]
    assert red.around == plain.around
    darker = light_of((picture // 2).astype(np.uint8), mesh)
    assert darker.face[1] / darker.around[1] == pytest.approx(
        plain.face[1] / plain.around[1], rel=0.1
    )
