"""What clients and the engine are told of the network: STUN, TURN, fresh credentials, policy."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import Literal

from media.ice import CandidatePolicy, IceServer
from media.turn import time_limited
from server import messages as m
from server.clock import Clock
from server.config import MediaSection

TransportPolicy = Literal["all", "relay"]


def client_servers(media: MediaSection, now: datetime, name: str) -> list[m.RtcIceServer]:
    """For one session or console; ``name`` is its opaque id and shows in the TURN server's log."""
    servers = [m.RtcIceServer(urls=media.ice_servers)] if media.ice_servers else []
    turn = media.turn
    if turn.urls and turn.secret is not None:
        secret, lifetime_s = turn.secret.get_secret_value(), turn.lifetime_minutes * 60
        credentials = time_limited(secret, now.timestamp(), lifetime_s, name)
        servers.append(
            m.RtcIceServer(
                urls=turn.urls, username=credentials.username, credential=credentials.password
            )
        )
    return servers


def transport_policy(media: MediaSection) -> TransportPolicy:
    """Whether clients may use a direct path (W3C ``RTCIceTransportPolicy``)."""
    return "relay" if media.relay_only else "all"


def engine_servers(media: MediaSection) -> tuple[IceServer, ...]:
    """What the engine itself asks for addresses; a TURN server only where that is configured."""
    servers = [IceServer(tuple(media.ice_servers))] if media.ice_servers else []
    turn = media.turn
    if turn.server_relays and turn.urls and turn.secret is not None:
        secret, lifetime_s = turn.secret.get_secret_value(), turn.lifetime_minutes * 60
        servers.append(IceServer(tuple(turn.urls), secret, lifetime_s))
    return tuple(servers)


def candidate_policy(media: MediaSection) -> CandidatePolicy:
    """Which networks an offer may make the engine send checks to."""
    kinds = media.accept_candidates
    return CandidatePolicy(
        loopback="loopback" in kinds,
        private="private" in kinds,
        public="public" in kinds,
        mdns="mdns" in kinds,
    )


async def renew(
    media: MediaSection, clock: Clock, name: str, send: Callable[[m.Message], None]
) -> None:
    """Send fresh credentials in time, as long as the client is there; nothing without TURN."""
    while media.turn.urls:
        await asyncio.sleep(media.turn.lifetime_minutes * 60 / 2)
        servers = client_servers(media, clock.now(), name)
        policy = transport_policy(media)
        send(m.Network(ice_servers=servers, ice_transport_policy=policy))
