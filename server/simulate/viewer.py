"""A simulated console: one viewer connection whose slot shows whoever is live."""

import asyncio
import time
from collections.abc import Coroutine
from types import TracebackType
from typing import Self

import aiohttp
from aiortc import MediaStreamTrack, RTCConfiguration, RTCPeerConnection, RTCSessionDescription
from aiortc.mediastreams import MediaStreamError

from server.messages import Answer, Challenge, Hello, LiveChanged, Message, Offer, Route
from server.messages import server_messages as wire
from server.simulate.staff import StaffClient


class SimulatedConsole:
    """Keeps watching; ``first_frame_s`` maps session ids to the monotonic time of the first frame.

    Only the newest live session is in the slot, as on a console with one tile.
    """

    def __init__(self, staff: StaffClient) -> None:
        self._staff = staff
        self._peer = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        self._mid: str | None = None
        self._shown: str | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self.first_frame_s: dict[str, float] = {}
        self.frames = 0

    async def __aenter__(self) -> Self:
        self._socket = await self._staff.web_socket()
        self._watch(self._listen())
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._socket.close()
        await self._peer.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _watch(self, work: Coroutine[None, None, None]) -> None:
        self._tasks.add(asyncio.create_task(work))

    async def _listen(self) -> None:
        async for raw in self._socket:
            if raw.type is not aiohttp.WSMsgType.TEXT:
                return
            await self._react(wire.validate_json(raw.data))

    async def _react(self, message: Message) -> None:
        match message:
            case Challenge():
                await self._send(Hello(role="console"))
                await self._offer()
            case Answer(sdp=sdp):
                await self._peer.setRemoteDescription(RTCSessionDescription(sdp, "answer"))
                self._mid = self._peer.getTransceivers()[0].mid
            case LiveChanged(sessions=sessions) if self._mid is not None and sessions:
                newest = max(sessions, key=lambda session: session.since).session_id
                if newest != self._shown:
                    self._shown = newest
                    await self._send(Route(mid=self._mid, session_id=newest))
            case _:
                pass

    async def _offer(self) -> None:
        self._peer.addTransceiver("video", direction="recvonly")
        self._peer.addTransceiver("audio", direction="recvonly")
        self._peer.on("track", self._track)
        await self._peer.setLocalDescription(await self._peer.createOffer())
        await self._send(Offer(purpose="view", sdp=self._peer.localDescription.sdp))

    def _track(self, track: MediaStreamTrack) -> None:
        self._watch(self._receive(track))

    async def _receive(self, track: MediaStreamTrack) -> None:
        while True:
            try:
                await track.recv()
            except MediaStreamError:
                return
            if track.kind == "video" and self._shown is not None:
                self.frames += 1
                self.first_frame_s.setdefault(self._shown, time.monotonic())

    async def _send(self, message: Message) -> None:
        await self._socket.send_str(message.model_dump_json())
