"""A camera publishes: media flows, frames are tapped, a recording plays."""

import asyncio
from pathlib import Path

import av
import pytest

from media.engine import PacketMediaEngine
from roll_call.ports.media import (
    ClosePeer,
    FrameTapped,
    MediaFlowing,
    MediaStalled,
    PeerClosed,
    PeerConnected,
    RecordingFailed,
    RecordingFinished,
    RequestKeyframe,
    StartRecording,
    StartTap,
    StopRecording,
    StopTap,
)
from tests.media.clients import Camera, Events


@pytest.mark.parametrize("codec", ["VP8", "H264"])
async def test_camera_is_tapped_and_recorded(
    engine: PacketMediaEngine, events: Events, tmp_path: Path, codec: str
) -> None:
    camera = Camera(engine, "cam", codec)
    await camera.join()
    engine.send(StartRecording("cam", "rec", str(tmp_path / "session")))
    engine.send(StartTap("cam"))
    await events.wait(PeerConnected)
    flowing = await events.wait(MediaFlowing)
    assert (flowing.codec, flowing.width, flowing.height) == (codec, 320, 240)
    await asyncio.sleep(3)
    engine.send(RequestKeyframe("cam"))
    await asyncio.sleep(1)
    engine.send(StopTap("cam"))
    engine.send(StopRecording("rec"))
    finished = await events.wait(RecordingFinished)
    await camera.leave()

    frames = events.of(FrameTapped)
    assert frames[0].keyframe
    assert frames[0].media_s < 0.2
    assert sum(frame.keyframe for frame in frames) >= 2, "a keyframe comes on request"
    assert len(frames) >= 50
    decoder = av.CodecContext.create(codec.lower(), "r")
    decoded = sum(len(decoder.decode(av.Packet(frame.data))) for frame in frames)
    decoded += len(decoder.decode(None))
    assert decoded == len(frames)

    assert not events.of(RecordingFailed)
    assert finished.path.endswith(".webm" if codec == "VP8" else ".mp4")
    assert finished.size_bytes == Path(finished.path).stat().st_size
    with av.open(finished.path) as container:
        assert container.duration is not None
        duration_s = container.duration / 1_000_000
        video = sum(1 for _ in container.decode(video=0))
    with av.open(finished.path) as container:
        audio = [float(frame.pts * frame.time_base) for frame in container.decode(audio=0)]
    assert video == finished.video_frames >= 50
    assert abs(duration_s - finished.duration_s) < 0.3
    assert abs(duration_s - video / 15) < 0.5
    assert len(audio) >= finished.audio_packets - 2 >= 150
    assert audio[-1] == pytest.approx(duration_s, abs=0.3)


async def test_silence_is_reported_and_its_end_too(
    engine: PacketMediaEngine, events: Events
) -> None:
    camera = await Camera(engine, "cam").join()
    await events.wait(MediaFlowing)
    for sender in camera.pc.getSenders():
        sender._enabled = False
    stalled = await events.wait(MediaStalled)
    assert stalled.silence_s >= 2
    for sender in camera.pc.getSenders():
        sender._enabled = True
    await events.wait(MediaFlowing, lambda _: len(events.of(MediaFlowing)) == 2)
    await camera.leave()


async def test_leaving_closes_the_peer_and_its_recording_waits_to_be_stopped(
    engine: PacketMediaEngine, events: Events, tmp_path: Path
) -> None:
    camera = await Camera(engine, "cam").join()
    engine.send(StartRecording("cam", "rec", str(tmp_path / "session")))
    await events.wait(MediaFlowing)
    await asyncio.sleep(1)
    await camera.leave()
    assert (await events.wait(PeerClosed)).reason == "closed"
    assert not events.of(RecordingFinished)
    engine.send(StopRecording("rec"))
    assert (await events.wait(RecordingFinished)).video_frames >= 10
    assert engine.peer_count == 0


async def test_a_recording_without_a_picture_says_so(
    engine: PacketMediaEngine, events: Events, tmp_path: Path
) -> None:
    camera = Camera(engine, "cam")
    from roll_call.ports.media import AnswerOffer

    await engine.answer(AnswerOffer("cam", await camera.offer()))
    engine.send(StartRecording("cam", "rec", str(tmp_path / "session")))
    engine.send(StartRecording("nobody", "other", str(tmp_path / "other")))
    engine.send(ClosePeer("cam"))
    engine.send(StopRecording("rec"))
    await events.wait(RecordingFailed, lambda event: event.recording == "other")
    failed = await events.wait(RecordingFailed, lambda event: event.recording == "rec")
    assert (failed.code, failed.path) == ("no_media", None)
    await camera.leave()
