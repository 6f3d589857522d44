"""The light of a phone's screen on the face before it, as a camera sees it.

Light adds up linearly; a camera shows it with a gamma of about 2.2 and follows slowly with its
exposure. The face is nearest to the screen, the body less, the room hardly lit by it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp
from typing import TypeAlias

import cv2
import numpy as np
import numpy.typing as npt

from media.faces.picture import Picture

GAMMA = 2.2
WHITE = (1.0, 1.0, 1.0)

Mask: TypeAlias = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Room:
    """How bright the screen is on the face beside the room's own light, and how a camera sees it.

    ``screen_share``: a white screen's light on the face, as a share of the room's; ``delay_s``:
    from the screen's order to the camera's picture; ``exposure_s``: the camera's time constant.
    """

    screen_share: float = 0.45
    delay_s: float = 0.08
    exposure_s: float = 1.2


ROOM = Room()
SUNLIGHT = Room(screen_share=0.01)


@dataclass(frozen=True, slots=True)
class Show:
    """A sequence of colours (linear red, green, blue) that begins at ``at_s``."""

    colours: tuple[tuple[float, float, float], ...]
    each_s: float
    at_s: float

    def colour(self, at_s: float) -> tuple[float, float, float] | None:
        """What the screen shows; None before and after."""
        index = int((at_s - self.at_s) // self.each_s)
        return self.colours[index] if 0 <= index < len(self.colours) else None


class ScreenGlow:
    """What the screen's colours do to the pictures of one camera."""

    def __init__(self, room: Room = ROOM) -> None:
        self._room = room
        self._shows: list[Show] = []
        self._exposure = 1.0
        self._seen_s: float | None = None

    @property
    def shows(self) -> tuple[Show, ...]:
        """All that was shown."""
        return tuple(self._shows)

    def show(self, colours: Sequence[str], each_s: float, at_s: float) -> None:
        """The screen is filled with ``#rrggbb`` colours, one after another."""
        self._shows.append(Show(tuple(linear(colour) for colour in colours), each_s, at_s))

    def light(self, picture: Picture, mask: Mask, at_s: float) -> Picture:
        """The picture in the screen's light; ``mask`` (height, width) 0..1 is what it reaches."""
        colour = self._colour(at_s - self._room.delay_s)
        if colour is None and abs(self._exposure - 1.0) < 0.01:
            return picture
        share = self._room.screen_share
        # The page is white before and after; only the difference to that is seen.
        change = [
            share * (c - w) / (1 + share * w) for c, w in zip(colour or WHITE, WHITE, strict=True)
        ]
        self._expose(1 + float(np.mean(change)) * float(mask.mean()), at_s)
        gains = [
            (self._exposure * (1 + part * mask)) ** np.float32(1 / GAMMA)
            for part in reversed(change)
        ]
        lit = picture.astype(np.float32) * cv2.merge(gains)
        shown: Picture = np.clip(lit, 0, 255).astype(np.uint8)
        return shown

    def _colour(self, at_s: float) -> tuple[float, float, float] | None:
        found = (show.colour(at_s) for show in reversed(self._shows))
        return next((colour for colour in found if colour is not None), None)

    def _expose(self, brightness: float, at_s: float) -> None:
        """The camera goes slowly to where the picture is as bright as before."""
        passed_s = 0.0 if self._seen_s is None else min(1.0, max(0.0, at_s - self._seen_s))
        self._seen_s = at_s
        self._exposure += (1 / brightness - self._exposure) * (
            1 - exp(-passed_s / self._room.exposure_s)
        )


def linear(colour: str) -> tuple[float, float, float]:
    """``#rrggbb`` as linear light, red first."""
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return red**GAMMA, green**GAMMA, blue**GAMMA


def face_mask(points: npt.NDArray[np.float32], width: int, height: int) -> Mask:
    """1 on the face with these points, falling off over the body to 0.1 in the room."""
    mask = np.full((height, width), 0.1, np.float32)
    flat = points[:, :2]
    middle, size = (flat.min(0) + flat.max(0)) / 2, np.ptp(flat, axis=0)
    body = middle + np.array((0, size[1] * 1.1), np.float32)
    for centre, axes, level in ((body, size * (1.1, 0.75), 0.45), (middle, size * 0.62, 1.0)):
        at = (round(float(centre[0])), round(float(centre[1])))
        reach = (round(float(axes[0])), round(float(axes[1])))
        cv2.ellipse(mask, at, reach, 0, 0, 360, level, -1, cv2.LINE_AA)
    return cv2.GaussianBlur(mask, (0, 0), float(size[0]) * 0.08).astype(np.float32)
