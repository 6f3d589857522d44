"""95 % intervals of error rates whose pairs hang together.

Pairs of one person are not independent, so persons are drawn again instead of pairs (a bootstrap
by subject: every draw weighs a genuine pair by how often its person was drawn, an impostor pair by
the product for its two). Where nothing went wrong a bootstrap knows no doubt; so the interval that
is given is the wider of it and Clopper and Pearson's for as many independent pairs.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import beta

from server.evaluation.rates import FAR_LEVELS
from server.evaluation.trials import Pairs, Persons, Scores, Trials

METHOD = (
    "95 %: the wider of a percentile bootstrap that draws persons (1000 draws, fixed seed) and "
    "Clopper-Pearson for as many independent pairs"
)
DRAWS = 1000
SEED = 20261121
BINS = 4000
LEVEL = 0.95

Interval = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Intervals:
    """Of each figure of one set of trials; ``far`` and ``frr`` in the order of the thresholds."""

    far: tuple[Interval, ...]
    frr: tuple[Interval, ...]
    eer: Interval
    tar: dict[str, Interval]


def clopper_pearson(events: float, trials: int) -> Interval:
    """The exact interval of a share of independent trials."""
    tail = (1 - LEVEL) / 2
    low = 0.0 if events <= 0 else float(beta.ppf(tail, events, trials - events + 1))
    high = 1.0 if events >= trials else float(beta.ppf(1 - tail, events + 1, trials - events))
    return low, high


def intervals(trials: Trials, thresholds: Sequence[float]) -> Intervals:
    """The intervals of all figures, from one run of draws."""
    columns = _drawn(trials, thresholds)
    genuine, impostor = trials.genuine.scores, trials.impostor.scores
    count = len(thresholds)
    far = [_hull(columns[i], impostor >= t) for i, t in enumerate(thresholds)]
    frr = [_hull(columns[count + i], genuine < t) for i, t in enumerate(thresholds)]
    eer, *tar = (_around(column, len(genuine)) for column in columns[2 * count :])
    return Intervals(tuple(far), tuple(frr), eer, dict(zip(FAR_LEVELS, tar, strict=True)))


def _drawn(trials: Trials, thresholds: Sequence[float]) -> list[Sequence[float]]:
    """Every figure in every draw: FARs, FRRs, EER, true accepts at each level."""
    present = np.array(sorted(trials.enrolled))
    chance = np.random.default_rng(SEED)
    genuine, impostor = _bins(trials.genuine), _bins(trials.impostor)
    drawn = []
    for _ in range(DRAWS):
        chosen = chance.choice(present, len(present))
        times = np.bincount(chosen, minlength=int(present.max()) + 1).astype(np.float64)
        product = times[trials.impostor.enrolled] * times[trials.impostor.probed]
        accepts = _share_from(genuine, times[trials.genuine.enrolled])
        drawn.append(_figures(accepts, _share_from(impostor, product), thresholds))
    return list(zip(*drawn, strict=True))


def _figures(genuine: Scores, impostor: Scores, thresholds: Sequence[float]) -> list[float]:
    """Of the shares accepted at each of the bins' lower edges."""
    at = [round((threshold + 1) / 2 * BINS) for threshold in thresholds]
    nearest = int(np.argmin(np.abs(impostor - (1 - genuine))))
    eer = float(impostor[nearest] + 1 - genuine[nearest]) / 2
    levels = [float(genuine[np.argmax(impostor <= float(level))]) for level in FAR_LEVELS]
    return [*impostor[at], *(1 - genuine[at]), eer, *levels]


def _bins(pairs: Pairs) -> Persons:
    return np.floor((pairs.scores + 1) / 2 * BINS + 1e-6).astype(np.int64).clip(0, BINS)


def _share_from(bins: Persons, weights: Scores) -> Scores:
    """The weighted share of scores at or above each bin's lower edge; nothing above the last."""
    counts = np.bincount(bins, weights, BINS + 2)
    from_here = counts[::-1].cumsum()[::-1]
    return from_here / max(float(from_here[0]), 1e-12)


def _around(column: Sequence[float], pairs: int) -> Interval:
    """Of a figure that is no share of one threshold's pairs: around its middle."""
    return _widest(_range(column), clopper_pearson(float(np.median(column)) * pairs, pairs))


def _range(column: Sequence[float]) -> Interval:
    low, high = np.quantile(column, ((1 - LEVEL) / 2, (1 + LEVEL) / 2))
    return float(low), float(high)


def _hull(column: Sequence[float], events: np.ndarray) -> Interval:
    return _widest(_range(column), clopper_pearson(int(events.sum()), len(events)))


def _widest(one: Interval, other: Interval) -> Interval:
    return max(0.0, min(one[0], other[0])), min(1.0, max(one[1], other[1]))
