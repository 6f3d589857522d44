"""Two media processes behind one port: whoever watches does not notice where anybody lives."""

import asyncio
import os
import signal
import socket
from asyncio.subprocess import Process
from pathlib import Path

import av
import psutil
import pytest

from media.processes import child
from media.processes import cluster as cluster_module
from media.processes.cluster import ClusterMediaEngine
from media.processes.link import link_ends
from media.settings import EngineSettings
from roll_call.errors import MediaError
from roll_call.ports.media import (
    AnswerOffer,
    ClosePeer,
    ContinueRecording,
    EngineLoad,
    FrameTapped,
    MediaFlowing,
    OpenCamera,
    PeerClosed,
    PeerConnected,
    RecordingFailed,
    RecordingFinished,
    RecordingStarted,
    SetRoute,
    StartRecording,
    StartTap,
    StopRecording,
)
from tests.media.clients import Camera, Console, Events
from tests.media.test_routes import cast, shows

DARK, BRIGHT = 60, 200


def kill(cluster: ClusterMediaEngine, peer: str) -> int:
    """End the process that a peer lives in, as a crash would; returns its number."""
    pid = cluster.pid_of(peer)
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    return pid


async def test_a_section_shows_cameras_of_both_processes_in_turn(
    cluster: ClusterMediaEngine,
) -> None:
    dark = Camera(cluster, "dark", brightness=DARK)
    bright = Camera(cluster, "bright", "H264", brightness=BRIGHT)
    console = Console(cluster, "console", videos=2)
    async with cast(dark, bright, console):
        assert cluster.pid_of("dark") != cluster.pid_of("bright")
        for name, expected in [("dark", DARK), ("bright", BRIGHT)] * 2:
            cluster.send(SetRoute("console", console.video_mid(0), name))
            cluster.send(SetRoute("console", console.audio_mid(), name))
            await shows(console, 0, expected)
            await asyncio.wait_for(console.audio_track().recv(), 5)
        cluster.send(SetRoute("console", console.video_mid(1), "dark"))
        await shows(console, 1, DARK)


async def test_every_console_of_another_process_is_served(cluster: ClusterMediaEngine) -> None:
    cameras = [Camera(cluster, f"camera{n}", brightness=50 + 40 * n) for n in range(4)]
    consoles = [Console(cluster, f"console{n}", videos=4) for n in range(2)]
    async with cast(*cameras, *consoles):
        assert {cluster.pid_of(c.name) for c in consoles} == set(cluster.pids)
        for console in consoles:
            for number, camera in enumerate(cameras):
                cluster.send(SetRoute(console.name, console.video_mid(number), camera.name))
        for console in consoles:
            for number in range(len(cameras)):
                await shows(console, number, 50 + 40 * number)


async def test_a_picture_crosses_again_after_the_link_broke(
    cluster: ClusterMediaEngine, events: Events
) -> None:
    camera = Camera(cluster, "camera", brightness=DARK)
    console = Console(cluster, "console", videos=1)
    async with cast(camera, console):
        assert cluster.pid_of("camera") != cluster.pid_of("console")
        cluster.send(SetRoute("console", console.video_mid(0), "camera"))
        await shows(console, 0, DARK)
        for one in cluster._children:  # their ends see the end of a link that nobody kept
            ours, theirs = link_ends()
            ours.close()
            one.send_link(1 - one.number, 1, theirs)
        camera.video._brightness = BRIGHT
        await shows(console, 0, BRIGHT)


async def test_a_camera_that_leaves_and_returns_elsewhere_is_shown_again(
    cluster: ClusterMediaEngine, events: Events
) -> None:
    console = Console(cluster, "console", videos=1)
    cluster.send(SetRoute("console", "0", "camera"))
    async with cast(console):
        for name, expected in [("first", DARK), ("second", BRIGHT)]:
            camera = Camera(cluster, "camera", brightness=expected)
            cluster.send(SetRoute("console", console.video_mid(), "camera"))
            async with cast(camera):
                await shows(console, 0, expected)
                if name == "first":
                    cluster.send(ClosePeer("camera"))
                    closed = await events.wait(PeerClosed)
                    assert closed == PeerClosed("camera", "closed")
                    assert cluster.pid_of("camera") is None


async def test_sessions_go_on_where_they_were_and_are_recorded_into_one_file(
    cluster: ClusterMediaEngine, events: Events, tmp_path: Path
) -> None:
    other = Camera(cluster, "other")
    first = Camera(cluster, "session-1")
    async with cast(other):
        await first.join(beside="session")
        home = cluster.pid_of("session-1")
        await events.wait(MediaFlowing, lambda e: e.peer == "session-1")
        cluster.send(StartRecording("session-1", "r", str(tmp_path / "r")))
        await asyncio.sleep(1.5)
        await first.leave()
        cluster.send(ClosePeer("session-1"))
        second = Camera(cluster, "session-2")
        await second.join(beside="session")
        assert cluster.pid_of("session-2") == home != cluster.pid_of("other")
        cluster.send(ContinueRecording("r", "session-2"))
        await events.wait(MediaFlowing, lambda e: e.peer == "session-2")
        await asyncio.sleep(1.5)
        cluster.send(StopRecording("r"))
        finished = await events.wait(RecordingFinished)
        await second.leave()
    assert finished.path == str(tmp_path / "r.webm") and finished.video_frames > 20
    assert finished.duration_s > 2.5, "what came before the change is in it as well"


async def test_frames_are_tapped_through_the_process(
    cluster: ClusterMediaEngine, events: Events
) -> None:
    camera = Camera(cluster, "camera")
    async with cast(camera):
        await events.wait(PeerConnected)
        cluster.send(StartTap("camera"))
        await events.wait(FrameTapped, lambda frame: not frame.keyframe)
        tapped = events.of(FrameTapped)
    assert tapped[0].keyframe
    decoder = av.CodecContext.create("vp8", "r")
    assert decoder.decode(av.Packet(tapped[0].data))[0].width == 320


async def test_what_a_media_process_refuses_keeps_its_code(cluster: ClusterMediaEngine) -> None:
    with pytest.raises(MediaError) as refused:
        await cluster.answer(AnswerOffer("stranger", "no offer at all"))
    assert refused.value.code == "sdp_invalid"
    with pytest.raises(MediaError) as large:
        await cluster.answer(AnswerOffer("stranger", "v=0\r\n" * 100_000))
    assert large.value.code == "sdp_too_large"
    assert cluster.pid_of("stranger") is None


async def test_a_killed_process_takes_down_only_its_own_and_comes_back(
    cluster: ClusterMediaEngine, events: Events, tmp_path: Path
) -> None:
    lost = Camera(cluster, "lost", brightness=DARK)
    kept = Camera(cluster, "kept", brightness=BRIGHT)
    console = Console(cluster, "console", videos=2)
    await lost.join()
    await kept.join(beside="kept's")
    await console.join(beside="kept's")
    assert cluster.pid_of("console") == cluster.pid_of("kept") != cluster.pid_of("lost")
    cluster.send(SetRoute("console", console.video_mid(0), "lost"))
    cluster.send(SetRoute("console", console.video_mid(1), "kept"))
    for name in ("lost", "kept"):
        await events.wait(MediaFlowing, lambda e, name=name: e.peer == name)
        cluster.send(StartRecording(name, f"r-{name}", str(tmp_path / name)))
    await shows(console, 0, DARK)
    await shows(console, 1, BRIGHT)
    await asyncio.sleep(1.5)

    pid = kill(cluster, "lost")
    closed = await events.wait(PeerClosed)
    failed = await events.wait(RecordingFailed)
    assert closed == PeerClosed("lost", "engine_restarted")
    left = str(tmp_path / "lost.webm")
    assert (failed.recording, failed.path, failed.code) == ("r-lost", left, "engine_restarted")
    assert cluster.pid_of("lost") is None
    await shows(console, 1, BRIGHT)

    again = Camera(cluster, "lost", brightness=130)
    await again.join()
    assert cluster.pid_of("lost") != pid
    await shows(console, 0, 130)  # the route was still wanted
    cluster.send(StopRecording("r-kept"))
    finished = await events.wait(RecordingFinished)
    assert finished.recording == "r-kept" and not finished.gaps
    assert len(events.of(PeerClosed)) == 1
    await asyncio.gather(*(member.leave() for member in (lost, kept, again, console)))


async def test_an_offer_in_a_dying_process_is_refused_at_once(
    cluster: ClusterMediaEngine,
) -> None:
    camera = Camera(cluster, "camera")
    offer = await camera.offer()
    answering = asyncio.create_task(cluster.answer(AnswerOffer("camera", offer)))
    await asyncio.sleep(0)
    kill(cluster, "camera")
    with pytest.raises(MediaError) as refused:
        await asyncio.wait_for(answering, 5)
    assert refused.value.code == "engine_restarted"
    await cluster.answer(AnswerOffer("camera-2", offer))
    await camera.leave()


async def test_an_offer_waits_for_the_first_process_to_be_ready(
    settings: EngineSettings, events: Events
) -> None:
    cluster = ClusterMediaEngine(settings, processes=1)
    starting = asyncio.create_task(cluster.start(events))
    await asyncio.sleep(0)
    assert not cluster.pids
    camera = Camera(cluster, "camera")
    async with cast(camera):
        assert cluster.pid_of("camera") in cluster.pids
    await starting
    await cluster.close()


async def test_closing_completes_recordings_in_every_process(
    cluster: ClusterMediaEngine, events: Events, tmp_path: Path
) -> None:
    cameras = [Camera(cluster, f"camera{n}") for n in range(2)]
    async with cast(*cameras):
        for camera in cameras:
            await events.wait(MediaFlowing, lambda e, name=camera.name: e.peer == name)
            cluster.send(StartRecording(camera.name, camera.name, str(tmp_path / camera.name)))
        await asyncio.sleep(1.5)
        pids = cluster.pids
        await cluster.close()
    assert {f.recording for f in events.of(RecordingFinished)} == {"camera0", "camera1"}
    for finished in events.of(RecordingFinished):
        with av.open(finished.path) as container:
            assert sum(1 for _ in container.decode(video=0)) == finished.video_frames > 10
    assert not any(psutil.pid_exists(pid) for pid in pids)
    with pytest.raises(MediaError) as late:
        await cluster.answer(AnswerOffer("late", "v=0"))
    assert late.value.code == "engine_stopped"


async def test_every_process_tells_its_load(cluster: ClusterMediaEngine, events: Events) -> None:
    for number, pid in enumerate(cluster.pids):
        load = await events.wait(EngineLoad, lambda e, number=number: e.process == number)
        assert load.pid == pid and load.peers == 0 and 10 < load.resident_mb < 500
        assert 0 <= load.cpu < 4 and load.lag_p99_ms >= 0


async def test_a_handler_that_raises_costs_nobody_their_process(
    cluster: ClusterMediaEngine, events: Events, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Clumsy(Events):
        def __call__(self, event: object) -> None:
            events(event)  # type: ignore[arg-type]
            raise RuntimeError("clumsy")

    monkeypatch.setattr(cluster, "_on_event", Clumsy())
    pids = cluster.pids
    for number in range(2):
        await events.wait(EngineLoad, lambda e, number=number: e.process == number)
    assert cluster.pids == pids


async def test_signals_of_the_terminal_are_the_main_process_s_business(
    cluster: ClusterMediaEngine, events: Events
) -> None:
    pids = cluster.pids
    for pid in pids:
        os.kill(pid, signal.SIGINT)
        os.kill(pid, signal.SIGTERM)
    await events.wait(EngineLoad)
    assert cluster.pids == pids and not events.of(PeerClosed)


async def test_a_process_that_hangs_is_ended_and_replaced(
    cluster: ClusterMediaEngine, events: Events, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(child, "SILENT_LOOKS", 3)
    camera = Camera(cluster, "camera")
    async with cast(camera):
        hanging = cluster.pid_of("camera")
        assert hanging is not None
        os.kill(hanging, signal.SIGSTOP)
        assert await events.wait(PeerClosed) == PeerClosed("camera", "engine_restarted")
        await cluster.all_ready()
        assert hanging not in cluster.pids and len(cluster.pids) == 2


async def test_a_process_is_not_believed_about_the_peers_of_another(
    cluster: ClusterMediaEngine, events: Events, tmp_path: Path
) -> None:
    camera = Camera(cluster, "camera")
    async with cast(camera):
        await events.wait(MediaFlowing)
        cluster.send(StartRecording("camera", "r", str(tmp_path / "r")))
        await events.wait(RecordingStarted)
        liars = [c for c in cluster._children if c.pid != cluster.pid_of("camera")]
        assert len(liars) == 1
        for lie in (
            PeerClosed("camera", "closed"),
            MediaFlowing("camera", "H264", 1, 1),
            FrameTapped("camera", "VP8", 0.0, True, b"another face"),
            RecordingFinished("r", str(tmp_path / "r.webm"), 1.0, 1, 1, 1),
            RecordingFailed("r", None, "io_error"),
            EngineLoad(0, 1, 0, 0.0, 0.0, 0.0),
        ):
            before = len(events.seen)
            cluster._take(liars[0], lie)
            assert lie not in events.seen[before:], lie
        cluster.send(StopRecording("r"))
        await events.wait(RecordingFinished)


async def test_closing_does_not_wait_for_a_process_that_keeps_dying(
    settings: EngineSettings, events: Events, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(child, "RESTART_PAUSES_S", (0.0, 3600.0))
    cluster = ClusterMediaEngine(settings, processes=2)
    await cluster.start(events)
    await cluster.all_ready()
    pid = cluster.pids[0]
    os.kill(pid, signal.SIGKILL)
    while pid in cluster.pids:
        await asyncio.sleep(0.01)
    async with asyncio.timeout(10):
        await cluster.close()
    assert not cluster.pids


async def test_a_machine_where_no_process_starts_is_told_so(
    settings: EngineSettings, events: Events, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(child.sys, "executable", "/bin/false")
    monkeypatch.setattr(cluster_module, "READY_WITHIN_S", 0.5)
    cluster = ClusterMediaEngine(settings, processes=2)
    with pytest.raises(MediaError) as refused:
        await cluster.start(events)
    assert refused.value.code == "engine_not_started"
    assert not cluster.pids and not events.seen


async def test_a_process_that_cannot_be_started_now_is_started_later(
    settings: EngineSettings, events: Events, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(child, "RESTART_PAUSES_S", (0.0,))
    spawn, full = child._spawn, [OSError(11, "Resource temporarily unavailable")] * 3
    before = len(os.listdir("/proc/self/fd"))

    async def start(*ends: socket.socket) -> Process:
        if full:
            raise full.pop()
        return await spawn(*ends)

    monkeypatch.setattr(child, "_spawn", start)
    cluster = ClusterMediaEngine(settings, processes=1)
    await cluster.start(events)
    assert len(cluster.pids) == 1 and not full
    await cluster.close()
    assert len(os.listdir("/proc/self/fd")) <= before


async def test_those_who_come_with_the_start_are_spread(
    settings: EngineSettings, events: Events
) -> None:
    cluster = ClusterMediaEngine(settings, processes=2)
    await cluster.start(events)
    for number in range(4):
        cluster.send(OpenCamera(f"camera{number}", "rtsp://127.0.0.1:9/nobody"))
    homes = [cluster.pid_of(f"camera{number}") for number in range(4)]
    assert sorted(homes.count(pid) for pid in cluster.pids) == [2, 2]
    await cluster.close()
