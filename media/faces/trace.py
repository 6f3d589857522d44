"""The course of a face as a fingerprint: a replayed recording moves exactly as it did before.

Nobody repeats a course of several movements: prompts come at random moments, reactions, reach and
speed scatter, sway and blinks come by themselves. A recording of an earlier session, held before
the camera, does repeat it. So the course of the movements is laid over every earlier trace of the
same person at every shift and at a few speeds. It may be in two parts that fit at different shifts:
a recording that began somewhere in the middle comes round again. What is left between the two
courses, beyond the noise of both, is the *misfit*.
"""

from collections.abc import Iterable, Sequence
from math import inf

import numpy as np
import numpy.typing as npt

from media.faces.movements import SMALLEST, View

TracePoint = tuple[float, float, float, float, float, float]
"""Seconds, yaw and pitch in degrees, mouth open and eyes closed (0..1), eye distance as a share of
the picture's shorter side (rows of before have pixels: only its changes count)."""

Trace = Sequence[Sequence[float]]
"""``TracePoint`` rows in order of time; rows of before have the first three values alone."""

FINE_S, COARSE_S = 0.1, 0.2
"""Steps of the course, when it is compared closely and at a glance; shifts are half as wide."""
CLOSELY = 2
"""How many earlier traces, the best at a glance, are compared closely."""
SPEEDS = (0.97, 1.0, 1.03)
SHORTEST_S = 3.0
PART_S = 0.6
LEAD_S = 0.4
TAIL_S = 0.3
HEAD, WHOLE = 3, 6
"""Values of a row that knows the head alone, and of a whole one."""
MOUTH_DEG, EYES_DEG, SIZE_DEG = 20.0, 12.0, 60.0
"""What the full range of a score, and a face twice as large, weigh beside a turn of the head."""
MISFIT_DEG = 1.4
"""Misfit that is as much as a replay's can be; measured in decision 0022."""
LEAST_MOVED = 1.3
"""A course must move this many times ``MISFIT_DEG``: where little happens everything fits."""
REPLAY_FROM = 0.5
"""Likeness from which a course counts as repeated: its misfit is ``MISFIT_DEG`` or less."""

INTERPOLATED = 2 / 3
"""What is left of noise's variance between two samples."""
MEDIAN_OF_NORMAL = 0.6745

Signal = npt.NDArray[np.float64]


def point(at_s: float, view: View) -> TracePoint:
    """A row as it is kept."""
    return (
        round(at_s, 2),
        round(view.pose.yaw, 1),
        round(view.pose.pitch, 1),
        round(view.mouth_open, 2),
        round(view.eyes_closed, 2),
        round(view.size, 4),
    )


def movements(trace: Trace, first_onset_s: float, end_s: float) -> list[Sequence[float]]:
    """The part of a trace that holds a try's movements, without the waiting around them."""
    return [row for row in trace if first_onset_s - LEAD_S <= row[0] <= end_s - TAIL_S]


def likeness(course: Trace, earlier: Iterable[Trace]) -> float:
    """How well a course fits into the best-fitting earlier trace: 1 exactly, 0 not at all."""
    if not course or course[-1][0] - course[0][0] < SHORTEST_S:
        return 0.0
    glances = sorted(
        ((_misfit(course, old, COARSE_S, (1.0,)), old) for old in earlier), key=lambda pair: pair[0]
    )
    closest = min(
        (_misfit(course, old, FINE_S, SPEEDS) for _, old in glances[:CLOSELY]), default=inf
    )
    return float(np.exp2(-((closest / MISFIT_DEG) ** 2)))


def _misfit(course: Trace, old: Trace, step_s: float, speeds: Sequence[float]) -> float:
    """In degrees or the like; infinite where the traces do not say enough."""
    width = min(len(course[0]), len(old[0])) if old else 0
    mine, his = _weighted(course, width), _weighted(old, width)
    if len(his) < 3 or his[-1, 0] - his[0, 0] < SHORTEST_S:
        return inf
    wanted = _even(mine, step_s, 1.0)
    if np.sqrt(wanted.var(axis=0).sum()) < LEAST_MOVED * MISFIT_DEG:
        return inf
    noise = INTERPOLATED * (_noise(mine) + _noise(his))
    left = min(_residual(wanted, _even(his, step_s / 2, speed), step_s) for speed in speeds)
    return float(np.sqrt(max(0.0, left - noise)))


def _weighted(trace: Trace, width: int) -> Signal:
    """Rows (n, width) with all channels in degrees or the like."""
    rows = np.asarray([tuple(row)[:width] for row in trace], np.float64).reshape(-1, max(1, width))
    if width >= WHOLE and len(rows):
        rows[:, 3] *= MOUTH_DEG
        rows[:, 4] *= EYES_DEG
        rows[:, 5] *= SIZE_DEG / max(SMALLEST, float(np.median(rows[:, 5])))
    return rows


def _even(rows: Signal, step_s: float, speed: float) -> Signal:
    """The channels at even steps, as if played at another speed."""
    times = (rows[:, 0] - rows[0, 0]) / speed
    grid = np.arange(0.0, times[-1], step_s)
    return np.column_stack([np.interp(grid, times, values) for values in rows[:, 1:].T])


def _noise(rows: Signal) -> float:
    """The variance of what changes from view to view, from second differences, all channels."""
    jumps = np.median(np.abs(np.diff(rows[:, 1:], 2, axis=0)), axis=0)
    return float(((jumps / (MEDIAN_OF_NORMAL * np.sqrt(6))) ** 2).sum())


def _residual(wanted: Signal, signal: Signal, step_s: float) -> float:
    """The mean square of what is left at the best shift of the whole, or of two parts each."""
    length, part = len(wanted), round(PART_S / step_s)
    starts = np.arange(-2 * (length - part), len(signal) - 2 * part)
    places = starts[:, None] + 2 * np.arange(length)[None, :]
    inside = (places >= 0) & (places < len(signal))
    between = signal[np.clip(places, 0, len(signal) - 1)] - wanted[None]
    first = _spread(between, inside)
    last = _spread(between[:, ::-1], inside[:, ::-1])[::-1]
    whole = float(first[-1])
    parted = first[part - 1 : length - part] + last[part : length - part + 1]
    return min(whole, float(parted.min(initial=inf))) / length


def _spread(between: Signal, inside: npt.NDArray[np.bool_]) -> Signal:
    """For the first 1, 2, ... n samples: the least sum of squares about their mean at any shift."""
    counts = np.arange(1, between.shape[1] + 1)
    squares = np.cumsum((between**2).sum(axis=2), axis=1)
    means = (np.cumsum(between, axis=1) ** 2).sum(axis=2) / counts
    complete = np.logical_and.accumulate(inside, axis=1)
    least: Signal = np.where(complete, squares - means, inf).min(axis=0)
    return least
