"""aiortc's own tools as the child of a benchmark: MediaRecorder and MediaRelay."""

import asyncio
from pathlib import Path
from typing import Any

import av
from aiortc import RTCConfiguration, RTCPeerConnection, RTCSessionDescription
from aiortc.contrib.media import MediaRecorder, MediaRelay
from aiortc.mediastreams import MediaStreamTrack

from media.private.gathering import gather_from

_NO_SERVERS = RTCConfiguration(iceServers=[])


class AiortcServed:
    """Relays every publisher to its viewer; records it where that works (not for VP8)."""

    def __init__(self, folder: Path, *, records: bool) -> None:
        self._folder = folder
        self._records = records
        self._relay = MediaRelay()
        self._peers: dict[str, RTCPeerConnection] = {}
        self._connected: dict[str, asyncio.Event] = {}
        self._tracks: dict[str, list[MediaStreamTrack]] = {}
        self._recorders: dict[str, MediaRecorder] = {}

    async def start(self) -> None:
        """There is nothing to start."""

    async def publish(self, peer: str, sdp: str) -> str:
        """Answer and start a recorder."""
        connection = self._connection(peer)
        tracks = self._tracks[peer] = []
        connection.on("track", tracks.append)
        await connection.setRemoteDescription(RTCSessionDescription(sdp, "offer"))
        if self._records:
            recorder = self._recorders[peer] = MediaRecorder(str(self._folder / f"{peer}.mp4"))
            for track in tracks:
                recorder.addTrack(self._relay.subscribe(track))
            await recorder.start()
        return await self._answered(connection)

    async def view(self, peer: str, source: str, sdp: str) -> str:
        """Answer with the relayed tracks."""
        connection = self._connection(peer)
        await connection.setRemoteDescription(RTCSessionDescription(sdp, "offer"))
        for track in self._tracks[source]:
            connection.addTrack(self._relay.subscribe(track))
        return await self._answered(connection)

    async def connected(self, peer: str) -> None:
        """Return once aiortc says so."""
        await self._connected[peer].wait()

    async def finish(self) -> dict[str, Any]:
        """Stop the recorders and count the frames in their files."""
        recorded = {}
        for peer, recorder in self._recorders.items():
            await recorder.stop()
            with av.open(str(self._folder / f"{peer}.mp4")) as container:
                recorded[peer] = {"frames": sum(1 for p in container.demux(video=0) if p.size)}
        return recorded

    async def close(self) -> None:
        """Close every connection."""
        await asyncio.gather(*(peer.close() for peer in self._peers.values()))

    def _connection(self, peer: str) -> RTCPeerConnection:
        connection = self._peers[peer] = RTCPeerConnection(_NO_SERVERS)
        connected = self._connected[peer] = asyncio.Event()

        def state_changed() -> None:
            if connection.connectionState == "connected":
                connected.set()

        connection.on("connectionstatechange", state_changed)
        return connection

    async def _answered(self, connection: RTCPeerConnection) -> str:
        gather_from(connection, lambda: ["127.0.0.1"])
        await connection.setLocalDescription(await connection.createAnswer())
        return connection.localDescription.sdp
