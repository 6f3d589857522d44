"""Heads for examinations without pictures, where timing matters and not how a face looks.

They go before ``server.liveness.theatre``'s camera: ``perform`` runs one whole session with a fake
clock, as the server would, without processes or waiting.
"""

import random
from dataclasses import dataclass, field, replace

from media.faces.light_sequences import linear
from roll_call.ports.faces import FaceObservation, FaceProblem, Light, Place, Pose, Quality, Watch
from server.liveness.suite import SameSteps as SameSteps
from server.liveness.theatre import Conditions as Conditions
from server.liveness.theatre import Head as Head
from server.liveness.theatre import Performance as Performance
from server.liveness.theatre import PicturedHead as PicturedHead
from server.liveness.theatre import perform as perform
from server.simulate.actor_motion import Motion

READS_BACK = 0.72
EYES_OPEN, EYES_READ = 0.08, 0.6
MOUTH_SHUT, MOUTH_READ = 0.03, 0.75
EYE_DISTANCE_PX, EYE_DISTANCE = 60.0, 0.125
STRAIGHT = Pose(0.0, 0.0, 0.0)
SEEN_QUALITY = Quality(EYE_DISTANCE_PX, EYE_DISTANCE, brightness=130.0, sharpness=20.0)
SKIN, ROOM, GLOW = 0.25, 0.2, 0.15


@dataclass
class MovingHead:
    """A motion without a picture; ``similarity`` is what the face would score.

    ``continuity``: its likeness to the session's first face; ``noise_score``: of eyes and mouth.
    """

    motion: Motion
    similarity: float = 0.9
    continuity: float = 0.9
    noise_deg: float = 0.4
    noise_score: float = 0.01
    chance: random.Random = field(default_factory=lambda: random.Random(1))
    _light: tuple[tuple[str, ...], float, float] | None = None

    def prompt(self, kind: str, at_s: float) -> None:
        self.motion.prompt(kind, at_s)

    def light(self, colours: tuple[str, ...], each_s: float, at_s: float) -> None:
        self._light = colours, each_s, at_s

    def at(self, at_s: float) -> float:
        """The motion's time that is to be seen now."""
        return at_s

    def seen(self, at_s: float, embed: bool, watch: Watch) -> FaceObservation:
        motion, moment = self.motion, self.at(at_s)
        yaw, pitch = motion.angles(moment)
        pose = Pose(self._noisy(yaw * READS_BACK), self._noisy(pitch * READS_BACK), 0.0)
        eyes = self._score(EYES_OPEN + EYES_READ * motion.eyes_closed(moment))
        near = motion.nearer(moment) * (1 + self.chance.gauss(0, 0.01))
        aside = abs(pose.yaw) > 18 or abs(pose.pitch) > 20
        shut = FaceProblem.EYES_CLOSED if eyes > 0.65 else None
        problem = FaceProblem.TURNED_AWAY if aside else shut
        compared = embed and problem is None
        spread = self.chance.gauss(0, 0.02)
        return FaceObservation(
            "session",
            at_s,
            1,
            problem,
            pose,
            eyes,
            self._score(MOUTH_SHUT + MOUTH_READ * motion.mouth_open(moment)),
            replace(SEEN_QUALITY, eye_distance_share=EYE_DISTANCE * near),
            min(1.0, self.similarity + spread) if compared else None,
            min(1.0, self.continuity + spread) if embed else None,
            Place(0.5, 0.5, 0.45 * near),
            self._lit(at_s) if watch.light else None,
        )

    def _noisy(self, angle: float) -> float:
        return angle + self.chance.gauss(0, self.noise_deg)

    def _score(self, value: float) -> float:
        return min(1.0, max(0.0, value + self.chance.gauss(0, self.noise_score)))

    def _lit(self, at_s: float) -> Light:
        """A face before a screen in an ordinary room."""
        colours, each_s, began_s = self._light or ((), 1.0, 0.0)
        slot = int((at_s - began_s) // each_s)
        screen = linear(colours[slot]) if 0 <= slot < len(colours) else (0.0, 0.0, 0.0)
        red, green, blue = (
            SKIN * (1 + GLOW * part) * (1 + self.chance.gauss(0, 0.004)) for part in screen
        )
        return Light((red, green, blue), (ROOM, ROOM, ROOM))


class DeafHead(MovingHead):
    """Moves as it likes and listens to nobody: a still, a loop, a recording."""

    def prompt(self, kind: str, at_s: float) -> None:
        del kind, at_s

    def light(self, colours: tuple[str, ...], each_s: float, at_s: float) -> None:
        del colours, each_s, at_s


@dataclass
class Replay(DeafHead):
    """A recording of ``length_s`` seconds, shown again and again from ``from_s`` on."""

    length_s: float = 12.0
    from_s: float = 0.0

    def at(self, at_s: float) -> float:
        return (at_s + self.from_s) % self.length_s


def observation(
    at_s: float,
    problem: FaceProblem | None = None,
    pose: Pose | None = STRAIGHT,
    similarity: float | None = None,
) -> FaceObservation:
    """One face, as given."""
    faces = 1
    if problem is not None:
        faces = {FaceProblem.NO_FACE: 0, FaceProblem.SEVERAL_FACES: 2}.get(problem, 1)
    return FaceObservation(
        "session", at_s, faces, problem, pose, 0.0, 0.0, SEEN_QUALITY, similarity
    )
