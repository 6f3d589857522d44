"""The animated actor: a still portrait as a head that sways, blinks and follows all prompts.

It stands for a cooperative person in demonstrations and tests (and is the attack to think of: an
injected camera that reads the prompts). Needs the model files (``rollcall models fetch``).
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import cv2
import numpy as np

from media.faces.landmarks import Landmarker
from media.faces.models import LANDMARKER, model_path
from media.faces.picture import Picture
from roll_call.errors import FaceError
from server.simulate.actor_motion import Motion
from server.simulate.expressions import Expressions
from server.simulate.head_warp import Fields, Head
from server.simulate.screen_glow import ROOM, Room, ScreenGlow, face_mask

WIDTH, HEIGHT = 640, 480
FACE_SHARE = 0.48
"""The face's height as a share of the picture's."""
FACES_KEPT = 8

_puppets: dict[str, "Puppet"] = {}


@dataclass(frozen=True, slots=True)
class Posture:
    """What a drawn head does: degrees, shares 0..1, pixels and a scale from 1."""

    yaw: float = 0.0
    pitch: float = 0.0
    eyes_closed: float = 0.0
    mouth_open: float = 0.0
    nearer: float = 1.0
    drift_px: tuple[float, float] = (0.0, 0.0)


class PortraitActor:
    """One actor; ``seed`` decides sway, blinks and reaction times, ``room`` the screen's light.

    Raises FaceError(no_face) where the picture shows none, ModelError without model files.
    """

    def __init__(self, image: Picture, seed: int, room: Room = ROOM) -> None:
        self._puppet = puppet(image)
        self.motion = Motion(seed)
        self._glow = ScreenGlow(room)

    def prompt(self, kind: str, at_s: float) -> None:
        """Show the actor a prompt (``PromptKind``; the actor's own left)."""
        self.motion.prompt(kind, at_s)

    def light(self, colours: Sequence[str], each_s: float, at_s: float) -> None:
        """The screen before the actor shows these colours in turn."""
        self._glow.show(colours, each_s, at_s)

    def posture(self, at_s: float) -> Posture:
        """What the head does at this time."""
        motion = self.motion
        yaw, pitch = motion.angles(at_s)
        return Posture(
            yaw,
            pitch,
            motion.eyes_closed(at_s),
            motion.mouth_open(at_s),
            motion.nearer(at_s),
            motion.drift_px(at_s),
        )

    def frame(self, at_s: float) -> Picture:
        """What the camera sees at this time: BGR, 480 x 640 x 3."""
        picture = self._puppet.draw(self.posture(at_s))
        return self._glow.light(picture, self._puppet.mask, at_s)


class Puppet:
    """A portrait that can be drawn in any posture."""

    def __init__(self, image: Picture) -> None:
        picture, head = _framed(image)
        self._expressions = Expressions(picture, head)
        self._fields = Fields(head)
        self._middle = tuple(float(v) for v in head.points[:, :2].mean(0))
        self.mask = face_mask(head.points, WIDTH, HEIGHT)
        """How much of the screen's light falls where, (height, width) 0..1."""

    def draw(self, posture: Posture) -> Picture:
        """One picture: BGR, 480 x 640 x 3; beyond the portrait's edge it repeats the edge."""
        face = self._expressions.show(posture.eyes_closed, posture.mouth_open)
        across, down = self._fields.look_up(posture.yaw, posture.pitch, posture.drift_px)
        drawn = cv2.remap(face, across, down, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        if posture.nearer > 1.001:
            matrix = cv2.getRotationMatrix2D(self._middle, 0, posture.nearer)
            drawn = cv2.warpAffine(drawn, matrix, (WIDTH, HEIGHT))
        return drawn.astype(np.uint8, copy=False)


def sprite(image: Picture, postures: Sequence[Posture], quality: int = 90) -> list[bytes]:
    """JPEG pictures of the head in these postures, for an actor drawn elsewhere."""
    drawn = (puppet(image).draw(posture) for posture in postures)
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


def puppet(image: Picture) -> Puppet:
    """The puppet of a portrait; the last few are kept. Raises as ``PortraitActor``."""
    key = hashlib.sha256(image.tobytes()).hexdigest()
    if key not in _puppets:
        made = Puppet(image)
        while len(_puppets) >= FACES_KEPT:
            _puppets.pop(next(iter(_puppets)))
        _puppets[key] = made
    return _puppets[key]


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
