"""A server under test as a child process: JSON lines in, JSON lines out.

    python -m server.benchmarks.child ours|aiortc FOLDER CODEC

``{"do": NAME, ...}`` is answered by ``{"ok": VALUE}`` or ``{"failed": TEXT}``, in order.
"""

import asyncio
import json
import signal
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

from server.loop_lag import LoopLag


class Served(Protocol):
    """What a child can be asked for; each key names the peers of one stream."""

    async def start(self) -> None:
        """Get ready."""

    async def publish(self, peer: str, sdp: str) -> str:
        """Answer a publisher's offer; its recording begins with its first picture."""

    async def view(self, peer: str, source: str, sdp: str) -> str:
        """Answer a viewer's offer."""

    async def connected(self, peer: str) -> None:
        """Return once the peer's connection is up on this side too."""

    async def finish(self) -> dict[str, Any]:
        """Complete the recordings; figures of each by the publisher's name."""

    async def close(self) -> None:
        """Free everything."""


async def serve(served: Served) -> None:
    """Answer standard input until it ends."""
    loop = asyncio.get_running_loop()
    lag = LoopLag()
    lag.start()
    await served.start()
    reader = asyncio.StreamReader(limit=1 << 20)
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while line := await reader.readline():
        try:
            value = {"ok": await _do(served, lag, json.loads(line))}
        except Exception as error:  # told to the parent, which fails
            value = {"failed": repr(error)}
        sys.stdout.write(json.dumps(value) + "\n")
        sys.stdout.flush()
    await lag.stop()
    await served.close()


async def _do(served: Served, lag: LoopLag, request: Mapping[str, Any]) -> Any:
    match request:
        case {"do": "publish", "peer": peer, "sdp": sdp}:
            return await served.publish(peer, sdp)
        case {"do": "view", "peer": peer, "source": source, "sdp": sdp}:
            return await served.view(peer, source, sdp)
        case {"do": "connected", "peer": peer}:
            return await served.connected(peer)
        case {"do": "begin"}:
            return lag.reset()
        case {"do": "lag"}:
            return [lag.quantile_ms(0.5), lag.quantile_ms(0.99)]
        case {"do": "finish"}:
            return await served.finish()
    raise ValueError("unknown request")


async def _main(system: str, folder: Path, codec: str) -> None:
    if system == "ours":
        from server.benchmarks.engine_served import EngineServed

        await serve(EngineServed(folder))
    else:
        from server.benchmarks.aiortc_served import AiortcServed

        await serve(AiortcServed(folder, records=codec == "H264"))


if __name__ == "__main__":
    # Ctrl-C is meant for the parent, which ends this process by ending its input.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    asyncio.run(_main(sys.argv[1], Path(sys.argv[2]), sys.argv[3]))
