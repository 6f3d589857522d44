"""A simulated officer at a console: looks, listens, talks and broadcasts, with real media."""

import asyncio
import time
from collections.abc import Callable
from types import TracebackType
from typing import Self

import aiohttp
import av
from aiortc import MediaStreamTrack, RTCPeerConnection, RTCSessionDescription
from aiortc.mediastreams import AudioStreamTrack

from media.host_network import host_addresses
from media.private.gathering import gather_from
from server.messages import (
    Answer,
    Challenge,
    Failure,
    Hello,
    LiveChanged,
    Message,
    Offer,
    Route,
    Welcome,
)
from server.messages import server_messages as wire
from server.room_messages import Broadcast, Encoding, Floor, Listen, Mute, Spotlight, Talk
from server.simulate.cameras import CameraTrack, Scene
from server.simulate.incoming import Incoming
from server.simulate.network import configuration
from server.simulate.staff import StaffClient

Look = Callable[[str, av.VideoFrame, float], None]
"""A slot, the frame in it, and the monotonic moment."""


class SimulatedOfficer:
    """``tiles`` slots and one large one; ``look`` sees every frame of every slot."""

    def __init__(self, staff: StaffClient, scene: Scene, tiles: int, look: Look) -> None:
        self._staff = staff
        self._scene = scene
        self._tiles = tiles
        self._look = look
        self._welcome: Welcome | None = None
        self._viewing: RTCPeerConnection | None = None
        self._publishing: RTCPeerConnection | None = None
        self._camera: CameraTrack | None = None
        self._answers: asyncio.Queue[Answer] = asyncio.Queue()
        self._reader: asyncio.Task[None] | None = None
        self.incoming = Incoming(self._seen)
        self.slots: list[str] = []
        """The mids of the tiles, then that of the large picture."""
        self.live: list[str] = []
        self.floor: Floor | None = None
        self.encoding: Encoding | None = None
        self.failures: list[str] = []

    async def __aenter__(self) -> Self:
        self._socket = await self._staff.web_socket()
        self._reader = asyncio.create_task(self._listen(), name="officer's socket")
        while self._welcome is None:
            await asyncio.sleep(0.01)
        await self._view()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._socket.close()
        if self._reader is not None:
            self._reader.cancel()
            await asyncio.gather(self._reader, return_exceptions=True)
        await self.incoming.close()
        for connection in (self._viewing, self._publishing):
            if connection is not None:
                await connection.close()

    async def publish(self) -> None:
        """Connect the officer's own camera and microphone."""
        peer = self._connection()
        self._camera = CameraTrack(self._scene)
        for track in (AudioStreamTrack(), self._camera):
            peer.addTransceiver(track, direction="sendonly")
        self._publishing = peer
        await self._negotiate(peer, "publish")

    async def show(self, slot: int, session_id: str | None) -> None:
        """Fill a tile."""
        await self._send(Route(mid=self.slots[slot], session_id=session_id))

    async def spotlight(self, session_id: str | None) -> None:
        """Into the large slot."""
        await self._send(Spotlight(session_id=session_id, mid=self.slots[-1]))

    async def listen(self, session_id: str | None) -> None:
        """Hear one."""
        await self._send(Listen(session_id=session_id))

    async def talk(self, session_id: str | None) -> None:
        """Speak with one."""
        await self._send(Talk(session_id=session_id))

    async def broadcast(self, on: bool) -> None:
        """Speak to all."""
        await self._send(Broadcast(on=on))

    async def mute(self, session_id: str, on: bool) -> None:
        """Nobody hears this one."""
        await self._send(Mute(session_id=session_id, on=on))

    async def _view(self) -> None:
        peer = self._connection()
        peer.on("track", self.incoming.add)
        # Sound last: aiortc moves only the first section of a kind to another one's transport.
        for kind in (*["video"] * (self._tiles + 1), "audio"):
            peer.addTransceiver(kind, direction="recvonly")
        self._viewing = peer
        await self._negotiate(peer, "view")
        self.slots = [str(t.mid) for t in peer.getTransceivers() if t.kind == "video"]

    def _connection(self) -> RTCPeerConnection:
        assert self._welcome is not None
        return RTCPeerConnection(configuration(self._welcome))

    async def _negotiate(self, peer: RTCPeerConnection, purpose: str) -> None:
        gather_from(peer, lambda: host_addresses((), include_loopback=True))
        await peer.setLocalDescription(await peer.createOffer())
        sdp = peer.localDescription.sdp
        await self._send(Offer(purpose="view" if purpose == "view" else "publish", sdp=sdp))
        answer = await self._answers.get()
        await peer.setRemoteDescription(RTCSessionDescription(answer.sdp, "answer"))

    async def _listen(self) -> None:
        async for raw in self._socket:
            if raw.type is not aiohttp.WSMsgType.TEXT:
                return
            await self._react(wire.validate_json(raw.data))

    async def _react(self, message: Message) -> None:
        match message:
            case Challenge():
                await self._send(Hello(role="console"))
            case Welcome():
                self._welcome = message
            case Answer():
                self._answers.put_nowait(message)
            case LiveChanged(sessions=sessions):
                self.live = [session.session_id for session in sessions]
            case Encoding() if self._camera is not None:
                self.encoding = message
                self._camera.limit(message)
            case Floor():
                self.floor = message
            case Failure(code=code):
                self.failures.append(code)
            case _:
                pass

    def _seen(self, track: MediaStreamTrack, frame: av.VideoFrame) -> None:
        assert self._viewing is not None
        now = time.monotonic()
        mid = next(t.mid for t in self._viewing.getTransceivers() if t.receiver.track is track)
        self._look(str(mid), frame, now)

    async def _send(self, message: Message) -> None:
        await self._socket.send_str(message.model_dump_json())
