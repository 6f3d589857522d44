"""The weights of the face models, fetched once into the user's cache."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

from bootstrap.console import ROOT, SetupError, pick
from bootstrap.python_env import ROLLCALL
from bootstrap.steps import Step

PINS = ROOT / "media" / "faces" / "models.py"


def folder() -> Path:
    """Where `rollcall models fetch` keeps the weights."""
    if chosen := os.environ.get("ROLLCALL_MODELS"):
        return Path(chosen)
    cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(cache) / "rollcall" / "models"


def listing() -> Iterator[Path | str]:
    """The pins, and name, size and time of every file in the folder (not its 50 MB of content)."""
    yield PINS
    yield str(folder())
    for path in sorted(folder().glob("*")):
        state = path.stat()
        yield f"{path.name} {state.st_size} {state.st_mtime_ns}"


def fetch(interrupted: bool) -> None:
    """Fetch what is missing; the command checks hashes, keeps finished files, shows progress."""
    del interrupted
    if subprocess.run([str(ROLLCALL), "models", "fetch"], cwd=ROOT, check=False).returncode:
        text = "The face models could not be fetched (see above).", "未能获取人脸模型（见上文）。"
        raise SetupError(pick(*text))


STEPS = [
    Step(
        "models",
        "Face models (fetched once, checked by SHA-256)",
        "人脸模型（仅获取一次，SHA-256 校验）",
        listing,
        lambda: any(folder().glob("*")),
        fetch,
    )
]
