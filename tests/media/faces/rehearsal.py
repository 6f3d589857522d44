"""One try at the movements, driven by hand, ten views a second."""

import random

from media.faces.challenge import Challenge
from media.faces.liveness import LivenessTry, Phase
from media.faces.movements import View
from media.faces.outcomes import PromptKind
from roll_call.ports.faces import Pose

NEUTRAL = View(Pose(3.0, 7.0, 0.0), eyes_closed=0.1, mouth_open=0.05, eye_distance=0.125)
VIEW_S = 0.1
LEFT, RIGHT, NOD = PromptKind.TURN_LEFT, PromptKind.TURN_RIGHT, PromptKind.NOD
EYES, MOUTH = PromptKind.CLOSE_EYES, PromptKind.OPEN_MOUTH
NEARER, DIGITS = PromptKind.COME_NEARER, PromptKind.READ_DIGITS


def challenge(seed: int = 1) -> Challenge:
    """A session's challenge."""
    return Challenge(bytes(32), random.Random(seed))


def view(
    yaw: float = 0.0,
    pitch: float = 0.0,
    eyes: float = 0.0,
    mouth: float = 0.0,
    nearer: float = 0.0,
) -> View:
    """A view that has gone so far from neutral."""
    pose = Pose(NEUTRAL.pose.yaw + yaw, NEUTRAL.pose.pitch + pitch, 0.0)
    distance = NEUTRAL.eye_distance * (1 + nearer)
    return View(pose, NEUTRAL.eyes_closed + eyes, NEUTRAL.mouth_open + mouth, distance)


class Rehearsal:
    """Somebody who does as the test says."""

    def __init__(self, *kinds: PromptKind, allowed: tuple[PromptKind, ...] = (LEFT, NOD)) -> None:
        self.at_s = 100.0
        self.tried = LivenessTry(NEUTRAL, kinds, list(allowed), challenge(), self.at_s)

    def look(self, for_s: float = VIEW_S, **gone: float) -> None:
        """Hold that view for a while."""
        for _ in range(round(for_s / VIEW_S)):
            self.at_s += VIEW_S
            self.tried.see(view(**gone), self.at_s)
            self.tried.tick(self.at_s)

    def until_prompt(self) -> None:
        """Wait straight ahead for the next prompt."""
        while self.tried.phase is Phase.HOLD:
            self.look()

    def answer(self, kind: PromptKind, after_s: float = 0.6) -> None:
        """The movement there and back."""
        self.until_prompt()
        self.look(after_s)
        self.make(kind)

    def make(self, kind: PromptKind) -> None:
        """The movement itself."""
        match kind:
            case PromptKind.TURN_LEFT:
                self._there_and_back(0.3, yaw=20.0)
            case PromptKind.TURN_RIGHT:
                self._there_and_back(0.3, yaw=-20.0)
            case PromptKind.NOD:
                self._there_and_back(0.3, pitch=15.0)
            case PromptKind.CLOSE_EYES:
                self._there_and_back(1.0, eyes=0.5)
            case PromptKind.OPEN_MOUTH:
                self._there_and_back(0.7, mouth=0.5)
            case PromptKind.COME_NEARER:
                self._there_and_back(0.7, nearer=0.35)
            case PromptKind.READ_DIGITS:
                self.speak(3)

    def speak(self, words: int, mouth: float = 0.25) -> None:
        """Words, a third of a second each."""
        for _ in range(words):
            self.look(0.2, mouth=mouth)
            self.look(0.1)

    def _there_and_back(self, for_s: float, **gone: float) -> None:
        self.look(**{channel: value / 2 for channel, value in gone.items()})
        self.look(for_s, **gone)
        self.look(0.2)
