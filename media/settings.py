"""What an installation may choose about the media engine."""

from dataclasses import dataclass, field

from media.ice import CandidatePolicy, IceServer


@dataclass(frozen=True, slots=True)
class EngineSettings:
    """Every limit with its unit. No STUN or TURN server is contacted unless one is named.

    ``bind_addresses``: the addresses of this host that are offered; empty means all of them, and
    loopback where ``include_loopback`` says so.
    """

    ice_servers: tuple[IceServer, ...] = ()
    bind_addresses: tuple[str, ...] = ()
    include_loopback: bool = True
    candidates: CandidatePolicy = field(default_factory=CandidatePolicy)
    abandon_after_s: float = 12.0
    stall_after_s: float = 2.0
    handshakes_at_once: int = 8
    handshake_turn_s: float = 2.0
    recording_keyframe_every_s: float = 10.0
    recording_reserve_bytes: int = 0
    quality_every_s: float = 2.0
    recording_pending_bytes: int = 4 * 1024 * 1024
    closing_s: float = 30.0
