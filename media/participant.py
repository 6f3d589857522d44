"""What an engine knows of everybody in it: WebRTC peers and cameras."""

from collections.abc import Mapping
from typing import Protocol

from media.forwarder import Forwarder
from media.publisher import Publisher


class Participant(Protocol):
    """A peer or a camera. ``slots`` are what it can be sent, by the SDP's ``mid``."""

    @property
    def name(self) -> str:
        """Its name at the engine's port."""

    @property
    def created_s(self) -> float:
        """Since when it exists, in monotonic seconds."""

    @property
    def connected(self) -> bool:
        """Whether it has been connected."""

    @property
    def publisher(self) -> Publisher:
        """What it sends."""

    @property
    def slots(self) -> Mapping[str, Forwarder]:
        """What it can be sent."""

    def tick(self, now: float) -> None:
        """Do what time asks for; called ten times a second."""

    async def close(self) -> None:
        """Free what it holds."""
