"""What the quorum makes of single pictures: an estimate of whole sessions, and no more.

Stills cannot say how alike the frames of one session are to each other. So two ends are given that
lie around the truth: every frame as independent as a still of another day, and one still shown in
every frame. The frames of a real session lie between.
"""

from collections.abc import Callable
from math import ceil, comb
from typing import Any

import numpy as np

from media.faces.calibration import OperatingPoint
from server.evaluation.trials import Trials

LABEL = "an estimate from stills, not measured sessions"
MODEL = (
    "the shipped quorum over its smallest number of frames; independent: each frame errs by "
    "itself with the single-frame rate (binomial); repeated: one still is every frame, so the "
    "session errs as that still does; real sessions lie between"
)


def session_estimate(trials: Trials, point: OperatingPoint, enrol_frames: int) -> dict[str, Any]:
    """Rates as fractions; ``mismatch`` is a genuine person taken for another one."""
    rule = point.rule(enrol_frames)
    needed = ceil(rule.share * rule.min_frames - 1e-9)
    clear = rule.threshold - rule.margin

    def both(single: float, session: Callable[[float], float]) -> dict[str, float]:
        return {"independent": session(single), "repeated": single}

    def enough(share: float) -> float:
        return _at_least(needed, rule.min_frames, share)

    impostor, genuine = trials.impostor.scores, trials.genuine.scores
    found = float(np.mean(genuine >= rule.threshold))
    return {
        "label": LABEL,
        "model": MODEL,
        "frames": rule.min_frames,
        "needed": needed,
        "threshold": rule.threshold,
        "margin": rule.margin,
        "false_match": both(float(np.mean(impostor >= rule.threshold)), enough),
        "not_matched": {"independent": 1 - enough(found), "repeated": 1 - found},
        "false_mismatch": both(float(np.mean(genuine < clear)), enough),
    }


def _at_least(needed: int, frames: int, share: float) -> float:
    """The chance of ``needed`` or more out of ``frames`` independent frames."""
    return sum(
        comb(frames, k) * share**k * (1 - share) ** (frames - k) for k in range(needed, frames + 1)
    )
