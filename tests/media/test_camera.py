"""An RTSP camera is a participant like any other: seen, recorded, tapped, missed, found again."""

import asyncio
import logging
from collections.abc import AsyncIterator
from pathlib import Path

import av
import pytest

from media.engine import PacketMediaEngine
from media.settings import EngineSettings
from roll_call.ports.media import (
    ClosePeer,
    FrameTapped,
    MediaFlowing,
    MediaStalled,
    OpenCamera,
    PeerClosed,
    PeerConnected,
    PeerQuality,
    RecordingFinished,
    SetRoute,
    StartRecording,
    StartTap,
    StopRecording,
)
from tests.media.clients import Console, Events, brightness
from tests.media.rtsp_camera import RATE, RtspCamera

pytestmark = [pytest.mark.serial, pytest.mark.quiet]


@pytest.fixture
def settings() -> EngineSettings:
    return EngineSettings(stall_after_s=1.0, quality_every_s=1.0)


@pytest.fixture
async def camera() -> AsyncIterator[RtspCamera]:
    camera = await RtspCamera().start()
    yield camera
    await camera.stop()


def opened(engine: PacketMediaEngine, camera: RtspCamera) -> None:
    engine.send(OpenCamera("gate", camera.url))


async def test_a_camera_is_seen_at_once_also_by_who_comes_later(
    engine: PacketMediaEngine, events: Events, camera: RtspCamera
) -> None:
    opened(engine, camera)
    assert (await events.wait(MediaFlowing)) == MediaFlowing("gate", "H264", 320, 240)
    assert [event.peer for event in events.of(PeerConnected)] == ["gate"]
    console = await Console(engine, "console", videos=2).join()
    engine.send(SetRoute("console", console.video_mid(0), "gate"))
    assert abs(await brightness(console.video_track(0)) - 90) < 8
    engine.send(SetRoute("console", console.video_mid(1), "gate"))
    assert abs(await brightness(console.video_track(1)) - 90) < 8
    await console.leave()


async def test_a_recording_of_it_is_whole(
    engine: PacketMediaEngine, events: Events, camera: RtspCamera, tmp_path: Path
) -> None:
    opened(engine, camera)
    await events.wait(MediaFlowing)
    engine.send(StartTap("gate"))
    engine.send(StartRecording("gate", "one", str(tmp_path / "one")))
    await asyncio.sleep(3.2)
    engine.send(StopRecording("one"))
    finished = await events.wait(RecordingFinished)
    with av.open(finished.path) as container:
        assert not container.streams.audio
        pictures = sum(1 for _ in container.decode(video=0))
    assert pictures == finished.video_frames and pictures > 1.5 * RATE
    assert finished.duration_s == pytest.approx(pictures / RATE, abs=0.3)
    tapped = events.of(FrameTapped)
    assert tapped[0].keyframe and len(tapped) >= pictures
    quality = await events.wait(PeerQuality, lambda event: event.video is not None)
    report = quality.video
    assert report is not None and (report.width, report.height) == (320, 240)
    assert report.loss == 0 and report.bitrate_bps > 0 and report.frames_per_s > 1


@pytest.mark.parametrize("in_band", [True, False])
async def test_it_is_found_again_with_another_resolution(
    engine: PacketMediaEngine,
    events: Events,
    camera: RtspCamera,
    in_band: bool,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    camera.password, camera.in_band = "Geheim-7", in_band
    opened(engine, camera)
    await events.wait(MediaFlowing)
    console = await Console(engine, "console", videos=1).join()
    engine.send(SetRoute("console", console.video_mid(), "gate"))
    assert (await asyncio.wait_for(console.video_track().recv(), 10)).width == 320
    await camera.stop()
    await events.wait(MediaStalled)
    camera.size = (640, 480)
    await camera.start()
    await events.wait(MediaFlowing, lambda event: event.width == 640)
    async with asyncio.timeout(10):
        while (await console.video_track().recv()).width != 640:
            pass
    assert not events.of(PeerClosed)
    assert "Geheim-7" not in caplog.text
    await console.leave()


async def test_a_camera_that_falls_silent_is_asked_again(
    engine: PacketMediaEngine, events: Events, camera: RtspCamera
) -> None:
    opened(engine, camera)
    await events.wait(MediaFlowing)
    camera.silent = True
    await events.wait(MediaStalled)
    asked = camera.asked.count("PLAY")
    async with asyncio.timeout(15):
        while camera.asked.count("PLAY") == asked:
            await asyncio.sleep(0.1)
    camera.silent = False
    async with asyncio.timeout(10):
        while len(events.of(MediaFlowing)) < 2:
            await asyncio.sleep(0.05)


async def test_why_a_camera_cannot_be_had_is_said(
    engine: PacketMediaEngine, events: Events, camera: RtspCamera
) -> None:
    async def reason(peer: str, url: str) -> str:
        engine.send(OpenCamera(peer, url))
        return (await events.wait(PeerClosed, lambda event: event.peer == peer)).reason

    assert await reason("nobody", "rtsp://127.0.0.1:1/live") == "unreachable"
    assert await reason("a file", f"file://{__file__}") == "refused"
    assert await reason("elsewhere", camera.url + "/nothing") == "refused"
    camera.password = "secret"
    assert await reason("stranger", camera.url.replace("secret", "guess")) == "refused"
    camera.password, camera.codec = None, "VP8"
    assert await reason("other", camera.url) == "codec_unsupported"
    assert engine.peer_count == 0


async def test_closing_ends_the_connection(
    engine: PacketMediaEngine, events: Events, camera: RtspCamera
) -> None:
    opened(engine, camera)
    await events.wait(MediaFlowing)
    engine.send(ClosePeer("gate"))
    assert (await events.wait(PeerClosed)).reason == "closed"
    seen = len(camera.asked)
    await asyncio.sleep(2)
    assert camera.asked[seen:] in ([], ["TEARDOWN"])
    assert engine.peer_count == 0
