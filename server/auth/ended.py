"""A bell that rings when sign-ins end, so that the sockets they opened are closed at once."""

import asyncio
from contextlib import suppress


class EndBell:
    """Everybody who listens hears each ringing once."""

    def __init__(self) -> None:
        self._rung = asyncio.Event()

    def ring(self) -> None:
        """Some sign-in has ended; whoever listens looks whether it was theirs."""
        rung, self._rung = self._rung, asyncio.Event()
        rung.set()

    async def heard(self, within_s: float) -> None:
        """Until it rings, or so long."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._rung.wait(), within_s)
