"""Recordings and pictures stay whole on a network that loses, delays, reorders and repeats."""

import asyncio
import math
from collections.abc import AsyncIterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import av
import pytest

from media.engine import PacketMediaEngine
from roll_call.ports.media import (
    MediaFlowing,
    PeerQuality,
    RecordingFinished,
    SetRoute,
    StartRecording,
    StopRecording,
)
from tests.media.clients import Camera, Console, Events
from tests.media.lossy_network import Behind, Conditions, LossyNetwork

RATE = 15
TICKS_A_FRAME = 90_000 // RATE

pytestmark = [pytest.mark.serial, pytest.mark.quiet]


@dataclass(frozen=True)
class Contents:
    """What a whole recording shows when it is decoded to the end."""

    frames: int
    torn: int
    span: int
    widest_gap_s: float

    @property
    def share(self) -> float:
        """Of the frames that were sent between the first and the last one."""
        return self.frames / self.span


def contents(path: str) -> Contents:
    times: list[float] = []
    torn = 0
    with av.open(path) as container:
        for frame in container.decode(video=0):
            assert frame.time is not None
            times.append(frame.time)
            torn += frame.is_corrupt
    gaps = [after - before for before, after in pairwise(times)]
    return Contents(len(times), torn, round((times[-1] - times[0]) * RATE) + 1, max(gaps))


@pytest.fixture
async def network() -> AsyncIterator[LossyNetwork]:
    """Between the camera and the engine; perfect until a test says otherwise."""
    between = LossyNetwork(seed=20)
    yield between
    between.close()


async def record(
    engine: PacketMediaEngine,
    events: Events,
    camera: Camera,
    path: Path,
    seconds: float,
    *,
    timed: bool = False,
) -> RecordingFinished:
    """Record from the first picture on, for so long and until the last repair is there.

    ``timed`` waits for the round trip: its check comes every five seconds, and may be lost.
    """
    await camera.join()
    engine.send(StartRecording(camera.name, "rec", str(path / "session")))
    await events.wait(MediaFlowing)
    await asyncio.sleep(seconds)
    if timed:
        await events.wait(PeerQuality, lambda quality: quality.round_trip_ms is not None, 30)
    await camera.leave()
    await asyncio.sleep(1.2)
    engine.send(StopRecording("rec"))
    return await events.wait(RecordingFinished)


@pytest.mark.parametrize("codec", ["VP8", "H264"])
async def test_five_percent_loss_and_100_ms_cost_hardly_a_frame(
    engine: PacketMediaEngine, events: Events, network: LossyNetwork, tmp_path: Path, codec: str
) -> None:
    network.up = network.down = Conditions(loss=0.05, delay_s=0.045, jitter_s=0.01)
    camera = Camera(Behind(engine, network), "cam", codec, size=(640, 480), noise=90)
    finished = await record(engine, events, camera, tmp_path, 9, timed=True)
    seen = contents(finished.path)
    print(f"{codec}: {seen.share:.1%} of {seen.span} frames at 5% loss, {network.sent_up}")
    assert network.sent_up.lost > 10
    assert seen.torn == 0
    assert seen.span >= 8 * RATE
    assert seen.share >= 0.97
    quality = [report for report in events.of(PeerQuality) if report.video is not None]
    losses = [report.video.loss for report in quality if report.video is not None]
    assert 0.01 < math.fsum(losses) / len(losses) < 0.12, "before repair"
    last = quality[-1]
    assert last.round_trip_ms is not None
    assert 90 <= last.round_trip_ms <= 160
    assert last.video is not None
    assert (last.video.width, last.video.height) == (640, 480)


async def test_twenty_percent_loss_leaves_a_recording_that_plays(
    engine: PacketMediaEngine, events: Events, network: LossyNetwork, tmp_path: Path
) -> None:
    network.up = network.down = Conditions(loss=0.2, delay_s=0.045, jitter_s=0.01)
    camera = Camera(Behind(engine, network), "cam", size=(640, 480), noise=90)
    finished = await record(engine, events, camera, tmp_path, 9)
    seen = contents(finished.path)
    print(f"{seen.share:.1%} of {seen.span} frames at 20% loss")
    assert seen.torn == 0
    assert seen.span >= 7 * RATE
    assert seen.share >= 0.7


async def test_reordering_and_duplication_lose_nothing(
    engine: PacketMediaEngine, events: Events, network: LossyNetwork, tmp_path: Path
) -> None:
    bad = Conditions(reordering=0.2, reordering_s=0.05, duplication=0.05, delay_s=0.02)
    network.up = network.down = bad
    camera = Camera(Behind(engine, network), "cam", size=(640, 480), noise=90)
    finished = await record(engine, events, camera, tmp_path, 6)
    seen = contents(finished.path)
    assert network.sent_up.reordered > 20 < network.sent_up.duplicated * 5
    assert (seen.torn, seen.share) == (0, 1.0)
    assert finished.audio_packets >= 5 * 50, "sound is put in order too"
    assert finished.gaps == ()


async def test_after_a_hole_that_cannot_be_filled_the_picture_is_back_within_a_second(
    engine: PacketMediaEngine, events: Events, network: LossyNetwork, tmp_path: Path
) -> None:
    network.up = network.down = Conditions(delay_s=0.05)
    camera = Camera(Behind(engine, network), "cam", size=(640, 480), noise=90)
    recording = asyncio.create_task(record(engine, events, camera, tmp_path, 7))
    await events.wait(MediaFlowing)
    await asyncio.sleep(2)
    repairs = camera.repair_payload_types()
    network.filter_up(lambda data: data[1] & 0x7F not in repairs)
    network.black_out(0.15)
    finished = await recording
    seen = contents(finished.path)
    print(f"without a picture for {seen.widest_gap_s:.2f} s, {finished.gaps}")
    assert network.sent_up.filtered, "repairs were asked for and did not come"
    assert seen.torn == 0
    assert seen.span - seen.frames >= 2
    assert seen.widest_gap_s <= 1.0
    assert [gap.why for gap in finished.gaps] == ["lost"]


async def test_what_a_viewer_misses_is_sent_again(
    engine: PacketMediaEngine, events: Events, network: LossyNetwork
) -> None:
    network.up = network.down = Conditions(delay_s=0.03)
    camera = await Camera(engine, "cam", size=(640, 480), noise=90).join()
    console = await Console(Behind(engine, network), "wall", 1).join()
    engine.send(SetRoute("wall", console.video_mid(), "cam"))
    track = console.video_track()
    await asyncio.wait_for(track.recv(), 10)
    network.down = Conditions(loss=0.08, delay_s=0.03)
    sent, shown = camera.video.frames, 0
    try:
        async with asyncio.timeout(7):
            while True:
                await track.recv()
                shown += 1
    except TimeoutError:
        sent = camera.video.frames - sent
    print(f"{shown} of {sent} frames shown, {network.sent_down}")
    assert network.sent_down.lost >= 5
    assert shown >= 0.95 * sent - 3
    report = events.of(PeerQuality)
    told = [quality for quality in report if quality.peer == "wall" and quality.sent_loss > 0]
    assert told, "the viewer's own reports say what it misses"
    assert told[-1].sent_bitrate_bps > 50_000
    await camera.leave()
    await console.leave()
