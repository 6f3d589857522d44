"""The quorum rule: many frames decide, never one.

Frames are taken at random moments of the session and compared with the reference, giving cosine
similarities in [-1, 1]. With ``threshold`` t of the model and the reference:

- MATCH when there are at least ``min_frames`` similarities and at least ``share`` of them (two
  thirds) are at least t. A stray bad frame does not hurt, a stray good frame does not help, and
  half a session of somebody else is not enough.
- MISMATCH when there are at least ``min_frames`` similarities and ``share`` of them lie below
  t - ``margin``: clearly another face, not merely a bad picture. It still only brings an officer to
  look.
- UNDECIDED otherwise: take more frames, and in the end INCONCLUSIVE.

As ``share`` is more than half, the median lies on the same side: the rule is the stricter of the
two, and a median that is shown beside the verdict never contradicts it.

Frames without a usable similarity (blurred, turned away, covered) are not given to the rule at all.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import isfinite

from roll_call.errors import InvalidInput


class QuorumOutcome(StrEnum):
    """What the frames say together."""

    MATCH = "match"
    MISMATCH = "mismatch"
    UNDECIDED = "undecided"


@dataclass(frozen=True, slots=True)
class QuorumRule:
    """``margin`` in cosine; ``share`` of frames in (0.5, 1]. Raises InvalidInput(bad_quorum)."""

    threshold: float
    min_frames: int = 5
    share: float = 2 / 3
    margin: float = 0.10

    def __post_init__(self) -> None:
        sane = -1 < self.threshold < 1 and self.min_frames >= 1
        if not (sane and 0.5 < self.share <= 1 and 0 <= self.margin < 1):
            raise InvalidInput("bad_quorum")


def decide(rule: QuorumRule, similarities: Sequence[float]) -> QuorumOutcome:
    """What a session's similarities say. Raises InvalidInput(bad_similarity) outside [-1, 1]."""
    if not all(isfinite(s) and -1.001 <= s <= 1.001 for s in similarities):
        raise InvalidInput("bad_similarity")
    if len(similarities) < rule.min_frames:
        return QuorumOutcome.UNDECIDED
    needed = rule.share * len(similarities)
    if sum(s >= rule.threshold for s in similarities) >= needed:
        return QuorumOutcome.MATCH
    clear = rule.threshold - rule.margin
    if sum(s < clear for s in similarities) >= needed:
        return QuorumOutcome.MISMATCH
    return QuorumOutcome.UNDECIDED
