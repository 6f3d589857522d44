"""A camera as another implementation of RTSP serves it: GStreamer's, with Digest authentication."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import av
import pytest

from media.engine import PacketMediaEngine
from media.settings import EngineSettings
from roll_call.ports.media import (
    MediaFlowing,
    MediaStalled,
    OpenCamera,
    PeerClosed,
    RecordingFinished,
    SetRoute,
    StartRecording,
    StopRecording,
)
from tests.media.clients import Console, Events
from tests.system.programs import GStreamerCamera

pytestmark = [pytest.mark.system]

ENCODED = {
    "H264": "x264enc tune=zerolatency key-int-max=15 bitrate=400 ! rtph264pay name=pay0 pt=96",
    "H264, several slices": (
        "x264enc tune=zerolatency sliced-threads=true threads=2 key-int-max=15 bitrate=400 !"
        " rtph264pay name=pay0 pt=96 config-interval=-1 mtu=500"
    ),
    "JPEG": "jpegenc ! rtpjpegpay name=pay0 pt=26",
}


def picture(encoder: str, width: int = 640, height: int = 480, sound: str = "") -> str:
    size = f"video/x-raw,format=I420,width={width},height={height},framerate=15/1"
    return f"( videotestsrc is-live=true pattern=ball ! {size} ! {ENCODED[encoder]} {sound} )"


@pytest.fixture
def events() -> Events:
    return Events()


@pytest.fixture
async def engine(events: Events) -> AsyncIterator[PacketMediaEngine]:
    running = PacketMediaEngine(EngineSettings(stall_after_s=1.0))
    await running.start(events)
    yield running
    await running.close()


@pytest.fixture
def camera(tmp_path: Path) -> GStreamerCamera:
    return GStreamerCamera(tmp_path)


@pytest.mark.parametrize("encoder", ["H264", "H264, several slices"])
async def test_a_real_camera_is_shown_and_recorded(
    camera: GStreamerCamera,
    engine: PacketMediaEngine,
    events: Events,
    tmp_path: Path,
    encoder: str,
) -> None:
    sound = "audiotestsrc is-live=true ! alawenc ! rtppcmapay name=pay1 pt=8"
    with camera.serving(picture(encoder, sound=sound)) as port:
        engine.send(OpenCamera("gate", f"rtsp://127.0.0.1:{port}/camera"))
        flowing = await events.wait(MediaFlowing)
        assert (flowing.codec, flowing.width, flowing.height) == ("H264", 640, 480)
        engine.send(StartRecording("gate", "film", str(tmp_path / "film")))
        console = await Console(engine, "console", videos=1).join()
        engine.send(SetRoute("console", console.video_mid(), "gate"))
        for _ in range(20):
            shown = await asyncio.wait_for(console.video_track().recv(), 10)
            assert (shown.width, shown.height) == (640, 480)
        await asyncio.sleep(1)
        engine.send(StopRecording("film"))
        finished = await events.wait(RecordingFinished)
        await console.leave()
    with av.open(finished.path) as container:
        pictures = [frame for frame in container.decode(video=0)]
    assert len(pictures) == finished.video_frames > 15
    assert not any(frame.is_corrupt for frame in pictures)


async def test_digest_authentication_and_a_new_resolution_after_a_break(
    camera: GStreamerCamera, engine: PacketMediaEngine, events: Events
) -> None:
    with camera.serving(picture("H264"), user="officer", password="Geheim-7") as port:
        engine.send(OpenCamera("stranger", f"rtsp://officer:guess@127.0.0.1:{port}/camera"))
        refused = await events.wait(PeerClosed)
        assert (refused.peer, refused.reason) == ("stranger", "refused")
        engine.send(OpenCamera("gate", f"rtsp://officer:Geheim-7@127.0.0.1:{port}/camera"))
        await events.wait(MediaFlowing)
    await events.wait(MediaStalled)
    smaller = picture("H264", 320, 240)
    with camera.serving(smaller, port, user="officer", password="Geheim-7"):
        await events.wait(MediaFlowing, lambda event: event.width == 320, timeout_s=30)
    assert len(events.of(PeerClosed)) == 1


async def test_a_camera_without_h264_is_refused(
    camera: GStreamerCamera, engine: PacketMediaEngine, events: Events
) -> None:
    with camera.serving(picture("JPEG")) as port:
        engine.send(OpenCamera("gate", f"rtsp://127.0.0.1:{port}/camera"))
        assert (await events.wait(PeerClosed)).reason == "codec_unsupported"
