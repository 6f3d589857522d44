"""Every use of a private name of aiortc and aioice, in one place.

aiortc has no public hook for encoded frames: ``RTCRtpReceiver`` always decodes and ``RTCRtpSender``
always encodes. Here both are replaced, on our own connections only, by ends that hand their
negotiated parameters out, and SRTP is taken straight from the socket once DTLS is up. Nothing is
patched globally. The names used below are only known to mean what we think in the pinned versions,
so any other version is refused.
"""

import time
from collections.abc import Awaitable, Callable, Sequence
from importlib import metadata
from typing import Any

import pylibsrtp
from aiortc import RTCConfiguration, RTCIceServer, RTCPeerConnection, RTCRtpTransceiver
from aiortc.rtcconfiguration import RTCBundlePolicy
from aiortc.rtcdtlstransport import RTCDtlsTransport
from aiortc.rtcrtpparameters import RTCRtpReceiveParameters, RTCRtpSendParameters

from roll_call.errors import MediaError

PINNED_VERSIONS = {"aiortc": "1.16.0", "aioice": "0.13.0", "av": "18.1.0", "pylibsrtp": "1.0.0"}

Datagram = Callable[[bytes, float], None]


def check_versions() -> None:
    """Raise ``MediaError("media_versions")`` unless exactly the pinned libraries are installed."""
    for package, wanted in PINNED_VERSIONS.items():
        try:
            found = metadata.version(package)
        except metadata.PackageNotFoundError:
            found = "-"
        if found != wanted:
            raise MediaError("media_versions", package=package, wanted=wanted, found=found)


class SecureLink:
    """The SRTP and SRTCP packets of one bundled transport, without a queue or a task in between.

    ``on_rtp`` and ``on_rtcp`` get each decrypted packet with its arrival time (monotonic seconds).
    Sending before DTLS is up, or after the socket is gone, does nothing and returns False.
    """

    def __init__(self, transport: RTCDtlsTransport, on_rtp: Datagram, on_rtcp: Datagram) -> None:
        self._transport = transport
        self._connection = transport.transport._connection
        self._on_rtp = on_rtp
        self._on_rtcp = on_rtcp
        self._nominated = self._connection._nominated
        self._pair: Any = None
        self._send: Any = None
        self._address: Any = None
        self._protect: Any = None
        self._protect_rtcp: Any = None
        transport.on("statechange", self._state_changed)

    def send_rtp(self, data: bytes) -> bool:
        """Encrypt and send one RTP packet."""
        return self._protect is not None and self._sendto(self._protect, data)

    def send_rtcp(self, data: bytes) -> bool:
        """Encrypt and send one (compound) RTCP packet."""
        return self._protect_rtcp is not None and self._sendto(self._protect_rtcp, data)

    def _sendto(self, protect: Callable[[bytes], bytes], data: bytes) -> bool:
        pair = self._nominated.get(1)
        if pair is None:
            return False
        if pair is not self._pair:  # the browser may nominate another pair at any time
            self._pair = pair
            self._send = pair.protocol.transport.sendto
            self._address = pair.remote_addr
        try:
            self._send(protect(data), self._address)
        except pylibsrtp.Error:
            return False
        return True

    def _state_changed(self) -> None:
        if self._transport.state == "connected":
            self._attach()
        elif self._transport.state in ("closed", "failed"):
            self._detach()

    def _attach(self) -> None:
        self._protect = self._transport._tx_srtp.protect
        self._protect_rtcp = self._transport._tx_srtp.protect_rtcp

        # What is already queued behind the handshake takes aiortc's way and meets ours here.
        async def queued_rtp(data: bytes, arrival_time_ms: int) -> None:
            self._on_rtp(data, time.monotonic())

        async def queued_rtcp(data: bytes) -> None:
            self._on_rtcp(data, time.monotonic())

        transport: Any = self._transport
        transport._handle_rtp_data = queued_rtp
        transport._handle_rtcp_data = queued_rtcp
        for protocol in self._connection._protocols:
            receiver: Any = protocol
            receiver.datagram_received = self._fast(protocol.datagram_received)

    def _detach(self) -> None:
        self._protect = self._protect_rtcp = None
        self._pair = self._send = None

    def _fast(self, slow: Callable[..., None]) -> Callable[..., None]:
        """A datagram callback that decrypts SRTP at once (RFC 7983) and leaves the rest."""
        unprotect = self._transport._rx_srtp.unprotect
        unprotect_rtcp = self._transport._rx_srtp.unprotect_rtcp
        on_rtp, on_rtcp, clock = self._on_rtp, self._on_rtcp, time.monotonic
        error = pylibsrtp.Error

        def datagram_received(data: bytes, addr: tuple[Any, ...]) -> None:
            if len(data) < 12 or not 127 < data[0] < 192:
                slow(data, addr)
                return
            try:
                rtcp = 191 < data[1] < 224
                clear = unprotect_rtcp(data) if rtcp else unprotect(data)
            except error:  # forged, damaged or replayed
                return
            (on_rtcp if rtcp else on_rtp)(clear, clock())

        return datagram_received


class ReceivingEnd:
    """Stands in for ``RTCRtpReceiver``: no decoder, it only hands its parameters out."""

    def __init__(self, original: Any, started: Callable[[RTCRtpReceiveParameters], None]) -> None:
        self.transport = original.transport
        self.track: Any = None
        self._enabled = True
        self._started = started

    @property
    def _track(self) -> Any:
        return self.track

    @_track.setter
    def _track(self, track: Any) -> None:
        self.track = track

    def setTransport(self, transport: RTCDtlsTransport) -> None:
        """Called by aiortc when media is bundled."""
        self.transport = transport

    async def receive(self, parameters: RTCRtpReceiveParameters) -> None:
        """Called by aiortc after every negotiation that lets the peer send."""
        self._started(parameters)

    async def stop(self) -> None:
        """Called by aiortc when the connection closes; there is nothing to stop."""


class SendingEnd:
    """Stands in for ``RTCRtpSender``: no encoder, it only hands its parameters out."""

    def __init__(self, original: Any, started: Callable[[RTCRtpSendParameters], None]) -> None:
        self.transport = original.transport
        self.track = None
        self._ssrc = original._ssrc
        self._rtx_ssrc = original._rtx_ssrc
        self._stream_id = original._stream_id
        self._track_id = original._track_id
        self._enabled = True
        self._started = started

    def setTransport(self, transport: RTCDtlsTransport) -> None:
        """Called by aiortc when media is bundled."""
        self.transport = transport

    async def send(self, parameters: RTCRtpSendParameters) -> None:
        """Called by aiortc after every negotiation that lets us send."""
        self._started(parameters)

    async def stop(self) -> None:
        """Called by aiortc when the connection closes; there is nothing to stop."""


class PacketPeerConnection(RTCPeerConnection):
    """An answering ``RTCPeerConnection`` that hands out packets and negotiated parameters.

    ``receiving`` and ``sending`` are called with a transceiver's kind, its SSRCs and the negotiated
    parameters each time a direction is negotiated; ``host_addresses`` are the addresses that ICE
    binds to (aioice itself never offers loopback).
    """

    def __init__(
        self,
        *,
        ice_servers: Sequence[RTCIceServer],
        host_addresses: Callable[[], list[str]],
        receiving: Callable[[str, int, RTCRtpReceiveParameters], None],
        sending: Callable[[str, int, int, RTCRtpSendParameters], None],
        on_rtp: Datagram,
        on_rtcp: Datagram,
    ) -> None:
        # An empty list matters: None would make aiortc ask a public STUN server.
        super().__init__(
            RTCConfiguration(iceServers=list(ice_servers), bundlePolicy=RTCBundlePolicy.MAX_BUNDLE)
        )
        self._host_addresses = host_addresses
        self._receiving = receiving
        self._sending = sending
        self._on_rtp = on_rtp
        self._on_rtcp = on_rtcp
        self.link: SecureLink | None = None

    def _RTCPeerConnection__createDtlsTransport(self) -> RTCDtlsTransport:
        parent: Any = super()
        transport: RTCDtlsTransport = parent._RTCPeerConnection__createDtlsTransport()
        _gather_from(transport.transport._connection, self._host_addresses)
        self.link = SecureLink(transport, self._on_rtp, self._on_rtcp)
        return transport

    def _RTCPeerConnection__createTransceiver(
        self, direction: str, kind: str, sender_track: Any = None
    ) -> RTCRtpTransceiver:
        parent: Any = super()
        transceiver: Any = parent._RTCPeerConnection__createTransceiver(
            direction, kind, sender_track
        )
        sender = transceiver.sender
        ssrc, rtx_ssrc = sender._ssrc, sender._rtx_ssrc
        transceiver._RTCRtpTransceiver__receiver = ReceivingEnd(
            transceiver.receiver, lambda parameters: self._receiving(kind, ssrc, parameters)
        )
        transceiver._RTCRtpTransceiver__sender = SendingEnd(
            sender, lambda parameters: self._sending(kind, ssrc, rtx_ssrc, parameters)
        )
        answering: RTCRtpTransceiver = transceiver
        return answering


def gather_from(connection: RTCPeerConnection, addresses: Callable[[], list[str]]) -> None:
    """Let a client's connection (ours in the simulator and in tests) bind to these addresses.

    To be called after its transceivers were added and before its description is set. Without it a
    machine that has no network has no candidate, because aioice leaves loopback out.
    """
    own: Any = connection
    for transport in own._RTCPeerConnection__iceTransports:
        _gather_from(transport._connection, addresses)


def _gather_from(connection: Any, addresses: Callable[[], list[str]]) -> None:
    gather: Callable[..., Awaitable[list[Any]]] = connection.get_component_candidates

    async def gather_ours(component: int, addresses: list[str], timeout: int = 5) -> list[Any]:
        return await gather(component=component, addresses=ours(), timeout=timeout)

    ours = addresses
    connection.get_component_candidates = gather_ours


def answer_both_ways(connection: RTCPeerConnection) -> None:
    """Let every transceiver send as well as receive, as far as the offer wants it."""
    for transceiver in connection.getTransceivers():
        transceiver.direction = "sendrecv"
