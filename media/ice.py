"""Which addresses we offer, and which of the other side's we are willing to send a packet to.

A candidate in an offer makes the server send connectivity checks to whatever address it names
(RFC 8445 section 6.1.4), so an offer could have it probe a network. Candidates outside the policy
are dropped; a client whose candidates were all dropped still connects, because its own checks tell
the server where it is (peer-reflexive candidates, section 7.3.1.3).
"""

import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass

import ifaddr
from aiortc import RTCIceServer
from aiortc.rtcicetransport import RTCIceCandidate

_LOWEST_PORT = 1024
_THIS_NETWORK = ipaddress.ip_network("0.0.0.0/8")
_LOOPBACK = "127.0.0.1"

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


@dataclass(frozen=True, slots=True)
class IceServer:
    """A STUN or TURN server of the installation's own (``stun:host:port``, ``turn:host:port``)."""

    url: str
    username: str = ""
    credential: str = ""


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


def host_addresses(bind_addresses: tuple[str, ...], include_loopback: bool) -> list[str]:
    """The addresses of this host to bind to and to offer."""
    if bind_addresses:
        return list(bind_addresses)
    found = [_LOOPBACK] if include_loopback else []
    for adapter in ifaddr.get_adapters():
        for ip in adapter.ips:
            text = ip.ip if isinstance(ip.ip, str) else ip.ip[0]
            address = ipaddress.ip_address(text.partition("%")[0])
            if not address.is_loopback and not address.is_link_local:
                found.append(str(address))
    return found


def rtc_servers(servers: tuple[IceServer, ...]) -> list[RTCIceServer]:
    """The servers as aiortc wants them; an empty list stays empty."""
    return [
        RTCIceServer(
            urls=server.url,
            username=server.username or None,
            credential=server.credential or None,
        )
        for server in servers
    ]
