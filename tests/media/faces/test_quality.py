"""The quality gate on real pictures, spoilt in every way."""

import random

import cv2
import numpy as np
import pytest

from media.faces.analysis import Analyser
from media.faces.landmarks import Mesh
from media.faces.picture import Picture
from roll_call.ports.faces import FaceProblem
from server.simulate.portrait import Posture, sprite
from tests.media.faces.conftest import actor, enrolled, jpeg, portrait

NAMES = ["astronaut", "hopper"]
MASK_COLOURS = {"surgical": (215, 180, 120), "white": (235, 235, 235), "black": (30, 30, 30)}
JAW = (323, 361, 288, 397, 365, 379, 378, 400, 377, 152, 148, 176, 149, 150, 136, 172, 58, 132, 93)
MASK_TOP = (123, 197, 352)


def facing(name: str) -> Picture:
    """The portrait looking into the camera."""
    return actor(name, seed=1).frame(0.0)


def found(analyser: Analyser, picture: Picture) -> FaceProblem | None:
    return analyser.look(picture).problem


def mesh_of(analyser: Analyser, picture: Picture) -> Mesh:
    mesh = analyser.look(picture).mesh
    assert mesh is not None
    return mesh


def with_mask(picture: Picture, mesh: Mesh, colour: tuple[int, int, int]) -> Picture:
    """A mask from the nose to the chin, with folds and soft edges."""
    outline = np.int32(mesh.points[[*JAW, *MASK_TOP], :2])
    cover = np.zeros(picture.shape[:2], np.float32)
    cv2.fillPoly(cover, [outline], (1.0,))
    cover = cv2.GaussianBlur(cover, (0, 0), 1.2)[..., None]
    folds = 1 + 0.06 * np.sin(np.indices(picture.shape[:2])[0] / 6)[..., None]
    return np.clip(picture * (1 - cover) + np.array(colour) * folds * cover, 0, 255).astype(
        np.uint8
    )


def with_sunglasses(picture: Picture, mesh: Mesh) -> Picture:
    """Dark glasses with a bridge."""
    covered = picture.copy()
    left, right = mesh.points[473, :2], mesh.points[468, :2]
    distance = float(np.linalg.norm(left - right))
    axes = (int(distance * 0.42), int(distance * 0.32))
    for eye in (left, right):
        center = (int(eye[0]), int(eye[1] + distance * 0.06))
        cv2.ellipse(covered, center, axes, 0, 0, 360, (25, 22, 20), -1)
    ends = [tuple(int(value) for value in eye) for eye in (left, right)]
    cv2.line(covered, ends[0], ends[1], (25, 22, 20), 6)
    return covered


def smaller(picture: Picture, share: float) -> Picture:
    """The person further away, before a plain wall."""
    small = cv2.resize(picture, None, fx=share, fy=share, interpolation=cv2.INTER_AREA)
    room = np.full_like(picture, 120)
    top, left = 479 - small.shape[0], (640 - small.shape[1]) // 2
    room[top : top + small.shape[0], left : left + small.shape[1]] = small
    return room


@pytest.mark.parametrize("name", NAMES)
def test_a_good_picture_is_good(sface: Analyser, name: str) -> None:
    person = actor(name, seed=2)
    for at_s in np.arange(0.0, 6.0, 0.5):
        assert found(sface, person.frame(float(at_s))) in {None, FaceProblem.EYES_CLOSED}


@pytest.mark.parametrize("colour", MASK_COLOURS)
@pytest.mark.parametrize("name", NAMES)
def test_a_mask_is_refused(sface: Analyser, name: str, colour: str) -> None:
    picture = facing(name)
    masked = with_mask(picture, mesh_of(sface, picture), MASK_COLOURS[colour])
    assert found(sface, masked) in {FaceProblem.MASK, FaceProblem.NO_FACE}


@pytest.mark.parametrize("name", NAMES)
def test_sunglasses_are_refused(sface: Analyser, name: str) -> None:
    picture = facing(name)
    dark = with_sunglasses(picture, mesh_of(sface, picture))
    assert found(sface, dark) is FaceProblem.DARK_GLASSES


@pytest.mark.parametrize("name", NAMES)
def test_a_mask_and_dark_glasses_are_only_looked_for_where_asked(
    sface: Analyser, name: str
) -> None:
    picture = facing(name)
    masked = with_mask(picture, mesh_of(sface, picture), MASK_COLOURS["surgical"])
    look = sface.look(masked, coverings=False)
    assert look.problem is not FaceProblem.MASK
    assert look.quality is not None
    assert (look.quality.mask, look.quality.dark_glasses) == (None, None)


def test_clear_glasses_are_no_dark_ones(sface: Analyser) -> None:
    """The second portrait wears glasses."""
    quality = sface.look(facing("hopper")).quality
    assert quality is not None and quality.dark_glasses is not None
    assert quality.dark_glasses < 0.5


@pytest.mark.parametrize("name", NAMES)
def test_bad_light_is_named(sface: Analyser, name: str) -> None:
    picture = facing(name).astype(np.float32)
    assert found(sface, (picture * 0.2).astype(np.uint8)) is FaceProblem.TOO_DARK
    assert found(sface, (picture * 0.02).astype(np.uint8)) is FaceProblem.TOO_DARK
    bright = np.clip(picture * 1.6 + 60, 0, 255).astype(np.uint8)
    assert found(sface, bright) in {FaceProblem.TOO_BRIGHT, FaceProblem.MASK}


@pytest.mark.parametrize("name", NAMES)
def test_distance_is_named(sface: Analyser, name: str) -> None:
    picture = facing(name)
    assert found(sface, smaller(picture, 0.3)) in {FaceProblem.TOO_FAR, FaceProblem.NO_FACE}
    face = picture[150:390, 200:440]
    near = cv2.resize(face, (900, 900))[200:680, 130:770]
    assert found(sface, near) in {
        FaceProblem.TOO_CLOSE,
        FaceProblem.OFF_CENTER,
        FaceProblem.NO_FACE,
    }


@pytest.mark.parametrize("share", [0.35, 0.45, 0.6, 0.8])
@pytest.mark.parametrize("name", NAMES)
def test_one_person_is_one_face_at_any_distance(sface: Analyser, name: str, share: float) -> None:
    assert sface.look(smaller(facing(name), share)).faces <= 1


@pytest.mark.parametrize("name", NAMES)
def test_a_blurred_picture_is_refused(sface: Analyser, name: str) -> None:
    assert found(sface, cv2.GaussianBlur(facing(name), (0, 0), 7)) is FaceProblem.BLURRED


@pytest.mark.parametrize("pose", [(36.0, 0.0), (-36.0, 0.0), (0.0, 30.0)])
@pytest.mark.parametrize("name", NAMES)
def test_a_face_turned_away_is_not_compared(
    sface: Analyser, name: str, pose: tuple[float, float]
) -> None:
    (turned,) = sprite(portrait(name), [Posture(*pose)])
    picture = cv2.imdecode(np.frombuffer(turned, np.uint8), cv2.IMREAD_COLOR)
    assert found(sface, picture.astype(np.uint8)) is FaceProblem.TURNED_AWAY


def test_two_people_and_none_are_named(sface: Analyser) -> None:
    both = np.hstack([cv2.resize(facing(name), (320, 240)) for name in NAMES])
    assert found(sface, both) is FaceProblem.SEVERAL_FACES
    rng = np.random.default_rng(random.Random(1).randrange(100))
    wall = rng.integers(90, 140, (480, 640, 3)).astype(np.uint8)
    assert found(sface, wall) is FaceProblem.NO_FACE


def test_a_still_with_a_small_face_can_be_enrolled(sface: Analyser) -> None:
    picture = cv2.resize(facing("hopper"), (320, 240))
    hall = np.full((960, 1280, 3), 130, np.uint8)
    hall[300:540, 500:820] = picture
    result = enrolled(sface, [jpeg(hall)])
    assert result.reports[0].problem is None
    assert result.template is not None
