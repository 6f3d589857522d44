"""What a server's processes do with sockets: told by Python's audit events and by the kernel."""

import asyncio
import ipaddress
import json
import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

WATCH = Path(__file__).parent / "watch"
LOOK_EVERY_S = 0.2


def watched(log: Path) -> dict[str, str]:
    """The environment that makes every Python process of a server write the log."""
    paths = [str(WATCH), os.environ.get("PYTHONPATH", "")]
    return {"PYTHONPATH": os.pathsep.join(filter(None, paths)), "WATCHED_SOCKETS": str(log)}


@dataclass(frozen=True)
class SocketEvent:
    """One address that a process spoke to, or a name that it looked up."""

    pid: int
    event: str
    address: object

    @property
    def host(self) -> str | None:
        """The host; None for sockets within the machine (socket pairs, Unix sockets)."""
        address = self.address
        if isinstance(address, list):
            return str(address[0])
        return address if isinstance(address, str) and "/" not in address else None


class SocketLog:
    """The log that ``watch/sitecustomize.py`` writes."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def events(self, since: int = 0) -> list[SocketEvent]:
        """All complete lines from an offset of the file on."""
        lines = self.path.read_bytes()[since:].splitlines()
        return [SocketEvent(**json.loads(line)) for line in lines]

    def end(self) -> int:
        """The present end of the log."""
        return self.path.stat().st_size


def own_addresses() -> set[str]:
    """Every address of this machine: speaking to oneself stays on the loopback device."""
    found = psutil.net_if_addrs().values()
    return {address.address.partition("%")[0] for addresses in found for address in addresses}


def is_own(host: str, own: set[str]) -> bool:
    """Whether nothing that is sent there leaves the machine."""
    name = host.partition("%")[0]
    if name in own or name in ("localhost", "0.0.0.0", "::", ""):
        return True
    with suppress(ValueError):
        address = ipaddress.ip_address(name)
        mapped = getattr(address, "ipv4_mapped", None) or address
        return bool(mapped.is_loopback) or str(mapped) in own
    return False


def family(pid: int) -> list[psutil.Process]:
    """A server and all processes that it started."""
    parent = psutil.Process(pid)
    return [parent, *parent.children(recursive=True)]


class KernelWatch:
    """Looks again and again at the connections that the kernel knows of: native code included."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._task: asyncio.Task[None] | None = None
        self.looks = 0
        self.pids: set[int] = set()
        self.remote_hosts: set[str] = set()

    async def __aenter__(self) -> "KernelWatch":
        self._task = asyncio.create_task(self._watch())
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._task is not None
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)

    async def _watch(self) -> None:
        while True:
            await asyncio.to_thread(self._look)
            await asyncio.sleep(LOOK_EVERY_S)

    def _look(self) -> None:
        for process in family(self._pid):
            with suppress(psutil.NoSuchProcess):
                for connection in process.net_connections(kind="inet"):
                    if connection.raddr:
                        self.remote_hosts.add(connection.raddr.ip)
                self.pids.add(process.pid)
        self.looks += 1
