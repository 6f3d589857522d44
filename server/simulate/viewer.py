"""A simulated console: one viewer connection whose slots show whoever is live."""

import asyncio
import time
from collections.abc import Coroutine
from types import TracebackType
from typing import Self

import aiohttp
from aiortc import MediaStreamTrack, RTCConfiguration, RTCPeerConnection, RTCSessionDescription
from aiortc.mediastreams import MediaStreamError

from media.host_network import host_addresses
from media.private.gathering import gather_from
from server.messages import Answer, Challenge, Hello, LiveChanged, Message, Offer, Route
from server.messages import server_messages as wire
from server.simulate.staff import StaffClient


class SimulatedConsole:
    """Keeps watching; ``first_frame_s`` maps session ids to the monotonic time of the first frame.

    ``slots`` live sessions are shown at once; those that come later wait for a free slot.
    """

    def __init__(self, staff: StaffClient, slots: int) -> None:
        self._staff = staff
        self._slots = slots
        self._peer = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        self._shown: dict[str, str | None] = {}
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
                self._shown = {
                    str(t.mid): None for t in self._peer.getTransceivers() if t.kind == "video"
                }
            case LiveChanged(sessions=sessions):
                await self._show({session.session_id for session in sessions})
            case _:
                pass

    async def _show(self, live: set[str]) -> None:
        """Empty the slots of those who left, and show the newcomers in free ones."""
        for mid, session_id in self._shown.items():
            if session_id is not None and session_id not in live:
                self._shown[mid] = None
        waiting = live - set(self._shown.values())
        free = (mid for mid, session_id in self._shown.items() if session_id is None)
        for mid, newcomer in zip(free, sorted(waiting), strict=False):
            self._shown[mid] = newcomer
            await self._send(Route(mid=mid, session_id=newcomer))

    async def _offer(self) -> None:
        for _ in range(self._slots):
            self._peer.addTransceiver("video", direction="recvonly")
        self._peer.addTransceiver("audio", direction="recvonly")
        self._peer.on("track", self._track)
        gather_from(self._peer, lambda: host_addresses((), include_loopback=True))
        await self._peer.setLocalDescription(await self._peer.createOffer())
        await self._send(Offer(purpose="view", sdp=self._peer.localDescription.sdp))

    def _track(self, track: MediaStreamTrack) -> None:
        self._watch(self._receive(track))

    async def _receive(self, track: MediaStreamTrack) -> None:
        transceiver = next(t for t in self._peer.getTransceivers() if t.receiver.track is track)
        while True:
            try:
                await track.recv()
            except MediaStreamError:
                return
            shown = self._shown.get(str(transceiver.mid))
            if track.kind == "video" and shown is not None:
                self.frames += 1
                self.first_frame_s.setdefault(shown, time.monotonic())

    async def _send(self, message: Message) -> None:
        await self._socket.send_str(message.model_dump_json())
