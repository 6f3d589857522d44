"""Embeddings: a face as a vector, and how alike two are. One class a model."""

from pathlib import Path
from typing import Protocol

import cv2
import numpy as np

from media.faces.detector import Box
from media.faces.models import SFACE, check_dlib_files, model_path
from media.faces.picture import Picture, Vector
from roll_call.errors import InvalidInput
from roll_call.ports.faces import Template


class Embedder(Protocol):
    """A model that turns an aligned face into a vector."""

    model: str

    def embed(self, picture: Picture, box: Box) -> Vector:
        """The vector of the face in this box."""

    def combine(self, vectors: list[Vector]) -> Vector:
        """The template's vector of one or more frames."""

    def similarity(self, a: Vector, b: Vector) -> float:
        """-1..1; higher is more alike."""


class SFace:
    """SFace (Zhong et al. 2021) through OpenCV; similarity is the cosine."""

    model = "sface"

    def __init__(self, weights: Path) -> None:
        self._net = cv2.FaceRecognizerSF.create(str(weights), "")

    def embed(self, picture: Picture, box: Box) -> Vector:
        """A unit vector of 128 numbers."""
        aligned = self._net.alignCrop(picture, box.row)
        return _unit(self._net.feature(aligned).ravel().astype(np.float32))

    def combine(self, vectors: list[Vector]) -> Vector:
        """The mean direction."""
        return _unit(np.mean(np.stack(vectors), axis=0).astype(np.float32))

    def similarity(self, a: Vector, b: Vector) -> float:
        """The cosine."""
        return float(np.clip(a @ b, -1, 1))


class Dlib:
    """dlib's ResNet through the ``face-recognition`` package; similarity is 1 - distance.

    Importing ``face_recognition`` loads its 68-point model, whose licence excludes commercial use,
    although only the 5-point one is used here: the configuration says so where it is switched on.
    """

    model = "dlib"

    def __init__(self) -> None:
        check_dlib_files()
        import face_recognition

        self._encodings = face_recognition.face_encodings

    def embed(self, picture: Picture, box: Box) -> Vector:
        """A vector of 128 numbers, as dlib gives it."""
        side = (box.width + box.height) / 2
        middle, center = box.left + box.width / 2, box.top + box.height * 0.53
        edges = (center - side / 2, middle + side / 2, center + side / 2, middle - side / 2)
        rgb = cv2.cvtColor(picture, cv2.COLOR_BGR2RGB)
        place = tuple(round(edge) for edge in edges)
        found = self._encodings(rgb, known_face_locations=[place], num_jitters=1, model="small")
        return np.asarray(found[0], np.float32)

    def combine(self, vectors: list[Vector]) -> Vector:
        """The mean."""
        mean: Vector = np.mean(np.stack(vectors), axis=0).astype(np.float32)
        return mean

    def similarity(self, a: Vector, b: Vector) -> float:
        """1 - Euclidean distance; dlib's default tolerance 0.6 is a similarity of 0.4."""
        return float(np.clip(1 - np.linalg.norm(a - b), -1, 1))


def load_embedder(backend: str) -> Embedder:
    """The embedder of a backend; raises ModelError, or InvalidInput(unknown_backend)."""
    if backend == SFace.model:
        return SFace(model_path(SFACE))
    if backend == Dlib.model:
        return Dlib()
    raise InvalidInput("unknown_backend", backend=backend)


def as_template(embedder: Embedder, vectors: list[Vector]) -> Template:
    """The template of one person's frames."""
    vector = embedder.combine(vectors).astype("<f4")
    return Template(embedder.model, len(vectors), vector.tobytes())


def template_vector(template: Template) -> Vector:
    """The vector inside a template."""
    return np.frombuffer(template.vector, "<f4").astype(np.float32)


def _unit(vector: Vector) -> Vector:
    return (vector / max(float(np.linalg.norm(vector)), 1e-9)).astype(np.float32)
