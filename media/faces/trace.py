"""The course of a head as a fingerprint: a replayed recording moves exactly as it did before.

Two people never nod at the same tenth of a second by chance, nor does one person twice: prompts
come at random moments and reactions scatter. A recording of an earlier session, held before the
camera, repeats its course. So a new course is laid over every earlier one of the same person at
every shift and a few speeds; a near-perfect fit is no coincidence.
"""

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

TracePoint = tuple[float, float, float]
"""Seconds, yaw and pitch in degrees."""

Trace = Sequence[Sequence[float]]
"""``TracePoint`` rows in order of time, as they stand in the evidence."""

STEP_S = 0.1
SPEEDS = (0.9, 0.94, 0.97, 1.0, 1.03, 1.06, 1.1)
SHORTEST_S = 3.0
REPLAY_FROM = 0.96
"""Correlation from which a course counts as repeated; measured in ``tests/media/faces``."""

Signal = npt.NDArray[np.float64]


def rounded(at_s: float, yaw: float, pitch: float) -> TracePoint:
    """A point as it is kept."""
    return round(at_s, 2), round(yaw, 1), round(pitch, 1)


def likeness(new: Trace, earlier: Iterable[Trace]) -> float:
    """The best correlation (-1..1) of a course with earlier ones; 0 without any."""
    signal = _signal(new, 1.0)
    if len(signal) * STEP_S < SHORTEST_S:
        return 0.0
    return max(
        (_best_fit(signal, _signal(old, speed)) for old in earlier for speed in SPEEDS),
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


def _best_fit(new: Signal, old: Signal) -> float:
    """The highest normalised correlation of the shorter signal inside the longer one."""
    short, long = (new, old) if len(new) <= len(old) else (old, new)
    if len(short) * STEP_S < SHORTEST_S:
        return 0.0
    windows = np.lib.stride_tricks.sliding_window_view(long, len(short), axis=0)
    centred = windows - windows.mean(axis=2, keepdims=True)
    pattern = (short - short.mean(axis=0)).T
    dots = np.einsum("wcn,cn->w", centred, pattern)
    norms = np.sqrt(np.einsum("wcn,wcn->w", centred, centred) * float((pattern**2).sum()))
    return float(np.max(dots / np.maximum(norms, 1e-6)))
