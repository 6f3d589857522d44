"""What one picture shows: faces, quality, pose, and the embedding where it is asked for."""

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from media.faces.backends import Backend, backend, load_embedder
from media.faces.calibration import OperatingPoint
from media.faces.detector import Box, Detector
from media.faces.embedders import Embedder
from media.faces.landmarks import MESH_POINTS, Landmarker, Mesh
from media.faces.models import LANDMARKER, YUNET, model_path
from media.faces.picture import Picture, Vector
from media.faces.quality import LIMITS, STILL_LIMITS, Limits, assess
from roll_call.ports.faces import FaceProblem, Pose, Quality

WARM_UP_SHAPE = (480, 640, 3)
SECOND_FACE_SCORE = 0.8


@dataclass(frozen=True, slots=True)
class Look:
    """The faces of a picture, and of the largest its measures."""

    faces: int
    problem: FaceProblem | None
    quality: Quality | None
    mesh: Mesh | None

    @property
    def pose(self) -> Pose | None:
        """The head pose of the largest face."""
        return self.mesh.pose if self.mesh else None


class Analyser:
    """The models of one backend, for one thread; ``close`` it.

    Making one loads and checks the weights. Raises as ``media.faces.backends.backend`` does, and
    ModelError for missing or wrong weights.
    """

    def __init__(self, name: str, calibration: Path | None = None) -> None:
        # OpenCV warns for every network that its graph engine knows no targets; errors still show.
        cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_ERROR)
        self.backend: Backend = backend(name, calibration)
        self.embedder: Embedder = load_embedder(self.backend)
        self._detector = Detector(model_path(YUNET))
        self._landmarker = Landmarker(model_path(LANDMARKER))

    def warm_up(self) -> None:
        """Run every model once, so that the first frame does not wait for it."""
        blank = np.zeros(WARM_UP_SHAPE, np.uint8)
        self._landmarker.find(blank)
        self._detector.find(blank)
        self.embedder.embed(blank, _scattered_mesh())

    @property
    def point(self) -> OperatingPoint:
        """The backend's thresholds."""
        return self.backend.point

    def landmarks(self, picture: Picture) -> list[Mesh]:
        """The meshes of the faces in a frame, largest first."""
        return self._landmarker.find(picture)

    def detect(self, picture: Picture) -> list[Box]:
        """The boxes of the faces in a still, largest first."""
        return self._detector.find(picture)

    def look(self, picture: Picture, limits: Limits = LIMITS, coverings: bool = True) -> Look:
        """One frame; ``coverings``: whether to look for a mask and dark glasses too."""
        meshes = self.landmarks(picture)
        problem, quality = assess(picture, meshes, limits, coverings)
        return Look(len(meshes), problem, quality, meshes[0] if meshes else None)

    def look_closely(self, picture: Picture) -> tuple[Picture, Look]:
        """One still: also faces that are small in a large picture, and people further back.

        Gives the part of the picture that was looked at, for ``embed``.
        """
        boxes = self.detect(picture)
        look = self.look(picture, STILL_LIMITS)
        if look.mesh is None and boxes:
            picture = _around(picture, boxes[0])
            look = self.look(picture, STILL_LIMITS)
        counted = max(look.faces, sum(_counts(box, boxes[0]) for box in boxes))
        if counted > 1 and look.mesh is not None:
            return picture, Look(counted, FaceProblem.SEVERAL_FACES, look.quality, look.mesh)
        return picture, look

    def embed(self, picture: Picture, mesh: Mesh) -> Vector:
        """The vector of the face with this mesh."""
        return self.embedder.embed(picture, mesh)

    def close(self) -> None:
        """Free the models."""
        self._landmarker.close()


def _scattered_mesh() -> Mesh:
    """Points all over a picture; there need be no face."""
    height, width = WARM_UP_SHAPE[:2]
    points = np.random.default_rng(0).uniform((0, 0, 0), (width, height, 1), (MESH_POINTS, 3))
    return Mesh(points.astype(np.float32), Pose(0, 0, 0), 0.0, 0.0)


def _counts(box: Box, largest: Box) -> bool:
    """Whether a face is so large and plain that it is unclear who is meant."""
    plain = box is largest or box.score >= SECOND_FACE_SCORE
    return plain and box.height >= LIMITS.second_face * largest.height


def _around(picture: Picture, box: Box) -> Picture:
    """The surroundings of a face, three times its size."""
    height, width = picture.shape[:2]
    reach = 1.5 * max(box.width, box.height)
    x, y = box.left + box.width / 2, box.top + box.height / 2
    top, bottom = int(max(0, y - reach)), int(min(height, y + reach))
    left, right = int(max(0, x - reach)), int(min(width, x + reach))
    return np.ascontiguousarray(picture[top:bottom, left:right])
