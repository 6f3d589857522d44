"""What every embedder does: a face becomes a vector, and vectors are compared."""

from typing import Protocol

import numpy as np
import numpy.typing as npt

from media.faces.landmarks import Mesh
from media.faces.picture import Picture, Vector
from roll_call.ports.faces import Template

Vectors = npt.NDArray[np.float32]
"""One vector a row."""


class Embedder(Protocol):
    """A model that turns an aligned face into a vector."""

    model: str

    def embed(self, picture: Picture, mesh: Mesh) -> Vector:
        """The vector of the face with this mesh."""

    def combine(self, vectors: list[Vector]) -> Vector:
        """The template's vector of one or more frames."""

    def similarities(self, one: Vector, others: Vectors) -> Vector:
        """-1..1 for each row of ``others``; higher is more alike."""


def similarity(embedder: Embedder, a: Vector, b: Vector) -> float:
    """How alike two vectors of this model are, -1..1."""
    return float(embedder.similarities(a, b[None])[0])


def as_template(embedder: Embedder, vectors: list[Vector]) -> Template:
    """The template of one person's frames."""
    vector = embedder.combine(vectors).astype("<f4")
    return Template(embedder.model, len(vectors), vector.tobytes())


def template_vector(template: Template) -> Vector:
    """The vector inside a template."""
    return np.frombuffer(template.vector, "<f4").astype(np.float32)
