"""How an actor's head moves: sway, blinks and answers to prompts with a person's timing.

Angles in degrees in the person's own terms (``roll_call.ports.faces.Pose``): yaw > 0 to the own
left, pitch > 0 down. Reaction times are log-normal, movements follow a minimum-jerk course
(Flash and Hogan 1985).
"""

from dataclasses import dataclass
from math import exp, pi, sin
from random import Random

MEDIAN_REACTION_S = 0.55
REACTION_SPREAD = 0.22
DIRECTIONS = {"turn_left": (1.0, 0.0), "turn_right": (-1.0, 0.0), "nod": (0.0, 1.0)}
YAW_DEG = (25.0, 33.0)
PITCH_DEG = (18.0, 24.0)
BLINK_S = 0.26


@dataclass(frozen=True, slots=True)
class Gesture:
    """One movement there and back, beginning at ``start_s``."""

    yaw: float
    pitch: float
    start_s: float
    there_s: float
    hold_s: float
    back_s: float

    def share(self, at_s: float) -> float:
        """How much of the movement is out at this time, 0..1."""
        since_s = at_s - self.start_s
        out = minimum_jerk(since_s / self.there_s)
        back = minimum_jerk((since_s - self.there_s - self.hold_s) / self.back_s)
        return out - back


def minimum_jerk(part: float) -> float:
    """The smooth course from 0 to 1 over ``part`` 0..1."""
    part = min(1.0, max(0.0, part))
    return part**3 * (10 - 15 * part + 6 * part**2)


@dataclass(frozen=True, slots=True)
class Wave:
    """One slow component of the sway."""

    amplitude: float
    hertz: float
    phase: float

    def at(self, at_s: float) -> float:
        """Its value at this time."""
        return self.amplitude * sin(2 * pi * self.hertz * at_s + self.phase)


class Motion:
    """The course of one head; the same seed and prompts give the same course."""

    def __init__(self, seed: int) -> None:
        self._chance = Random(seed)
        self._yaw = self._waves(0.9)
        self._pitch = self._waves(0.7)
        self._drift = self._waves(1.6), self._waves(1.2)
        self._gestures: list[Gesture] = []
        self._blinks = self._draw_blinks(600.0)

    def prompt(self, kind: str, at_s: float) -> None:
        """Answer a prompt after a human reaction time; unknown kinds are not understood."""
        if kind not in DIRECTIONS:
            return
        chance = self._chance
        yaw, pitch = DIRECTIONS[kind]
        reaction_s = MEDIAN_REACTION_S * exp(chance.gauss(0, REACTION_SPREAD))
        self._gestures.append(
            Gesture(
                yaw=yaw * chance.uniform(*YAW_DEG),
                pitch=pitch * chance.uniform(*PITCH_DEG),
                start_s=at_s + max(0.3, reaction_s),
                there_s=chance.uniform(0.32, 0.5),
                hold_s=chance.uniform(0.15, 0.4),
                back_s=chance.uniform(0.38, 0.55),
            )
        )

    def angles(self, at_s: float) -> tuple[float, float]:
        """Yaw and pitch."""
        shares = [(gesture, gesture.share(at_s)) for gesture in self._gestures[-4:]]
        yaw = sum(gesture.yaw * share for gesture, share in shares)
        pitch = sum(gesture.pitch * share for gesture, share in shares)
        return (
            yaw + sum(wave.at(at_s) for wave in self._yaw),
            pitch + sum(wave.at(at_s) for wave in self._pitch),
        )

    def drift_px(self, at_s: float) -> tuple[float, float]:
        """How far the hand that holds the phone has moved the picture."""
        right, down = self._drift
        return sum(wave.at(at_s) for wave in right), sum(wave.at(at_s) for wave in down)

    def eyes_closed(self, at_s: float) -> float:
        """How far the eyes are closed, 0..1."""
        for start_s in self._blinks:
            if start_s <= at_s < start_s + BLINK_S:
                return sin(pi * (at_s - start_s) / BLINK_S)
        return 0.0

    def _waves(self, amplitude: float) -> tuple[Wave, ...]:
        chance = self._chance
        return tuple(
            Wave(
                amplitude * chance.uniform(0.3, 1.0) / (1 + order),
                chance.uniform(0.08, 0.2) * (1 + order),
                chance.uniform(0, 2 * pi),
            )
            for order in range(4)
        )

    def _draw_blinks(self, until_s: float) -> tuple[float, ...]:
        blinks: list[float] = []
        at_s = self._chance.uniform(0.5, 4.0)
        while at_s < until_s:
            blinks.append(at_s)
            at_s += self._chance.uniform(2.0, 6.5)
        return tuple(blinks)
