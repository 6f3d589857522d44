"""A printed photo before the camera: held still, or moved and tilted by hand."""

from collections.abc import Sequence
from math import pi, sin
from random import Random

import cv2
import numpy as np

from media.faces.picture import Picture
from server.simulate.portrait import HEIGHT, WIDTH, Posture, puppet
from server.simulate.screen_glow import ROOM, Room, ScreenGlow

SENSOR_NOISE = 1.5
TILT = 0.16
"""How far the far edge of a tilted photo shrinks, as a share of its size."""
SHIFT_PX = 34.0
TURN_DEG = 9.0


class StillPhoto:
    """A photo that nobody moves; paper is lit by the screen as skin is."""

    def __init__(self, image: Picture, seed: int, room: Room = ROOM) -> None:
        self._chance = Random(seed)
        self._grain = np.random.default_rng(seed)
        self._photo = puppet(image).draw(Posture())
        self._glow = ScreenGlow(room)
        self._lit = np.full((HEIGHT, WIDTH), 0.8, np.float32)

    def prompt(self, kind: str, at_s: float) -> None:
        """Paper does not listen."""

    def light(self, colours: Sequence[str], each_s: float, at_s: float) -> None:
        """The screen lights the paper."""
        self._glow.show(colours, each_s, at_s)

    def frame(self, at_s: float) -> Picture:
        """The photo with the camera's noise."""
        lit = self._glow.light(self._held(at_s), self._lit, at_s)
        noise = self._grain.normal(0, SENSOR_NOISE, (HEIGHT, WIDTH, 1))
        return np.clip(lit + noise, 0, 255).astype(np.uint8)

    def _held(self, at_s: float) -> Picture:
        return self._photo


class MovedPhoto(StillPhoto):
    """A photo that is moved, turned and tilted by hand, all the time and in all directions."""

    def __init__(self, image: Picture, seed: int, room: Room = ROOM) -> None:
        super().__init__(image, seed, room)
        chance = self._chance
        self._waves = [
            (chance.uniform(0.5, 1.0), chance.uniform(0.25, 0.6), chance.uniform(0, 2 * pi))
            for _ in range(6)
        ]

    def _held(self, at_s: float) -> Picture:
        right, down, turn, sideways, forward, near = (
            size * sin(2 * pi * hertz * at_s + phase) for size, hertz, phase in self._waves
        )
        corners = np.array([[0, 0], [WIDTH, 0], [WIDTH, HEIGHT], [0, HEIGHT]], np.float32)
        middle = np.array((WIDTH / 2, HEIGHT / 2), np.float32)
        part = (corners - middle) / middle
        far = 1 - TILT * (sideways * part[:, :1] + forward * part[:, 1:])
        a = np.radians(TURN_DEG * turn)
        spin = np.array([[np.cos(a), -np.sin(a)], [np.sin(a), np.cos(a)]], np.float32)
        shift = np.array((right, down), np.float32) * SHIFT_PX
        moved = (corners - middle) * far * (1 + 0.08 * near) @ spin.T + middle + shift
        matrix = cv2.getPerspectiveTransform(corners, moved.astype(np.float32))
        return cv2.warpPerspective(
            self._photo, matrix, (WIDTH, HEIGHT), borderMode=cv2.BORDER_REPLICATE
        ).astype(np.uint8, copy=False)
