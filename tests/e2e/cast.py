"""The faces of the tests: public-domain portraits, brought to life."""

from functools import cache
from itertools import count
from pathlib import Path

import numpy as np

from media.faces.outcomes import PromptKind
from server.simulate.cameras import read_picture
from server.simulate.demo_seed import enrolment_pictures as demo_pictures
from server.simulate.portrait import PortraitActor, Posture, portraits, puppet
from tests.e2e.actor import FRAME_RATE, Actor, Picture, acting

CLIP_S = 2.6
# Reaction and movement together, at their longest.
LONG_CLIPS_S = {"close_eyes": 3.6, "open_mouth": 3.0, "come_nearer": 4.0, "read_digits": 4.0}
AT_REST = 1.05
POSES = {"straight": Posture(), "left": Posture(yaw=16), "right": Posture(yaw=-16)}
OTHER_LIGHT = 0.72


@cache
def faces() -> dict[str, Path]:
    """Portraits by name, as the demonstration uses them."""
    return dict(portraits())


@cache
def clips(name: str, seed: int = 1) -> dict[str, list[Picture]]:
    """This face at rest, its movement for each kind of prompt, and the poses of an enrolment."""
    shown = {"still": _clip(_actor(name, seed), CLIP_S)}
    for kind in PromptKind:
        shown[kind.value] = _movement(name, seed, kind.value)
    return {**shown, **_poses(name)}


def _actor(name: str, seed: int) -> PortraitActor:
    return PortraitActor(read_picture(faces()[name]), seed=seed)


def _clip(scene: PortraitActor, length_s: float) -> list[Picture]:
    return [scene.frame(index / FRAME_RATE) for index in range(int(length_s * FRAME_RATE))]


def _movement(name: str, seed: int, kind: str) -> list[Picture]:
    """One that ends where it began: some people stay near, and would seem to jump back."""
    length_s = LONG_CLIPS_S.get(kind, CLIP_S)
    for other in count(seed):
        scene = _actor(name, other)
        scene.prompt(kind, 0.0)
        if scene.posture(length_s).nearer < AT_REST:
            break
    return _clip(scene, length_s)


def _poses(name: str) -> dict[str, list[Picture]]:
    """Stills of the face: straight, aside, and in another light."""
    portrait = puppet(read_picture(faces()[name]))
    held = {f"pose_{pose}": [portrait.draw(posture)] for pose, posture in POSES.items()}
    darker = (held["pose_straight"][0] * OTHER_LIGHT).astype(np.uint8)
    return {**held, "pose_other_light": [darker]}


@cache
def portrait(name: str, seed: int = 1) -> Actor:
    """An actor with this face that follows the prompts."""
    return acting(clips(name, seed))


@cache
def enrolment_pictures(name: str) -> list[bytes]:
    """Three JPEG pictures of the face in different poses."""
    return demo_pictures(faces()[name])
