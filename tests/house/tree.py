"""The files of the project, found without git."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("roll_call", "storage", "media", "server")
NOT_OURS = {
    ".git",
    ".hypothesis",
    ".import_linter_cache",
    ".mypy_cache",
    ".pytest_cache",
    ".ruff_cache",
    ".setup",
    ".venv",
    "__pycache__",
    "artifacts",
    "dist",
    "node_modules",
    "var",
}


def project_files(*endings: str) -> Iterator[Path]:
    """Every file of the project whose name ends so, or every file."""
    for folder, folders, names in os.walk(ROOT):
        folders[:] = sorted(set(folders) - NOT_OURS)
        for name in sorted(set(names) - NOT_OURS):
            if not endings or name.endswith(endings):
                yield Path(folder) / name


def python_sources() -> list[Path]:
    """The Python files of the four packages."""
    return [p for p in project_files(".py") if p.relative_to(ROOT).parts[0] in PACKAGES]


def short(path: Path) -> str:
    """A path as the reader knows it."""
    return path.relative_to(ROOT).as_posix()


def read_json(path: str) -> Any:
    """A JSON file of the project."""
    return json.loads((ROOT / path).read_text(encoding="utf-8"))


def flat_texts(value: object, prefix: str = "") -> dict[str, str]:
    """Nested dictionaries as dotted keys and texts."""
    if not isinstance(value, dict):
        return {prefix: str(value)}
    flat: dict[str, str] = {}
    for key, inner in value.items():
        flat |= flat_texts(inner, f"{prefix}.{key}" if prefix else str(key))
    return flat
