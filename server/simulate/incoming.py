"""What a simulated client is sent: counted by kind, and looked at by whoever wants to."""

import asyncio
from collections.abc import Callable

import av
from aiortc import MediaStreamTrack
from aiortc.mediastreams import MediaStreamError

Look = Callable[[MediaStreamTrack, av.VideoFrame], None]


class Incoming:
    """Receives every track to its end; ``frames`` counts what was decoded, by kind."""

    def __init__(self, look: Look | None = None) -> None:
        self.frames = {"video": 0, "audio": 0}
        self._look = look
        self._tasks: set[asyncio.Task[None]] = set()

    def add(self, track: MediaStreamTrack) -> None:
        """To be called with each track of a connection."""
        task = asyncio.create_task(self._receive(track), name="incoming track")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        """Receive nothing more."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _receive(self, track: MediaStreamTrack) -> None:
        while True:
            try:
                frame = await track.recv()
            except MediaStreamError:
                return
            self.frames[track.kind] += 1
            if self._look is not None and isinstance(frame, av.VideoFrame):
                self._look(track, frame)
