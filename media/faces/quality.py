"""The quality gate: whether a picture may be used at all, and what to change if not.

Better no comparison than one of a bad picture: a mismatch must never come from the light.
"""

from dataclasses import dataclass

import cv2
import cv2.typing
import numpy as np

from media.faces.covering import Coverings, coverings_of
from media.faces.landmarks import Mesh
from media.faces.picture import Picture
from roll_call.ports.faces import FaceProblem, Pose, Quality

LEFT_IRIS, RIGHT_IRIS = 473, 468
SHARPNESS_SIDE = 112


@dataclass(frozen=True, slots=True)
class Limits:
    """What a usable picture keeps to; pixels of the work picture, degrees, 0..255 and 0..1."""

    eye_distance_px: float = 36.0
    eye_distance_share: float = 0.42
    """Largest eye distance as a share of the picture's shorter side."""
    brightness: tuple[float, float] = (55.0, 215.0)
    sharpness: float = 5.5
    yaw_deg: float = 18.0
    pitch_deg: float = 20.0
    roll_deg: float = 25.0
    mask: float = 0.6
    dark_glasses: float = 0.6
    eyes_closed: float = 0.65
    second_face: float = 0.5
    """A second face counts from this share of the first one's height."""


LIMITS = Limits()
"""Of a video's frames, of which there are many."""

STILL_LIMITS = Limits(yaw_deg=28.0, pitch_deg=26.0, roll_deg=35.0)
"""Of single pictures, which cannot be waited for to get better."""


def assess(
    picture: Picture, meshes: list[Mesh], limits: Limits = LIMITS, coverings: bool = True
) -> tuple[FaceProblem | None, Quality | None]:
    """The first thing that is wrong with a picture, and the measures of its largest face.

    Looking for ``coverings`` (a mask, dark glasses) costs as much as all the rest.
    """
    if not meshes:
        return (FaceProblem.TOO_DARK if _is_dark(picture) else FaceProblem.NO_FACE), None
    quality = measure(picture, meshes[0], coverings)
    if len(meshes) > 1 and _height(meshes[1]) >= limits.second_face * _height(meshes[0]):
        return FaceProblem.SEVERAL_FACES, quality
    return _first_problem(picture, meshes[0], quality, limits), quality


def measure(picture: Picture, mesh: Mesh, coverings: bool = True) -> Quality:
    """The measures of one face."""
    worn = coverings_of(picture, mesh) if coverings else Coverings(None, None)
    eyes = mesh.points[LEFT_IRIS, :2] - mesh.points[RIGHT_IRIS, :2]
    distance_px = float(np.linalg.norm(eyes))
    face = _crop(picture, mesh)
    gray = cv2.cvtColor(face, cv2.COLOR_BGR2GRAY)
    return Quality(
        eye_distance_px=distance_px,
        eye_distance_share=distance_px / min(picture.shape[:2]),
        brightness=float(gray.mean()),
        sharpness=_sharpness(gray),
        mask=worn.mask,
        dark_glasses=worn.dark_glasses,
    )


def turned_away(pose: Pose, limits: Limits) -> bool:
    """Whether the face looks too far aside to be compared."""
    return (
        abs(pose.yaw) > limits.yaw_deg
        or abs(pose.pitch) > limits.pitch_deg
        or abs(pose.roll) > limits.roll_deg
    )


def _first_problem(
    picture: Picture, mesh: Mesh, quality: Quality, limits: Limits
) -> FaceProblem | None:
    """In the order in which a person can mend them."""
    dark, bright = limits.brightness
    wrong = {
        FaceProblem.TOO_DARK: quality.brightness < dark,
        FaceProblem.TOO_BRIGHT: quality.brightness > bright,
        FaceProblem.TOO_FAR: quality.eye_distance_px
        < limits.eye_distance_px * _foreshortened(mesh.pose),
        FaceProblem.TOO_CLOSE: quality.eye_distance_share > limits.eye_distance_share,
        FaceProblem.OFF_CENTER: _leaves(picture, mesh),
        FaceProblem.TURNED_AWAY: turned_away(mesh.pose, limits),
        FaceProblem.BLURRED: quality.sharpness < limits.sharpness,
        FaceProblem.MASK: (quality.mask or 0.0) >= limits.mask,
        FaceProblem.DARK_GLASSES: (quality.dark_glasses or 0.0) >= limits.dark_glasses,
        FaceProblem.EYES_CLOSED: mesh.eyes_closed > limits.eyes_closed,
    }
    return next((problem for problem, is_so in wrong.items() if is_so), None)


def _foreshortened(pose: Pose) -> float:
    """How much nearer the eyes seem to each other in a turned head."""
    return float(np.cos(np.radians(min(60.0, abs(pose.yaw)))))


def _is_dark(picture: Picture) -> bool:
    return float(picture[::8, ::8].mean()) < LIMITS.brightness[0] * 0.6


def _height(mesh: Mesh) -> float:
    return float(np.ptp(mesh.points[:, 1]))


def _leaves(picture: Picture, mesh: Mesh) -> bool:
    height, width = picture.shape[:2]
    low, high = mesh.points[:, :2].min(0), mesh.points[:, :2].max(0)
    return bool(low[0] < 0 or low[1] < 0 or high[0] > width or high[1] > height)


def _crop(picture: Picture, mesh: Mesh) -> Picture:
    """The part of the picture inside the face's box, at least one pixel."""
    height, width = picture.shape[:2]
    low, high = mesh.points[:, :2].min(0), mesh.points[:, :2].max(0)
    left, top = int(np.clip(low[0], 0, width - 1)), int(np.clip(low[1], 0, height - 1))
    right, bottom = max(left + 1, int(high[0])), max(top + 1, int(high[1]))
    return picture[top:bottom, left:right]


def _sharpness(gray: cv2.typing.MatLike) -> float:
    """Deviation of the Laplacian at a fixed face size, relative to the contrast."""
    shape = (SHARPNESS_SIDE, SHARPNESS_SIDE)
    face = cv2.resize(gray.astype(np.float32), shape, interpolation=cv2.INTER_AREA)
    contrast = max(8.0, float(face.std()))
    return float(cv2.Laplacian(face, cv2.CV_32F).std()) / contrast * 50
