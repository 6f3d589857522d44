"""What an installation may choose about the media engine."""

from dataclasses import dataclass, field

from media.host_network import HostNetwork
from media.ice import CandidatePolicy, IceServer
from media.port_range import PortRange


@dataclass(frozen=True, slots=True)
class EngineSettings:
    """Every limit with its unit. No STUN or TURN server is contacted unless one is named.

    ``bind_addresses``: the addresses of this host that are offered; empty means all of them, and
    loopback where ``include_loopback`` says so. ``port_range``: the first and the last UDP port,
    all of the system's where it is None. ``announced_addresses``: see ``HostNetwork``.
    ``recording_pending_bytes``: what may wait for the disk, of one recording and of all together.
    ``recording_wait_s``: how long a recording whose publisher is gone waits to be continued; only
    for the case that nobody stops it.
    ``gather_s``: how long an answer waits for the ``ice_servers``.
    """

    ice_servers: tuple[IceServer, ...] = ()
    bind_addresses: tuple[str, ...] = ()
    include_loopback: bool = True
    port_range: tuple[int, int] | None = None
    announced_addresses: tuple[str, ...] = ()
    gather_s: float = 3.0
    candidates: CandidatePolicy = field(default_factory=CandidatePolicy)
    abandon_after_s: float = 12.0
    stall_after_s: float = 2.0
    handshakes_at_once: int = 8
    handshake_turn_s: float = 2.0
    recording_keyframe_every_s: float = 10.0
    recording_reserve_bytes: int = 0
    quality_every_s: float = 2.0
    recording_wait_s: float = 600.0
    recording_pending_bytes: int = 4 * 1024 * 1024
    recording_pending_total_bytes: int = 128 * 1024 * 1024
    closing_s: float = 30.0
    answer_within_s: float = 30.0

    @property
    def network(self) -> HostNetwork:
        """What ICE binds to and what it tells of."""
        return HostNetwork(
            self.bind_addresses,
            self.include_loopback,
            PortRange(*self.port_range) if self.port_range else None,
            self.announced_addresses,
            self.gather_s,
        )
