"""The network is gone for half a minute in the middle of a check-in: nothing is begun anew."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import av
import pytest
import pytest_asyncio

from server.messages import Answer, Offer, Prompt
from tests.faults.station import Handset, Station, actor, handset, running
from tests.media.lossy_network import LossyNetwork

pytestmark = [pytest.mark.serial, pytest.mark.asyncio(loop_scope="module")]

BLACKOUT_S = 30.0


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def station(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Station]:
    """A server of this test's own."""
    async with running(tmp_path_factory.mktemp("blackout") / "data", {}) as station:
        yield station
        await station.is_unharmed()


async def until_moving(phone: Handset, network: LossyNetwork) -> None:
    """Offer through the network and go on to the first movement that is asked for."""
    await phone.say(Offer(sdp=network.offer(await phone.offer_of(actor()))))
    while not isinstance(message := await phone.next(), Prompt):
        if isinstance(message, Answer):
            message = Answer(sdp=network.answer(message.sdp))
        await phone.react(message)


def film(data: Path, recording_id: str) -> tuple[list[float], int]:
    """When each picture that decodes is shown, and how many sounds there are."""
    (path,) = [p for p in (data / "recordings").rglob("media.*") if recording_id in str(p)]
    with av.open(str(path)) as container:
        pictures = [float(f.pts * f.time_base) for f in container.decode(video=0)]
    with av.open(str(path)) as container:
        return pictures, sum(1 for _ in container.decode(audio=0))


async def test_a_blackout_is_a_gap_in_one_recording_of_one_session(station: Station) -> None:
    due = await station.due("blackout")
    network = LossyNetwork(seed=1)
    try:
        async with handset(station.url, due.device) as phone:
            session = await phone.enter(due.entry_id)
            await until_moving(phone, network)
            network.black_out(BLACKOUT_S * 4)
            await asyncio.sleep(2)
        await asyncio.sleep(BLACKOUT_S - 2)
        async with handset(station.url, due.device) as phone:
            again = await phone.enter(due.entry_id)
            assert again.session_id == session.session_id
            await phone.say(Offer(sdp=await phone.offer_of(actor())))
            receipt = await phone.finish()
    finally:
        network.close()
    assert (receipt.state, receipt.reason) == ("present", "verified")
    kept = await station.recording(due.entry_id)
    detail = await station.entry(due.entry_id)
    assert detail["entry"]["attempt"] == 1
    assert [one["state"] for one in detail["recordings"]] == ["ready"]
    (gap,) = kept["gaps"]
    assert gap["why"] == "disconnected"
    assert BLACKOUT_S - 1 < gap["end_s"] - gap["start_s"] < BLACKOUT_S + 10
    pictures, sounds = await asyncio.to_thread(film, station.data, kept["id"])
    assert not [at for at in pictures if gap["start_s"] + 0.2 < at < gap["end_s"] - 0.2]
    assert pictures[0] == 0 and pictures[-1] > gap["end_s"] + 2
    assert kept["duration_s"] == pytest.approx(pictures[-1], abs=0.5)
    assert sounds >= 48 * (kept["duration_s"] - 2), "silence is heard where there is no sound"
