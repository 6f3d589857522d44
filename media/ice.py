"""Which addresses we offer, and which of the other side's we are willing to send a packet to.

A candidate in an offer makes the server send connectivity checks to whatever address it names
(RFC 8445 section 6.1.4), so an offer could have it probe a network. Candidates outside the policy
are dropped; a client whose candidates were all dropped still connects, because its own checks tell
the server where it is (peer-reflexive candidates, section 7.3.1.3).
"""

import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass, field

from aiortc import RTCIceServer
from aiortc.rtcicetransport import RTCIceCandidate

from media.turn import time_limited

_LOWEST_PORT = 1024
_THIS_NETWORK = ipaddress.ip_network("0.0.0.0/8")

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


@dataclass(frozen=True, slots=True)
class IceServer:
    """A STUN or TURN server of the installation's own (``stun:host:port``, ``turn:host:port``).

    With ``secret`` every connection gets credentials of its own, valid for ``lifetime_s``.
    """

    urls: tuple[str, ...]
    secret: str = field(default="", repr=False)
    lifetime_s: int = 0


@dataclass(frozen=True, slots=True)
class CandidatePolicy:
    """Which remote candidates may be probed. Names (mDNS) are never resolved unless allowed."""

    loopback: bool = False
    private: bool = True
    public: bool = True
    mdns: bool = False
    most: int = 16

    def allows(self, candidate: RTCIceCandidate) -> bool:
        """Whether a packet may be sent to this candidate."""
        if candidate.component != 1 or candidate.protocol.lower() != "udp":
            return False
        if candidate.type not in ("host", "srflx", "relay"):
            return False
        if not _LOWEST_PORT <= candidate.port <= 65535:
            return False
        if candidate.ip.lower().endswith(".local"):
            return self.mdns
        try:
            address = ipaddress.ip_address(candidate.ip)
        except ValueError:
            return False
        return self._allows_address(address)

    def choose(self, candidates: Iterable[RTCIceCandidate]) -> list[RTCIceCandidate]:
        """Return the allowed ones in order, each address once, at most ``most``."""
        chosen: dict[tuple[str, int], RTCIceCandidate] = {}
        for candidate in candidates:
            if len(chosen) >= self.most:
                break
            if self.allows(candidate):
                chosen.setdefault((candidate.ip, candidate.port), candidate)
        return list(chosen.values())

    def _allows_address(self, address: Address) -> bool:
        mapped = getattr(address, "ipv4_mapped", None)
        if mapped is not None:
            address = mapped
        if address.is_loopback:
            return self.loopback
        if address.is_unspecified or address.is_multicast or address.is_link_local:
            return False
        if address.is_reserved or (address.version == 4 and address in _THIS_NETWORK):
            return False
        return self.public if address.is_global else self.private


def rtc_servers(servers: tuple[IceServer, ...], now_unix_s: float) -> list[RTCIceServer]:
    """The servers as aiortc wants them, with fresh credentials; an empty list stays empty."""
    return [_rtc_server(server, now_unix_s) for server in servers]


def _rtc_server(server: IceServer, now_unix_s: float) -> RTCIceServer:
    if not server.secret:
        return RTCIceServer(urls=list(server.urls))
    credentials = time_limited(server.secret, now_unix_s, server.lifetime_s)
    return RTCIceServer(
        urls=list(server.urls), username=credentials.username, credential=credentials.password
    )
