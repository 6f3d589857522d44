"""What any stranger may send to the port of a session, kept from harming it (RFC 7983).

aioice and aiortc take every datagram that arrives: an empty one ends the DTLS task, which looks
at its first byte; STUN attributes of a wrong length, or missing ones, raise through the event loop;
a handshake is broken by anybody's DTLS records; whatever comes before it waits in a queue without
an end; and each address that a peer's checks come from is kept for good.
"""

import struct
from typing import Any

from aioice.ice import StunProtocol

_LARGEST = 2048
_LEAST_STUN = 20
_MOST_WAITING = 64
MOST_ADDRESSES = 64
"""From so many one peer may be heard; aioice keeps each, and compares all at every check."""

# What aioice raises on messages that nobody means.
_NONSENSE = (ValueError, KeyError, IndexError, AssertionError, struct.error)


def guarded(protocol: StunProtocol) -> StunProtocol:
    """Let the protocol of one socket see only what could be meant for it; returns it.

    DTLS and SRTP are taken only from addresses that the other side has named, or proven by a
    connectivity check under its password (RFC 8445 section 7.3.1.3).
    """
    own: Any = protocol
    if "datagram_received" in vars(own):
        return protocol
    take = own.datagram_received
    connection = own.receiver
    waiting = connection._queue

    def datagram_received(data: bytes, addr: tuple[Any, ...]) -> None:
        if not 0 < len(data) <= _LARGEST:
            return
        kind = data[0]
        if kind < 4:
            room = len(connection._remote_candidates) < MOST_ADDRESSES
            plausible = len(data) >= _LEAST_STUN and (room or _known(connection, addr))
        elif 19 < kind < 64 or 127 < kind < 192:
            plausible = waiting.qsize() < _MOST_WAITING and _known(connection, addr)
        else:
            plausible = False
        if not plausible:
            return
        try:
            take(data, addr)
        except _NONSENSE:
            return

    own.datagram_received = datagram_received
    return protocol


def _known(connection: Any, addr: tuple[Any, ...]) -> bool:
    host, port = addr[0], addr[1]
    return any(
        candidate.port == port and host in (candidate.host, candidate._network_host)
        for candidate in connection._remote_candidates
    )
