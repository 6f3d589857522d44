"""A person behind a bad mobile network checks in like anybody else."""

import asyncio

import pytest

from tests.faults.station import Station, actor
from tests.media.lossy_network import Conditions, LossyNetwork
from tests.media.test_loss import contents
from tests.server.far_away import FarAwayPhone

pytestmark = [pytest.mark.serial, pytest.mark.asyncio(loop_scope="session")]


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
