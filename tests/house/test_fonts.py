"""The font of printed tables is taken out whole and right, or not at all."""

import hashlib
import io
import tarfile
from pathlib import Path
from typing import Any

import pytest

from bootstrap import fonts
from bootstrap.console import SetupError

DATA = b"a font" * 100
NAME, MEMBER = "One.ttf", "package/One.ttf"


def package(folder: Path, data: bytes = DATA, member: str = MEMBER) -> Path:
    """A package as npm packs it."""
    path = folder / "fonts.tgz"
    with tarfile.open(path, "w:gz") as archive:
        entry = tarfile.TarInfo(member)
        entry.size = len(data)
        archive.addfile(entry, io.BytesIO(data))
    return path


@pytest.fixture
def wanted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[dict[str, str]]:
    """One pinned file, and a folder of its own."""
    monkeypatch.setenv("ROLLCALL_FONTS", str(tmp_path / "fonts"))
    pinned = {"name": NAME, "member": MEMBER, "sha256": hashlib.sha256(DATA).hexdigest()}
    listed: dict[str, Any] = {"files": [pinned], "package": "x", "version": "1"}
    monkeypatch.setattr(fonts, "pins", lambda: listed)
    return [pinned]


def test_taken_out(tmp_path: Path, wanted: list[dict[str, str]]) -> None:
    assert fonts.missing() == wanted
    fonts.take_out(package(tmp_path), wanted)
    assert fonts.missing() == []
    assert [path.name for path in fonts.folder().iterdir()] == [NAME]


def test_another_file_is_refused(tmp_path: Path, wanted: list[dict[str, str]]) -> None:
    with pytest.raises(SetupError):
        fonts.take_out(package(tmp_path, b"something else"), wanted)
    assert list(fonts.folder().iterdir()) == []


def test_without_it_the_set_up_goes_on(
    wanted: list[dict[str, str]],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def unreachable(scratch: Path) -> Path:
        raise SetupError("no network")

    monkeypatch.setattr(fonts, "_pack", unreachable)
    fonts.fetch(False)
    assert "no network" in capsys.readouterr().out
