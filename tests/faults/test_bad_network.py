"""A person behind a bad mobile network checks in like anybody else."""

import asyncio

import pytest
from websockets.asyncio.client import ClientConnection

from server import messages as m
from server.message_base import Message
from server.simulate.phone import SimulatedPhone
from tests.faults.station import Station, actor
from tests.media.lossy_network import Conditions, LossyNetwork
from tests.media.test_loss import contents

pytestmark = [pytest.mark.serial, pytest.mark.asyncio(loop_scope="session")]


class FarAwayPhone(SimulatedPhone):
    """A phone whose media goes through a network of the test's own."""

    network: LossyNetwork

    async def _offer(self, session: m.SessionReady) -> str:
        return self.network.offer(await super()._offer(session))

    async def _react(self, socket: ClientConnection, message: Message) -> None:
        if isinstance(message, m.Answer):
            message = message.model_copy(update={"sdp": self.network.answer(message.sdp)})
        await super()._react(socket, message)


async def test_a_check_in_at_twenty_percent_loss(station: Station) -> None:
    person = await station.due("钱芳")
    bad = Conditions(loss=0.2, delay_s=0.05, jitter_s=0.02)
    phone = FarAwayPhone(station.url, person.device)
    phone.network = LossyNetwork(seed=20, up=bad, down=bad)
    began = asyncio.get_running_loop().time()
    conversation = await phone.check_in(actor(), person.entry_id)
    took_s = asyncio.get_running_loop().time() - began
    lost = phone.network.sent_up.lost
    phone.network.close()
    assert conversation.receipt is not None
    assert conversation.receipt.state == "present"
    assert lost > 50
    kept = await station.recording(person.entry_id)
    assert kept["state"] == "ready"
    (path,) = [p for p in station.data.rglob("media.*") if kept["id"] in p.parts]
    seen = contents(str(path))
    print(f"{took_s:.1f} s, {lost} packets lost, {seen.share:.1%} of {seen.span} frames kept")
    assert seen.torn == 0
    assert seen.share >= 0.7
