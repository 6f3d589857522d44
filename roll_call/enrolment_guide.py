"""Which picture a person is asked for next when they enrol themselves.

Pictures of different pose and light make a template that holds on a dark evening too. Left and
right are the person's own; angles in degrees, brightness 0..255 (mean of the face).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

STRAIGHT_BELOW_DEG = 8.0
ASIDE_BELOW_DEG = 25.0
OTHER_LIGHT_BY = 15.0
LIGHT_TRIES = 2
"""Not everybody has another light at hand: the picture of the last try counts in any light, and if
it shows nothing new, none is asked for any more."""


class EnrolmentPose(StrEnum):
    """In the order in which they are asked for."""

    STRAIGHT = "straight"
    LEFT = "left"
    RIGHT = "right"
    OTHER_LIGHT = "other_light"


@dataclass(frozen=True, slots=True)
class Shot:
    """What matters of one usable picture; ``yaw`` > 0 is a turn to the person's own left."""

    yaw: float
    brightness: float


@dataclass(slots=True)
class Guide:
    """The pictures that were taken so far and what they cover."""

    needed: int
    shots: list[Shot] = field(default_factory=list)
    covered: set[EnrolmentPose] = field(default_factory=set)
    _light_tries: int = 0

    @property
    def next(self) -> EnrolmentPose | None:
        """The pose that is wanted next; None: enough."""
        return next(iter(self._open()), None)

    @property
    def taken(self) -> int:
        """Pictures that count."""
        return len(self.shots)

    @property
    def total(self) -> int:
        """How many pictures it will be."""
        return self.taken + len(self._open())

    @property
    def enough(self) -> bool:
        """Whether they may be handed in."""
        return self.taken >= self.needed

    def fit(self, shot: Shot) -> EnrolmentPose | None:
        """The wanted pose that a usable picture shows; None where it shows nothing wanted."""
        open_poses = self._open()
        found = next((pose for pose in open_poses if _shows(shot, pose, self.shots)), None)
        last_try = self._light_tries >= LIGHT_TRIES - 1 and abs(shot.yaw) <= ASIDE_BELOW_DEG
        if found is None and last_try and open_poses == (EnrolmentPose.OTHER_LIGHT,):
            return EnrolmentPose.OTHER_LIGHT
        return found

    def take(self, shot: Shot, pose: EnrolmentPose) -> None:
        """Count a picture for a pose."""
        self.shots.append(shot)
        self.covered.add(pose)

    def missed(self) -> None:
        """A picture came to nothing; another light alone is given up in the end."""
        if self._open() == (EnrolmentPose.OTHER_LIGHT,):
            self._light_tries += 1

    def _open(self) -> tuple[EnrolmentPose, ...]:
        missing = tuple(pose for pose in EnrolmentPose if pose not in self.covered)
        only_light = missing == (EnrolmentPose.OTHER_LIGHT,)
        given_up = only_light and self.enough and self._light_tries >= LIGHT_TRIES
        return () if given_up else missing


def _shows(shot: Shot, pose: EnrolmentPose, earlier: Sequence[Shot]) -> bool:
    match pose:
        case EnrolmentPose.STRAIGHT:
            return abs(shot.yaw) < STRAIGHT_BELOW_DEG
        case EnrolmentPose.LEFT:
            return STRAIGHT_BELOW_DEG <= shot.yaw <= ASIDE_BELOW_DEG
        case EnrolmentPose.RIGHT:
            return STRAIGHT_BELOW_DEG <= -shot.yaw <= ASIDE_BELOW_DEG
        case EnrolmentPose.OTHER_LIGHT:
            differs = all(abs(shot.brightness - s.brightness) >= OTHER_LIGHT_BY for s in earlier)
            return bool(earlier) and differs and abs(shot.yaw) <= ASIDE_BELOW_DEG
