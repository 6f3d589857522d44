"""Other people's servers: found, started on loopback, ended by their id."""

import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bootstrap.servers import SERVERS, SYSTEM_PYTHON, has_rtsp_server

_PACKAGE_OF = {"turnserver": "coturn"}
RTSP_SCRIPT = Path(__file__).with_name("rtsp_server.py")


def program(name: str) -> str:
    """Where a server's program is. A test that lacks it fails and says what to install."""
    found = shutil.which(name)
    if found is None:
        _fail((_PACKAGE_OF.get(name, name),))
    return str(found)


def _fail(packages: tuple[str, ...]) -> None:
    command = f"sudo apt-get install -y --no-install-recommends {' '.join(packages)}"
    pytest.fail(f"this test needs another server; please run: {command}")


@contextmanager
def running(command: list[str], log: Path, **environment: str) -> Iterator["subprocess.Popen[str]"]:
    """A child process with its output in ``log``; ended at the end, whatever happens."""
    with log.open("w") as sink:
        child = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=sink,
            text=True,
            env={**os.environ, **environment},
        )
        try:
            yield child
        finally:
            child.send_signal(signal.SIGTERM)
            try:
                child.wait(5)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()
            if child.stdout is not None:
                child.stdout.close()


class GStreamerCamera:
    """GStreamer's RTSP server with a test picture; ``port`` 0 lets it choose."""

    def __init__(self, folder: Path) -> None:
        if not has_rtsp_server():
            _fail(next(names for names in SERVERS if "python3-gi" in names))
        self._folder = folder
        self._starts = 0

    @contextmanager
    def serving(
        self, pipeline: str, port: int = 0, user: str = "", password: str = ""
    ) -> Iterator[int]:
        """Serve ``pipeline`` at ``rtsp://127.0.0.1:port/camera``; yields the port."""
        self._starts += 1
        command = [str(SYSTEM_PYTHON), str(RTSP_SCRIPT), pipeline, str(port), user]
        log = self._folder / f"rtsp-{self._starts}.log"
        with running(command, log, RTSP_PASSWORD=password) as child:
            assert child.stdout is not None
            line = child.stdout.readline()
            assert line.strip().isdigit(), log.read_text()
            yield int(line)
