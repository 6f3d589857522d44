"""The SRTP and SRTCP packets of one bundled transport (RFC 3711, RFC 7983)."""

import time
from collections.abc import Callable
from typing import Any

import pylibsrtp
from aiortc.rtcdtlstransport import RTCDtlsTransport

Datagram = Callable[[bytes, float], None]


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
