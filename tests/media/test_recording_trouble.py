"""A disk that is full, slow or gone hurts one recording, never the live picture."""

import asyncio
import errno
import os
import random
import resource
import time
from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path

import av
import pytest
from aiortc import RTCPeerConnection

from media.engine import PacketMediaEngine
from media.muxer import Muxer
from media.recording_file import RecordingFile
from media.settings import EngineSettings
from roll_call.ports.media import (
    FrameTapped,
    MediaFlowing,
    PeerClosed,
    RecordingDegraded,
    RecordingFailed,
    RecordingFinished,
    RecordingStarted,
    SetRoute,
    StartRecording,
    StartTap,
    StopRecording,
)
from tests.media.clients import Camera, Console, Events

TICK = Fraction(1, 15)


def decoded(path: str) -> int:
    """How many pictures of a file decode."""
    with av.open(path) as container:
        return sum(1 for _ in container.decode(video=0))


@pytest.fixture
def sick_disk(monkeypatch: pytest.MonkeyPatch) -> dict[str, object]:
    """Files with ``sick`` in their name fail or dawdle as this dictionary says."""
    behaviour: dict[str, object] = {"error": None, "delay_s": 0.0, "after_bytes": 0}
    real = os.pwrite

    def pwrite(descriptor: int, data: bytes, offset: int) -> int:
        if "sick" in os.readlink(f"/proc/self/fd/{descriptor}"):
            time.sleep(float(str(behaviour["delay_s"])))
            limit = int(str(behaviour["after_bytes"]))
            if isinstance(behaviour["error"], int) and offset + len(data) > limit:
                if offset >= limit:
                    raise OSError(behaviour["error"], os.strerror(behaviour["error"]))
                return real(descriptor, data[: limit - offset], offset)
        return real(descriptor, data, offset)

    monkeypatch.setattr("media.recording_file.os.pwrite", pwrite)
    return behaviour


@pytest.mark.parametrize(("number", "code"), [(errno.ENOSPC, "disk_full"), (errno.EIO, "io_error")])
@pytest.mark.parametrize("codec", ["VP8", "H264"])
async def test_a_failing_disk_ends_one_recording_and_nothing_else(
    engine: PacketMediaEngine,
    events: Events,
    tmp_path: Path,
    sick_disk: dict[str, object],
    codec: str,
    number: int,
    code: str,
) -> None:
    sick_disk.update(error=number, after_bytes=300_000)
    camera = await Camera(engine, "cam", codec, noise=100).join()
    engine.send(StartRecording("cam", "bad", str(tmp_path / "sick")))
    engine.send(StartRecording("cam", "good", str(tmp_path / "well")))
    engine.send(StartTap("cam"))
    failed = await events.wait(RecordingFailed, timeout_s=60)
    assert (failed.recording, failed.code) == ("bad", code)
    tapped = len(events.of(FrameTapped))
    await asyncio.sleep(1.5)
    assert len(events.of(FrameTapped)) >= tapped + 10
    engine.send(StopRecording("bad"))
    engine.send(StopRecording("good"))
    finished = await events.wait(RecordingFinished)
    await camera.leave()
    assert finished.recording == "good"
    assert decoded(finished.path) == finished.video_frames
    assert len(events.of(RecordingFailed)) == 1
    assert failed.path is not None
    assert decoded(failed.path) >= 15


@contextmanager
def largest_file(size: int) -> Iterator[None]:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize("codec", ["VP8", "H264"])
def test_a_file_at_its_limit_stays_playable(tmp_path: Path, codec: str) -> None:
    path = tmp_path / "recording"
    encoder = av.CodecContext.create("libvpx" if codec == "VP8" else "libx264", "w")
    encoder.width, encoder.height, encoder.pix_fmt = 320, 240, "yuv420p"
    encoder.time_base, encoder.gop_size, encoder.bit_rate = TICK, 15, 800_000
    if codec == "VP8":
        encoder.options = {"deadline": "realtime", "cpu-used": "8"}
    else:
        encoder.options = {"preset": "ultrafast", "tune": "zerolatency"}
    noise = random.Random(1)
    with largest_file(150_000):
        file = RecordingFile(path, reserve_bytes=0, patch_after_failure=codec == "VP8")
        muxer = Muxer(file, codec, (320, 240), with_audio=False)
        for number in range(150):
            frame = av.VideoFrame(320, 240, "yuv420p")
            for plane in frame.planes:
                plane.update(noise.randbytes(1200) + bytes(plane.buffer_size - 1200))
            frame.pts, frame.time_base = number, TICK
            for packet in encoder.encode(frame):
                muxer.video(number * 6000, packet.is_keyframe, bytes(packet))
        muxer.close()
        file.finish()
    assert file.failure == "disk_full"
    assert path.stat().st_size <= 150_000
    assert decoded(str(path)) >= 5


class TestReserve:
    """A disk that is nearly full."""

    @pytest.fixture
    def settings(self) -> EngineSettings:
        return EngineSettings(recording_reserve_bytes=1 << 60)

    async def test_recording_stops_while_there_is_room_to_complete_it(
        self, engine: PacketMediaEngine, events: Events, tmp_path: Path
    ) -> None:
        camera = await Camera(engine, "cam").join()
        engine.send(StartRecording("cam", "rec", str(tmp_path / "session")))
        failed = await events.wait(RecordingFailed)
        await camera.leave()
        assert failed.code == "disk_full"
        assert failed.path is not None


class TestSlowDisk:
    """A disk that takes less than the camera gives."""

    @pytest.fixture
    def settings(self) -> EngineSettings:
        return EngineSettings(recording_pending_bytes=20_000)

    async def test_frames_are_left_out_and_the_live_picture_goes_on(
        self,
        engine: PacketMediaEngine,
        events: Events,
        tmp_path: Path,
        sick_disk: dict[str, object],
    ) -> None:
        camera = await Camera(engine, "cam", noise=100).join()
        engine.send(StartTap("cam"))
        await events.wait(MediaFlowing)
        sick_disk["delay_s"] = 1.0
        engine.send(StartRecording("cam", "rec", str(tmp_path / "sick")))
        degraded = await events.wait(RecordingDegraded)
        assert degraded.code == "disk_slow"
        tapped = len(events.of(FrameTapped))
        await asyncio.sleep(2)
        assert len(events.of(FrameTapped)) >= tapped + 20
        sick_disk["delay_s"] = 0.0
        await asyncio.sleep(3)
        engine.send(StopRecording("rec"))
        finished = await events.wait(RecordingFinished)
        await camera.leave()
        assert decoded(finished.path) == finished.video_frames
        assert finished.video_frames < len(events.of(FrameTapped))
        assert finished.duration_s > 4


async def test_a_folder_that_is_missing_is_an_error_of_the_recording(
    engine: PacketMediaEngine, events: Events, tmp_path: Path
) -> None:
    camera = await Camera(engine, "cam").join()
    engine.send(StartRecording("cam", "rec", str(tmp_path / "missing" / "session")))
    assert (await events.wait(RecordingFailed)).code == "io_error"
    await camera.leave()
    await events.wait(PeerClosed)


class TestBlockedDisk:
    """A disk that takes nothing at all for a while."""

    @pytest.fixture
    def settings(self) -> EngineSettings:
        return EngineSettings(recording_pending_bytes=20_000)

    async def test_a_viewer_gets_every_packet_meanwhile(
        self,
        engine: PacketMediaEngine,
        events: Events,
        tmp_path: Path,
        sick_disk: dict[str, object],
    ) -> None:
        camera = await Camera(engine, "cam", noise=60).join()
        console = await Console(engine, "desk", videos=1).join()
        await events.wait(MediaFlowing)
        engine.send(SetRoute("desk", console.video_mid(), "cam"))
        await asyncio.wait_for(console.video_track().recv(), 20)
        engine.send(StartRecording("cam", "rec", str(tmp_path / "sick")))
        await events.wait(RecordingStarted)
        before = await packets(camera.pc, "outbound-rtp"), await packets(console.pc, "inbound-rtp")
        sick_disk["delay_s"] = 4.0
        await events.wait(RecordingDegraded)
        await asyncio.sleep(2)
        after = await packets(camera.pc, "outbound-rtp"), await packets(console.pc, "inbound-rtp")
        sick_disk["delay_s"] = 0.0
        await asyncio.sleep(5)
        engine.send(StopRecording("rec"))
        finished = await events.wait(RecordingFinished, timeout_s=30)
        await console.leave()
        await camera.leave()
        sent, received = after[0] - before[0], after[1] - before[1]
        assert sent >= 30
        assert abs(received - sent) <= 5, "those under way at the moment of counting"
        assert {gap.why for gap in finished.gaps} == {"disk_slow"}
        assert decoded(finished.path) == finished.video_frames


async def packets(pc: RTCPeerConnection, kind: str) -> int:
    """Video packets sent or received by a client so far."""
    report = await pc.getStats()
    fields = {"outbound-rtp": "packetsSent", "inbound-rtp": "packetsReceived"}
    return sum(
        getattr(one, fields[kind])
        for one in report.values()
        if one.type == kind and one.kind == "video"
    )
