"""Vectors whose direction is what counts: unit length, compared by cosine."""

import numpy as np

from media.faces.embedders.embedder import Vectors
from media.faces.picture import Vector

_SHORTEST = 1e-9


def unit(vector: Vector) -> Vector:
    """The vector at length 1."""
    length = max(float(np.linalg.norm(vector)), _SHORTEST)
    return (vector / length).astype(np.float32)


def mean_direction(vectors: list[Vector]) -> Vector:
    """The direction between several unit vectors."""
    return unit(np.mean(np.stack(vectors), axis=0).astype(np.float32))


def cosines(one: Vector, others: Vectors) -> Vector:
    """The cosine of one unit vector to each row."""
    found: Vector = np.clip(others @ one, -1, 1).astype(np.float32)
    return found
