"""The fonts of printed tables, fetched once with npm into the user's cache and checked by SHA-256.

The package is 57 MB; only the two files that ``server/reports/fonts.json`` pins are kept.
"""

import hashlib
import json
import os
import shutil
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bootstrap.console import ROOT, SetupError, run_logged, say
from bootstrap.front_end import find_node
from bootstrap.steps import Step

PINS = ROOT / "server" / "reports" / "fonts.json"


def folder() -> Path:
    """Where the server looks for them."""
    if chosen := os.environ.get("ROLLCALL_FONTS"):
        return Path(chosen)
    cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(cache) / "rollcall" / "fonts"


def pins() -> dict[str, Any]:
    """Package, version and files."""
    read: dict[str, Any] = json.loads(PINS.read_text("utf-8"))
    return read


def missing() -> list[dict[str, str]]:
    """The files that are not there or are not the pinned ones."""
    return [one for one in pins()["files"] if not is_pinned(folder() / one["name"], one["sha256"])]


def is_pinned(path: Path, sha256: str) -> bool:
    """Whether the file is there and is the pinned one."""
    return path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() == sha256


def fetch(interrupted: bool) -> None:
    """Fetch what is missing. Without it everything works but printing: a note, no failure."""
    del interrupted
    wanted = missing()
    if not wanted:
        return
    try:
        with tempfile.TemporaryDirectory(prefix="rollcall-fonts-") as scratch:
            take_out(_pack(Path(scratch)), wanted)
    except SetupError as error:
        say(
            f"  note: no font for PDF; all else works. See docs/operations.md.\n  {error}",
            f"  提示：未能获取 PDF 字体，其余功能不受影响（docs/operations.zh-CN.md）。\n  {error}",
        )


def take_out(archive: Path, wanted: list[dict[str, str]]) -> None:
    """Copy the files out of the package: whole and right, or not at all. Raises SetupError."""
    folder().mkdir(parents=True, exist_ok=True)
    with tarfile.open(archive) as opened:
        for one in wanted:
            member = opened.extractfile(one["member"])
            if member is None:
                raise SetupError(f"{one['member']}: not in {archive.name}")
            unfinished = folder() / f"{one['name']}.part"
            with member, unfinished.open("wb") as file:
                shutil.copyfileobj(member, file)
            if not is_pinned(unfinished, one["sha256"]):
                unfinished.unlink()
                raise SetupError(f"{one['name']}: SHA-256")
            unfinished.replace(folder() / one["name"])


def _pack(scratch: Path) -> Path:
    node, wanted = find_node(), pins()
    package = f"{wanted['package']}@{wanted['version']}"
    command = [*node.npm, "pack", package, "--pack-destination", str(scratch)]
    run_logged("fonts", command, scratch, node.environment())
    return next(scratch.glob("*.tgz"))


def listing() -> Iterator[Path | str]:
    """The pins, and name, size and time of every file in the folder."""
    yield PINS
    yield str(folder())
    for path in sorted(folder().glob("*")):
        state = path.stat()
        yield f"{path.name} {state.st_size} {state.st_mtime_ns}"


STEPS = [
    Step(
        "fonts",
        "The font of printed tables (fetched once, checked by SHA-256)",
        "打印用中文字体（仅获取一次，SHA-256 校验）",
        listing,
        lambda: not missing(),
        fetch,
    )
]
