"""What we build on is pinned, hashed, and what is really installed."""

import importlib.metadata
import re
import tomllib

from tests.house.tree import ROOT, read_json

EXACT = re.compile(r"^\d+\.\d+\.\d+$")


def normal(name: str) -> str:
    """A package name as the index knows it (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def pinned() -> dict[str, str]:
    """Package and version of requirements.txt."""
    text = (ROOT / "requirements.txt").read_text()
    return {normal(m[1]): m[2] for m in re.finditer(r"^([\w.-]+)==([^\s;]+)", text, re.MULTILINE)}


def wanted() -> set[str]:
    """Packages that requirements.in asks for."""
    lines = (ROOT / "requirements.in").read_text().splitlines()
    names = (re.match(r"[\w.-]+", line) for line in lines if not line.startswith("#"))
    return {normal(name[0]) for name in names if name}


def test_every_pin_has_a_hash() -> None:
    text = (ROOT / "requirements.txt").read_text().replace("\\\n", " ")
    lines = [line for line in text.splitlines() if "==" in line and not line.startswith(" ")]
    assert lines
    assert [line.split()[0] for line in lines if "--hash=sha256:" not in line] == []


def test_what_is_asked_for_is_pinned() -> None:
    assert wanted() - pinned().keys() == set()


def test_what_is_pinned_is_installed() -> None:
    installed = {
        normal(package.metadata["Name"]): package.version
        for package in importlib.metadata.distributions()
    }
    assert {name: installed.get(name) for name in pinned()} == pinned()


def test_there_is_one_cv2_and_no_package_that_phones_home_or_may_not_be_sold() -> None:
    names = pinned().keys()
    assert {name for name in names if name.startswith("opencv")} == {"opencv-python-headless"}
    assert {"dlib", "face-recognition-models"} & names == set()
    # Later releases look up a host of their maker when a landmarker is closed.
    assert pinned()["mediapipe"] == "0.10.33"


def test_the_build_backend_is_the_pinned_one() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    assert project["build-system"]["requires"] == [f"hatchling=={pinned()['hatchling']}"]


def test_front_end_packages_are_exact_and_locked() -> None:
    for folder in ("client_web", "bootstrap/chromium"):
        package = read_json(f"{folder}/package.json")
        asked = {**package["dependencies"], **package.get("devDependencies", {})}
        assert [name for name, version in asked.items() if not EXACT.match(version)] == []
        locked = read_json(f"{folder}/package-lock.json")["packages"]
        for name, version in asked.items():
            assert locked[f"node_modules/{name}"]["version"] == version
        unhashed = [n for n, p in locked.items() if n and "integrity" not in p]
        assert unhashed == []
