"""Another person in the session: in the right one's place for a while, or beside them."""

from collections.abc import Sequence
from math import inf
from random import Random

import numpy as np

from media.faces.picture import Picture
from server.simulate.portrait import WIDTH, PortraitActor

AFTER_FIRST_PROMPT_S = (0.0, 6.0)
AFTER_LIGHT_S = (0.0, 2.5)
AWAY_S = (1.5, 6.0)
FOR_GOOD_SHARE = 0.3
IN_THE_LIGHT_SHARE = 0.3
LATER_SHARE = 0.4


class TwoActors:
    """Two persons who both follow the prompts; subclasses say who is to be seen."""

    def __init__(self, image: Picture, other: Picture, seed: int) -> None:
        self._chance = Random(seed)
        self._right, self._other = PortraitActor(image, seed), PortraitActor(other, seed + 1)

    def prompt(self, kind: str, at_s: float) -> None:
        """Both follow."""
        self._right.prompt(kind, at_s)
        self._other.prompt(kind, at_s)

    def light(self, colours: Sequence[str], each_s: float, at_s: float) -> None:
        """Both are lit."""
        self._right.light(colours, each_s, at_s)
        self._other.light(colours, each_s, at_s)


class FaceSwap(TwoActors):
    """The other's face takes over at a random moment, for 1.5 to 6 seconds or for good."""

    def __init__(self, image: Picture, other: Picture, seed: int) -> None:
        super().__init__(image, other, seed)
        for_good = self._chance.random() < FOR_GOOD_SHARE
        self._away_s = inf if for_good else self._chance.uniform(*AWAY_S)
        self._in_the_light = self._chance.random() < IN_THE_LIGHT_SHARE
        self._from_s: float | None = None

    def prompt(self, kind: str, at_s: float) -> None:
        """The first prompt sets the time, unless it is to be in the light."""
        super().prompt(kind, at_s)
        if self._from_s is None and not self._in_the_light:
            self._from_s = at_s + self._chance.uniform(*AFTER_FIRST_PROMPT_S)

    def light(self, colours: Sequence[str], each_s: float, at_s: float) -> None:
        """The light may set the time."""
        super().light(colours, each_s, at_s)
        if self._from_s is None:
            self._from_s = at_s + self._chance.uniform(*AFTER_LIGHT_S)

    def shown_s(self, until_s: float) -> float:
        """For how long the other's face was to be seen."""
        if self._from_s is None:
            return 0.0
        return max(0.0, min(until_s - self._from_s, self._away_s))

    def frame(self, at_s: float) -> Picture:
        """Whoever is there."""
        away = self._from_s is not None and 0 <= at_s - self._from_s < self._away_s
        return (self._other if away else self._right).frame(at_s)


class TwoFaces(TwoActors):
    """Another person beside the right one, from the beginning or from some moment on."""

    def __init__(self, image: Picture, other: Picture, seed: int) -> None:
        super().__init__(image, other, seed)
        later = self._chance.random() < LATER_SHARE
        self._from_s = self._chance.uniform(1.0, 9.0) if later else 0.0

    def shown_s(self, until_s: float) -> float:
        """For how long the other was to be seen."""
        return max(0.0, until_s - self._from_s)

    def frame(self, at_s: float) -> Picture:
        """The right person, alone or with the other at their side."""
        picture = self._right.frame(at_s)
        if at_s < self._from_s:
            return picture
        quarter = WIDTH // 4
        middle = slice(quarter, WIDTH - quarter)
        return np.ascontiguousarray(
            np.hstack([picture[:, middle], self._other.frame(at_s)[:, middle]])
        )
