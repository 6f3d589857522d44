"""What the media benchmark measures: a server in a process of its own, whatever it is made of."""

from dataclasses import dataclass
from typing import Protocol

from server.simulate.load.peers import LoadPublisher, LoadViewer


class SystemFailed(Exception):
    """A server under test did not do what it was asked for; the text says what."""


@dataclass(frozen=True, slots=True)
class LoopLag:
    """How late the server's event loop was while it was measured."""

    p50_ms: float
    p99_ms: float


class System(Protocol):
    """One server under test; everything is asked of it from the other core."""

    name: str
    records: bool
    """Whether it writes recordings for the codec that it was started for."""
    reencodes: bool
    """Whether what a viewer gets are other packets than those that were sent."""
    address: str
    """This machine's address that the load has to use."""

    @property
    def pid(self) -> int:
        """The process whose CPU time and memory are counted."""

    async def start(self) -> None:
        """Start the process and wait until it answers."""

    async def publish(self, name: str, publisher: LoadPublisher) -> None:
        """Connect a publisher and record what it will send."""

    async def view(self, name: str, source: str, viewer: LoadViewer) -> None:
        """Connect a viewer to a publisher that is connected already."""

    async def begin(self) -> None:
        """The measurement begins: forget what was measured so far."""

    async def lag(self) -> LoopLag | None:
        """The lag since :meth:`begin`; None where it cannot be known."""

    async def finish_recordings(self) -> None:
        """Complete all recordings."""

    def lost_in_recordings(self, publishers: dict[str, LoadPublisher]) -> int | None:
        """What was sent and is not in the files: frames, or packets where packets are recorded."""

    async def stop(self) -> None:
        """End the process."""
