"""Which addresses ICE binds to."""

from collections.abc import Awaitable, Callable
from typing import Any

from aiortc import RTCPeerConnection


def gather_from(connection: RTCPeerConnection, addresses: Callable[[], list[str]]) -> None:
    """Let a client's connection (ours in the simulator and in tests) bind to these addresses.

    To be called after its transceivers were added and before its description is set. Without it a
    machine that has no network has no candidate, because aioice leaves loopback out.
    """
    own: Any = connection
    for transport in own._RTCPeerConnection__iceTransports:
        gather_transport_from(transport._connection, addresses)


def gather_transport_from(connection: Any, addresses: Callable[[], list[str]]) -> None:
    """Let one ICE connection of aioice bind to these addresses."""
    gather: Callable[..., Awaitable[list[Any]]] = connection.get_component_candidates

    async def gather_ours(component: int, addresses: list[str], timeout: int = 5) -> list[Any]:
        return await gather(component=component, addresses=ours(), timeout=timeout)

    ours = addresses
    connection.get_component_candidates = gather_ours
