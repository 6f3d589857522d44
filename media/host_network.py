"""This host as ICE sees it: what is bound to, which ports, what the other side is told."""

import ipaddress
import socket
from dataclasses import dataclass

import ifaddr

from media.port_range import PortRange, bind_udp

_LOOPBACK = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class HostNetwork:
    """``bind_addresses`` empty: every address of this host, loopback as ``include_loopback`` says.

    ``announced``: the addresses by which the outside reaches this host where the router in front of
    it translates them one to one (1:1 NAT). ``10.0.0.5=203.0.113.7`` replaces that one address, a
    bare ``203.0.113.7`` every private address of its family that has no entry of its own; several
    entries of one address offer each of them (``10.0.0.5=10.0.0.5`` keeps the private one as well).
    ``gather_s``: how long STUN and TURN may take; an answer waits for them.
    """

    bind_addresses: tuple[str, ...] = ()
    include_loopback: bool = True
    ports: PortRange | None = None
    announced: tuple[str, ...] = ()
    gather_s: float = 3.0

    def addresses(self) -> list[str]:
        """The addresses to bind to, link-local ones left out."""
        return host_addresses(self.bind_addresses, self.include_loopback)

    def bind(self, address: str) -> socket.socket:
        """A UDP socket. Raises ``MediaError("ports_exhausted")``, ``OSError``."""
        return self.ports.bind(address) if self.ports else bind_udp(address, 0)

    def told(self, address: str) -> list[str]:
        """What the other side is told instead of ``address``."""
        own, general = [], []
        for entry in self.announced:
            private, equals, public = entry.rpartition("=")
            if not equals:
                general.append(public)
            elif ipaddress.ip_address(private) == ipaddress.ip_address(address):
                own.append(public)
        return own or [p for p in general if _stands_for(p, address)] or [address]


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


def check_announced(entry: str) -> str:
    """Return the entry if it can be read. Raises ``ValueError``."""
    private, equals, public = entry.rpartition("=")
    announced = ipaddress.ip_address(public)
    if equals and ipaddress.ip_address(private).version != announced.version:
        raise ValueError("both addresses must be of one family")
    return entry


def _stands_for(public: str, address: str) -> bool:
    mine = ipaddress.ip_address(address)
    same_family = ipaddress.ip_address(public).version == mine.version
    return same_family and not mine.is_loopback and not mine.is_global
