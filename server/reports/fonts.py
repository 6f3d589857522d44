"""The fonts of printed tables: which they are, where they lie, whether they are the pinned ones.

The pins stand in ``fonts.json``, which the set-up reads too; nothing here fetches anything.
"""

import hashlib
import json
import os
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

from roll_call.errors import FontError

PINS = "fonts.json"


@dataclass(frozen=True, slots=True)
class FontFile:
    """A pinned font file."""

    name: str
    sha256: str


@cache
def pinned_fonts() -> tuple[FontFile, ...]:
    """Regular, then bold."""
    pins = json.loads((files("server") / "reports" / PINS).read_text("utf-8"))
    return tuple(FontFile(one["name"], one["sha256"]) for one in pins["files"])


def fonts_folder() -> Path:
    """``$ROLLCALL_FONTS``, else ``$XDG_CACHE_HOME/rollcall/fonts``, else below ``~/.cache``."""
    if chosen := os.environ.get("ROLLCALL_FONTS"):
        return Path(chosen)
    cache_home = os.environ.get("XDG_CACHE_HOME")
    return (Path(cache_home) if cache_home else Path.home() / ".cache") / "rollcall" / "fonts"


def font_paths() -> tuple[Path, ...]:
    """Regular and bold, checked; blocks for some 20 ms.

    Raises FontError: ``font_missing`` where one is not there, ``font_hash_mismatch`` where it is
    another file than the pinned one.
    """
    return tuple(_checked(fonts_folder() / font.name, font.sha256) for font in pinned_fonts())


def _checked(path: Path, sha256: str) -> Path:
    where = {"file": path.name, "folder": str(path.parent)}
    if not path.is_file():
        raise FontError("font_missing", **where)
    if hashlib.sha256(path.read_bytes()).hexdigest() != sha256:
        raise FontError("font_hash_mismatch", **where)
    return path
