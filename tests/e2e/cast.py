"""The faces of the tests: public-domain portraits, brought to life."""

from functools import cache
from pathlib import Path

from server.simulate.cameras import read_picture
from server.simulate.portrait import PortraitActor, portraits
from tests.e2e.actor import FRAME_RATE, Actor, Picture, acting, jpeg

CLIP_S = 2.6
PROMPTS = ("turn_left", "turn_right", "nod")


@cache
def faces() -> dict[str, Path]:
    """Portraits by name, as the demonstration uses them."""
    return dict(portraits())


@cache
def clips(name: str, seed: int = 1) -> dict[str, list[Picture]]:
    """This face at rest, and its movement for each kind of prompt."""
    shown = {}
    for kind in ("still", *PROMPTS):
        scene = PortraitActor(read_picture(faces()[name]), seed=seed)
        if kind != "still":
            scene.prompt(kind, 0.0)
        shown[kind] = [scene.frame(index / FRAME_RATE) for index in range(int(CLIP_S * FRAME_RATE))]
    return shown


@cache
def portrait(name: str, seed: int = 1) -> Actor:
    """An actor with this face that follows the prompts."""
    return acting(clips(name, seed))


@cache
def enrolment_pictures(name: str) -> list[bytes]:
    """Three JPEG pictures of the face, a little apart in time."""
    scene = PortraitActor(read_picture(faces()[name]), seed=7)
    return [jpeg(scene.frame(at_s)) for at_s in (0.0, 0.7, 1.4)]
