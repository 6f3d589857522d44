"""The soft signs of a replay in one session's frames, one look after the other."""

from typing import Any

import numpy as np
import numpy.typing as npt

from media.faces.landmarks import Mesh
from media.faces.measures.light import surroundings
from media.faces.measures.screens import border_of, moire_of
from media.faces.picture import Picture
from roll_call.ports.faces import ReplayCues

STEP = 8
FEW_PIXELS = 40


class CueMeter:
    """Measures a session's looks; keeps a coarse picture of the last one. About 4 ms a look."""

    def __init__(self) -> None:
        self._before: tuple[npt.NDArray[Any], npt.NDArray[np.bool_]] | None = None

    def measure(self, picture: Picture, mesh: Mesh) -> ReplayCues:
        """One look at the face with this mesh."""
        return ReplayCues(
            border=border_of(picture, mesh),
            moire=moire_of(picture, mesh),
            background=self._background(picture, mesh),
        )

    def _background(self, picture: Picture, mesh: Mesh) -> float | None:
        """Mean change of what surrounded the head in this look and in the last, grey levels."""
        sample = picture[STEP // 2 :: STEP, STEP // 2 :: STEP].astype(np.float32).mean(2)
        flat = mesh.points[:, :2] / STEP
        height, width = sample.shape
        free = surroundings((height, width), flat.min(0), flat.max(0))
        before, self._before = self._before, (sample, free)
        if before is None or before[0].shape != sample.shape:
            return None
        both = free & before[1]
        if both.sum() < FEW_PIXELS:
            return None
        return float(np.abs(sample - before[0])[both].mean())
