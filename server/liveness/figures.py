"""Error rates with their uncertainty, in the terms of ISO/IEC 30107-3."""

from dataclasses import dataclass
from typing import Any

from scipy.stats import beta

CONFIDENCE = 0.95


@dataclass(frozen=True, slots=True)
class Rate:
    """``errors`` of ``trials``."""

    errors: int
    trials: int

    @property
    def rate(self) -> float | None:
        """The share; None of nothing."""
        return self.errors / self.trials if self.trials else None

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % interval after Clopper and Pearson, which holds for small counts too."""
        return interval(self.errors, self.trials)

    def as_json(self, errors: str, trials: str) -> dict[str, Any]:
        """With the names that the counts have in this place."""
        rate = self.rate
        return {
            "rate": None if rate is None else round(rate, 5),
            "interval": [round(bound, 5) for bound in self.interval],
            trials: self.trials,
            errors: self.errors,
        }


def interval(errors: int, trials: int, confidence: float = CONFIDENCE) -> tuple[float, float]:
    """Clopper and Pearson's exact interval of a share (Biometrika 1934); (0, 1) of nothing."""
    if trials == 0:
        return 0.0, 1.0
    tail = (1 - confidence) / 2
    low = beta.ppf(tail, errors, trials - errors + 1) if errors else 0.0
    high = beta.ppf(1 - tail, errors + 1, trials - errors) if errors < trials else 1.0
    return float(low), float(high)


def percent(rate: Rate) -> str:
    """``2.0 % (0.4 to 5.7)``."""
    if rate.rate is None:
        return "-"
    low, high = rate.interval
    return f"{rate.rate:.1%} ({low * 100:.1f} to {high * 100:.1f})"
