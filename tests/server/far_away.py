"""A simulated phone behind a network of the test's own."""

from websockets.asyncio.client import ClientConnection

from server import messages as m
from server.message_base import Message
from server.simulate.phone import SimulatedPhone
from tests.media.lossy_network import LossyNetwork


class FarAwayPhone(SimulatedPhone):
    """A phone whose media goes through ``network``."""

    network: LossyNetwork

    async def _offer(self, session: m.SessionReady) -> str:
        return self.network.offer(await super()._offer(session))

    async def _react(self, socket: ClientConnection, message: Message) -> None:
        if isinstance(message, m.Answer):
            message = message.model_copy(update={"sdp": self.network.answer(message.sdp)})
        await super()._react(socket, message)
