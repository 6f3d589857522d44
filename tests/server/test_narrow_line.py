"""An officer talks with a phone on a narrow line: the voice comes through, with less picture."""

import asyncio
from pathlib import Path

import pytest

from tests.media.lossy_network import Conditions, LossyNetwork
from tests.server.far_away import FarAwayPhone
from tests.server.hall import Hall, hall, until

VOICE_PER_S = 50
MEASURED_S = 2.0
# What the line carries is tried anew 20 s after it was found narrow; the voice is judged before.
BEFORE_TRIAL_S = 16.0

pytestmark = [pytest.mark.serial, pytest.mark.quiet, pytest.mark.timeout(180)]


async def voice_share(place: Hall) -> float:
    """Which part of the officer's sound arrives at the phone now."""
    frames = place.phones[0].incoming.frames
    clock = asyncio.get_running_loop().time
    before, began = frames["audio"], clock()
    await asyncio.sleep(MEASURED_S)
    return (frames["audio"] - before) / (VOICE_PER_S * (clock() - began))


async def best_voice_share(place: Hall, until_s: float) -> float:
    """The same, as soon as nearly all arrives; a busy machine sends in bursts that overflow."""
    clock = asyncio.get_running_loop().time
    best = 0.0
    while best <= 0.9 and clock() + MEASURED_S < until_s:
        best = max(best, await voice_share(place))
    return best


@pytest.mark.parametrize(
    ("rate_bps", "picture"), [(300_000, True), (80_000, False)], ids=["smaller", "sound only"]
)
async def test_the_voice_comes_through_a_narrow_line(
    tmp_path: Path, rate_bps: int, picture: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    network = LossyNetwork(seed=3)
    try:
        async with hall(tmp_path / "data", 1, network) as place, place.officer(1) as officer:
            phone = place.phones[0]
            assert isinstance(phone, FarAwayPhone)
            frames = phone.incoming.frames
            await officer.publish()
            await officer.talk(place.sessions[0])
            await until(lambda: min(frames.values()) >= 10, "two-way")
            assert officer.encoding is not None and officer.encoding.max_width == 640
            network.down = Conditions(rate_bps=rate_bps)
            await asyncio.sleep(1.0)
            narrow = await voice_share(place)
            await until(
                lambda: officer.encoding and officer.encoding.max_width == 320,
                "asked for less",
                40.0,
            )
            trial_at_s = asyncio.get_running_loop().time() + BEFORE_TRIAL_S
            assert officer.encoding.active and officer.encoding.max_framerate == 10
            await asyncio.sleep(1.0 if picture else 8.0)
            before = frames["video"]
            adapted = await best_voice_share(place, trial_at_s)
            with capsys.disabled():
                print(f"\n{rate_bps // 1000} kbit/s: voice {narrow:.0%}, then {adapted:.0%}")
            assert adapted > 0.9
            if picture:
                # An aiortc phone may wait for seconds at a hole before it shows more.
                await until(lambda: phone.widths[320] > 10, "the smaller picture", 40.0)
            else:
                assert frames["video"] == before
            told = phone.room
            assert told is not None and told.speaker is not None
            assert told.speaker.picture is picture, "the person is told whether there is a picture"
    finally:
        network.close()
