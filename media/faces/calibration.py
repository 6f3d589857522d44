"""Operating points: thresholds per model and template policy, read from calibration files.

``calibration.toml`` has those of the built-in models; an ONNX model brings its own in its model
card, and ``[faces] calibration`` names a file that comes before both.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from roll_call.errors import InvalidInput, ModelError
from roll_call.quorum import QuorumRule

FRAMES_FOR_MEAN = 3
"""From so many pictures on a template is a mean that has its own threshold."""


@dataclass(frozen=True, slots=True)
class OperatingPoint:
    """Thresholds are similarities of the model; ``data`` says what they were measured on.

    ``name`` tells one calibration of a model from another; ``others`` are further thresholds worth
    comparing with (a library's default), by name.
    """

    model: str
    single: float
    mean: float
    margin: float
    min_frames: int
    share: float
    data: str
    name: str = ""
    others: Mapping[str, float] = field(default_factory=dict)

    def threshold(self, frames: int) -> float:
        """What a template of so many frames needs."""
        return self.mean if frames >= FRAMES_FOR_MEAN else self.single

    def rule(self, frames: int) -> QuorumRule:
        """The quorum rule for a template of so many frames."""
        return QuorumRule(self.threshold(frames), self.min_frames, self.share, self.margin)


@cache
def operating_point(model: str) -> OperatingPoint:
    """The shipped point of a built-in model; raises ModelError(model_not_calibrated)."""
    return calibrated(model)


def calibrated(
    model: str, file: Path | None = None, own: Mapping[str, Any] | None = None
) -> OperatingPoint:
    """The operating point of a model: of ``file``, else the model card's own, else the shipped one.

    Raises ModelError: ``model_not_calibrated`` where there is none, ``calibration_invalid``.
    """
    if file is not None:
        row = _table(model, file).get(model)
    elif own is not None:
        row = own
    else:
        row = tomllib.loads((files("media.faces") / "calibration.toml").read_text("utf-8")).get(
            model
        )
    if row is None:
        raise ModelError("model_not_calibrated", model=model)
    try:
        return _point(model, row)
    except (KeyError, TypeError, ValueError, AttributeError, InvalidInput) as error:
        why = f"{type(error).__name__} {error}"
        raise ModelError("calibration_invalid", model=model, why=why) from error


def _table(model: str, file: Path) -> Mapping[str, Any]:
    try:
        return tomllib.loads(file.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise ModelError("calibration_invalid", model=model, why=str(error)) from error


def _point(model: str, row: Mapping[str, Any]) -> OperatingPoint:
    data = str(row["data"]).strip()
    if not data:
        raise ValueError("data")
    point = OperatingPoint(
        model=model,
        single=float(row["threshold"]["single"]),
        mean=float(row["threshold"]["mean"]),
        margin=float(row["margin"]),
        min_frames=int(row["min_frames"]),
        share=float(row["share"]),
        data=data,
        name=str(row.get("name", model)),
        others={str(name): float(value) for name, value in row.get("others", {}).items()},
    )
    for frames in (1, FRAMES_FOR_MEAN):  # the rule refuses what is out of bounds
        point.rule(frames)
    return point
