"""How an actor moves: sway, blinks, words and answers to prompts with a person's timing.

Angles in degrees in the person's own terms (``roll_call.ports.faces.Pose``): yaw > 0 to the own
left, pitch > 0 down; eyes closed and mouth open 0..1; ``nearer`` is the face's size against that at
the beginning. Reaction times are log-normal, movements follow a minimum-jerk course (Flash and
Hogan 1985).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from math import exp, inf, pi, sin
from random import Random

MEDIAN_REACTION_S = 0.55
REACTION_SPREAD = 0.22
BLINK_S = 0.26
DISTANCE_SWAY = 0.008

Range = tuple[float, float]
NONE: Range = (0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Manner:
    """How people answer one prompt: ranges of how far, how fast and how long."""

    yaw: Range = NONE
    pitch: Range = NONE
    eyes: Range = NONE
    mouth: Range = NONE
    nearer: Range = NONE
    later_s: float = 0.0
    there_s: Range = (0.32, 0.5)
    hold_s: Range = (0.15, 0.4)
    back_s: Range = (0.38, 0.55)


MANNERS = {
    "turn_left": Manner(yaw=(25.0, 33.0)),
    "turn_right": Manner(yaw=(-33.0, -25.0)),
    "nod": Manner(pitch=(18.0, 24.0)),
    "close_eyes": Manner(
        eyes=(1.0, 1.0), there_s=(0.12, 0.2), hold_s=(1.0, 1.9), back_s=(0.15, 0.25)
    ),
    "open_mouth": Manner(
        mouth=(0.8, 1.0), there_s=(0.25, 0.4), hold_s=(0.45, 0.9), back_s=(0.25, 0.4)
    ),
    "come_nearer": Manner(
        nearer=(0.34, 0.46),
        later_s=0.1,
        there_s=(0.7, 1.1),
        hold_s=(0.3, 0.8),
        back_s=(0.7, 1.1),
    ),
}
READ_DIGITS = "read_digits"
READING_LATER_S = 0.25
STAYS_NEAR = 0.3
"""How many do not go back after they came nearer."""
SYLLABLE = Manner(mouth=(0.4, 0.75), there_s=(0.1, 0.17), hold_s=(0.04, 0.12), back_s=(0.1, 0.17))
PAUSE_S: Range = (0.1, 0.35)


@dataclass(frozen=True, slots=True)
class Gesture:
    """One movement there and back, beginning at ``start_s``."""

    start_s: float
    there_s: float
    hold_s: float
    back_s: float
    yaw: float
    pitch: float
    eyes: float
    mouth: float
    nearer: float

    @property
    def end_s(self) -> float:
        """When it is over."""
        return self.start_s + self.there_s + self.hold_s + self.back_s

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
        self._distance = self._waves(DISTANCE_SWAY)

    def prompt(self, kind: str, at_s: float) -> None:
        """Answer a prompt after a human reaction time; unknown kinds are not understood."""
        reaction_s = max(0.3, MEDIAN_REACTION_S * exp(self._chance.gauss(0, REACTION_SPREAD)))
        if kind == READ_DIGITS:
            self.speak(3, at_s + reaction_s + READING_LATER_S)
        elif kind in MANNERS:
            manner = MANNERS[kind]
            self._gestures.append(self._gesture(manner, at_s + reaction_s + manner.later_s))

    def speak(self, syllables: int, at_s: float) -> None:
        """Move the mouth as in speaking so many syllables, one by one."""
        for _ in range(syllables):
            self._gestures.append(self._gesture(SYLLABLE, at_s))
            at_s = self._gestures[-1].end_s + self._chance.uniform(*PAUSE_S)

    def angles(self, at_s: float) -> tuple[float, float]:
        """Yaw and pitch."""
        shares = [(gesture, gesture.share(at_s)) for gesture in self._gestures]
        yaw = sum(gesture.yaw * share for gesture, share in shares)
        pitch = sum(gesture.pitch * share for gesture, share in shares)
        return yaw + _sum(self._yaw, at_s), pitch + _sum(self._pitch, at_s)

    def drift_px(self, at_s: float) -> tuple[float, float]:
        """How far the hand that holds the phone has moved the picture."""
        right, down = self._drift
        return _sum(right, at_s), _sum(down, at_s)

    def eyes_closed(self, at_s: float) -> float:
        """How far the eyes are closed, 0..1."""
        held = (gesture.eyes * gesture.share(at_s) for gesture in self._gestures)
        return max(self._blink(at_s), *held, 0.0)

    def mouth_open(self, at_s: float) -> float:
        """How far the mouth is open, 0..1."""
        return max((gesture.mouth * gesture.share(at_s) for gesture in self._gestures), default=0.0)

    def nearer(self, at_s: float) -> float:
        """How much larger the face is than at the beginning, about 1 or more."""
        come = max(
            (gesture.nearer * gesture.share(at_s) for gesture in self._gestures), default=0.0
        )
        return max(1.0, 1.0 + DISTANCE_SWAY + come + _sum(self._distance, at_s))

    def _gesture(self, manner: Manner, start_s: float) -> Gesture:
        draw = self._chance.uniform
        stays = manner.nearer is not NONE and self._chance.random() < STAYS_NEAR
        return Gesture(
            start_s=start_s,
            there_s=draw(*manner.there_s),
            hold_s=inf if stays else draw(*manner.hold_s),
            back_s=draw(*manner.back_s),
            yaw=draw(*manner.yaw),
            pitch=draw(*manner.pitch),
            eyes=draw(*manner.eyes),
            mouth=draw(*manner.mouth),
            nearer=draw(*manner.nearer),
        )

    def _blink(self, at_s: float) -> float:
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


def _sum(waves: Iterable[Wave], at_s: float) -> float:
    return sum(wave.at(at_s) for wave in waves)
