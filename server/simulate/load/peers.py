"""The load of the media benchmark: light WebRTC clients with real ICE, DTLS and SRTP."""

import asyncio
import struct
import time

from aiortc import RTCRtpSender, RTCRtpTransceiver, RTCSessionDescription
from aiortc.rtcrtpparameters import (
    RTCRtpCodecCapability,
    RTCRtpReceiveParameters,
    RTCRtpSendParameters,
)
from aiortc.rtp import (
    RTCP_PSFB_FIR,
    RTCP_PSFB_PLI,
    RTCP_RTPFB_NACK,
    AnyRtcpPacket,
    RtcpPacket,
    RtcpPsfbPacket,
    RtcpRtpfbPacket,
    RtcpSrPacket,
)

from media.host_network import HostNetwork
from media.private.connection import PacketPeerConnection
from server.simulate.load.footage import AUDIO_PACKET_S, AUDIO_RATE, VIDEO_RATE, Footage
from server.simulate.load.receiving import ReceivedTrack
from server.simulate.load.sending import SentTrack, SequenceSource

LOOPBACK = "127.0.0.1"
_CONNECT_WITHIN_S = 30.0
_REPORT_EVERY_S = 1.0
_MID_URI = "urn:ietf:params:rtp-hdrext:sdes:mid"
_SEND_TIME_URI = "http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time"
_TRANSPORT_WIDE_URI = "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01"
_TRANSPORT_WIDE_ELEMENT = 5
_SEQUENCE_AND_SSRC = struct.Struct("!HLL")


class LoadPeer:
    """One connection of the load; publishers and viewers build on it. ``address`` is its own."""

    def __init__(self, address: str) -> None:
        self.connection = PacketPeerConnection(
            ice_servers=(),
            network=HostNetwork((address,)),
            receiving=self._receiving,
            sending=self._sending,
            on_rtp=self._rtp,
            on_rtcp=self._rtcp,
            on_round_trip=lambda _: None,
        )
        self._connected = asyncio.Event()
        self.connection.on("connectionstatechange", self._state_changed)

    async def connected(self) -> None:
        """Return once ICE and DTLS are up. Raises TimeoutError."""
        async with asyncio.timeout(_CONNECT_WITHIN_S):
            await self._connected.wait()

    async def close(self) -> None:
        """Free the sockets."""
        await self.connection.close()

    async def accept(self, answer: str) -> None:
        """Take the other side's answer."""
        await self.connection.setRemoteDescription(RTCSessionDescription(answer, "answer"))

    def send_rtcp(self, packet: bytes) -> None:
        """Send one (compound) RTCP packet, if the connection is up."""
        if self.connection.link is not None:
            self.connection.link.send_rtcp(packet)

    async def _offer(self) -> str:
        await self.connection.setLocalDescription(await self.connection.createOffer())
        return self.connection.localDescription.sdp

    def _prefer(self, transceiver: RTCRtpTransceiver, codec: str) -> None:
        transceiver.setCodecPreferences(codec_preference(codec))

    def _state_changed(self) -> None:
        if self.connection.connectionState == "connected":
            self._connected.set()

    def _receiving(self, kind: str, ssrc: int, parameters: RTCRtpReceiveParameters) -> None:
        """A section became able to receive."""

    def _sending(
        self, kind: str, ssrc: int, rtx_ssrc: int, parameters: RTCRtpSendParameters
    ) -> None:
        """A section became able to send."""

    def _rtp(self, data: bytes, now: float) -> None:
        """One decrypted RTP packet came."""

    def _rtcp(self, data: bytes, now: float) -> None:
        for packet in RtcpPacket.parse(data):
            self._feedback(packet, now)

    def _feedback(self, packet: AnyRtcpPacket, now: float) -> None:
        """One RTCP packet came."""


class LoadPublisher(LoadPeer):
    """A phone: sends prepared footage, answers NACK and requests for a keyframe."""

    def __init__(self, footage: Footage, address: str = LOOPBACK) -> None:
        super().__init__(address)
        self.sent_frames = 0
        self._footage = footage
        self._tracks: dict[str, SentTrack] = {}
        self._numbers = SequenceSource()
        self._transport_wide: int | None = None
        self._began_s = 0.0
        self._ticks = 0
        self._next_frame = 0
        self._reported_s = 0.0
        self._timer: asyncio.TimerHandle | None = None
        self.connection.addTransceiver("audio", "sendonly")
        self._prefer(self.connection.addTransceiver("video", "sendonly"), footage.codec)

    async def connected(self) -> None:
        """Return once both tracks can be sent. Raises TimeoutError."""
        await super().connected()
        async with asyncio.timeout(_CONNECT_WITHIN_S):
            while len(self._tracks) < 2:
                await asyncio.sleep(0.01)

    async def offer(self) -> str:
        """An offer as a browser makes it: transport-wide feedback too, which aiortc lacks."""
        return with_transport_wide_feedback(await self._offer())

    async def accept(self, answer: str) -> None:
        """Take the answer, and what it says about transport-wide feedback."""
        if _TRANSPORT_WIDE_URI in answer:
            self._transport_wide = _TRANSPORT_WIDE_ELEMENT
        await super().accept(answer)

    @property
    def sent_packets(self) -> int:
        """Packets of both tracks, each counted once however often it was sent."""
        return sum(track.sent_packets for track in self._tracks.values())

    @property
    def sent_video_packets(self) -> int:
        """Packets of the picture alone."""
        return self._tracks["video"].sent_packets

    def start(self, delay_s: float = 0.0) -> None:
        """Send from now on; ``delay_s`` spreads many publishers over time."""
        self._began_s = time.monotonic() + delay_s
        self._timer = asyncio.get_running_loop().call_later(delay_s, self._tick)

    def stop(self) -> None:
        """Send nothing any more."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _sending(
        self, kind: str, ssrc: int, rtx_ssrc: int, parameters: RTCRtpSendParameters
    ) -> None:
        link = self.connection.link
        assert link is not None
        ids = {extension.uri: extension.id for extension in parameters.headerExtensions}
        self._tracks[kind] = SentTrack(
            ssrc,
            parameters.codecs[0].payloadType or 0,
            parameters.muxId,
            (ids.get(_MID_URI), ids.get(_SEND_TIME_URI), self._transport_wide),
            self._numbers,
            link.send_rtp,
        )

    def _tick(self) -> None:
        """Every 20 ms: one audio packet, and a video frame where one is due."""
        footage = self._footage
        elapsed_s = self._ticks * AUDIO_PACKET_S
        sound = footage.audio[self._ticks % len(footage.audio)]
        self._tracks["audio"].send((sound,), int(elapsed_s * AUDIO_RATE))
        while self.sent_frames / footage.frames_per_s <= elapsed_s:
            timestamp = self.sent_frames * VIDEO_RATE // footage.frames_per_s
            self._tracks["video"].send(footage.video[self._next_frame], timestamp)
            self._next_frame = (self._next_frame + 1) % len(footage.video)
            self.sent_frames += 1
        if elapsed_s - self._reported_s >= _REPORT_EVERY_S:
            self._reported_s = elapsed_s
            for kind, rate in (("audio", AUDIO_RATE), ("video", VIDEO_RATE)):
                moment = time.monotonic() - self._began_s
                self.send_rtcp(self._tracks[kind].report(int(moment * rate)))
        self._ticks += 1
        loop = asyncio.get_running_loop()
        late_s = time.monotonic() - self._began_s - self._ticks * AUDIO_PACKET_S
        self._timer = loop.call_later(max(0.0, -late_s), self._tick)

    def _feedback(self, packet: AnyRtcpPacket, now: float) -> None:
        if isinstance(packet, RtcpPsfbPacket) and packet.fmt in (RTCP_PSFB_PLI, RTCP_PSFB_FIR):
            self._next_frame = 0
        elif isinstance(packet, RtcpRtpfbPacket) and packet.fmt == RTCP_RTPFB_NACK:
            for track in self._tracks.values():
                if track.ssrc == packet.media_ssrc:
                    track.send_again(packet.lost)


class LoadViewer(LoadPeer):
    """A console that watches one publisher: counts what comes and reports it like a browser."""

    def __init__(self, address: str = LOOPBACK) -> None:
        super().__init__(address)
        self.tracks: dict[int, ReceivedTrack] = {}
        self._own_ssrc = 1
        self._reporting: asyncio.Task[None] | None = None

    async def offer(self, codec: str) -> str:
        """Offer to receive one picture and one sound."""
        self.connection.addTransceiver("audio", "recvonly")
        self._prefer(self.connection.addTransceiver("video", "recvonly"), codec)
        return await self._offer()

    async def answer(self, offer: str) -> str:
        """Answer a server that makes the offer itself, as Janus does."""
        await self.connection.setRemoteDescription(RTCSessionDescription(offer, "offer"))
        await self.connection.setLocalDescription(await self.connection.createAnswer())
        return self.connection.localDescription.sdp

    @property
    def received_packets(self) -> int:
        """Packets of both tracks, each counted once."""
        return sum(track.received_packets for track in self.tracks.values())

    @property
    def lost_packets(self) -> int:
        """Holes that nobody filled."""
        return sum(track.lost_packets for track in self.tracks.values())

    def start(self) -> None:
        """Report once a second from now on."""
        self._reporting = asyncio.create_task(self._report_forever(), name="receiver reports")

    async def close(self) -> None:
        """Stop reporting and free the sockets."""
        if self._reporting is not None:
            self._reporting.cancel()
            await asyncio.gather(self._reporting, return_exceptions=True)
        await super().close()

    async def _report_forever(self) -> None:
        while True:
            await asyncio.sleep(_REPORT_EVERY_S)
            for track in self.tracks.values():
                self.send_rtcp(track.report(time.monotonic()))

    def _receiving(self, kind: str, ssrc: int, parameters: RTCRtpReceiveParameters) -> None:
        self._own_ssrc = ssrc

    def _rtp(self, data: bytes, now: float) -> None:
        sequence, _, ssrc = _SEQUENCE_AND_SSRC.unpack_from(data, 2)
        track = self.tracks.get(ssrc)
        if track is None:
            track = self.tracks[ssrc] = ReceivedTrack(ssrc, self._own_ssrc)
        lost = track.packet(sequence)
        if lost is not None:
            self.send_rtcp(lost)

    def _feedback(self, packet: AnyRtcpPacket, now: float) -> None:
        if isinstance(packet, RtcpSrPacket) and packet.ssrc in self.tracks:
            self.tracks[packet.ssrc].sender_report(packet, now)


def codec_preference(codec: str) -> list[RTCRtpCodecCapability]:
    """Only this codec, and no retransmission format: a NACK is answered with the packet itself."""
    return [
        known
        for known in RTCRtpSender.getCapabilities("video").codecs
        if known.name.upper() == codec
    ]


def with_transport_wide_feedback(offer: str) -> str:
    """Add to every section what Chromium offers and aiortc cannot: transport-wide feedback."""
    lines: list[str] = []
    for line in offer.splitlines():
        lines.append(line)
        if line.startswith("a=rtpmap:"):
            payload_type = line.removeprefix("a=rtpmap:").split(" ")[0]
            lines.append(f"a=rtcp-fb:{payload_type} transport-cc")
        elif line.startswith("a=mid:"):
            lines.append(f"a=extmap:{_TRANSPORT_WIDE_ELEMENT} {_TRANSPORT_WIDE_URI}")
    return "\r\n".join(lines) + "\r\n"
