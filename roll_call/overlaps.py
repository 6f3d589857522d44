"""Overlaps (时间冲突): who would be called by two plans at once.

Nobody can answer two roll-calls at a time, so plans that do this are shown to whoever makes them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from roll_call.people import Subject
from roll_call.schedule import Window


@dataclass(frozen=True, slots=True)
class Span:
    """A plan on one day: all the time that it may take up, and everybody whom it may call.

    ``by_chance``: the moment or the subjects are drawn, so that it need not come to it.
    """

    plan_id: str
    window: Window
    subjects: frozenset[Subject]
    by_chance: bool = False


@dataclass(frozen=True, slots=True)
class Overlap:
    """Two plans that want the same subjects at the same time; ``certain`` unless chance decides."""

    plan_ids: tuple[str, str]
    subjects: frozenset[Subject]
    certain: bool


def overlaps(spans: Sequence[Span]) -> tuple[Overlap, ...]:
    """Every pair of spans that share both time and subjects; windows that only touch do not."""
    found = []
    for one, other in combinations(spans, 2):
        apart = (
            one.window.closes_at <= other.window.opens_at
            or other.window.closes_at <= one.window.opens_at
        )
        shared = frozenset() if apart else one.subjects & other.subjects
        if shared:
            certain = not (one.by_chance or other.by_chance)
            found.append(Overlap((one.plan_id, other.plan_id), shared, certain))
    return tuple(found)
