"""A recording outlives its publisher, and hands over to the next one without a missing frame."""

import asyncio
from itertools import pairwise
from pathlib import Path

import av
import pytest

from media.engine import PacketMediaEngine
from media.settings import EngineSettings
from roll_call.ports.media import (
    ClosePeer,
    ContinueRecording,
    FrameTapped,
    MediaFlowing,
    RecordingFailed,
    RecordingFinished,
    RecordingStarted,
    RequestKeyframe,
    StartRecording,
    StartTap,
    StopRecording,
)
from tests.media.clients import Camera, Events


def seen(path: str) -> list[float]:
    """When each picture of a file is shown, in seconds."""
    with av.open(path) as container:
        return [float(frame.pts * frame.time_base) for frame in container.decode(video=0)]


def heard(path: str) -> list[float]:
    """When each sound of a file begins, in seconds."""
    with av.open(path) as container:
        return [float(frame.pts * frame.time_base) for frame in container.decode(audio=0)]


@pytest.mark.parametrize("codec", ["VP8", "H264"])
async def test_one_recording_goes_on_with_another_peer(
    engine: PacketMediaEngine, events: Events, tmp_path: Path, codec: str
) -> None:
    first = await Camera(engine, "cam-1", codec).join()
    engine.send(StartRecording("cam-1", "rec", str(tmp_path / "session")))
    started = await events.wait(RecordingStarted)
    await asyncio.sleep(1.5)
    engine.send(ClosePeer("cam-1"))
    await first.leave()
    await asyncio.sleep(3)
    second = Camera(engine, "cam-2", codec)
    second.video.resize((640, 480))
    await second.join()
    engine.send(ContinueRecording("rec", "cam-2"))
    await events.wait(MediaFlowing, lambda event: event.peer == "cam-2")
    await asyncio.sleep(1.5)
    engine.send(StopRecording("rec"))
    finished = await events.wait(RecordingFinished)
    await second.leave()

    assert not events.of(RecordingFailed)
    assert finished.began_unix_s == started.began_unix_s
    (gap,) = finished.gaps
    assert gap.why == "disconnected"
    assert 2.5 < gap.end_s - gap.start_s < 6
    pictures = seen(finished.path)
    assert len(pictures) == finished.video_frames >= 30
    assert pictures == sorted(pictures)
    assert not [at for at in pictures if gap.start_s + 0.1 < at < gap.end_s - 0.1]
    assert pictures[-1] > gap.end_s + 1
    assert finished.duration_s == pytest.approx(pictures[-1], abs=0.5)
    sounds = heard(finished.path)
    assert max(b - a for a, b in pairwise(sounds)) < 1.2, "silence is filled"


async def test_another_codec_needs_another_recording(
    engine: PacketMediaEngine, events: Events, tmp_path: Path
) -> None:
    first = await Camera(engine, "cam-1", "VP8").join()
    engine.send(StartRecording("cam-1", "rec", str(tmp_path / "session")))
    await events.wait(RecordingStarted)
    await asyncio.sleep(0.5)
    engine.send(ClosePeer("cam-1"))
    second = await Camera(engine, "cam-2", "H264").join()
    engine.send(ContinueRecording("rec", "cam-2"))
    failed = await events.wait(RecordingFailed)
    await first.leave()
    await second.leave()
    assert (failed.code, failed.began_unix_s is None) == ("codec_changed", False)
    assert failed.path is not None and len(seen(failed.path)) == failed.video_frames


class TestWaiting:
    """Nobody continues and nobody stops."""

    @pytest.fixture
    def settings(self) -> EngineSettings:
        return EngineSettings(recording_wait_s=0.5)

    async def test_a_recording_nobody_continues_ends(
        self, engine: PacketMediaEngine, events: Events, tmp_path: Path
    ) -> None:
        camera = await Camera(engine, "cam").join()
        engine.send(StartRecording("cam", "rec", str(tmp_path / "session")))
        await events.wait(RecordingStarted)
        await camera.leave()
        finished = await events.wait(RecordingFinished)
        assert finished.video_frames and finished.gaps == ()


async def test_no_frame_is_missing_between_two_recordings(
    engine: PacketMediaEngine, events: Events, tmp_path: Path
) -> None:
    """The first is stopped in the very moment in which the second is asked for."""
    camera = await Camera(engine, "cam").join()
    engine.send(StartRecording("cam", "one", str(tmp_path / "one")))
    engine.send(StartTap("cam"))
    await events.wait(RecordingStarted)
    await asyncio.sleep(1)
    engine.send(RequestKeyframe("cam"))  # the next one can be asked for half a second later
    await asyncio.sleep(0.2)
    engine.send(StartRecording("cam", "two", str(tmp_path / "two")))
    engine.send(StopRecording("one"))
    await events.wait(RecordingStarted, lambda event: event.recording == "two")
    one = await events.wait(RecordingFinished, lambda event: event.recording == "one")
    await asyncio.sleep(1)
    engine.send(StopRecording("two"))
    two = await events.wait(RecordingFinished, lambda event: event.recording == "two")
    await camera.leave()
    recorded = frames_of(one.path)
    following = frames_of(two.path)
    sent = [frame.data for frame in events.of(FrameTapped)]
    start = sent.index(recorded[0])
    overlap = recorded.index(following[0]) if following[0] in recorded else len(recorded)
    together = recorded[:overlap] + following
    assert together == sent[start : start + len(together)]
    assert len(recorded) >= 12 and len(following) >= 12


def frames_of(path: str) -> list[bytes]:
    """The encoded frames of a WebM file."""
    with av.open(path) as container:
        return [bytes(packet) for packet in container.demux(video=0) if packet.size]
