"""The virtual environment: interpreter, pinned packages, the project itself."""

import importlib.util
import shutil
import sys
from pathlib import Path

from bootstrap.console import ROOT, output_of, run_logged
from bootstrap.steps import UNFINISHED, Step, read_stamp
from bootstrap.system import require_debian_packages, require_libraries

VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
ROLLCALL = VENV / "bin" / "rollcall"
REQUIREMENTS = ROOT / "requirements.txt"
# Packages whose compiled parts need libraries of the system.
COMPILED = ("cv2", "mediapipe", "av", "matplotlib")


def version() -> str:
    """The running interpreter's version and home: another one needs another environment."""
    return f"{sys.version_info.major}.{sys.version_info.minor} {sys.base_prefix} {ROOT}"


def make_venv(interrupted: bool) -> None:
    """Make the environment; keep one that works, start over with one that does not."""
    if importlib.util.find_spec("ensurepip") is None:
        require_debian_packages([f"python{sys.version_info.major}.{sys.version_info.minor}-venv"])
    broken_packages = read_stamp("packages") == UNFINISHED
    clear = ["--clear"] if interrupted or broken_packages or not _works() else []
    run_logged("venv", [sys.executable, "-m", "venv", *clear, str(VENV)])


def _works() -> bool:
    """Whether the environment there is of this interpreter's version, in this place, with pip."""
    tell = "import sys, pip; print(*sys.version_info[:2], sys.prefix)"
    here = f"{sys.version_info.major} {sys.version_info.minor} {VENV}"
    return (output_of([str(PYTHON), "-c", tell]) or "").strip() == here


def install_packages(interrupted: bool) -> None:
    """Install exactly the pinned packages; after an interrupted try from an empty environment."""
    if interrupted:
        run_logged("packages", [sys.executable, "-m", "venv", "--clear", str(VENV)])
    pip = [str(PYTHON), "-m", "pip", "--disable-pip-version-check", "install", "--no-deps"]
    run_logged("packages", [*pip, "--require-hashes", "-r", str(REQUIREMENTS)])
    places = [site_packages() / name for name in COMPILED]
    require_libraries([library for place in places for library in place.rglob("*.so*")])


def site_packages() -> Path:
    """Where the environment keeps its packages."""
    name = f"python{sys.version_info.major}.{sys.version_info.minor}"
    return VENV / "lib" / name / "site-packages"


def install_project(interrupted: bool) -> None:
    """Install the four packages in place, with the ``rollcall`` command."""
    if interrupted:
        for leftover in site_packages().glob("rollcall-*.dist-info"):
            shutil.rmtree(leftover)
    pip = [str(PYTHON), "-m", "pip", "--disable-pip-version-check", "install", "--no-deps"]
    run_logged("project", [*pip, "--no-build-isolation", "-e", str(ROOT)])


STEPS = [
    Step(
        "venv",
        "Python environment in .venv",
        "Python 环境 .venv",
        lambda: [version()],
        lambda: PYTHON.exists() and (VENV / "pyvenv.cfg").exists(),
        make_venv,
    ),
    Step(
        "packages",
        "Python packages, pinned by hash (about half a minute)",
        "Python 依赖（按哈希锁定，约半分钟）",
        lambda: [version(), REQUIREMENTS],
        lambda: (site_packages() / "aiortc").is_dir(),
        install_packages,
    ),
    Step(
        "project",
        "The rollcall command",
        "rollcall 命令",
        lambda: [version(), ROOT / "pyproject.toml"],
        ROLLCALL.exists,
        install_project,
    ),
]
