"""Recordings of a session in which the right person was there, played back later."""

from dataclasses import dataclass
from random import Random

import cv2
import numpy as np

from media.faces.picture import Picture
from media.faces.trace import Trace
from server.simulate.portrait import HEIGHT, WIDTH, PortraitActor
from server.simulate.scene import Deaf, Scene

LEAD_S = 1.5
"""How far into a recording a replay begins at most."""


@dataclass(frozen=True, slots=True)
class Recording:
    """What makes an actor's earlier session happen again, frame by frame.

    ``prompts`` are (kind, seconds); ``lights`` (colours, seconds each, seconds of the first).
    ``trace`` is what the server kept of it.
    """

    seed: int
    prompts: tuple[tuple[str, float], ...]
    lights: tuple[tuple[tuple[str, ...], float, float], ...]
    length_s: float
    trace: Trace

    @property
    def kinds(self) -> tuple[str, ...]:
        """The movements in their order."""
        return tuple(kind for kind, _ in self.prompts)


class Replay(Deaf):
    """A recording in the camera's place, from somewhere near its beginning, again and again."""

    def __init__(self, image: Picture, recording: Recording, seed: int) -> None:
        self._actor = PortraitActor(image, recording.seed)
        for kind, at_s in recording.prompts:
            self._actor.prompt(kind, at_s)
        for colours, each_s, at_s in recording.lights:
            self._actor.light(colours, each_s, at_s)
        self._length_s = recording.length_s
        self._start_s = Random(seed).uniform(0.0, LEAD_S)

    def frame(self, at_s: float) -> Picture:
        """What was recorded at this time."""
        return self._actor.frame((self._start_s + at_s) % self._length_s)


class OnScreen:
    """A scene that is shown on a screen before the camera: its edge, its glare, its moiré.

    The panel's grid of pixels and the camera's beat against each other: waves of a few pixels that
    the perspective bends. The panel raises the contrast and gives its own light.
    """

    def __init__(self, shown: Scene, seed: int) -> None:
        chance = Random(seed)
        self._shown = shown
        self._size = chance.uniform(0.72, 0.92)
        self._matrix = _perspective(chance, self._size)
        self._room = np.full((HEIGHT, WIDTH, 3), chance.uniform(20, 120), np.float32)
        self._room *= np.linspace(0.7, 1.2, WIDTH, dtype=np.float32)[None, :, None]
        self._gain = _moire(chance) + _glare(chance)
        self._gamma = chance.uniform(1.05, 1.3)
        panel = np.full((HEIGHT, WIDTH), 255, np.uint8)
        self._panel = self._before_the_camera(panel).astype(np.float32)[..., None] / 255
        self._bezel = cv2.dilate(self._panel, np.ones((17, 17), np.uint8))[..., None]

    def prompt(self, kind: str, at_s: float) -> None:
        """Handed on."""
        self._shown.prompt(kind, at_s)

    def light(self, colours: object, each_s: float, at_s: float) -> None:
        """A panel's own light is stronger than what falls on it."""

    def frame(self, at_s: float) -> Picture:
        """The screen, its bezel and the room around it."""
        picture = self._shown.frame(at_s).astype(np.float32) / 255
        panel = self._before_the_camera(picture**self._gamma * 255)
        around = self._room * (1 - self._bezel) + 12 * self._bezel
        lit = panel * self._gain * self._panel + around * (1 - self._panel)
        shown: Picture = np.clip(lit, 0, 255).astype(np.uint8)
        return shown

    def _before_the_camera(self, picture: np.ndarray) -> np.ndarray:
        return cv2.warpPerspective(picture, self._matrix, (WIDTH, HEIGHT))


def _perspective(chance: Random, size: float) -> np.ndarray:
    corners = np.array([[0, 0], [WIDTH, 0], [WIDTH, HEIGHT], [0, HEIGHT]], np.float32)
    middle = np.array((WIDTH / 2, HEIGHT / 2), np.float32)
    held = (corners - middle) * size + middle
    held += np.array([[chance.uniform(-9, 9) for _ in range(2)] for _ in range(4)], np.float32)
    return cv2.getPerspectiveTransform(corners, held.astype(np.float32))


def _moire(chance: Random) -> np.ndarray:
    """Two bent gratings of 2.5 to 6 pixels, about an angle to one another; (h, w, 3)."""
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float32)
    bend = (
        1
        + chance.uniform(-0.06, 0.06) * (x / WIDTH - 0.5)
        + chance.uniform(-0.06, 0.06) * (y / HEIGHT - 0.5)
    )
    angle = chance.uniform(0, np.pi)
    depth = chance.uniform(0.04, 0.12)
    waves = []
    for channel in range(3):
        across = (x * np.cos(angle) + y * np.sin(angle)) * bend
        down = (y * np.cos(angle) - x * np.sin(angle)) * bend
        period = chance.uniform(2.5, 6.0)
        phase = 2 * np.pi * channel / 3
        waves.append(
            1
            + depth * np.sin(2 * np.pi * across / period + phase)
            + depth / 2 * np.sin(2 * np.pi * down / period + phase)
        )
    moire: np.ndarray = np.dstack(waves).astype(np.float32)
    return moire


def _glare(chance: Random) -> np.ndarray:
    """A soft reflection somewhere on the panel; (h, w, 1), 0 and more."""
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float32)
    at = chance.uniform(0, WIDTH), chance.uniform(0, HEIGHT)
    distance = ((x - at[0]) ** 2 + (y - at[1]) ** 2) / (2 * chance.uniform(60, 140) ** 2)
    glare: np.ndarray = chance.uniform(0.0, 0.35) * np.exp(-distance)[..., None]
    return glare.astype(np.float32)
