"""Operating points per model, read from ``calibration.toml``."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from roll_call.errors import ModelError
from roll_call.quorum import MIN_FRAMES_FOR_HIGH, QuorumRule


@dataclass(frozen=True, slots=True)
class OperatingPoint:
    """Thresholds are similarities of the model; ``data`` says what they were measured on."""

    model: str
    single: float
    mean: float
    margin: float
    min_frames: int
    share: float
    data: str

    def threshold(self, frames: int) -> float:
        """What a template of so many frames needs."""
        return self.mean if frames >= MIN_FRAMES_FOR_HIGH else self.single

    def rule(self, frames: int) -> QuorumRule:
        """The quorum rule for a template of so many frames."""
        return QuorumRule(self.threshold(frames), self.min_frames, self.share, self.margin)


@cache
def operating_point(model: str) -> OperatingPoint:
    """The point of a model (``sface``, ``dlib``); raises ModelError(model_not_calibrated)."""
    table = tomllib.loads((files("media.faces") / "calibration.toml").read_text("utf-8"))
    if model not in table:
        raise ModelError("model_not_calibrated", model=model)
    row = table[model]
    return OperatingPoint(
        model=model,
        single=float(row["threshold"]["single"]),
        mean=float(row["threshold"]["mean"]),
        margin=float(row["margin"]),
        min_frames=int(row["min_frames"]),
        share=float(row["share"]),
        data=str(row["data"]),
    )
