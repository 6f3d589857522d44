"""Turn one still portrait into a head that turns and nods, by warping its face mesh.

The mesh's points have depth, so they can be rotated about the head's middle; the picture follows
them triangle by triangle, the far ones first. What lies around the face is stretched from its
outline to a ring that stays where it is, and the background does not move at all.
"""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt
from scipy.spatial import Delaunay

Picture = npt.NDArray[np.uint8]
Points = npt.NDArray[np.float64]

RING = 1.6
"""The ring that stays still, as a multiple of the face's outline."""
FAR = 1e3
"""Depth of the background, behind every point of the mesh, in pixels."""


@dataclass(frozen=True, slots=True)
class FaceMesh:
    """A portrait with its mesh: ``points`` is (n, 3) in pixels, z growing away from the camera."""

    picture: Picture
    points: Points


def turned(mesh: FaceMesh, yaw_deg: float, pitch_deg: float) -> Picture:
    """The portrait with its head turned to its own left by ``yaw`` and lowered by ``pitch``."""
    still = _frame_points(mesh)
    moved = np.vstack(
        [_rotated(mesh.points, yaw_deg, pitch_deg), np.c_[still, np.full(len(still), FAR)]]
    )
    source = np.vstack([mesh.points[:, :2], still])
    triangles = Delaunay(source).simplices
    far_first = np.argsort(-moved[triangles, 2].mean(axis=1))
    out = mesh.picture.copy()
    for triangle in triangles[far_first]:
        _paint(
            out,
            mesh.picture,
            source[triangle].astype(np.float32),
            moved[triangle, :2].astype(np.float32),
        )
    return out


def _rotated(points: Points, yaw_deg: float, pitch_deg: float) -> Points:
    yaw, pitch = np.radians(yaw_deg), np.radians(pitch_deg)
    about_y = np.array([[np.cos(yaw), 0, -np.sin(yaw)], [0, 1, 0], [np.sin(yaw), 0, np.cos(yaw)]])
    about_x = np.array(
        [[1, 0, 0], [0, np.cos(pitch), -np.sin(pitch)], [0, np.sin(pitch), np.cos(pitch)]]
    )
    middle = points.mean(axis=0)
    rotated: Points = (points - middle) @ (about_x @ about_y).T + middle
    return rotated


def _frame_points(mesh: FaceMesh) -> Points:
    """The ring around the face and the picture's corners: they never move."""
    height, width = mesh.picture.shape[:2]
    flat = mesh.points[:, :2]
    outline = cv2.convexHull(flat.astype(np.float32))[:, 0].astype(np.float64)
    ring = flat.mean(axis=0) + (outline - flat.mean(axis=0)) * RING
    ring = np.clip(ring, 0, (width - 1, height - 1))
    corners = [[0, 0], [width - 1, 0], [0, height - 1], [width - 1, height - 1]]
    return np.vstack([ring, corners])


def _paint(
    out: Picture,
    picture: Picture,
    source: npt.NDArray[np.float32],
    target: npt.NDArray[np.float32],
) -> None:
    """Copy one triangle of the picture to where it has moved."""
    left, top, width, height = cv2.boundingRect(target)
    right, bottom = min(left + width, out.shape[1]), min(top + height, out.shape[0])
    left, top = max(left, 0), max(top, 0)
    if right <= left or bottom <= top:
        return
    corner = np.array([left, top], np.float32)
    size = (right - left, bottom - top)
    warp = cv2.getAffineTransform(source, target - corner)
    patch = cv2.warpAffine(
        picture, warp, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT
    )
    mask = np.zeros(size[::-1], np.uint8)
    cv2.fillConvexPoly(mask, np.rint(target - corner).astype(np.int32), 1)
    out[top:bottom, left:right][mask > 0] = patch[mask > 0]
