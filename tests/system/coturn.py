"""Debian's coturn as a child process on loopback, with a secret of the test's own."""

import asyncio
import shutil
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import trustme

PROGRAM = "turnserver"
SECRET = "north wind"
READY_WITHIN_S = 15.0

CONFIGURATION = """\
listening-ip=127.0.0.1
relay-ip=127.0.0.1
listening-port={port}
tls-listening-port={tls_port}
min-port={first}
max-port={last}
realm=rollcall.example
use-auth-secret
static-auth-secret={secret}
allow-loopback-peers
no-multicast-peers
denied-peer-ip=0.0.0.0-255.255.255.255
allowed-peer-ip=127.0.0.1
no-cli
no-dtls
cert={folder}/chain.pem
pkey={folder}/key.pem
userdb={folder}/turndb
pidfile={folder}/pid
log-file=stdout
verbose
"""


@dataclass(slots=True)
class Coturn:
    """Where it listens and what it said; ``authority`` is the CA of its certificate."""

    port: int
    tls_port: int
    authority: Path
    log: list[str] = field(default_factory=list)

    @property
    def udp(self) -> str:
        """Its address over UDP."""
        return f"turn:127.0.0.1:{self.port}"

    @property
    def tcp(self) -> str:
        """Over TCP."""
        return f"{self.udp}?transport=tcp"

    @property
    def tls(self) -> str:
        """Over TLS."""
        return f"turns:localhost:{self.tls_port}?transport=tcp"

    def said(self, words: str) -> list[str]:
        """The log lines with these words."""
        return [line for line in self.log if words in line]

    async def says(self, words: str, timeout_s: float = 20.0) -> list[str]:
        """Wait for such a line."""
        async with asyncio.timeout(timeout_s):
            while not self.said(words):
                await asyncio.sleep(0.05)
        return self.said(words)


@asynccontextmanager
async def coturn(folder: Path) -> AsyncIterator[Coturn]:
    """Runs until the end of the block. Fails (never skips) where coturn is not installed."""
    program = shutil.which(PROGRAM)
    assert program is not None, "coturn is missing: apt-get install coturn (make test-system)"
    authority = trustme.CA()
    leaf = authority.issue_cert("localhost", "127.0.0.1")
    for blob in leaf.cert_chain_pems:
        blob.write_to_path(folder / "chain.pem", append=True)
    leaf.private_key_pem.write_to_path(folder / "key.pem")
    authority.cert_pem.write_to_path(folder / "ca.pem")
    port, tls_port, first = _free_ports()
    text = CONFIGURATION.format(
        port=port, tls_port=tls_port, first=first, last=first + 99, secret=SECRET, folder=folder
    )
    (folder / "turnserver.conf").write_text(text)
    process = await asyncio.create_subprocess_exec(
        program,
        "-c",
        str(folder / "turnserver.conf"),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        cwd=folder,
    )
    server = Coturn(port, tls_port, folder / "ca.pem")
    listening = asyncio.create_task(_read(process, server.log))
    try:
        await _until_it_answers(port, process)
        yield server
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()
        await listening


async def _read(process: asyncio.subprocess.Process, log: list[str]) -> None:
    assert process.stdout is not None
    async for line in process.stdout:
        log.append(line.decode(errors="replace").rstrip())


async def _until_it_answers(port: int, process: asyncio.subprocess.Process) -> None:
    async with asyncio.timeout(READY_WITHIN_S):
        while True:
            assert process.returncode is None, "coturn ended at once"
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                await asyncio.sleep(0.05)
                continue
            writer.close()
            return


def _free_ports() -> tuple[int, int, int]:
    found = []
    for _ in range(3):
        with socket.create_server(("127.0.0.1", 0)) as bound:
            found.append(bound.getsockname()[1])
    return found[0], found[1], min(found[2], 65_000)
