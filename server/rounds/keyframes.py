"""One picture of a session, when it is wanted: a keyframe is asked for and the tap closed again.

A look costs one keyframe of the sender and one decoding; between looks nothing is decoded at all.
"""

import asyncio
import time
from dataclasses import dataclass

from roll_call.ports.media import FrameTapped, MediaEngine, RequestKeyframe, StartTap, StopTap
from server.check_in.desk import CheckInDesk

WITHIN_S = 2.0
RECENT_S = 3.0


@dataclass(frozen=True, slots=True)
class Keyframe:
    """A picture that stands for itself; ``at_s`` is of a monotonic clock."""

    codec: str
    data: bytes
    at_s: float


class Keyframes:
    """Taken from the taps of the engine; a tap of a verification is left as it is."""

    def __init__(self, engine: MediaEngine, desk: CheckInDesk) -> None:
        self._engine = engine
        self._desk = desk
        self._wanted: dict[str, asyncio.Future[Keyframe]] = {}
        self._recent: dict[str, Keyframe] = {}

    def on_frame(self, event: FrameTapped) -> None:
        """From the engine, on the event loop."""
        waiting = self._wanted.get(event.peer)
        if waiting is not None and event.keyframe and not waiting.done():
            waiting.set_result(Keyframe(event.codec, event.data, time.monotonic()))

    async def of(self, peer: str) -> Keyframe | None:
        """One that is new or hardly old; None where none comes in time."""
        recent = self._recent.get(peer)
        if recent is not None and time.monotonic() - recent.at_s < RECENT_S:
            return recent
        return await self.new(peer)

    async def new(self, peer: str) -> Keyframe | None:
        """A new one; None where none comes in time."""
        waiting = self._wanted.get(peer)
        if waiting is None:
            waiting = self._wanted[peer] = asyncio.get_running_loop().create_future()
            self._engine.send(StartTap(peer))
            self._engine.send(RequestKeyframe(peer))
        try:
            found = await asyncio.wait_for(asyncio.shield(waiting), WITHIN_S)
        except TimeoutError:
            return None
        finally:
            self._close(peer, waiting)
        self._recent = {p: k for p, k in self._recent.items() if found.at_s - k.at_s < RECENT_S}
        self._recent[peer] = found
        return found

    def _close(self, peer: str, waiting: asyncio.Future[Keyframe]) -> None:
        """Whoever is first closes it: the others have, or miss, the same picture."""
        if self._wanted.get(peer) is not waiting:
            return
        del self._wanted[peer]
        if not waiting.done():
            waiting.cancel()
        examined = any(v.place and v.place.examined_peer == peer for v in self._desk.visits())
        if not examined:
            self._engine.send(StopTap(peer))
