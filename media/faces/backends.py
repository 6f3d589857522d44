"""Backends: which embedder compares, what it is called, and at which operating point.

Nothing here reads weights; ``load_embedder`` does, in the process that compares.
"""

from dataclasses import dataclass
from pathlib import Path

from media.faces.calibration import OperatingPoint, calibrated
from media.faces.embedders import Embedder
from media.faces.embedders.model_card import ModelCard, read_model_card
from media.faces.models import DLIB_RESNET, SFACE, model_path
from roll_call.errors import InvalidInput
from roll_call.ports.faces import ModelInfo

VERSION_DIGITS = 12
ONNX = ".onnx"


@dataclass(frozen=True, slots=True)
class Backend:
    """``card`` is that of an ONNX file, whose path ``name`` then is."""

    name: str
    info: ModelInfo
    point: OperatingPoint
    card: ModelCard | None = None


def backend(name: str, calibration: Path | None = None) -> Backend:
    """The backend of this name: ``sface``, ``dlib``, or the path of an ONNX file.

    ``calibration`` is a file in the form of ``calibration.toml`` that takes the place of the
    model's own. Raises InvalidInput(unknown_backend), or ModelError for a model card or a
    calibration that cannot be used.
    """
    if name == "sface":
        info = ModelInfo(name, SFACE.sha256[:VERSION_DIGITS], SFACE.licence)
    elif name == "dlib":
        info = ModelInfo(name, DLIB_RESNET.sha256[:VERSION_DIGITS], DLIB_RESNET.licence)
    elif name.endswith(ONNX):
        card = read_model_card(Path(name))
        info = ModelInfo(card.name, card.sha256[:VERSION_DIGITS], card.licence)
        return Backend(name, info, calibrated(card.name, calibration, card.calibration), card)
    else:
        raise InvalidInput("unknown_backend", backend=name)
    return Backend(name, info, calibrated(name, calibration))


def load_embedder(chosen: Backend) -> Embedder:
    """Load and check the weights of a backend; raises ModelError."""
    if chosen.card is not None:
        from media.faces.embedders.onnx import OnnxEmbedder

        return OnnxEmbedder(Path(chosen.name), chosen.card)
    if chosen.name == "dlib":
        from media.faces.embedders.dlib_resnet import DlibResNet

        return DlibResNet()
    from media.faces.embedders.sface import SFace

    return SFace(model_path(SFACE))
