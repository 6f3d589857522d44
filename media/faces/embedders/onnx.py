"""An ONNX embedder that a bureau owns, given by path with its model card beside it.

Runs on OpenCV's DNN module: nothing more to install.
"""

from pathlib import Path

import cv2
import numpy as np

from media.faces.embedders.alignment import aligned
from media.faces.embedders.cosine import cosines, mean_direction, unit
from media.faces.embedders.embedder import Vectors
from media.faces.embedders.model_card import ModelCard
from media.faces.landmarks import Mesh
from media.faces.models import sha256_of
from media.faces.picture import Picture, Vector
from roll_call.errors import ModelError

NUMBERS = range(32, 4097)
"""How many numbers a face's vector may have."""


class OnnxEmbedder:
    """Similarity is the cosine.

    Raises ModelError: ``model_card_hash`` where the weights are not those of the card,
    ``model_unreadable`` where OpenCV cannot run them with the card's input, ``model_output_shape``
    where something else than one vector comes out.
    """

    def __init__(self, weights: Path, card: ModelCard) -> None:
        self.model = card.name
        self._card = card
        self._mean = np.array(card.mean, np.float32)
        self._scale = np.array(card.scale, np.float32)
        if sha256_of(weights) != card.sha256:
            raise ModelError("model_card_hash", file=weights.name, card=card.file)
        try:
            self._net = cv2.dnn.readNetFromONNX(str(weights))
            out = self._forward(np.zeros((card.height, card.width, 3), np.uint8))
        except cv2.error as error:
            why = (error.err or str(error)).strip().splitlines()[0]
            raise ModelError("model_unreadable", file=weights.name, why=why) from error
        one_vector = out.ndim >= 2 and out.shape[:2] == (1, out.size)
        if not one_vector or out.size not in NUMBERS or len(self._outputs()) != 1:
            shape = " x ".join(str(side) for side in out.shape)
            raise ModelError("model_output_shape", file=weights.name, shape=shape)

    def embed(self, picture: Picture, mesh: Mesh) -> Vector:
        """A unit vector."""
        face = aligned(picture, mesh, self._card.width, self._card.height)
        return unit(self._forward(face).ravel())

    def combine(self, vectors: list[Vector]) -> Vector:
        """The mean direction."""
        return mean_direction(vectors)

    def similarities(self, one: Vector, others: Vectors) -> Vector:
        """The cosines."""
        return cosines(one, others)

    def _outputs(self) -> tuple[str, ...]:
        return tuple(self._net.getUnconnectedOutLayersNames())

    def _forward(self, face: Picture) -> Vectors:
        """The network's output for one aligned face."""
        ordered = cv2.cvtColor(face, cv2.COLOR_BGR2RGB) if self._card.channels == "RGB" else face
        values = (ordered.astype(np.float32) - self._mean) * self._scale
        blob = values[None] if self._card.layout == "NHWC" else values.transpose(2, 0, 1)[None]
        self._net.setInput(np.ascontiguousarray(blob))
        return np.asarray(self._net.forward(), np.float32)
