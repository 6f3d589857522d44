"""The figures as a picture: the DET curve beside the histograms of the scores."""

from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from scipy.stats import norm

from media.faces.calibration import OperatingPoint
from server.evaluation.rates import accepted, det_curve
from server.evaluation.trials import Trials

TICKS = (1e-5, 1e-4, 1e-3, 0.01, 0.05, 0.2, 0.5)
TICK_WORDS = ("0.001 %", "0.01 %", "0.1 %", "1 %", "5 %", "20 %", "50 %")
BINS = 80


def plot(trials: Trials, point: OperatingPoint, enrol_frames: int, file: Path) -> None:
    """Write the picture; its kind is that of the file's name. Raises OSError or ValueError."""
    shipped = {"shipped threshold": point.threshold(enrol_frames)}
    figure = Figure(figsize=(11, 4.6), layout="constrained")
    FigureCanvasAgg(figure)
    left, right = figure.subplots(1, 2)
    _det(left, trials, {**shipped, **point.others})
    _histograms(right, trials, {**shipped, **point.others})
    persons, frames = len(trials.enrolled), f"{enrol_frames} enrolled"
    figure.suptitle(f"{point.model}: {persons} persons, {frames} picture(s) each")
    figure.savefig(file, dpi=110)


def _det(axes: Axes, trials: Trials, thresholds: dict[str, float]) -> None:
    """Both axes in normal deviates, as ISO/IEC 19795-1 draws it."""
    genuine, impostor = trials.genuine.scores, trials.impostor.scores
    far, frr = det_curve(genuine, impostor)
    low = TICKS[0] / 2
    axes.plot(norm.ppf(far.clip(low, 1 - low)), norm.ppf(frr.clip(low, 1 - low)), color="#1f5c99")
    for name, threshold in thresholds.items():
        at = accepted(impostor, threshold), 1 - accepted(genuine, threshold)
        x, y = (float(norm.ppf(np.clip(rate, low, 1 - low))) for rate in at)
        axes.plot([x], [y], "o", markersize=5, label=f"{name} ({threshold:g})")
    for set_ticks, set_limits in (
        (axes.set_xticks, axes.set_xlim),
        (axes.set_yticks, axes.set_ylim),
    ):
        set_ticks(norm.ppf(TICKS), TICK_WORDS)
        set_limits(float(norm.ppf(low)), float(norm.ppf(0.6)))
    axes.set_xlabel("false accepts")
    axes.set_ylabel("false rejects")
    axes.set_title("DET curve")
    axes.grid(alpha=0.3)
    axes.legend(fontsize=8)


def _histograms(axes: Axes, trials: Trials, thresholds: dict[str, float]) -> None:
    genuine, impostor = trials.genuine.scores, trials.impostor.scores
    edges = np.linspace(min(impostor.min(), genuine.min()), 1.0, BINS).tolist()
    axes.hist(impostor, edges, density=True, alpha=0.6, label="impostor pairs", color="#b5522e")
    axes.hist(genuine, edges, density=True, alpha=0.6, label="genuine pairs", color="#1f5c99")
    for number, (name, threshold) in enumerate(thresholds.items()):
        style = "-" if number == 0 else ":"
        axes.axvline(threshold, color="black", linestyle=style, linewidth=1, label=name)
    axes.set_xlabel("similarity")
    axes.set_ylabel("density")
    axes.set_title("Scores")
    axes.legend(fontsize=8)
