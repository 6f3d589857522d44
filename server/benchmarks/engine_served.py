"""Our media engine as the child of a benchmark: what one media process of the server does."""

import asyncio
from pathlib import Path
from typing import Any

from media.engine import PacketMediaEngine
from media.garbage import settle_garbage
from media.settings import EngineSettings
from roll_call.ports.media import (
    AnswerOffer,
    MediaEvent,
    PeerConnected,
    RecordingFailed,
    RecordingFinished,
    SetRoute,
    StartRecording,
    StopRecording,
)

_FINISH_WITHIN_S = 60.0
# aiortc names the sections of an offer by their order: the load offers sound, then picture.
_SECTIONS = ("0", "1")


class EngineServed:
    """Records every publisher and forwards it to its viewer."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._engine = PacketMediaEngine(EngineSettings(bind_addresses=("127.0.0.1",)))
        self._connected: dict[str, asyncio.Event] = {}
        self._recorded: dict[str, dict[str, Any]] = {}
        self._publishers: list[str] = []
        self._all_recorded = asyncio.Event()

    async def start(self) -> None:
        """Start the engine as a media process does."""
        await self._engine.start(self._on_event)
        settle_garbage()

    async def publish(self, peer: str, sdp: str) -> str:
        """Answer, and record from the first keyframe on."""
        answer = await self._answer(peer, sdp)
        self._publishers.append(peer)
        self._engine.send(StartRecording(peer, peer, str(self._folder / peer)))
        return answer

    async def view(self, peer: str, source: str, sdp: str) -> str:
        """Answer, with both sections bound to the source."""
        for section in _SECTIONS:
            self._engine.send(SetRoute(peer, section, source))
        return await self._answer(peer, sdp)

    async def connected(self, peer: str) -> None:
        """Return once the engine has said so."""
        await self._connected[peer].wait()

    async def finish(self) -> dict[str, Any]:
        """Stop all recordings and wait for the files."""
        for recording in self._publishers:
            self._engine.send(StopRecording(recording))
        async with asyncio.timeout(_FINISH_WITHIN_S):
            while len(self._recorded) < len(self._publishers):
                self._all_recorded.clear()
                await self._all_recorded.wait()
        return self._recorded

    async def close(self) -> None:
        """Close the engine."""
        await self._engine.close()

    async def _answer(self, peer: str, sdp: str) -> str:
        self._connected[peer] = asyncio.Event()
        return await self._engine.answer(AnswerOffer(peer, sdp))

    def _on_event(self, event: MediaEvent) -> None:
        match event:
            case PeerConnected(peer=peer):
                self._connected[peer].set()
            case RecordingFinished():
                self._recorded[event.recording] = {"frames": event.video_frames}
                self._all_recorded.set()
            case RecordingFailed():
                self._recorded[event.recording] = {"frames": 0, "failed": event.code}
                self._all_recorded.set()
