"""Which colours a screen shows: random, plainly different one after another, and harmless.

Two changes a second are one flash at most, and no colour is a saturated red: within WCAG 2.2,
success criterion 2.3.1 (three flashes) in both its parts.
"""

import random
from functools import cache

import numpy as np
import numpy.typing as npt

from media.faces.chance import Chance

EACH_S = 0.5
SHOWN = 6
PALETTE = (
    "#ffffff",
    "#ff7070",
    "#30ff50",
    "#5068ff",
    "#ffff40",
    "#40ffff",
    "#ff60ff",
    "#181818",
)
STEP_APART = 0.7
"""Least distance of consecutive colours in linear RGB."""
LIKE_ITS_SHIFT = 0.35
"""Largest correlation of a sequence with itself one or two colours later."""
OTHERS = 800


def draw_colours(chance: Chance, count: int = SHOWN) -> tuple[str, ...]:
    """A sequence of different colours that does not resemble its own shifts."""
    while True:
        left, drawn = list(PALETTE), list[str]()
        while len(drawn) < min(count, len(PALETTE)):
            colour = chance.choice(left)
            left.remove(colour)
            drawn.append(colour)
        if _lively(drawn):
            return tuple(drawn)


def linear(colour: str) -> tuple[float, float, float]:
    """``#rrggbb`` as linear light, 0..1 (IEC 61966-2-1); raises ValueError."""
    levels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (
        level / 12.92 if level <= 0.04045 else ((level + 0.055) / 1.055) ** 2.4 for level in levels
    )
    return red, green, blue


@cache
def other_sequences(count: int) -> npt.NDArray[np.float64]:
    """Sequences (``OTHERS``, count, 3) of linear light that might have been drawn as well."""
    urn = random.Random(count)
    drawn = [draw_colours(urn, count) for _ in range(OTHERS)]
    return np.array([[linear(colour) for colour in colours] for colours in drawn])


def _lively(colours: list[str]) -> bool:
    light = np.array([linear(colour) for colour in colours])
    if (np.linalg.norm(np.diff(light, axis=0), axis=1) < STEP_APART).any():
        return False
    centred = light - light.mean(0)
    whole = float((centred**2).sum())
    return all(
        float((centred[shift:] * centred[:-shift]).sum()) / whole <= LIKE_ITS_SHIFT
        for shift in (1, 2)
        if shift < len(colours)
    )
