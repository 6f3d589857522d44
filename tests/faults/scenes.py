"""Cameras that show what cannot be verified: nobody, two people, a mask, the dark."""

from collections.abc import Callable
from functools import cache

import cv2
import numpy as np

from media.faces.landmarks import Landmarker
from media.faces.models import LANDMARKER, model_path
from media.faces.picture import Picture
from server.simulate.cameras import Scene, StillScene
from tests.faults.station import actor

LOWER_FACE = (454, 323, 361, 288, 397, 365, 379, 378, 400, 377, 152, 148, 176, 149, 150, 136, 172)
LOWER_FACE += (58, 132, 93, 234, 227, 116, 117, 118, 100, 5, 329, 347, 346, 345, 447)
"""The outline of a surgical mask in the face mesh: along the jaw and over the nose."""
MASK_BGR = (205, 180, 140)
DARKNESS = 0.06


def good_face(name: str = "astronaut") -> Picture:
    """A face as a camera likes it."""
    return actor(name).frame(0.4)


def nobody() -> Picture:
    """A wall with some light on it."""
    shade = np.linspace(90, 150, 640, dtype=np.float32)
    return np.repeat(np.tile(shade, (480, 1))[..., None], 3, axis=2).astype(np.uint8)


def two_people() -> Picture:
    """Two different faces beside each other."""
    halves = [cv2.resize(good_face(name), (320, 240)) for name in ("astronaut", "hopper")]
    room = np.full((480, 640, 3), 120, np.uint8)
    room[120:360] = np.hstack(halves)
    return room


@cache
def masked() -> Picture:
    """A light blue mask from the nose to the chin, with folds."""
    picture = good_face()
    landmarker = Landmarker(model_path(LANDMARKER))
    try:
        points = landmarker.find(picture)[0].points[list(LOWER_FACE), :2]
    finally:
        landmarker.close()
    cover = np.zeros(picture.shape[:2], np.float32)
    cv2.fillPoly(cover, [points.astype(np.int32)], (1.0,))
    cover = cv2.GaussianBlur(cover, (0, 0), 1.2)[..., None]
    folds = 1 + 0.06 * np.sin(np.indices(picture.shape[:2])[0] / 6)[..., None]
    drawn = picture * (1 - cover) + np.array(MASK_BGR) * folds * cover
    return np.clip(drawn, 0, 255).astype(np.uint8)


def in_the_dark() -> Picture:
    """A face with next to no light on it."""
    return np.asarray(good_face() * DARKNESS, np.uint8)


UNUSABLE: dict[str, tuple[Callable[[], Picture], frozenset[str]]] = {
    "nobody": (nobody, frozenset({"no_face"})),
    "two people": (two_people, frozenset({"several_faces"})),
    "mask": (masked, frozenset({"mask"})),
    "darkness": (in_the_dark, frozenset({"too_dark", "no_face"})),
}
"""By name: the picture, and what a person may be told about it."""


def camera(name: str) -> Scene:
    """A camera that shows an unusable scene."""
    return StillScene(UNUSABLE[name][0]())
