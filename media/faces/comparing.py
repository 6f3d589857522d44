"""Similarities of a session: asked for at random moments, judged by quorum."""

from dataclasses import dataclass, field
from math import inf
from statistics import median
from typing import Any

from media.faces.chance import Chance
from roll_call.ports.faces import FaceObservation
from roll_call.quorum import QuorumOutcome, QuorumRule, decide


@dataclass(frozen=True, slots=True)
class Sampling:
    """How often a similarity is asked for, in seconds, and how many at most.

    ``pause_s``: while the person is busy; ``hurry_s``: while only the machine is. An answer is
    waited for ``answer_s`` before it is asked for again. ``spread_s``: a mismatch needs frames of
    so long a time; ``fresh_s``: a match needs the last ones to be no older.
    """

    pause_s: tuple[float, float] = (0.6, 1.2)
    hurry_s: tuple[float, float] = (0.15, 0.35)
    soon_s: float = 0.25
    answer_s: float = 0.3
    last_frames: int = 2
    frames_limit: int = 60
    spread_s: float = 3.0
    fresh_s: float = 1.5


SAMPLING = Sampling()


@dataclass(frozen=True, slots=True)
class Sample:
    """One frame's similarity. Those taken in the midst of a movement do not ``count``: they only
    tell whether the face is still the same."""

    at_s: float
    similarity: float
    counts: bool


@dataclass(slots=True)
class Sampler:
    """Collects a session's similarities.

    They come at random moments of the whole session, so that nobody can hold up another face at a
    known one, and after every jump of the face (``same_face``) at once. Only frames without any
    problem are ever compared.
    """

    rule: QuorumRule
    chance: Chance
    frames: list[dict[str, Any]] = field(default_factory=list)
    _samples: list[Sample] = field(default_factory=list)
    _due_s: float = -inf
    _asked_s: float = -inf
    _last_from: int = 0

    def take(self, seen: FaceObservation, at_s: float, counts: bool) -> None:
        """Keep a similarity with the measures of its frame."""
        if seen.similarity is not None or seen.continuity is not None:
            self._due_s = at_s + self.chance.uniform(*SAMPLING.pause_s)
            self._asked_s = -inf
        if seen.similarity is None or seen.problem is not None:
            return
        self._samples.append(Sample(at_s, seen.similarity, counts))
        quality = seen.quality
        self.frames.append(
            {
                "media_s": round(seen.media_s, 2),
                "similarity": round(seen.similarity, 4),
                "continuity": None if seen.continuity is None else round(seen.continuity, 4),
                "sharpness": round(quality.sharpness, 1) if quality else None,
                "brightness": round(quality.brightness) if quality else None,
                "eye_distance_px": round(quality.eye_distance_px) if quality else None,
                "counts": counts,
            }
        )

    def wants(self, now_s: float, hurry: bool, at_once: bool) -> bool:
        """Whether to ask for the next frame's similarity (again, if the last one gave none)."""
        if self.exhausted or now_s - self._asked_s < SAMPLING.answer_s:
            return False
        due_s = self._due_s - (SAMPLING.pause_s[0] - SAMPLING.hurry_s[0]) * hurry
        if now_s < due_s and not at_once and not (hurry and self._few):
            return False
        self._asked_s = now_s
        return True

    def soon(self, at_s: float) -> None:
        """The person faces the camera again: look within a moment."""
        self._due_s = min(self._due_s, at_s + self.chance.uniform(0.0, SAMPLING.soon_s))

    def movements_done(self) -> None:
        """From here on the person only looks; some frames must come from this time."""
        self._last_from = len(self._counting)

    def start_again(self) -> None:
        """What was found until now does not count any more."""
        self._samples.clear()
        self._last_from = 0

    def outcome(self, now_s: float) -> QuorumOutcome:
        """What the frames say together.

        A match needs more than the quorum, so that nobody can lend their face to a part of the
        session: the last frames must be alike too, and fresh. A mismatch needs frames of some
        seconds, so that no single bad moment makes one.
        """
        counting = self._counting
        said = decide(self.rule, [sample.similarity for sample in counting])
        if said is QuorumOutcome.MATCH:
            return said if self._ends_alike(counting, now_s) else QuorumOutcome.UNDECIDED
        if said is QuorumOutcome.MISMATCH:
            spread_s = counting[-1].at_s - counting[0].at_s
            return said if spread_s >= SAMPLING.spread_s else QuorumOutcome.UNDECIDED
        return said

    @property
    def exhausted(self) -> bool:
        """Whether more frames would not help."""
        return len(self._samples) >= SAMPLING.frames_limit

    def summary(self) -> dict[str, Any]:
        """Median, lowest and number of those that count, for the evidence."""
        values = [sample.similarity for sample in self._counting]
        return {
            "median": round(median(values), 4) if values else None,
            "min": round(min(values), 4) if values else None,
            "frames": len(values),
        }

    @property
    def _counting(self) -> list[Sample]:
        return [sample for sample in self._samples if sample.counts]

    @property
    def _few(self) -> bool:
        """Whether the verdict waits for frames."""
        counting = self._counting
        lacks_last = len(counting) - self._last_from < SAMPLING.last_frames
        return lacks_last or len(counting) < self.rule.min_frames

    def _ends_alike(self, counting: list[Sample], now_s: float) -> bool:
        last = counting[self._last_from :][-SAMPLING.last_frames :]
        if len(last) < SAMPLING.last_frames:
            return False
        alike = all(sample.similarity >= self.rule.threshold for sample in last)
        return alike and now_s - last[-1].at_s <= SAMPLING.fresh_s
