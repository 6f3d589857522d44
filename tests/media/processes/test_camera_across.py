"""A camera of one media process is shown and recorded as any other, and survives a crash of it."""

import asyncio
import os
import signal
from pathlib import Path

import av
import pytest

from media.processes.cluster import ClusterMediaEngine
from roll_call.ports.media import (
    MediaFlowing,
    OpenCamera,
    PeerClosed,
    RecordingFinished,
    RecordingStarted,
    SetRoute,
    StartRecording,
    StopRecording,
)
from tests.media.clients import Console, Events, brightness
from tests.media.rtsp_camera import RtspCamera

pytestmark = [pytest.mark.serial, pytest.mark.quiet]


async def test_a_camera_is_seen_from_every_process(
    cluster: ClusterMediaEngine, events: Events, tmp_path: Path
) -> None:
    camera = await RtspCamera().start()
    cluster.send(OpenCamera("gate", camera.url, "gate"))
    assert (await events.wait(MediaFlowing)).width == 320
    cluster.send(StartRecording("gate", "film", str(tmp_path / "film")))
    consoles = [await Console(cluster, f"console{n}", videos=1).join() for n in range(2)]
    assert {cluster.pid_of(console.name) for console in consoles} == set(cluster.pids)
    for console in consoles:
        cluster.send(SetRoute(console.name, console.video_mid(), "gate"))
        assert abs(await brightness(console.video_track()) - 90) < 8
    await events.wait(RecordingStarted)  # with the camera's next keyframe
    await asyncio.sleep(0.5)
    cluster.send(StopRecording("film"))
    finished = await events.wait(RecordingFinished)
    with av.open(finished.path) as container:
        assert sum(1 for _ in container.decode(video=0)) == finished.video_frames > 0
    pid = cluster.pid_of("gate")
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    assert (await events.wait(PeerClosed)).reason == "engine_restarted"
    async with asyncio.timeout(15):
        while len(events.of(MediaFlowing)) < 2:  # as the server does it: ask again
            cluster.send(OpenCamera("gate-2", camera.url, "gate"))
            await asyncio.sleep(0.5)
    for console in consoles:
        await console.leave()
    await camera.stop()
