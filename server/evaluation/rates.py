"""Error rates of scores: false accepts, false rejects, and the points between them."""

from dataclasses import dataclass

import numpy as np

from server.evaluation.trials import Scores

FAR_LEVELS = ("1e-2", "1e-3", "1e-4")


@dataclass(frozen=True, slots=True)
class EqualError:
    """Where as many impostors are accepted as genuine persons are rejected."""

    rate: float
    threshold: float


def accepted(scores: Scores, threshold: float) -> float:
    """The share of scores at or above a threshold."""
    return float(np.mean(scores >= threshold))


def equal_error(genuine: Scores, impostor: Scores) -> EqualError:
    """At the score where the two rates lie nearest to each other, their mean."""
    thresholds = np.unique(np.concatenate([genuine, impostor]))
    far = 1 - np.searchsorted(np.sort(impostor), thresholds, side="left") / len(impostor)
    frr = np.searchsorted(np.sort(genuine), thresholds, side="left") / len(genuine)
    nearest = int(np.argmin(np.abs(far - frr)))
    rate = float((far[nearest] + frr[nearest]) / 2)
    return EqualError(rate, float(thresholds[nearest]))


def true_accepts(genuine: Scores, impostor: Scores, far: float) -> float:
    """The share of genuine pairs accepted at the lowest threshold with no more than this FAR.

    With fewer than 1 / ``far`` impostor pairs none of them may be accepted.
    """
    allowed = int(far * len(impostor))
    worst = np.sort(impostor)[::-1]
    if allowed >= len(worst):
        return 1.0
    return float(np.mean(genuine > worst[allowed]))


def det_curve(genuine: Scores, impostor: Scores) -> tuple[Scores, Scores]:
    """False accept and false reject rate at every score, by rising threshold."""
    thresholds = np.unique(np.concatenate([genuine, impostor]))
    far = 1 - np.searchsorted(np.sort(impostor), thresholds, side="left") / len(impostor)
    frr = np.searchsorted(np.sort(genuine), thresholds, side="left") / len(genuine)
    return far, frr
