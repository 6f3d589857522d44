"""A simulated phone behind a network of the test's own."""

from collections import Counter
from typing import Any

import av
from aiortc import MediaStreamTrack
from websockets.asyncio.client import ClientConnection

from server import messages as m
from server.message_base import Message
from server.simulate.incoming import Incoming
from server.simulate.phone import SimulatedPhone
from tests.media.lossy_network import LossyNetwork


class FarAwayPhone(SimulatedPhone):
    """A phone whose media goes through ``network``; ``widths`` counts pictures by their width."""

    network: LossyNetwork

    def __init__(self, *phone: Any) -> None:
        super().__init__(*phone)
        self.widths: Counter[int] = Counter()
        self.incoming = Incoming(self._seen)

    def _seen(self, track: MediaStreamTrack, frame: av.VideoFrame) -> None:
        self.widths[frame.width] += 1

    async def _offer(self, session: m.SessionReady) -> str:
        return self.network.offer(await super()._offer(session))

    async def _react(self, socket: ClientConnection, message: Message) -> None:
        if isinstance(message, m.Answer):
            message = message.model_copy(update={"sdp": self.network.answer(message.sdp)})
        await super()._react(socket, message)
