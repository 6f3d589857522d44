"""The animated actor: a still portrait as a head that sways, blinks and follows prompts.

It stands for a cooperative person in demonstrations and tests (and is the attack to think of: an
injected camera that reads the prompts). Needs the model files (``rollcall models fetch``).
"""

import hashlib
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import cv2
import numpy as np

from media.faces.landmarks import Landmarker
from media.faces.models import LANDMARKER, model_path
from media.faces.picture import Picture
from roll_call.errors import FaceError
from server.simulate.actor_motion import Motion
from server.simulate.head_warp import Field, Fields, Head

WIDTH, HEIGHT = 640, 480
FACE_SHARE = 0.48
"""The face's height as a share of the picture's."""
FACES_KEPT = 8

_prepared: dict[str, tuple[Picture, Fields]] = {}


class PortraitActor:
    """One actor; ``seed`` decides sway, blinks and reaction times.

    Raises FaceError(no_face) where the picture shows none, ModelError without model files.
    """

    def __init__(self, image: Picture, seed: int) -> None:
        self._picture, self._fields = _prepare(image)
        self._motion = Motion(seed)

    def prompt(self, kind: str, at_s: float) -> None:
        """Show the actor a prompt (turn_left, turn_right, nod; the actor's own left)."""
        self._motion.prompt(kind, at_s)

    def frame(self, at_s: float) -> Picture:
        """What the camera sees at this time: BGR, 480 x 640 x 3."""
        yaw, pitch = self._motion.angles(at_s)
        drift, eyes_closed = self._motion.drift_px(at_s), self._motion.eyes_closed(at_s)
        return _draw(self._picture, *self._fields.look_up(yaw, pitch, eyes_closed, drift))


def sprite(image: Picture, poses: Sequence[tuple[float, float]], quality: int = 90) -> list[bytes]:
    """JPEG pictures of the head at (yaw, pitch) poses, for an actor drawn elsewhere."""
    picture, fields = _prepare(image)
    drawn = (_draw(picture, *fields.look_up(yaw, pitch, 0.0, (0, 0))) for yaw, pitch in poses)
    options = [cv2.IMWRITE_JPEG_QUALITY, quality]
    return [cv2.imencode(".jpg", frame, options)[1].tobytes() for frame in drawn]


@cache
def portraits() -> dict[str, Path]:
    """Public-domain portraits that installed packages carry, by name (both NASA or US Navy)."""
    import matplotlib
    import skimage

    astronaut = Path(skimage.__file__).parent / "data" / "astronaut.png"
    hopper = Path(matplotlib.get_data_path()) / "sample_data" / "grace_hopper.jpg"
    return {"astronaut": astronaut, "hopper": hopper}


def _draw(picture: Picture, columns: Field, rows: Field) -> Picture:
    """Look every pixel up; beyond the picture's edge it repeats the edge."""
    drawn = cv2.remap(picture, columns, rows, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return drawn.astype(np.uint8, copy=False)


def _prepare(image: Picture) -> tuple[Picture, Fields]:
    """The framed picture and its fields; the last few faces are kept."""
    key = hashlib.sha256(image.tobytes()).hexdigest()
    if key not in _prepared:
        framed, head = _framed(image)
        while len(_prepared) >= FACES_KEPT:
            _prepared.pop(next(iter(_prepared)))
        _prepared[key] = framed, Fields(head)
    return _prepared[key]


def _framed(image: Picture) -> tuple[Picture, Head]:
    """The portrait cut and scaled so that the face stands in the middle of 640 x 480."""
    landmarker = Landmarker(model_path(LANDMARKER))
    try:
        whole = _points(landmarker, image)
        low, high = whole[:, :2].min(0), whole[:, :2].max(0)
        scale = FACE_SHARE * HEIGHT / float(high[1] - low[1])
        shift = np.array((WIDTH / 2, HEIGHT * 0.52)) - (low + high) / 2 * scale
        matrix = np.array([[scale, 0, shift[0]], [0, scale, shift[1]]], np.float32)
        size = (WIDTH, HEIGHT)
        framed: Picture = cv2.warpAffine(
            image, matrix, size, borderMode=cv2.BORDER_REFLECT_101
        ).astype(np.uint8, copy=False)
        return framed, Head(_points(landmarker, framed), WIDTH, HEIGHT)
    finally:
        landmarker.close()


def _points(landmarker: Landmarker, picture: Picture) -> np.ndarray:
    faces = landmarker.find(picture)
    if not faces:
        raise FaceError("no_face")
    return faces[0].points
