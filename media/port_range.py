"""UDP ports that a firewall leaves open for media."""

import errno
import random
import socket
from dataclasses import dataclass

from roll_call.errors import MediaError

_LOWEST = 1024
_HIGHEST = 65535


@dataclass(frozen=True, slots=True)
class PortRange:
    """``first`` to ``last``, both included; each peer takes one port of each address it binds to.

    Several media processes may share one range: a port that is taken is passed over, and each bind
    starts at a place of its own so that they seldom meet.
    """

    first: int
    last: int

    @classmethod
    def parse(cls, text: str) -> "PortRange":
        """Read ``40000-40999``. Raises ``ValueError``."""
        first, dash, last = text.partition("-")
        chosen = cls(int(first), int(last if dash else first))
        if not _LOWEST <= chosen.first <= chosen.last <= _HIGHEST:
            raise ValueError(f"ports run from {_LOWEST} to {_HIGHEST}, the lower one first")
        return chosen

    def __len__(self) -> int:
        return self.last - self.first + 1

    def bind(self, address: str) -> socket.socket:
        """A UDP socket on a free port of the range.

        Raises ``MediaError("ports_exhausted")`` where none is free, ``OSError`` where the address
        is not this host's.
        """
        start = random.randrange(len(self))
        for step in range(len(self)):
            port = self.first + (start + step) % len(self)
            try:
                return bind_udp(address, port)
            except OSError as error:
                if error.errno != errno.EADDRINUSE:
                    raise
        raise MediaError("ports_exhausted", first=self.first, last=self.last)


def bind_udp(address: str, port: int) -> socket.socket:
    """A UDP socket of one address; port 0 lets the system choose. Raises ``OSError``."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    bound = socket.socket(family, socket.SOCK_DGRAM)
    try:
        if family == socket.AF_INET6:
            bound.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        bound.bind((address, port))
    except BaseException:
        bound.close()
        raise
    return bound
