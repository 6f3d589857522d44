"""YuNet: face boxes, for stills: it sees small faces, and people further back, that no mesh has.

Wu, Peng and Yu, "YuNet: a tiny millisecond-level face detector", 2023.
"""

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from media.faces.picture import Picture

SEARCH_SIDE = 320
MIN_SCORE = 0.6
OVERLAP = 0.3
MAX_FACES = 16


@dataclass(frozen=True, slots=True)
class Box:
    """A found face in pixels of the picture."""

    left: float
    top: float
    width: float
    height: float
    score: float


class Detector:
    """One YuNet; not to be shared between threads."""

    def __init__(self, model: Path) -> None:
        self._net = cv2.FaceDetectorYN.create(
            str(model), "", (SEARCH_SIDE, SEARCH_SIDE), MIN_SCORE, OVERLAP, MAX_FACES
        )

    def find(self, picture: Picture) -> list[Box]:
        """The faces, largest first; searched at no more than ``SEARCH_SIDE`` pixels."""
        height, width = picture.shape[:2]
        scale = min(1.0, SEARCH_SIDE / max(width, height))
        size = (max(1, round(width * scale)), max(1, round(height * scale)))
        small = picture if scale == 1 else cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
        self._net.setInputSize(size)
        rows = self._net.detect(small)[1]
        boxes = [] if rows is None else [_box(row, width / size[0]) for row in rows]
        return sorted(boxes, key=lambda box: -box.width * box.height)


def _box(row: npt.NDArray[np.float32], scale: float) -> Box:
    """Of YuNet's own row: box, five points, score."""
    left, top, width, height = (float(value) * scale for value in row[:4])
    return Box(left, top, width, height, float(row[14]))
