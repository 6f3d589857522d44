"""This host's own side: addresses, families, packet sizes, media ports."""

import errno
import ipaddress
from pathlib import Path

import ifaddr

from media.host_network import HostNetwork
from media.port_range import PortRange, bind_udp
from server.config import MediaSection
from server.doctor.findings import Finding, Status, Value

SMALLEST_MTU = 1280
"""Media packets are at most 1,200 bytes of RTP, with SRTP, UDP and IP under 1,280 (RFC 8200, 5)."""

ENOUGH_PORTS = 200
_INTERFACES = Path("/sys/class/net")


def network_of(media: MediaSection) -> HostNetwork:
    """As the engine will use it."""
    return HostNetwork(
        tuple(media.bind_addresses),
        media.offer_loopback,
        PortRange(*media.ports) if media.ports else None,
        tuple(media.announced_addresses),
    )


def check_addresses(media: MediaSection) -> list[Finding]:
    """What is offered to phones, and whether any of it can be reached from outside."""
    network = network_of(media)
    bound, findings = [], []
    for address in network.addresses():
        try:
            bind_udp(address, 0).close()
            bound.append(address)
        except OSError as error:
            params: dict[str, Value] = {"address": address, "why": error.strerror or "?"}
            findings.append(_finding(Status.FAIL, "address_not_bound", **params))
    told = [each for address in bound for each in network.told(address)]
    outside = [a for a in told if not ipaddress.ip_address(a).is_loopback]
    if not outside:
        return [*findings, _finding(Status.FAIL, "only_loopback")]
    listed = ", ".join(outside)
    findings.append(_finding(Status.OK, "addresses_offered", addresses=listed))
    if not any(ipaddress.ip_address(a).is_global for a in outside) and not media.turn.urls:
        findings.append(_finding(Status.WARN, "only_private", addresses=listed))
    findings += _unused_announcements(media, network, bound)
    return [*findings, _ipv6(outside)]


def check_mtu() -> list[Finding]:
    """The smallest packet size of the interfaces that carry an address."""
    sizes: dict[str, int] = {}
    for adapter in ifaddr.get_adapters():
        file = _INTERFACES / adapter.nice_name / "mtu"
        if adapter.ips and file.is_file():
            sizes[adapter.nice_name] = int(file.read_text())
    if not sizes:
        return [_finding(Status.WARN, "mtu_unknown", needed=SMALLEST_MTU)]
    name = min(sizes, key=lambda n: sizes[n])
    status = Status.OK if sizes[name] >= SMALLEST_MTU else Status.FAIL
    code = "mtu_fine" if status is Status.OK else "mtu_small"
    return [_finding(status, code, interface=name, mtu=sizes[name], needed=SMALLEST_MTU)]


def check_ports(media: MediaSection) -> list[Finding]:
    """How many ports of the range can be bound; each peer takes one of each address."""
    if media.ports is None:
        return [Finding("ports", Status.WARN, "ports_any")]
    chosen = PortRange(*media.ports)
    addresses = [a for a in network_of(media).addresses() if _bindable(a)]
    free = min((_free_ports(a, chosen) for a in addresses), default=0)
    params: dict[str, Value] = {
        "range": media.port_range,
        "free": free,
        "size": len(chosen),
        "enough": ENOUGH_PORTS,
    }
    if not free:
        return [Finding("ports", Status.FAIL, "ports_none_free", params)]
    if free < min(ENOUGH_PORTS, 2 * (media.max_sessions + media.max_terminals)):
        return [Finding("ports", Status.WARN, "ports_few", params)]
    return [Finding("ports", Status.OK, "ports_free", params)]


def _free_ports(address: str, chosen: PortRange) -> int:
    free = 0
    for port in range(chosen.first, chosen.last + 1):
        try:
            bind_udp(address, port).close()
            free += 1
        except OSError as error:
            if error.errno not in (errno.EADDRINUSE, errno.EACCES):
                return free
    return free


def _bindable(address: str) -> bool:
    try:
        bind_udp(address, 0).close()
    except OSError:
        return False
    return True


def _unused_announcements(
    media: MediaSection, network: HostNetwork, bound: list[str]
) -> list[Finding]:
    used = {told for address in bound for told in network.told(address)}
    return [
        _finding(Status.WARN, "announced_unused", entry=entry)
        for entry in media.announced_addresses
        if entry.rpartition("=")[2] not in used
    ]


def _ipv6(addresses: list[str]) -> Finding:
    if any(":" in address for address in addresses):
        return Finding("ipv6", Status.OK, "ipv6_offered")
    return Finding("ipv6", Status.WARN, "ipv6_missing")


def _finding(status: Status, code: str, **params: Value) -> Finding:
    check = "mtu" if code.startswith("mtu") else "addresses"
    return Finding(check, status, code, params)
