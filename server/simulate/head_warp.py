"""Turning a still head: a face mesh gives, for every pose, where each pixel comes from.

The mesh of the face is turned in three dimensions, a ring around it falls off to a border that
stays; every triangle between them is mapped affinely, far triangles first. The fields of a few
poses are made once at a quarter of the size; a frame mixes neighbouring ones and looks up pixels.
"""

from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np
import numpy.typing as npt
from scipy.spatial import Delaunay

Field = npt.NDArray[np.float32]
Points = npt.NDArray[np.float32]

RING = 1.75
SHRINK = 4
YAWS = tuple(float(a) for a in range(-42, 43, 6))
PITCHES = tuple(float(a) for a in range(-12, 37, 6))
BEHIND = 1e3


@dataclass(frozen=True)
class Head:
    """A mesh of (n, 3) points in pixels of a picture of ``width`` x ``height``."""

    points: Points
    width: int
    height: int

    @cached_property
    def border(self) -> Points:
        """Points that stay: a ring around the face and the picture's corners."""
        flat = self.points[:, :2]
        hull = cv2.convexHull(np.ascontiguousarray(flat))[:, 0]
        middle = flat.mean(0)
        ring = middle + (hull - middle) * RING
        ring = np.clip(ring, (0, 0), (self.width - 1, self.height - 1))
        right, bottom = self.width - 1, self.height - 1
        corners = [[0, 0], [right, 0], [0, bottom], [right, bottom]]
        return np.vstack([ring, corners]).astype(np.float32)

    @cached_property
    def triangles(self) -> npt.NDArray[np.int32]:
        """Corner indices (m, 3) into face points followed by border points."""
        corners: npt.NDArray[np.int32] = Delaunay(self.flat(self.points)).simplices
        return corners

    def flat(self, points: Points) -> Points:
        """Face and border points in the picture."""
        return np.vstack([points[:, :2], self.border]).astype(np.float32)

    def turned(self, yaw: float, pitch: float) -> Points:
        """The face's points after a turn, in degrees."""
        a, b = np.radians(yaw), np.radians(pitch)
        sideways = np.array([[np.cos(a), 0, -np.sin(a)], [0, 1, 0], [np.sin(a), 0, np.cos(a)]])
        downward = np.array([[1, 0, 0], [0, np.cos(b), -np.sin(b)], [0, np.sin(b), np.cos(b)]])
        middle = self.points.mean(0)
        turned: Points = ((self.points - middle) @ (downward @ sideways).T + middle).astype(
            np.float32
        )
        return turned

    def field(self, moved: Points) -> Field:
        """Where each pixel comes from, as (height/4, width/4, 2) offsets in pixels."""
        size = (self.width // SHRINK, self.height // SHRINK)
        return cv2.resize(self.offsets(moved), size, interpolation=cv2.INTER_AREA).astype(
            np.float32
        )

    def offsets(self, moved: Points) -> Field:
        """How far away each pixel comes from: (height, width, 2) in pixels."""
        source, target = self.flat(self.points), self.flat(moved)
        depth = np.concatenate([moved[:, 2], np.full(len(self.border), BEHIND)])
        order = self.triangles[np.argsort(-depth[self.triangles].mean(1))]
        owner = np.zeros((self.height, self.width), np.float32)
        for index, corners in enumerate(np.round(target[order]).astype(np.int32)):
            cv2.fillConvexPoly(owner, corners, float(index))
        maps = _affine(target[order], source[order])[owner.astype(np.int32)]
        y, x = np.indices(owner.shape, dtype=np.float32)
        return np.dstack(
            [
                maps[..., 0] * x + maps[..., 1] * y + maps[..., 2] - x,
                maps[..., 3] * x + maps[..., 4] * y + maps[..., 5] - y,
            ]
        ).astype(np.float32)

    def look_up(self, moved: Points) -> tuple[Field, Field]:
        """Source columns and rows of every pixel, at full size, for small movements."""
        offset = self.offsets(moved)
        rows, columns = np.indices((self.height, self.width), dtype=np.float32)
        return columns + offset[..., 0], rows + offset[..., 1]


def _affine(target: Points, source: Points) -> npt.NDArray[np.float32]:
    """The maps (m, 6) that take each target triangle onto its source triangle."""
    corners = np.concatenate([target, np.ones((*target.shape[:2], 1), np.float32)], axis=2)
    area = np.linalg.det(corners.astype(np.float64))
    flat = np.abs(area) < 1e-3
    corners[flat] = np.eye(3)
    solved = np.linalg.solve(corners.astype(np.float64), source.astype(np.float64))
    solved[flat] = ((1, 0), (0, 1), (0, 0))
    return solved.transpose(0, 2, 1).reshape(-1, 6).astype(np.float32)


class Fields:
    """The fields of a head, ready to be mixed."""

    def __init__(self, head: Head) -> None:
        self._yaws = np.stack([head.field(head.turned(yaw, 0)) for yaw in YAWS])
        self._pitches = np.stack([head.field(head.turned(0, pitch)) for pitch in PITCHES])
        self._rows, self._columns = np.indices((head.height, head.width), dtype=np.float32)

    def look_up(self, yaw: float, pitch: float, drift: tuple[float, float]) -> tuple[Field, Field]:
        """Source columns and rows (height, width) of every pixel; ``drift`` moves the picture."""
        offset = _mixed(self._yaws, YAWS, yaw) + _mixed(self._pitches, PITCHES, pitch)
        offset -= np.array(drift, np.float32)
        height, width = self._rows.shape
        across, down = (
            cv2.resize(offset[..., axis], (width, height)).astype(np.float32, copy=False)
            for axis in (0, 1)
        )
        across += self._columns
        down += self._rows
        return across, down


def _mixed(fields: npt.NDArray[np.float32], angles: tuple[float, ...], angle: float) -> Field:
    place = np.interp(angle, angles, range(len(angles)))
    low = min(int(place), len(angles) - 2)
    part = np.float32(place - low)
    mixed: Field = fields[low] * (1 - part) + fields[low + 1] * part
    return mixed
