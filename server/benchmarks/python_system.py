"""Our engine, or aiortc's tools, in a child process that is asked by JSON lines."""

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

from server.benchmarks.cores import on_core
from server.benchmarks.systems import LoopLag, SystemFailed
from server.simulate.load.peers import LOOPBACK, LoadPublisher, LoadViewer

_ANSWER_WITHIN_S = 90.0
_STOP_WITHIN_S = 20.0
_LINE_LIMIT = 1 << 20


class ChildFailed(SystemFailed):
    """The child answered that it could not, or ended."""


class PythonSystem:
    """``name`` is ours or aiortc; the child runs on ``core`` alone (None: wherever it likes)."""

    def __init__(self, name: str, codec: str, folder: Path, core: int | None) -> None:
        self.name = name
        self.records = name == "ours" or codec == "H264"
        self.reencodes = name == "aiortc"
        self.address = LOOPBACK
        self._arguments = (name, str(folder), codec)
        self._codec = codec
        self._core = core
        self._turn = asyncio.Lock()
        self._process: asyncio.subprocess.Process | None = None
        self._recorded: dict[str, dict[str, Any]] = {}

    @property
    def pid(self) -> int:
        """The child's process id."""
        return self._child.pid

    async def start(self) -> None:
        """Start the child; it answers once its imports are done."""
        with on_core(self._core):
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "server.benchmarks.child",
                *self._arguments,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                limit=_LINE_LIMIT,
            )
        await self.begin()

    async def publish(self, name: str, publisher: LoadPublisher) -> None:
        """Connect a publisher and record it."""
        answer = await self._ask(do="publish", peer=name, sdp=await publisher.offer())
        await publisher.accept(answer)
        await publisher.connected()
        await self._ask(do="connected", peer=name)

    async def view(self, name: str, source: str, viewer: LoadViewer) -> None:
        """Connect a viewer."""
        offer = await viewer.offer(self._codec)
        await viewer.accept(await self._ask(do="view", peer=name, source=source, sdp=offer))
        await viewer.connected()
        await self._ask(do="connected", peer=name)

    async def begin(self) -> None:
        """Forget the lag so far."""
        await self._ask(do="begin")

    async def lag(self) -> LoopLag | None:
        """The lag of the child's event loop."""
        return LoopLag(*await self._ask(do="lag"))

    async def finish_recordings(self) -> None:
        """Complete all recordings. Raises ChildFailed where one could not be written."""
        self._recorded = await self._ask(do="finish")
        failed = {str(of["failed"]) for of in self._recorded.values() if "failed" in of}
        if failed:
            raise ChildFailed(f"recordings failed: {', '.join(sorted(failed))}")

    def lost_in_recordings(self, publishers: dict[str, LoadPublisher]) -> int | None:
        """Frames sent and not in the files."""
        if not self.records:
            return None
        frames = {name: int(of["frames"]) for name, of in self._recorded.items()}
        return sum(publisher.sent_frames - frames[name] for name, publisher in publishers.items())

    async def stop(self) -> None:
        """End the child by ending its input."""
        if self._process is None:
            return
        assert self._process.stdin is not None
        self._process.stdin.close()
        try:
            await asyncio.wait_for(self._process.wait(), _STOP_WITHIN_S)
        except TimeoutError:
            self._process.kill()
            await self._process.wait()

    async def _ask(self, **request: str) -> Any:
        child = self._child
        assert child.stdin is not None and child.stdout is not None
        async with self._turn, asyncio.timeout(_ANSWER_WITHIN_S):
            child.stdin.write(json.dumps(request).encode() + b"\n")
            answer = json.loads(await child.stdout.readline() or b'{"failed": "it ended"}')
        if "failed" in answer:
            raise ChildFailed(str(answer["failed"]))
        return answer["ok"]

    @property
    def _child(self) -> asyncio.subprocess.Process:
        if self._process is None:
            raise ChildFailed("it was not started")
        return self._process
