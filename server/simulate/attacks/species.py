"""The species of attacks by name, each made from portraits, a seed and (some) a recording."""

from collections.abc import Callable
from dataclasses import dataclass

from media.faces.picture import Picture
from server.simulate.attacks.actors import DeafActor, InjectedActor, LoopingActor
from server.simulate.attacks.prints import MovedPhoto, StillPhoto
from server.simulate.attacks.recordings import OnScreen, Recording, Replay
from server.simulate.attacks.swaps import FaceSwap, TwoFaces
from server.simulate.portrait import PortraitActor
from server.simulate.scene import Scene


@dataclass(frozen=True)
class Cast:
    """Who takes part: ``image`` is the person who is expected, ``other`` somebody else.

    ``recording`` is of a session in which the person was there.
    """

    image: Picture
    other: Picture
    seed: int
    recording: Recording | None = None

    def replay(self) -> Replay:
        """The recording, played back."""
        if self.recording is None:
            raise ValueError("this species needs a recording")
        return Replay(self.image, self.recording, self.seed)


@dataclass(frozen=True)
class Species:
    """One kind of attack. ``same_steps``: the session draws the recording's movements again."""

    name: str
    scene: Callable[[Cast], Scene]
    recorded: bool = False
    same_steps: bool = False
    excluded: bool = True
    """Whether a browser can tell it at all; what it cannot is reported apart."""


ALL = (
    Species("still_photo", lambda cast: StillPhoto(cast.image, cast.seed)),
    Species("moved_photo", lambda cast: MovedPhoto(cast.image, cast.seed)),
    Species("deaf_actor", lambda cast: DeafActor(cast.image, cast.seed)),
    Species("looping_actor", lambda cast: LoopingActor(cast.image, cast.seed)),
    Species("replay", lambda cast: cast.replay(), recorded=True),
    Species("replay_same_steps", lambda cast: cast.replay(), recorded=True, same_steps=True),
    Species(
        "screen_replay",
        lambda cast: OnScreen(cast.replay(), cast.seed),
        recorded=True,
        same_steps=True,
    ),
    Species("face_swap", lambda cast: FaceSwap(cast.image, cast.other, cast.seed)),
    Species("two_faces", lambda cast: TwoFaces(cast.image, cast.other, cast.seed)),
    Species(
        "screen_relay",
        lambda cast: OnScreen(PortraitActor(cast.image, cast.seed), cast.seed),
        excluded=False,
    ),
    Species(
        "realtime_injection", lambda cast: InjectedActor(cast.image, cast.seed), excluded=False
    ),
)

SPECIES = {species.name: species for species in ALL}
EXCLUDED = tuple(species.name for species in ALL if species.excluded)
REPORTED_APART = tuple(species.name for species in ALL if not species.excluded)
