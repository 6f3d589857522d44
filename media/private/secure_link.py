"""The SRTP and SRTCP packets of one bundled transport (RFC 3711, RFC 7983)."""

import asyncio
import time
from collections.abc import Callable
from typing import Any

from aiortc.rtcdtlstransport import RTCDtlsTransport

from media.private.datagrams import TakenSocket, plain_socket
from media.private.srtp import Inbound, Outbound

Datagram = Callable[[bytes, float], None]
_LEAST_RTP = 12


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
        self._send: Callable[[bytes, Any], Any] | None = None
        self._send_later: Callable[[bytes, Any], Any] | None = None
        self._address: Any = None
        self._outbound: Outbound | None = None
        self._taken: dict[Any, TakenSocket] = {}
        self._relayed: dict[Any, Callable[..., None]] = {}
        transport.on("statechange", self._state_changed)

    def send_rtp(self, data: bytes) -> bool:
        """Encrypt and send one RTP packet."""
        outbound = self._outbound
        return outbound is not None and self._sendto(outbound.rtp(data))

    def send_rtcp(self, data: bytes) -> bool:
        """Encrypt and send one (compound) RTCP packet."""
        outbound = self._outbound
        return outbound is not None and self._sendto(outbound.rtcp(data))

    def _sendto(self, secured: bytes | None) -> bool:
        pair = self._nominated.get(1)
        if pair is None or secured is None:
            return False
        if pair is not self._pair:  # the browser may nominate another pair at any time
            self._choose(pair)
        assert self._send is not None and self._send_later is not None
        try:
            self._send(secured, self._address)
        except BlockingIOError:  # the kernel's buffer is full: asyncio sends it when it is not
            self._send_later(secured, self._address)
        except OSError:
            return False
        return True

    def _choose(self, pair: Any) -> None:
        self._pair, self._address = pair, pair.remote_addr
        taken = self._taken.get(pair.protocol)
        self._send_later = pair.protocol.transport.sendto
        self._send = self._send_later if taken is None else taken.plain.sendto

    def _state_changed(self) -> None:
        if self._transport.state == "connected":
            self._attach()
        elif self._transport.state in ("closed", "failed"):
            self._detach()

    def _attach(self) -> None:
        self._outbound = Outbound(self._transport._tx_srtp)
        inbound = Inbound(self._transport._rx_srtp)

        # What is already queued behind the handshake takes aiortc's way and meets ours here.
        async def queued_rtp(data: bytes, arrival_time_ms: int) -> None:
            self._on_rtp(data, time.monotonic())

        async def queued_rtcp(data: bytes) -> None:
            self._on_rtcp(data, time.monotonic())

        transport: Any = self._transport
        transport._handle_rtp_data = queued_rtp
        transport._handle_rtcp_data = queued_rtcp
        loop = asyncio.get_running_loop()
        protocols: list[Any] = self._connection._protocols
        for protocol in protocols:
            slow = protocol.datagram_received
            take = self._take(inbound, slow)
            plain = plain_socket(protocol.transport, loop)
            if plain is not None:
                self._taken[protocol] = TakenSocket(plain, loop, inbound.buffer, take)
            else:
                self._relayed[protocol] = slow
                protocol.datagram_received = _copied(inbound.buffer, take)

    def _detach(self) -> None:
        self._outbound = None
        self._pair = self._send = self._send_later = None
        for taken in self._taken.values():
            taken.release()
        self._taken.clear()
        for protocol, slow in self._relayed.items():
            protocol.datagram_received = slow
        self._relayed.clear()

    def _take(self, inbound: Inbound, slow: Callable[..., None]) -> Callable[[int, Any], None]:
        """What to do with a datagram in the buffer: SRTP is decrypted at once, the rest is left."""
        buffer, unprotect, unprotect_rtcp = inbound.buffer, inbound.rtp, inbound.rtcp
        on_rtp, on_rtcp, clock = self._on_rtp, self._on_rtcp, time.monotonic

        def take(length: int, address: Any) -> None:
            if length < _LEAST_RTP or not b"\x7f" < buffer[0] < b"\xc0":
                slow(buffer[0:length], address)
            elif b"\xbf" < buffer[1] < b"\xe0":
                clear = unprotect_rtcp(length)
                if clear is not None:
                    on_rtcp(clear, clock())
            else:
                clear = unprotect(length)
                if clear is not None:
                    on_rtp(clear, clock())

        return take


def _copied(buffer: Any, take: Callable[[int, Any], None]) -> Callable[[bytes, Any], None]:
    """A callback for a transport that is no socket: a relayed candidate's."""
    room = len(buffer)

    def datagram_received(data: bytes, address: Any) -> None:
        if len(data) <= room:
            buffer[0 : len(data)] = data
            take(len(data), address)

    return datagram_received
