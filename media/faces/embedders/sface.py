"""SFace (Zhong et al. 2021) through OpenCV: the default."""

from pathlib import Path

import cv2
import numpy as np

from media.faces.embedders.alignment import aligned
from media.faces.embedders.cosine import cosines, mean_direction, unit
from media.faces.embedders.embedder import Vectors
from media.faces.landmarks import Mesh
from media.faces.picture import Picture, Vector

SIDE = 112


class SFace:
    """Similarity is the cosine of two vectors of 128 numbers."""

    model = "sface"

    def __init__(self, weights: Path) -> None:
        self._net = cv2.FaceRecognizerSF.create(str(weights), "")

    def embed(self, picture: Picture, mesh: Mesh) -> Vector:
        """A unit vector."""
        face = aligned(picture, mesh, SIDE, SIDE)
        return unit(self._net.feature(face).ravel().astype(np.float32))

    def combine(self, vectors: list[Vector]) -> Vector:
        """The mean direction."""
        return mean_direction(vectors)

    def similarities(self, one: Vector, others: Vectors) -> Vector:
        """The cosines."""
        return cosines(one, others)
