"""The engine refuses libraries whose private names it does not know."""

import re
from importlib import metadata
from pathlib import Path

import pytest

from media.engine import PacketMediaEngine
from media.private.versions import PINNED_VERSIONS, check_versions
from roll_call.errors import MediaError

MEDIA = Path(__file__).resolve().parents[2] / "media"
# Private attributes that other modules may use are their own: ``self._x``.
FOREIGN = re.compile(r"(?<!self)(?<![\w)\]])\b(?!self\b)\w+\._[a-z]\w*")


@pytest.mark.parametrize("package", list(PINNED_VERSIONS))
def test_another_version_is_refused(package: str, monkeypatch: pytest.MonkeyPatch) -> None:
    real = metadata.version
    monkeypatch.setattr(
        "media.private.versions.metadata.version",
        lambda name: "9.9.9" if name == package else real(name),
    )
    with pytest.raises(MediaError) as caught:
        PacketMediaEngine()
    assert caught.value.code == "media_versions"
    assert caught.value.params == {
        "package": package,
        "wanted": PINNED_VERSIONS[package],
        "found": "9.9.9",
    }


def test_a_missing_library_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(PINNED_VERSIONS, "no-such-package", "1.0")
    with pytest.raises(MediaError):
        check_versions()


def test_private_names_of_others_are_used_in_one_package_only() -> None:
    found = {
        f"{path.name}: {match}"
        for path in MEDIA.rglob("*.py")
        if path.parent.name != "private"
        for match in FOREIGN.findall(path.read_text(encoding="utf-8"))
        if match != "os._exit"  # documented, for all its underscore
    }
    assert found == set()
