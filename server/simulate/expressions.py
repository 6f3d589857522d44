"""What a still face cannot show: closed eyes and an open mouth, drawn into the picture.

The lids are drawn over the eyes with the skin above them, the lower lip and the jaw are drawn
down; then the line of the lashes and the dark of the mouth are painted. Levels of each are made
when they are first wanted and kept.
"""

from functools import lru_cache

import cv2
import numpy as np
import numpy.typing as npt

from media.faces.picture import Picture
from server.simulate.head_warp import Head, Points

LEVELS = 8
"""Steps between open and closed eyes, and between a closed and an open mouth."""

# Upper and lower lid of each eye, from corner to corner (MediaPipe's face mesh).
LIDS = (
    ((246, 161, 160, 159, 158, 157, 173), (7, 163, 144, 145, 153, 154, 155)),
    ((466, 388, 387, 386, 385, 384, 398), (249, 390, 373, 374, 380, 381, 382)),
)
EYE_CORNERS = ((33, 133), (263, 362))
CHEEKS = ((117, 118, 119), (346, 347, 348))
INNER_UPPER = (78, 191, 80, 81, 82, 13, 312, 311, 310, 415, 308)
INNER_LOWER = (78, 95, 88, 178, 87, 14, 317, 402, 318, 324, 308)
UPPER_LIP = frozenset(
    [
        *(61, 185, 40, 39, 37, 0, 267, 269, 270, 409, 291),
        *(76, 184, 74, 73, 72, 11, 302, 303, 304, 408, 306),
        *(62, 183, 42, 41, 38, 12, 268, 271, 272, 407, 292),
        *INNER_UPPER,
    ]
)
CHIN = 152
JAW_SIDES = (172, 397)

JAW_DROP = 0.15
"""How far the lower lip goes down in a wide open mouth, as a share of the face's height."""
CORNERS_IN = 0.45
"""How far the mouth's corners come in, as a share of half its width."""
MOUTH_BGR = (34.0, 24.0, 48.0)
LID_REACH, LID_SINK = 1.5, 0.3
"""How far the painted lid goes beyond the open eye, up and down, in openings of the eye."""
LID_SHADE = 0.95
LASH_DARKNESS, LASH_PX, LASH_SINK_PX = 0.9, 3, 1.2

Colour = npt.NDArray[np.float32]


class Expressions:
    """One face's picture with the eyes and the mouth as wanted."""

    def __init__(self, picture: Picture, head: Head) -> None:
        self._picture, self._head = picture, head
        self._drawn = lru_cache(maxsize=4 * LEVELS)(self._draw)

    def show(self, eyes_closed: float, mouth_open: float) -> Picture:
        """The picture at the nearest levels; both 0..1."""
        eyes, mouth = (
            round(min(1.0, max(0.0, part)) * LEVELS) for part in (eyes_closed, mouth_open)
        )
        return self._drawn(eyes, mouth)

    def _draw(self, eyes: int, mouth: int) -> Picture:
        if eyes == mouth == 0:
            return self._picture
        head = self._head
        moved = jaw_down(head.points, mouth / LEVELS)
        across, down = head.look_up(moved)
        picture = cv2.remap(
            self._picture, across, down, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
        ).astype(np.float32)
        if eyes:
            _paint_lids(picture, moved, eyes / LEVELS)
        if mouth:
            _paint_mouth(picture, moved)
        return np.clip(picture, 0, 255).astype(np.uint8)


def jaw_down(points: Points, part: float) -> Points:
    """The face's points with lower lip and chin drawn down; the mouth's corners stay."""
    moved = points.copy()
    x, y = points[:, 0], points[:, 1]
    middle_x = points[CHIN, 0]
    corners = np.sort(points[[78, 308], 0])
    half_mouth = (corners[1] - corners[0]) / 2
    half_jaw = abs(points[JAW_SIDES[0], 0] - points[JAW_SIDES[1], 0]) / 2 * 1.1
    upper, lower = (points[list(row)] for row in (INNER_UPPER, INNER_LOWER))
    order = np.argsort(upper[:, 0])
    line = np.interp(x, upper[order, 0], (upper[order, 1] + lower[order, 1]) / 2)
    depth = np.clip((y - line) / max(1.0, points[CHIN, 1] - float(line[CHIN])), 0, 1)
    half = half_mouth + (half_jaw - half_mouth) * np.sqrt(depth)
    weight = np.clip(1 - ((x - middle_x) / half) ** 2, 0, 1)
    below = (y >= line) | np.isin(np.arange(len(points)), INNER_LOWER)
    below &= ~np.isin(np.arange(len(points)), list(UPPER_LIP))
    height = float(np.ptp(y))
    near = np.exp(-((y - line) ** 2) / (0.06 * height) ** 2).astype(np.float32)
    lips = near * (np.abs(x - middle_x) < 1.5 * half_mouth)
    moved[:, 0] -= lips * part * CORNERS_IN * (x - middle_x)
    moved[:, 1] += np.where(below, weight * part * JAW_DROP * height, 0).astype(np.float32)
    return moved


def _paint_lids(picture: npt.NDArray[np.float32], points: Points, part: float) -> None:
    """Lids of the cheek's skin over the eyes, so far closed, with the lashes as their edge."""
    for (uppers, lowers), corners, cheek in zip(LIDS, EYE_CORNERS, CHEEKS, strict=True):
        outer, inner = points[list(corners), :2]
        open_line, shut_line = (points[list(row), :2] for row in (uppers, lowers))
        opening = open_line - shut_line
        sunk = np.array((0, LASH_SINK_PX), np.float32) * part
        middle = open_line - part * (1 + LID_SINK) * opening
        edge = np.vstack([outer + sunk, middle, inner + sunk])
        lid = np.vstack([edge, (open_line + opening * LID_REACH * part)[::-1]])
        _blend(picture, lid, _skin(picture, points[list(cheek), :2]) * LID_SHADE, 1.5)
        lashes = np.zeros(picture.shape[:2], np.float32)
        cv2.polylines(lashes, [_fixed(edge)], False, 1.0, LASH_PX, cv2.LINE_AA, 4)
        lashes = cv2.GaussianBlur(lashes, (0, 0), 0.7).astype(np.float32)
        picture *= (1 - LASH_DARKNESS * part * lashes)[..., None]


def _skin(picture: npt.NDArray[np.float32], places: npt.NDArray[np.float32]) -> Colour:
    """The median colour around some places."""
    patches = [
        picture[round(y) - 2 : round(y) + 3, round(x) - 2 : round(x) + 3].reshape(-1, 3)
        for x, y in places
    ]
    return np.median(np.vstack(patches), axis=0).astype(np.float32)


def _blend(
    picture: npt.NDArray[np.float32], ring: npt.NDArray[np.float32], colour: Colour, blur: float
) -> None:
    """Fill a polygon with a colour; its edge is soft."""
    area = np.zeros(picture.shape[:2], np.float32)
    cv2.fillPoly(area, [_fixed(ring)], 1.0, cv2.LINE_AA, 4)
    area = cv2.GaussianBlur(area, (0, 0), blur).astype(np.float32)[..., None]
    picture *= 1 - area
    picture += area * colour


def _paint_mouth(picture: npt.NDArray[np.float32], points: Points) -> None:
    """The dark between the lips."""
    ring = [*INNER_UPPER, *reversed(INNER_LOWER[1:-1])]
    _blend(picture, points[ring, :2], np.array(MOUTH_BGR, np.float32), 1.2)


def _fixed(points: npt.NDArray[np.float32]) -> npt.NDArray[np.int32]:
    """Points for OpenCV's drawing with four bits of fraction."""
    return np.round(points * 16).astype(np.int32)
