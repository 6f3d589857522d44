"""Face landmarks: 478 points, head pose, eyes and mouth, by MediaPipe's FaceLandmarker.

mediapipe is pinned to 0.10.33: later versions look up a host on the internet when a landmarker is
made. The pose is read from the canonical face's transformation: its x axis points to the picture's
right (the person's own left), y up, z out of the face towards the camera.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from media.faces.picture import Picture
from roll_call.ports.faces import Pose

MAX_FACES = 2
MESH_POINTS = 478
MIN_CONFIDENCE = 0.5

_EYES = ("eyeBlinkLeft", "eyeBlinkRight")
_MOUTH = "jawOpen"


@dataclass(frozen=True, slots=True)
class Mesh:
    """One face: ``points`` (478, 3) in pixels, z towards the back; scores 0..1."""

    points: npt.NDArray[np.float32]
    pose: Pose
    eyes_closed: float
    mouth_open: float


@contextmanager
def _quiet_descriptor_2() -> Iterator[None]:
    """Keep MediaPipe's start-up notices off the terminal.

    Its native code writes to descriptor 2 and cannot be told otherwise; a dozen warnings that mean
    nothing would hide the one that does.
    """
    kept = os.dup(2)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)


class Landmarker:
    """One FaceLandmarker; not to be shared between threads; ``close`` it."""

    def __init__(self, model: Path) -> None:
        from mediapipe.tasks.python import vision
        from mediapipe.tasks.python.core.base_options import BaseOptions

        options = vision.FaceLandmarkerOptions(
            base_options=BaseOptions(model_asset_path=str(model)),
            running_mode=vision.RunningMode.IMAGE,
            num_faces=MAX_FACES,
            min_face_detection_confidence=MIN_CONFIDENCE,
            min_face_presence_confidence=MIN_CONFIDENCE,
            output_face_blendshapes=True,
            output_facial_transformation_matrixes=True,
        )
        with _quiet_descriptor_2():
            self._landmarker = vision.FaceLandmarker.create_from_options(options)
            self.find(np.zeros((64, 64, 3), np.uint8))

    def find(self, picture: Picture) -> list[Mesh]:
        """The faces of a picture, at most ``MAX_FACES``, largest first."""
        import mediapipe

        height, width = picture.shape[:2]
        rgb = cv2.cvtColor(picture, cv2.COLOR_BGR2RGB)
        image = mediapipe.Image(image_format=mediapipe.ImageFormat.SRGB, data=rgb)
        found = self._landmarker.detect(image)
        meshes = [
            _mesh(landmarks, shapes, matrix, width, height)
            for landmarks, shapes, matrix in zip(
                found.face_landmarks,
                found.face_blendshapes,
                found.facial_transformation_matrixes,
                strict=True,
            )
        ]
        return _apart(sorted(meshes, key=lambda mesh: -float(np.ptp(mesh.points[:, 1]))))

    def close(self) -> None:
        """Free the model."""
        self._landmarker.close()


def _apart(meshes: list[Mesh]) -> list[Mesh]:
    """Without second sightings of a face: a mesh whose middle lies inside a larger one."""
    kept: list[Mesh] = []
    for mesh in meshes:
        middle = mesh.points[:, :2].mean(0)
        if not any(_holds(larger, middle) for larger in kept):
            kept.append(mesh)
    return kept


def _holds(mesh: Mesh, point: npt.NDArray[np.float32]) -> bool:
    flat = mesh.points[:, :2]
    return bool((flat.min(0) <= point).all() and (point <= flat.max(0)).all())


def _mesh(landmarks: Any, shapes: Any, matrix: Any, width: int, height: int) -> Mesh:
    points = np.array(
        [(mark.x * width, mark.y * height, mark.z * width) for mark in landmarks], np.float32
    )
    scores = {shape.category_name: float(shape.score) for shape in shapes}
    return Mesh(
        points, pose_of(np.asarray(matrix)), min(scores[eye] for eye in _EYES), scores[_MOUTH]
    )


def pose_of(matrix: npt.NDArray[np.floating[Any]]) -> Pose:
    """Angles in degrees from the upper left 3 x 3 rotation of a transformation matrix."""
    right, forward = matrix[:3, 0], matrix[:3, 2]
    return Pose(
        yaw=float(np.degrees(np.arctan2(forward[0], forward[2]))),
        pitch=float(np.degrees(np.arctan2(-forward[1], np.hypot(forward[0], forward[2])))),
        roll=float(np.degrees(np.arctan2(-right[1], right[0]))),
    )
