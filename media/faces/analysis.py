"""What one picture shows: faces, quality, pose, and the embedding where it is asked for."""

from dataclasses import dataclass

import cv2
import numpy as np

from media.faces.detector import Box, Detector
from media.faces.embedder import Embedder, load_embedder
from media.faces.landmarks import Landmarker, Mesh
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

    Making one loads and checks the weights and raises ModelError.
    """

    def __init__(self, backend: str) -> None:
        # OpenCV warns for every network that its graph engine knows no targets; errors still show.
        cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_ERROR)
        self.embedder: Embedder = load_embedder(backend)
        self._detector = Detector(model_path(YUNET))
        self._landmarker = Landmarker(model_path(LANDMARKER))

    def warm_up(self) -> None:
        """Run every model once, so that the first frame does not wait for it."""
        blank = np.zeros(WARM_UP_SHAPE, np.uint8)
        self._landmarker.find(blank)
        self._detector.find(blank)
        row = np.array([200, 150, 200, 200, 260, 220, 340, 220, 300, 270, 265, 310, 335, 310, 1])
        self.embedder.embed(blank, Box(200, 150, 200, 200, 1.0, row.astype(np.float32)))

    def look(self, picture: Picture, limits: Limits = LIMITS) -> Look:
        """One frame: about 12 ms."""
        meshes = self._landmarker.find(picture)
        problem, quality = assess(picture, meshes, limits)
        return Look(len(meshes), problem, quality, meshes[0] if meshes else None)

    def look_closely(self, picture: Picture) -> tuple[Picture, Look]:
        """One still: also faces that are small in a large picture, and people further back.

        Gives the part of the picture that was looked at, for ``embed``.
        """
        boxes = self._detector.find(picture)
        look = self.look(picture, STILL_LIMITS)
        if look.mesh is None and boxes:
            picture = _around(picture, boxes[0])
            look = self.look(picture, STILL_LIMITS)
        counted = max(look.faces, sum(_counts(box, boxes[0]) for box in boxes))
        if counted > 1 and look.mesh is not None:
            return picture, Look(counted, FaceProblem.SEVERAL_FACES, look.quality, look.mesh)
        return picture, look

    def embed(self, picture: Picture, mesh: Mesh) -> Vector | None:
        """The vector of the face with this mesh; None where the detector does not see it too."""
        middle = mesh.points[:, :2].mean(0)
        boxes = [box for box in self._detector.find(picture) if _holds(box, middle)]
        return self.embedder.embed(picture, boxes[0]) if boxes else None

    def close(self) -> None:
        """Free the models."""
        self._landmarker.close()


def _counts(box: Box, largest: Box) -> bool:
    """Whether a face is so large and plain that it is unclear who is meant."""
    plain = box is largest or box.score >= SECOND_FACE_SCORE
    return plain and box.height >= LIMITS.second_face * largest.height


def _holds(box: Box, point: np.ndarray) -> bool:
    right, bottom = box.left + box.width, box.top + box.height
    return bool(box.left <= point[0] <= right and box.top <= point[1] <= bottom)


def _around(picture: Picture, box: Box) -> Picture:
    """The surroundings of a face, three times its size."""
    height, width = picture.shape[:2]
    reach = 1.5 * max(box.width, box.height)
    x, y = box.left + box.width / 2, box.top + box.height / 2
    top, bottom = int(max(0, y - reach)), int(min(height, y + reach))
    left, right = int(max(0, x - reach)), int(min(width, x + reach))
    return np.ascontiguousarray(picture[top:bottom, left:right])
