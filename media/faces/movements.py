"""The movements that a person can be asked for, each measured against the own neutral view.

A view of a face has five channels: the head's yaw and pitch in degrees, how far eyes and mouth are
closed and open (0..1), and the face's size. Each movement goes along one of them; the others may
follow it a little, because nobody moves one part alone. The figures and where they come from are in
``docs/decisions/0022-seven-movements-bound-to-a-nonce.md``.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum, auto
from math import cos, inf, radians
from types import MappingProxyType

from media.faces.outcomes import PromptKind
from roll_call.ports.faces import FaceObservation, FaceProblem, Pose

_NOT_ONE_FACE = frozenset({FaceProblem.NO_FACE, FaceProblem.SEVERAL_FACES, FaceProblem.UNREADABLE})
_FORESHORTENED_TO_DEG = 60.0

SMALLEST = 1e-3
"""No face is smaller, as a share of the picture's shorter side: the least divisor of a size."""


@dataclass(frozen=True, slots=True)
class View:
    """What one frame shows of exactly one face, whether or not it is fit to be compared.

    ``eye_distance`` is a share of the picture's shorter side: a browser changes the resolution in
    the middle of a session as the line and the phone allow, and nobody has moved by that.
    """

    pose: Pose
    eyes_closed: float
    mouth_open: float
    eye_distance: float
    face_height: float = 0.0
    """As a share of the picture's height; 0 where it is not known."""

    @property
    def size(self) -> float:
        """The distance of the eyes as if the head looked straight ahead."""
        return self.eye_distance / cos(radians(min(_FORESHORTENED_TO_DEG, abs(self.pose.yaw))))


Neutral = View
"""The view of a person who looks steadily into the camera: medians of several views."""


def view_of(seen: FaceObservation) -> View | None:
    """The view of a frame with exactly one face; closed eyes or a face too near are no obstacle."""
    if seen.pose is None or seen.quality is None or seen.problem in _NOT_ONE_FACE:
        return None
    height = seen.place.height if seen.place is not None else 0.0
    distance = seen.quality.eye_distance_share
    return View(seen.pose, seen.eyes_closed, seen.mouth_open, distance, height)


class Channel(Enum):
    """What can move; LEFT is the head's turn to the person's own left, DOWN its nod."""

    LEFT = auto()
    DOWN = auto()
    EYES = auto()
    MOUTH = auto()
    NEARER = auto()


@dataclass(frozen=True, slots=True)
class Offset:
    """A view relative to neutral, by channel; ``at_s`` is when it was taken.

    LEFT and DOWN in degrees; EYES and MOUTH as differences of scores; NEARER as growth (0.25: the
    face is larger by a quarter).
    """

    at_s: float
    values: Mapping[Channel, float]

    def straight(self, limit_deg: float) -> bool:
        """Whether the head looks straight ahead within a limit."""
        return max(abs(self.values[Channel.LEFT]), abs(self.values[Channel.DOWN])) < limit_deg


def offset(view: View, neutral: Neutral, at_s: float) -> Offset:
    """How far a view has gone from neutral."""
    return Offset(
        at_s,
        {
            Channel.LEFT: view.pose.yaw - neutral.pose.yaw,
            Channel.DOWN: view.pose.pitch - neutral.pose.pitch,
            Channel.EYES: view.eyes_closed - neutral.eyes_closed,
            Channel.MOUTH: view.mouth_open - neutral.mouth_open,
            Channel.NEARER: view.size / max(SMALLEST, neutral.size) - 1.0,
        },
    )


@dataclass(frozen=True, slots=True)
class Bounds:
    """How far the head may go along with another movement, in degrees; ``back`` is the way that is
    opposite to the asked one."""

    left: float
    down: float
    back: float = inf


@dataclass(frozen=True, slots=True)
class Movement:
    """How one movement is recognised, in the unit of its channel.

    It begins at ``onset``, is done at ``needed`` (held for ``held_s``; with ``openings``: so far to
    and back, so many times), and over below ``rest``. It may take ``lasts_s`` from onset until it
    is done and ``back_s`` from then until it is over. ``later_s``: how much later than a turn of
    the head it begins by nature. ``passing``: something small like it happens by itself (a blink, a
    word), and is forgotten when it ends too soon. ``may_stay``: nobody has to undo it.
    """

    channel: Channel
    bounds: Bounds
    onset: float
    needed: float
    rest: float
    sign: float = 1.0
    held_s: float = 0.0
    openings: int = 0
    lasts_s: float = 1.6
    back_s: float = 3.0
    later_s: float = 0.0
    passing: bool = False
    may_stay: bool = False

    def gone(self, seen: Offset) -> float:
        """How far it has gone the asked way."""
        return self.sign * seen.values[self.channel]

    def goes_elsewhere(self, seen: Offset) -> bool:
        """Whether the head clearly goes another way than asked."""
        left, down = seen.values[Channel.LEFT], seen.values[Channel.DOWN]
        if self.gone(seen) <= -self.bounds.back:
            return True
        if self.channel is Channel.LEFT:
            return abs(down) >= self.bounds.down and abs(left) < self.onset
        if self.channel is Channel.DOWN:
            return abs(left) >= self.bounds.left
        return abs(left) >= self.bounds.left or abs(down) >= self.bounds.down


_ASIDE = Bounds(left=13.0, down=9.0, back=8.0)
_WITH_THE_FACE = Bounds(left=13.0, down=15.0)

MOVEMENTS: Mapping[PromptKind, Movement] = MappingProxyType(
    {
        PromptKind.TURN_LEFT: Movement(Channel.LEFT, _ASIDE, 5.0, 13.0, 6.0),
        PromptKind.TURN_RIGHT: Movement(Channel.LEFT, _ASIDE, 5.0, 13.0, 6.0, sign=-1.0),
        PromptKind.NOD: Movement(
            Channel.DOWN, Bounds(left=13.0, down=inf), onset=5.0, needed=9.0, rest=6.0
        ),
        PromptKind.CLOSE_EYES: Movement(
            Channel.EYES,
            _WITH_THE_FACE,
            onset=0.15,
            needed=0.28,
            rest=0.15,
            held_s=0.6,
            lasts_s=2.2,
            back_s=5.0,
            passing=True,
        ),
        PromptKind.OPEN_MOUTH: Movement(
            Channel.MOUTH,
            _WITH_THE_FACE,
            onset=0.12,
            needed=0.3,
            rest=0.15,
            held_s=0.2,
            lasts_s=2.2,
            passing=True,
        ),
        PromptKind.COME_NEARER: Movement(
            Channel.NEARER,
            _WITH_THE_FACE,
            onset=0.07,
            needed=0.25,
            rest=0.1,
            lasts_s=3.5,
            back_s=5.0,
            later_s=0.3,
            may_stay=True,
        ),
        PromptKind.READ_DIGITS: Movement(
            Channel.MOUTH,
            _WITH_THE_FACE,
            onset=0.08,
            needed=0.08,
            rest=0.15,
            openings=2,
            lasts_s=5.0,
            later_s=0.25,
        ),
    }
)

ROOM_FOR_NEARER = 0.66
"""A face higher than this share of the picture would leave it when it comes nearer."""


def within_reach(kinds: Iterable[PromptKind], neutral: Neutral) -> list[PromptKind]:
    """The kinds that a person who sits like this can be asked for."""
    near = neutral.face_height > ROOM_FOR_NEARER
    return [kind for kind in kinds if not (near and kind is PromptKind.COME_NEARER)]
