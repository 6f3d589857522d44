"""Animated portraits that are fed into the camera's place and are lit by no screen."""

from random import Random

from media.faces.outcomes import PromptKind
from media.faces.picture import Picture
from server.simulate.portrait import PortraitActor
from server.simulate.scene import Deaf

LOOP_S = 90.0
PAUSE_S = (2.4, 3.6)


class DeafActor(Deaf):
    """Sways and blinks like a person and follows no prompt."""

    def __init__(self, image: Picture, seed: int) -> None:
        self._actor = PortraitActor(image, seed)

    def frame(self, at_s: float) -> Picture:
        """The actor by itself."""
        return self._actor.frame(at_s)


class LoopingActor(Deaf):
    """Makes all the movements that can be asked for, one after another, again and again."""

    def __init__(self, image: Picture, seed: int) -> None:
        self._actor = PortraitActor(image, seed)
        chance = Random(seed)
        at_s = chance.uniform(1.5, 4.0)
        kinds = list(PromptKind)
        chance.shuffle(kinds)
        while at_s < LOOP_S:
            for kind in kinds:
                self._actor.prompt(kind.value, at_s)
                at_s += chance.uniform(*PAUSE_S)

    def frame(self, at_s: float) -> Picture:
        """The actor in its loop."""
        return self._actor.frame(at_s % LOOP_S)


class InjectedActor:
    """Follows every prompt at once and is lit by no screen: a programme in the camera's place."""

    def __init__(self, image: Picture, seed: int) -> None:
        self._actor = PortraitActor(image, seed)

    def prompt(self, kind: str, at_s: float) -> None:
        """It reads the page."""
        self._actor.prompt(kind, at_s)

    def light(self, colours: object, each_s: float, at_s: float) -> None:
        """The programme draws no light."""

    def frame(self, at_s: float) -> Picture:
        """The actor."""
        return self._actor.frame(at_s)
