"""Rules for every test: nothing leaves this machine, and random tests say how to repeat them."""

import ipaddress
import socket
import sys
from typing import Any

import psutil
from hypothesis import HealthCheck, settings

settings.register_profile(
    "house", deadline=None, print_blob=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("house")

_OWN_ADDRESSES = {
    address.address.partition("%")[0]
    for addresses in psutil.net_if_addrs().values()
    for address in addresses
}
_LOCAL_NAMES = {None, "", "localhost", "0.0.0.0", "::", socket.gethostname()}


def _is_local(host: object) -> bool:
    """Whether an address or a name belongs to this machine."""
    name = host.decode() if isinstance(host, bytes) else host
    if name in _LOCAL_NAMES or name in _OWN_ADDRESSES:
        return True
    try:
        return ipaddress.ip_address(str(name).partition("%")[0]).is_loopback
    except ValueError:
        return False


def _refuse_the_outside(event: str, arguments: tuple[Any, ...]) -> None:
    """Audit hook: a test that would leave this machine fails where it tries to."""
    if event == "socket.getaddrinfo":
        host = arguments[0]
    elif event == "socket.connect":
        endpoint, address = arguments
        # Connecting a datagram socket sends nothing; it only asks for the route.
        if endpoint.type & socket.SOCK_DGRAM or not isinstance(address, tuple):
            return
        host = address[0]
    elif event == "socket.sendto":
        address = arguments[1]
        host = address[0] if isinstance(address, tuple) else "localhost"
    else:
        return
    if not _is_local(host):
        raise PermissionError(f"tests stay on this machine: {event} {host}")


sys.addaudithook(_refuse_the_outside)
