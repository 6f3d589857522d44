"""The real, unmodified server as a child process: nothing is in it yet."""

import os
import signal
import socket
from pathlib import Path

import psutil

from server.simulate.embedded import EmbeddedServer
from tests.e2e.background import Background

MEDIA_PROCESS = "media.processes.process"


class RunningServer:
    """A server on a port of its own; can lose its power and come back."""

    def __init__(self, background: Background, data: Path, *options: str) -> None:
        self.background = background
        self.data = data
        self._arguments = ("--port", str(_free_port()), *options)
        self._server = self._start()
        self.url = self._server.ready.url

    def _start(self) -> EmbeddedServer:
        server = EmbeddedServer(self.data, self._arguments)
        return self.background.run(server.__aenter__())

    @property
    def setup_code(self) -> str:
        """What the first administrator has to know."""
        return self._server.ready.setup_code or ""

    def lose_media(self) -> None:
        """Kill every process that holds connections; the main one stays."""
        for process in psutil.Process(self._server.ready.pid).children(recursive=True):
            if MEDIA_PROCESS in process.cmdline():
                process.kill()

    def lose_power(self) -> None:
        """Kill the server in the middle of whatever it does, with all its workers."""
        os.kill(self._server.ready.pid, signal.SIGKILL)
        self.background.run(self._server.__aexit__(None, None, None))

    def restore_power(self) -> None:
        """Start it again on the same data and the same port."""
        self._server = self._start()

    def close(self) -> None:
        """Stop the server."""
        self.background.run(self._server.__aexit__(None, None, None))


def _free_port() -> int:
    """A TCP port of the loopback interface that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
