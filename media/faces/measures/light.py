"""The colour of the light on a face, beside that of its surroundings.

Means of linear light: what a camera's exposure and white balance do to the whole picture is a
factor to each channel, which a ratio of the two takes out again.
"""

from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from media.faces.covering import CHEEKS, FOREHEAD, Polygon
from media.faces.landmarks import Mesh
from media.faces.picture import Picture
from roll_call.ports.faces import Colour, Light

Points = npt.NDArray[np.floating[Any]]
"""Points (2,) or (n, 2), x and y in pixels."""

SKIN: tuple[Polygon, ...] = (FOREHEAD, *CHEEKS)
FACE_SIDE = 48
AROUND_STEP = 8
KEEP_AWAY = 1.7
"""The surroundings begin outside the face's box made so much larger."""

_LEVELS = np.arange(256) / 255
_LINEAR: npt.NDArray[np.float32] = np.where(
    _LEVELS <= 0.04045, _LEVELS / 12.92, ((_LEVELS + 0.055) / 1.055) ** 2.4
).astype(np.float32)
"""IEC 61966-2-1, level to linear light."""


def light_of(picture: Picture, mesh: Mesh) -> Light:
    """Mean colours of forehead and cheeks, and of what is beside and above the head."""
    flat = mesh.points[:, :2]
    low, high = flat.min(0), flat.max(0)
    return Light(_face(picture, flat, low, high), _around(picture, low, high))


def surroundings(shape: tuple[int, int], low: Points, high: Points) -> npt.NDArray[np.bool_]:
    """Where a picture of (height, width) shows neither head nor body; corners in its pixels."""
    height, width = shape
    middle, reach = (low + high) / 2, (high - low) / 2 * KEEP_AWAY
    rows, columns = np.ogrid[:height, :width]
    beside = np.abs(columns - middle[0]) > reach[0]
    above = rows < middle[1] - reach[1]
    body = rows > high[1]
    return np.asarray((beside & ~body) | above)


def _face(
    picture: Picture,
    flat: Points,
    low: Points,
    high: Points,
) -> Colour:
    height, width = picture.shape[:2]
    left, top = np.clip(low, 0, (width - 2, height - 2)).astype(int)
    right, bottom = np.clip(high, (left + 1, top + 1), (width, height)).astype(int)
    size = (FACE_SIDE, FACE_SIDE)
    small = cv2.resize(picture[top:bottom, left:right], size, interpolation=cv2.INTER_AREA)
    scale = np.array([FACE_SIDE / (right - left), FACE_SIDE / (bottom - top)])
    points = np.round((flat - (left, top)) * scale).astype(np.int32)
    skin = np.zeros(size, np.uint8)
    cv2.fillPoly(skin, [points[list(polygon)] for polygon in SKIN], (1,))
    return _mean(small[skin > 0])


def _around(picture: Picture, low: Points, high: Points) -> Colour:
    sample = picture[AROUND_STEP // 2 :: AROUND_STEP, AROUND_STEP // 2 :: AROUND_STEP]
    height, width = sample.shape[:2]
    return _mean(sample[surroundings((height, width), low / AROUND_STEP, high / AROUND_STEP)])


def _mean(pixels: npt.NDArray[Any]) -> Colour:
    """Of BGR pixels (n, 3); black where there are none."""
    if not len(pixels):
        return (0.0, 0.0, 0.0)
    blue, green, red = _LINEAR[pixels].mean(0).tolist()
    return (red, green, blue)
