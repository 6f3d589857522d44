"""dlib's ResNet through the ``face-recognition`` package: the baseline."""

import cv2
import numpy as np

from media.faces.embedders.embedder import Vectors
from media.faces.landmarks import Mesh
from media.faces.models import check_dlib_files
from media.faces.picture import Picture, Vector

# The square that YuNet's box gave on stills of 450 persons, in heights of the mesh.
_SIDE = 0.98
_ABOVE_MIDDLE = 0.03


class DlibResNet:
    """Similarity is 1 - Euclidean distance.

    Importing ``face_recognition`` loads its 68-point model, whose licence excludes commercial use,
    although only the 5-point one is used here: the configuration says so where it is switched on.
    """

    model = "dlib"

    def __init__(self) -> None:
        check_dlib_files()
        import face_recognition

        self._encodings = face_recognition.face_encodings

    def embed(self, picture: Picture, mesh: Mesh) -> Vector:
        """A vector of 128 numbers, as dlib gives it."""
        rgb = cv2.cvtColor(picture, cv2.COLOR_BGR2RGB)
        places = [_square(mesh)]
        found = self._encodings(rgb, known_face_locations=places, num_jitters=1, model="small")
        return np.asarray(found[0], np.float32)

    def combine(self, vectors: list[Vector]) -> Vector:
        """The mean."""
        mean: Vector = np.mean(np.stack(vectors), axis=0).astype(np.float32)
        return mean

    def similarities(self, one: Vector, others: Vectors) -> Vector:
        """1 - Euclidean distance; dlib's default tolerance 0.6 is a similarity of 0.4."""
        distances = np.linalg.norm(others - one, axis=1)
        found: Vector = np.clip(1 - distances, -1, 1).astype(np.float32)
        return found


def _square(mesh: Mesh) -> tuple[int, int, int, int]:
    """Top, right, bottom and left of the face."""
    low, high = mesh.points[:, :2].min(0), mesh.points[:, :2].max(0)
    tall = float(high[1] - low[1])
    x, y = (low + high) / 2 - (0, _ABOVE_MIDDLE * tall)
    half = _SIDE * tall / 2
    return round(y - half), round(x + half), round(y + half), round(x - half)
