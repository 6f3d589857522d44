"""The animated actor: what the models see of it."""

from itertools import pairwise
from random import Random

import cv2
import numpy as np
import pytest

from media.faces.analysis import Analyser, Look
from media.faces.light import LightProbe, LightResult
from media.faces.measures.light import light_of
from media.faces.outcomes import LightShown
from roll_call.assurance import ScreenLightOutcome
from roll_call.errors import FaceError
from roll_call.ports.faces import FaceObservation, Pose
from server.simulate.portrait import (
    HEIGHT,
    WIDTH,
    PortraitActor,
    Posture,
    portraits,
    puppet,
    sprite,
)
from server.simulate.screen_glow import SUNLIGHT
from tests.media.faces.conftest import actor, portrait

NAMES = ["astronaut", "hopper"]


def pose_of(analyser: Analyser, picture: np.ndarray) -> Pose:
    pose = analyser.look(picture).pose
    assert pose is not None
    return pose


def answer(analyser: Analyser, name: str, kind: str) -> list[Pose]:
    """The poses of an actor that answers one prompt at second 1, relative to its beginning."""
    person = actor(name, seed=5)
    person.prompt(kind, 1.0)
    poses = [pose_of(analyser, person.frame(1.0 + i / 10)) for i in range(30)]
    start = poses[0]
    return [Pose(p.yaw - start.yaw, p.pitch - start.pitch, p.roll - start.roll) for p in poses]


@pytest.mark.parametrize("name", NAMES)
def test_left_is_the_persons_own_left(sface: Analyser, name: str) -> None:
    left, right = (answer(sface, name, kind) for kind in ("turn_left", "turn_right"))
    assert max(pose.yaw for pose in left) > 13
    assert min(pose.yaw for pose in right) < -13
    # A turn to the own left moves the nose towards the right edge of the (unmirrored) picture.
    turned, straight = (
        cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR).astype(np.uint8)
        for data in sprite(portrait(name), [Posture(yaw=30.0), Posture()])
    )
    noses = [sface.look(picture).mesh for picture in (turned, straight)]
    assert noses[0] is not None
    assert noses[1] is not None
    assert noses[0].points[1, 0] > noses[1].points[1, 0] + 10


@pytest.mark.parametrize("name", NAMES)
def test_a_nod_looks_down_and_comes_back(sface: Analyser, name: str) -> None:
    poses = answer(sface, name, "nod")
    assert max(pose.pitch for pose in poses) > 9
    assert all(abs(pose.yaw) < 8 for pose in poses)
    assert abs(poses[-1].pitch) < 5


def looks(analyser: Analyser, name: str, kind: str) -> list[Look]:
    """What is seen of an actor who answers one prompt at second 1, ten times a second."""
    person = actor(name, seed=5)
    person.prompt(kind, 1.0)
    return [analyser.look(person.frame(1.0 + i / 10)) for i in range(40)]


@pytest.mark.parametrize(("name", "closed"), [("astronaut", 0.6), ("hopper", 0.35)])
def test_eyes_are_held_closed_and_open_again(sface: Analyser, name: str, closed: float) -> None:
    """The second one wears glasses, through which less is read."""
    eyes = [look.mesh.eyes_closed for look in looks(sface, name, "close_eyes") if look.mesh]
    assert sum(value > closed for value in eyes) >= 6
    assert eyes[-1] < 0.15


@pytest.mark.parametrize("name", NAMES)
def test_the_mouth_opens_wide_and_closes(sface: Analyser, name: str) -> None:
    seen = [look.mesh for look in looks(sface, name, "open_mouth")]
    mouths = [mesh.mouth_open for mesh in seen if mesh]
    assert len(mouths) == len(seen)
    assert max(mouths) > 0.4
    assert mouths[-1] < 0.1


@pytest.mark.parametrize("name", NAMES)
def test_reading_digits_opens_the_mouth_three_times(sface: Analyser, name: str) -> None:
    mouths = [look.mesh.mouth_open for look in looks(sface, name, "read_digits") if look.mesh]
    open_now = [value > 0.1 for value in mouths]
    openings = sum(now and not before for before, now in pairwise(open_now))
    assert 2 <= openings <= 3
    assert not open_now[-1]


@pytest.mark.parametrize("name", NAMES)
def test_coming_nearer_makes_the_face_larger_by_a_quarter_and_more(
    sface: Analyser, name: str
) -> None:
    sizes = [q.eye_distance_px for look in looks(sface, name, "come_nearer") if (q := look.quality)]
    assert max(sizes) > 1.25 * sizes[0]


@pytest.mark.parametrize("name", NAMES)
def test_the_face_takes_on_the_screens_light(sface: Analyser, name: str) -> None:
    result = lit(sface, actor(name, seed=3))
    assert result.outcome is ScreenLightOutcome.RESPONDS
    assert result.lag_s == pytest.approx(0.08, abs=0.1)


def test_in_sunlight_the_screens_light_is_not_to_be_seen(sface: Analyser) -> None:
    person = PortraitActor(portrait("hopper"), seed=3, room=SUNLIGHT)
    assert lit(sface, person).outcome is not ScreenLightOutcome.RESPONDS


def test_a_postures_drawing_does_not_depend_on_what_was_drawn_before() -> None:
    doll = puppet(portrait("hopper"))
    straight = doll.draw(Posture())
    doll.draw(Posture(eyes_closed=1.0, mouth_open=1.0, nearer=1.3))
    assert np.array_equal(doll.draw(Posture()), straight)


def lit(analyser: Analyser, person: PortraitActor) -> LightResult:
    """What the screen's light is found to do to an actor."""
    probe = LightProbe(Random(4), "light", 1.0)
    shown: LightShown = probe.shown
    person.light(shown.colours, shown.each_s, 1.0)
    for i in range(50):
        at_s = 1.0 + i / 10
        picture = person.frame(at_s)
        mesh = analyser.look(picture).mesh
        assert mesh is not None
        light = light_of(picture, mesh)
        seen = FaceObservation("s", at_s, 1, None, mesh.pose, 0, 0, None, None, light=light)
        probe.see(seen, at_s)
    return probe.result()


def test_reactions_take_a_persons_time_and_vary(sface: Analyser) -> None:
    onsets = set()
    for seed in range(8):
        person = PortraitActor(portrait("hopper"), seed=seed)
        still = person.frame(1.0).astype(int)
        person.prompt("turn_left", 1.0)
        moved = (
            at_s
            for at_s in np.arange(1.0, 4.0, 0.05)
            if np.abs(person.frame(float(at_s)).astype(int) - still)[150:350, 220:420].mean() > 14
        )
        onsets.add(round(float(next(moved)) - 1.0, 2))
    assert min(onsets) > 0.25
    assert max(onsets) < 1.8
    assert len(onsets) > 3


def test_a_frame_is_a_camera_picture_that_the_seed_decides() -> None:
    one, same, other = (PortraitActor(portrait("hopper"), seed=seed) for seed in (1, 1, 2))
    assert one.frame(0.5).shape == (HEIGHT, WIDTH, 3)
    assert one.frame(0.5).dtype == np.uint8
    assert np.array_equal(one.frame(2.0), same.frame(2.0))
    assert not np.array_equal(one.frame(2.0), other.frame(2.0))
    assert not np.array_equal(one.frame(2.0), one.frame(4.0))


def test_an_unknown_prompt_is_not_understood() -> None:
    one, same = (PortraitActor(portrait("hopper"), seed=1) for _ in range(2))
    one.prompt("stand_on_your_head", 0.0)
    assert np.array_equal(one.frame(1.0), same.frame(1.0))


def test_a_picture_without_a_face_cannot_act() -> None:
    with pytest.raises(FaceError) as caught:
        PortraitActor(np.full((300, 300, 3), 90, np.uint8), seed=1)
    assert caught.value.code == "no_face"


def test_the_portraits_are_there() -> None:
    assert set(portraits()) == {"astronaut", "hopper"}
    assert all(path.is_file() for path in portraits().values())
