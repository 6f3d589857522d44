"""Signs in one picture that a screen is before the camera: its frame, and moiré.

A display has a dark frame with straight edges around what it shows; and its grid of pixels, seen
through a camera's grid, gives a periodic pattern that skin and rooms do not have. Both can be
avoided by an attacker who takes care: neither being absent means anything.
"""

from functools import cache
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from media.faces.landmarks import Mesh
from media.faces.picture import Picture

Numbers = npt.NDArray[Any]

BORDER_WIDTH = 320
BEYOND_FACE = 0.25
"""How far beyond the face an edge must run on either side, as a share of the face."""
ROW_STEP = 2
SLANTS = np.linspace(-0.2, 0.2, 21) * ROW_STEP
"""Tangents of an edge's angle to the upright or the level."""
DARK_FRAME = 45
LIT_BY = 25
REACH = 3
SIDES_NEEDED = 3

PATCH = 256
NEAR_AXES = 5
PERIODS_PX = (2.2, 18.0)
NEIGHBOURHOOD = 17
PEAK = 3
PROMINENCE = (0.8, 2.8)
"""Of no pattern and of a plain one, as natural logarithms of amplitude."""


def border_of(picture: Picture, mesh: Mesh) -> float:
    """How plainly a lit rectangle with a dark frame stands around the face, 0..1.

    The share of its length over which the weakest of three sides is a straight edge of the frame.
    """
    scale = BORDER_WIDTH / picture.shape[1]
    size = (BORDER_WIDTH, max(1, round(picture.shape[0] * scale)))
    small = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
    gray = cv2.cvtColor(small, cv2.COLOR_BGR2GRAY).astype(np.int16)
    flat = mesh.points[:, :2] * scale
    low, high = flat.min(0), flat.max(0)
    height, width = gray.shape
    across, down = (low[0], high[0]), (low[1], high[1])
    sides = [
        _edge(gray, across[0], down),
        _edge(gray[:, ::-1], width - across[1], down),
        _edge(gray.T, down[0], across),
        _edge(gray.T[:, ::-1], height - down[1], across),
    ]
    return sorted(sides)[-SIDES_NEEDED]


def moire_of(picture: Picture, mesh: Mesh) -> float:
    """How far the strongest periodic pattern stands out of the spectrum around it, 0..1."""
    patch = _patch(picture, mesh)
    spectrum = np.log(np.abs(np.fft.rfft2((patch - patch.mean()) * _window())) + 1.0)
    strongest = float(_prominence(spectrum.astype(np.float32))[_allowed()].max())
    none, plain = PROMINENCE
    return float(np.clip((strongest - none) / (plain - none), 0, 1))


def _edge(gray: Numbers, before: float, along: tuple[float, float]) -> float:
    """The straightest edge left of column ``before`` between the dark frame and what is lit.

    Either edge of the frame counts, its inner or its outer one. The share of rows (from beyond one
    end of the face to beyond the other) that it runs through.
    """
    extra = BEYOND_FACE * (along[1] - along[0])
    top, bottom = int(max(0, along[0] - extra)), int(min(len(gray), along[1] + extra))
    end, rows = int(before), gray[top:bottom:ROW_STEP]
    if end <= 2 * REACH or len(rows) <= REACH:
        return 0.0
    left, right = rows[:, : end - 2 * REACH], rows[:, 2 * REACH : end]
    inner = (left < DARK_FRAME) & (right > left + LIT_BY)
    outer = (right < DARK_FRAME) & (left > right + LIT_BY)
    return max(_straightest(inner), _straightest(outer))


def _straightest(steps: npt.NDArray[np.bool_]) -> float:
    """The share of rows that the best line through steps of brightness runs through."""
    steps[:, 1:] &= ~steps[:, :-1]
    row, column = np.nonzero(steps)
    if len(row) < len(steps) / 4:
        return 0.0
    return max(_in_line(row, column - slant * row) for slant in SLANTS) / len(steps)


def _in_line(row: Numbers, offset: Numbers) -> float:
    """The largest number of rows with the same offset, give or take a pixel."""
    place = np.round(offset - offset.min()).astype(int)
    counts = np.bincount(place, minlength=3)
    together = counts[:-2] + counts[1:-1] + counts[2:]
    best = int(together.argmax())
    near = (place >= best) & (place <= best + 2)
    return float(len(np.unique(row[near])))


def _patch(picture: Picture, mesh: Mesh) -> Numbers:
    """Levels of a square around the face, the picture's edges repeated where it leaves them."""
    middle = mesh.points[:, :2].mean(0)
    gray = cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)
    height, width = gray.shape
    left = int(np.clip(middle[0] - PATCH / 2, 0, max(0, width - PATCH)))
    top = int(np.clip(middle[1] - PATCH / 2, 0, max(0, height - PATCH)))
    cut = gray[top : top + PATCH, left : left + PATCH]
    below, right = PATCH - cut.shape[0], PATCH - cut.shape[1]
    whole = cv2.copyMakeBorder(cut, 0, below, 0, right, cv2.BORDER_REFLECT_101)
    return np.asarray(whole, np.float32)


def _prominence(spectrum: Numbers) -> Numbers:
    around = cv2.blur(spectrum, (NEIGHBOURHOOD, NEIGHBOURHOOD), borderType=cv2.BORDER_REFLECT)
    return np.asarray(cv2.blur(spectrum, (PEAK, PEAK)) - around)


@cache
def _window() -> Numbers:
    return np.outer(np.hanning(PATCH), np.hanning(PATCH)).astype(np.float32)


@cache
def _allowed() -> npt.NDArray[np.bool_]:
    """Frequencies of visible patterns off the axes, where edges of rooms and codecs' blocks lie."""
    down = np.fft.fftfreq(PATCH)[:, None]
    across = np.fft.rfftfreq(PATCH)[None, :]
    frequency = np.hypot(down, across)
    shortest, longest = PERIODS_PX
    off_axes = (np.abs(down) * PATCH >= NEAR_AXES) & (across * PATCH >= NEAR_AXES)
    return np.asarray(off_axes & (frequency <= 1 / shortest) & (frequency >= 1 / longest))
