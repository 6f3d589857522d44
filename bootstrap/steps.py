"""Steps that are done only when what they are made from has changed."""

import fcntl
import hashlib
import json
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bootstrap.console import ROOT, STATE, pick, say

UNFINISHED = "unfinished"


@dataclass(frozen=True)
class Step:
    """One piece of the set-up.

    ``inputs`` gives files, folders and plain words that the result depends on; ``present`` looks
    whether the result is still there; ``act`` makes it. ``act`` is told whether an earlier try was
    interrupted, and raises SetupError when it cannot.
    """

    name: str
    english: str
    chinese: str
    inputs: Callable[[], Iterable[Path | str]]
    present: Callable[[], bool]
    act: Callable[[bool], None]

    def ensure(self) -> bool:
        """Do the step when needed; returns whether anything was done."""
        fingerprint = fingerprint_of(self.inputs())
        before = read_stamp(self.name)
        if before == fingerprint and self.present():
            return False
        title = pick(self.english, self.chinese)
        print(f"→ {title}", flush=True)
        begin = time.monotonic()
        (STATE / f"{self.name}.log").unlink(missing_ok=True)
        write_stamp(self.name, UNFINISHED)
        self.act(before == UNFINISHED)
        # A step may write some of its own inputs (a lock file, a folder that is listed).
        write_stamp(self.name, fingerprint_of(self.inputs()))
        print(f"✓ {title} ({time.monotonic() - begin:.0f} s)", flush=True)
        return True


def fingerprint_of(inputs: Iterable[Path | str]) -> str:
    """SHA-256 over words, the contents of files, and all files below folders."""
    digest = hashlib.sha256()
    for item in inputs:
        if isinstance(item, str):
            digest.update(f"word {item}\0".encode())
            continue
        for path in files_below(item):
            digest.update(f"file {path}\0".encode())
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def files_below(path: Path) -> list[Path]:
    """The file itself, or all files below a folder in a fixed order; nothing if it is missing."""
    if path.is_file():
        return [path]
    return sorted(p for p in path.rglob("*") if p.is_file())


def read_stamp(name: str) -> str | None:
    """The fingerprint with which a step was last finished, ``unfinished``, or None."""
    try:
        return str(json.loads((STATE / f"{name}.json").read_text())["fingerprint"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def write_stamp(name: str, fingerprint: str) -> None:
    """Keep the fingerprint of a step in one atomic write."""
    STATE.mkdir(exist_ok=True)
    path = STATE / f"{name}.json"
    fresh = path.with_suffix(".new")
    fresh.write_text(json.dumps({"fingerprint": fingerprint, "root": str(ROOT)}))
    fresh.replace(path)


@contextmanager
def only_one() -> Iterator[None]:
    """Hold the lock of the set-up, so that two ``make`` at once do not disturb each other."""
    STATE.mkdir(exist_ok=True)
    with (STATE / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say(
                "Another set-up is running here; waiting for it.",
                "另一个安装正在进行，等待中。",
            )
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield
