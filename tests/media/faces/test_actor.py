"""The animated actor: what the models see of it."""

import cv2
import numpy as np
import pytest

from media.faces.analysis import Analyser
from roll_call.errors import FaceError
from roll_call.ports.faces import Pose
from server.simulate.portrait import HEIGHT, WIDTH, PortraitActor, portraits, sprite
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
        for data in sprite(portrait(name), [(30.0, 0.0), (0.0, 0.0)])
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
