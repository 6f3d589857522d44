"""Which sockets ICE opens and what is told of them (RFC 8445 section 5.1.1).

aioice binds every address but loopback to a port of the system's choice and tells of it as it is.
Here host candidates come from a ``HostNetwork``: its addresses, its port range, its announced
addresses. Relayed candidates stay aioice's own work.
"""

import asyncio
import logging
import socket
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from aioice import Candidate, TransportPolicy
from aioice.candidate import candidate_foundation, candidate_priority
from aioice.ice import StunProtocol, server_reflexive_candidate
from aioice.turn import UDP_SOCKET_BUFFER_SIZE
from aiortc import RTCPeerConnection

from media.host_network import HostNetwork
from media.private.datagram_guard import guarded
from roll_call.errors import MediaError

_log = logging.getLogger(__name__)


def gather_from(connection: RTCPeerConnection, addresses: Callable[[], Sequence[str]]) -> None:
    """Let a client's connection (ours in the simulator and in tests) bind to these addresses.

    To be called after its transceivers were added and before its description is set. Without it a
    machine that has no network has no candidate, because aioice leaves loopback out.
    """
    own: Any = connection
    for transport in own._RTCPeerConnection__iceTransports:
        gather_transport_from(transport._connection, HostNetwork(tuple(addresses())))


def gather_transport_from(connection: Any, network: HostNetwork) -> None:
    """Let one ICE connection of aioice gather from this network."""
    connection.get_component_candidates = Gathering(connection, network)


class Gathering:
    """Stands in for ``aioice.Connection.get_component_candidates``."""

    def __init__(self, connection: Any, network: HostNetwork) -> None:
        self._connection = connection
        self._network = network
        self._relayed: Callable[..., Awaitable[list[Candidate]]] = (
            connection.get_component_candidates
        )

    async def __call__(
        self, component: int, addresses: list[str], timeout: int = 5
    ) -> list[Candidate]:
        """Gather; ``addresses`` and ``timeout`` are aioice's own and give way to the network's.

        Raises ``MediaError("ports_exhausted")`` where no address has a free port left.
        """
        connection, network = self._connection, self._network
        protocols: list[Any] = []
        if connection._transport_policy is TransportPolicy.ALL:
            protocols = await self._bind_all(component)
        told = [each for protocol in protocols for each in self._told(protocol.local_candidate)]
        outside = await asyncio.gather(
            self._reflexive(protocols),
            self._relayed(component=component, addresses=[], timeout=network.gather_s),
        )
        for protocol in connection._protocols:  # aioice's own: those of a TURN server
            guarded(protocol)
        if connection.turn_server and not outside[1]:
            _log.warning("TURN server gave no relayed address")
        return [*told, *outside[0], *outside[1]]

    async def _bind_all(self, component: int) -> list[Any]:
        protocols, exhausted = [], None
        for address in self._network.addresses():
            try:
                protocols.append(await self._bind(component, address))
            except MediaError as error:
                exhausted = error
            except OSError as error:
                _log.info("cannot bind to %s: %s", address, error.strerror)
        if exhausted is not None and not protocols:
            raise exhausted
        self._connection._protocols += protocols
        return protocols

    async def _bind(self, component: int, address: str) -> Any:
        bound = self._network.bind(address)
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, UDP_SOCKET_BUFFER_SIZE)
        loop = asyncio.get_running_loop()
        _, protocol = await loop.create_datagram_endpoint(
            lambda: guarded(StunProtocol(self._connection)), sock=bound
        )
        host, port = bound.getsockname()[:2]
        protocol.local_candidate = _host_candidate(component, host, port)
        return protocol

    def _told(self, bound: Candidate) -> list[Candidate]:
        return [
            bound if host == bound.host else _host_candidate(bound.component, host, bound.port)
            for host in self._network.told(bound.host)
        ]

    async def _reflexive(self, protocols: list[Any]) -> list[Candidate]:
        """What a STUN server of the installation's own says (IPv4, as in aioice)."""
        server = self._connection.stun_server
        if server is None or not protocols:
            return []
        asked = [
            asyncio.create_task(server_reflexive_candidate(protocol, server))
            for protocol in protocols
            if ":" not in protocol.local_candidate.host
        ]
        done, late = await asyncio.wait(asked, timeout=self._network.gather_s)
        for task in late:
            task.cancel()
        return [task.result()[0] for task in done if task.exception() is None]


def _host_candidate(component: int, host: str, port: int) -> Candidate:
    return Candidate(
        foundation=candidate_foundation("host", "udp", host),
        component=component,
        transport="udp",
        priority=candidate_priority(component, "host"),
        host=host,
        port=port,
        type="host",
    )
