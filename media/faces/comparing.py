"""Similarities of a session: asked for at random moments, judged by quorum."""

from dataclasses import dataclass, field
from itertools import pairwise
from math import inf
from statistics import median
from typing import Any

from media.faces.liveness import Chance
from roll_call.ports.faces import FaceObservation
from roll_call.quorum import QuorumOutcome, QuorumRule, decide


@dataclass(frozen=True, slots=True)
class Sampling:
    """How often a similarity is asked for, in seconds, and how many at most."""

    pause_s: tuple[float, float] = (0.3, 0.8)
    soon_s: float = 0.25
    last_frames: int = 2
    frames_wanted: int = 12
    frames_limit: int = 24


SAMPLING = Sampling()


@dataclass(slots=True)
class Sampler:
    """Collects a session's similarities.

    While the person is still busy they come at random moments of facing the camera, so that nobody
    can hold up another face at a known one; afterwards as fast as frames come.
    """

    rule: QuorumRule
    chance: Chance
    frames: list[dict[str, Any]] = field(default_factory=list)
    _due_s: float = -inf
    _last_from: int = 0

    @property
    def similarities(self) -> list[float]:
        """What was found so far."""
        return [frame["similarity"] for frame in self.frames]

    def take(self, seen: FaceObservation, at_s: float) -> None:
        """Keep a similarity with the measures of its frame."""
        if seen.similarity is None or seen.problem is not None:
            return
        self._due_s = at_s + self.chance.uniform(*SAMPLING.pause_s)
        quality = seen.quality
        self.frames.append(
            {
                "media_s": round(seen.media_s, 2),
                "similarity": round(seen.similarity, 4),
                "sharpness": round(quality.sharpness, 1) if quality else None,
                "brightness": round(quality.brightness) if quality else None,
                "eye_distance_px": round(quality.eye_distance_px) if quality else None,
            }
        )

    def wants(self, at_s: float, usable: bool, hurry: bool) -> bool:
        """Whether to ask for the next frame's similarity (again, if the last one gave none)."""
        if not usable or len(self.frames) >= SAMPLING.frames_limit:
            return False
        if hurry:
            return True
        return len(self.frames) < SAMPLING.frames_wanted and at_s >= self._due_s

    def soon(self, at_s: float) -> None:
        """The person faces the camera again: look within a moment."""
        self._due_s = at_s + self.chance.uniform(0.0, SAMPLING.soon_s)

    def movements_done(self) -> None:
        """From here on the person only looks; some frames must come from this time."""
        self._last_from = len(self.frames)

    def outcome(self) -> QuorumOutcome:
        """What the frames say together.

        A match needs more than the quorum, so that nobody can lend their face to a part of the
        session: the last frames must be alike too, and no two in a row may clearly be another's.
        """
        said, values = decide(self.rule, self.similarities), self.similarities
        if said is not QuorumOutcome.MATCH:
            return said
        last = values[self._last_from :][-SAMPLING.last_frames :]
        enough = len(last) == SAMPLING.last_frames
        alike = all(value >= self.rule.threshold for value in last)
        return said if enough and alike and not self._another_came() else QuorumOutcome.UNDECIDED

    def _another_came(self) -> bool:
        clear = self.rule.threshold - self.rule.margin
        return any(max(two) < clear for two in pairwise(self.similarities))

    @property
    def exhausted(self) -> bool:
        """Whether more frames would not help."""
        return len(self.frames) >= SAMPLING.frames_limit

    def summary(self) -> dict[str, Any]:
        """Median, lowest and number, for the evidence."""
        values = self.similarities
        return {
            "median": round(median(values), 4) if values else None,
            "min": min(values, default=None),
            "frames": len(values),
        }
