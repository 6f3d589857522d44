"""Chance as liveness needs it."""

from typing import Protocol, TypeVar

T = TypeVar("T")


class Chance(Protocol):
    """What is needed of ``random.Random``; the server gives ``random.SystemRandom()``."""

    def choice(self, seq: list[T], /) -> T:
        """One of a sequence."""

    def uniform(self, a: float, b: float) -> float:
        """A number between two."""

    def getrandbits(self, k: int, /) -> int:
        """So many random bits."""
