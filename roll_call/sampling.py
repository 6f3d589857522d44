"""Spot checks (抽查): who of a list is called, drawn by chance that comes in as values."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import TypeVar

from roll_call.errors import InvalidInput

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Sample:
    """How many of a list are called: ``count`` of them, or ``percent`` of the list (at least one);
    all where both are 0. Raises InvalidInput(bad_sample).
    """

    count: int = 0
    percent: int = 0

    def __post_init__(self) -> None:
        if self.count < 0 or not 0 <= self.percent <= 100 or (self.count and self.percent):
            raise InvalidInput("bad_sample")

    @property
    def draws(self) -> bool:
        """Whether chance chooses at all."""
        return bool(self.count or self.percent)

    def size(self, listed: int) -> int:
        """How many of so many are called."""
        if self.percent:
            return ceil(listed * self.percent / 100)
        return min(self.count, listed) if self.count else listed


EVERYBODY = Sample()
"""Nobody is drawn: all are called."""


def draw(
    listed: Sequence[T], size: int, shares: Sequence[float], random_order: bool = False
) -> tuple[T, ...]:
    """``size`` of the listed, each set of them equally likely, nobody twice.

    ``shares`` are independent uniform values in [0, 1), one for each of the listed: those with the
    smallest are drawn. They keep the list's order, or stand in the order that chance gave them.
    Raises InvalidInput(bad_chance) where shares are missing.
    """
    if len(shares) != len(listed) or not all(0.0 <= share < 1.0 for share in shares):
        raise InvalidInput("bad_chance")
    drawn = sorted(range(len(listed)), key=lambda index: shares[index])[:size]
    return tuple(listed[index] for index in (drawn if random_order else sorted(drawn)))
