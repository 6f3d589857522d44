"""Peers that hold on to what others need: offers never completed, turns never used."""

from collections.abc import Iterable, Mapping

from media.participant import Participant
from media.settings import EngineSettings


def abandoned(peers: Mapping[str, Participant], settings: EngineSettings, now: float) -> list[str]:
    """Peers that were answered and never connected; each holds sockets."""
    return [
        name
        for name, peer in peers.items()
        if not peer.connected and now - peer.created_s > settings.abandon_after_s
    ]


def turns_over(
    peers: Mapping[str, Participant], holders: Iterable[str], settings: EngineSettings, now: float
) -> list[str]:
    """Peers whose handshake has had its time; the next one in the queue may start."""
    return [
        name
        for name in holders
        if name not in peers or now - peers[name].created_s > settings.handshake_turn_s
    ]
