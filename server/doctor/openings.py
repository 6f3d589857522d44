"""Exactly what a firewall has to let through for this configuration."""

from urllib.parse import urlsplit

from aiortc.rtcicetransport import parse_stun_turn_uri

from server.config import Settings
from server.doctor.findings import Opening

ANY_UDP = "1024-65535"
RELAY_PORTS = "49152-65535"
"""RFC 8656, section 7.2; coturn's own default range (min-port, max-port)."""

HERE, TURN, EVERYBODY = "server", "turn", "any"


def openings(settings: Settings) -> tuple[Opening, ...]:
    """Replies to what is let in must be let out: stateful firewalls do that by themselves."""
    media = settings.media
    url = urlsplit(settings.server.public_url or "")
    web = str(url.port or (80 if url.scheme == "http" else 443 if url.scheme else 8080))
    ports = media.port_range or ANY_UDP
    found = [Opening(HERE, "in", "tcp", web, EVERYBODY, "open_web")]
    if not media.relay_only:
        found.append(Opening(HERE, "in", "udp", ports, EVERYBODY, "open_media"))
        found.append(Opening(HERE, "out", "udp", ANY_UDP, EVERYBODY, "open_media_out"))
    if media.turn.urls:
        found.append(Opening(HERE, "in", "udp", ports, TURN, "open_from_relay"))
        found.append(Opening(HERE, "out", "udp", RELAY_PORTS, TURN, "open_to_relay"))
        found += _of_turn(media.turn.urls)
    if media.turn.server_relays:
        found += [
            Opening(HERE, "out", o.protocol, o.ports, TURN, "open_own_relay")
            for o in _of_turn(media.turn.urls)
            if o.why == "open_turn"
        ]
    for stun in media.ice_servers:
        server = parse_stun_turn_uri(stun)
        found.append(Opening(HERE, "out", "udp", str(server["port"]), server["host"], "open_stun"))
    return tuple(found)


def _of_turn(urls: list[str]) -> list[Opening]:
    listening = dict.fromkeys(
        (server["transport"], str(server["port"])) for server in map(parse_stun_turn_uri, urls)
    )
    found = [Opening(TURN, "in", p, ports, EVERYBODY, "open_turn") for p, ports in listening]
    return [*found, Opening(TURN, "in", "udp", RELAY_PORTS, HERE, "open_relay_ports")]
