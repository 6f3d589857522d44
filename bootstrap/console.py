"""What the set-up says, and the commands it runs."""

import os
import shlex
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
STATE = ROOT / ".setup"
LOG_TAIL_LINES = 30
TICK_S = 0.5


class SetupError(Exception):
    """The set-up cannot go on; the text says what the reader can do about it."""


def in_chinese() -> bool:
    """Whether the first of LC_ALL, LC_MESSAGES and LANG that is set is Chinese."""
    chosen = next(filter(None, map(os.environ.get, ("LC_ALL", "LC_MESSAGES", "LANG"))), "")
    return chosen.lower().startswith("zh")


def say(english: str, chinese: str) -> None:
    """Print one line in the reader's language."""
    print(chinese if in_chinese() else english, flush=True)


def pick(english: str, chinese: str) -> str:
    """The text in the reader's language."""
    return chinese if in_chinese() else english


def run_logged(
    step: str,
    command: list[str],
    cwd: Path = ROOT,
    env: dict[str, str] | None = None,
) -> None:
    """Run a command with its output in ``.setup/<step>.log``; show seconds on a terminal.

    Raises SetupError with the end of the log when the command fails.
    """
    STATE.mkdir(exist_ok=True)
    log = STATE / f"{step}.log"
    with log.open("ab") as sink:
        sink.write(f"$ {shlex.join(command)}\n".encode())
        sink.flush()
        process = subprocess.Popen(
            command,
            cwd=cwd,
            env={**os.environ, **(env or {})},
            stdin=subprocess.DEVNULL,
            stdout=sink,
            stderr=subprocess.STDOUT,
        )
        code = _wait(process)
    if code != 0:
        tail = "\n".join(log.read_text(errors="replace").splitlines()[-LOG_TAIL_LINES:])
        raise SetupError(f"{tail}\n\n{shlex.join(command)}: exit {code}  ({log.name})")


def _wait(process: "subprocess.Popen[bytes]") -> int:
    """Wait for the process; a terminal sees the seconds go by. Stops it when interrupted."""
    begin = time.monotonic()
    try:
        while True:
            try:
                return process.wait(timeout=TICK_S)
            except subprocess.TimeoutExpired:
                if sys.stdout.isatty():
                    print(f"\r    {time.monotonic() - begin:3.0f} s ", end="\r", flush=True)
    except BaseException:
        process.terminate()
        process.wait()
        raise


def output_of(command: list[str]) -> str | None:
    """The standard output of a quick command, or None when it cannot be run or fails."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout if done.returncode == 0 else None
