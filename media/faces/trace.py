"""The course of a head as a fingerprint: a replayed recording moves exactly as it did before.

Nobody repeats a course of several movements: prompts come at random moments, reactions and
movements scatter. A recording of an earlier session, held before the camera, does repeat it. So the
course of the movements is laid over every earlier trace of the same person, at every shift and at
a few speeds; a near-perfect fit is no coincidence.
"""

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

TracePoint = tuple[float, float, float]
"""Seconds, yaw and pitch in degrees."""

Trace = Sequence[Sequence[float]]
"""``TracePoint`` rows in order of time, as they stand in the evidence."""

STEP_S = 0.05
SPEEDS = (0.97, 1.0, 1.03)
SHORTEST_S = 3.0
LEAD_S = 0.4
TAIL_S = 0.3
REPLAY_FROM = 0.982
"""Likeness from which a course counts as repeated.

Measured with the actor's motion, 0.5 degrees of noise, only sessions of the same three prompts: the
replays that passed liveness reached 0.990 and more, independent sessions in 1 of 500 pairs 0.982.
"""

Signal = npt.NDArray[np.float64]


def rounded(at_s: float, yaw: float, pitch: float) -> TracePoint:
    """A point as it is kept."""
    return round(at_s, 2), round(yaw, 1), round(pitch, 1)


def movements(trace: Trace, first_onset_s: float, end_s: float) -> list[Sequence[float]]:
    """The part of a trace that holds a try's movements, without the waiting around them."""
    return [point for point in trace if first_onset_s - LEAD_S <= point[0] <= end_s - TAIL_S]


def likeness(course: Trace, earlier: Iterable[Trace]) -> float:
    """How well a course fits into the best-fitting earlier trace: 1 exactly, 0 not at all."""
    pattern = _signal(course, 1.0)
    if len(pattern) * STEP_S < SHORTEST_S:
        return 0.0
    return max(
        (_best_fit(pattern, _signal(old, speed)) for old in earlier for speed in SPEEDS),
        default=0.0,
    )


def _signal(trace: Trace, speed: float) -> Signal:
    """Yaw and pitch at even steps (n, 2), as if played at another speed."""
    points = np.asarray([tuple(point)[:3] for point in trace], np.float64).reshape(-1, 3)
    if len(points) < 2:
        return np.zeros((0, 2))
    times = (points[:, 0] - points[0, 0]) / speed
    grid = np.arange(0.0, times[-1], STEP_S)
    return np.column_stack([np.interp(grid, times, points[:, axis]) for axis in (1, 2)])


def _best_fit(pattern: Signal, signal: Signal) -> float:
    """1 less the smallest residual at any shift, as a share of both courses' energy.

    Both are compared about their own means: with centred p and w, the residual's energy is
    sum(w^2) + sum(p^2) - 2 sum(w p), and running sums give it for every shift at once.
    """
    length = len(pattern)
    if len(signal) < length:
        return 0.0
    wanted = pattern - pattern.mean(axis=0)
    common = np.zeros(len(signal) - length + 1)
    energy = np.full_like(common, float((wanted**2).sum()))
    for axis in (0, 1):
        values = signal[:, axis] - signal[:, axis].mean()
        common += np.correlate(values, wanted[:, axis], mode="valid")
        energy += _moving(values**2, length) - _moving(values, length) ** 2 / length
    return float(np.max(2 * common / np.maximum(energy, 1e-6)))


def _moving(values: npt.NDArray[np.float64], length: int) -> npt.NDArray[np.float64]:
    """The sums of ``length`` successive values."""
    sums: npt.NDArray[np.float64] = np.concatenate([[0.0], np.cumsum(values)])
    moving: npt.NDArray[np.float64] = sums[length:] - sums[:-length]
    return moving
