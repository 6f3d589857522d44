"""The media benchmark counts right: every field is there, and nothing is lost on a calm machine."""

import json
import os
import signal
import struct
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import psutil
import pytest
from typer.testing import CliRunner

from media.codecs import depacketizer
from server.benchmarks.janus import recorded_packets
from server.benchmarks.python_system import ChildFailed, PythonSystem
from server.cli.bench import app
from server.simulate.load.footage import LOOP_S, footage
from server.simulate.load.peers import with_transport_wide_feedback
from server.simulate.load.receiving import ReceivedTrack

FIELDS = {
    "streams",
    "cpu_s_per_stream_minute",
    "streams_per_core",
    "sent_packets",
    "lost_to_viewers",
    "lost_in_recordings",
    "loop_lag_p50_ms",
    "loop_lag_p99_ms",
    "peak_resident_mb",
    "mb_per_stream",
    "grown_mb",
    "load_cores",
}


def last_line(*arguments: str) -> dict[str, object]:
    ran = CliRunner().invoke(app, ["media", "--json", *arguments], catch_exceptions=False)
    assert ran.exit_code == 0
    result: dict[str, object] = json.loads(ran.stdout.splitlines()[-1])
    return result


@pytest.mark.serial
@pytest.mark.parametrize("codec", ["VP8", "H264"])
def test_our_engine_loses_nothing(codec: str) -> None:
    result = last_line("--streams", "2", "--seconds", "3", "--only", "ours", "--codec", codec)
    figures = result["ours"][codec]  # type: ignore[index]
    assert set(figures) == FIELDS
    assert figures["sent_packets"] > 2 * 6 * 80
    assert (figures["lost_to_viewers"], figures["lost_in_recordings"]) == (0, 0)
    assert figures["cpu_s_per_stream_minute"] > 0
    assert result["times_cheaper_than_aiortc"] is None
    assert result["cost_vs_janus"] is None


@pytest.mark.serial
def test_the_ratio_to_aiortcs_tools_comes_from_one_run() -> None:
    result = last_line("--streams", "1", "--seconds", "2", "--codec", "H264")
    ours, aiortc = result["ours"]["H264"], result["aiortc"]["H264"]  # type: ignore[index]
    costs = aiortc["cpu_s_per_stream_minute"] / ours["cpu_s_per_stream_minute"]
    assert result["times_cheaper_than_aiortc"] == pytest.approx(costs, rel=0.01)
    assert aiortc["lost_to_viewers"] == 0


def test_janus_is_null_where_it_is_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    result = last_line("--only", "janus")
    assert result["janus"] is None
    assert result["janus_missing"] == "not installed"
    assert result["cost_vs_janus"] is None


def test_a_janus_that_does_not_start_is_null_with_the_reason(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    program = tmp_path / "janus"
    program.write_text("#!/bin/sh\necho no certificate\nexit 3\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("server.benchmarks.janus._own_address", lambda: "127.0.0.1")
    result = last_line("--only", "janus", "--streams", "1", "--seconds", "1")
    assert result["janus"] is None
    assert result["janus_missing"] == "janus VP8: it ended with status 3: no certificate"


@pytest.mark.parametrize(
    "arguments",
    [
        ("--streams", "0"),
        ("--seconds", "0"),
        ("--only", "mediasoup"),
        ("--codec", "AV1"),
        ("--folder", __file__),
    ],
)
def test_what_cannot_be_measured_is_refused_by_name(arguments: tuple[str, str]) -> None:
    ran = CliRunner().invoke(app, ["media", *arguments])
    assert ran.exit_code == 2
    assert arguments[0] in ran.stderr and "Traceback" not in ran.stderr


async def test_recordings_that_failed_are_no_figures(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    async def asked(self: PythonSystem, **request: str) -> Any:
        return {"publisher0": {"frames": 3, "failed": "disk_full"}}

    monkeypatch.setattr(PythonSystem, "_ask", asked)
    with pytest.raises(ChildFailed, match="disk_full"):
        await PythonSystem("ours", "VP8", tmp_path, None).finish_recordings()


def test_a_server_that_fails_ends_the_benchmark_with_its_words(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def start(self: PythonSystem) -> None:
        raise ChildFailed("no memory")

    monkeypatch.setattr(PythonSystem, "start", start)
    ran = CliRunner().invoke(app, ["media", "--only", "ours", "--codec", "vp8"])
    assert ran.exit_code == 1
    assert ran.stderr.strip().endswith("ours VP8: no memory")
    assert ran.stdout == ""


@pytest.mark.serial
@pytest.mark.parametrize(("told", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_no_process_and_no_folder_is_left_when_it_is_stopped(
    told: signal.Signals, status: int, tmp_path: Path
) -> None:
    words = ("bench", "media", "--only", "ours", "--codec", "vp8", "--streams", "1")
    bench = subprocess.Popen(
        [sys.executable, "-m", "server.cli", *words],
        env={**os.environ, "TMPDIR": str(tmp_path)},
        stderr=subprocess.DEVNULL,
        # Where the tests run in the background of a shell, SIGINT is ignored by inheritance.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    children: list[psutil.Process] = []
    while not children and bench.poll() is None:
        time.sleep(0.1)
        children = psutil.Process(bench.pid).children()
    assert list(tmp_path.iterdir())
    bench.send_signal(told)
    assert bench.wait(30) == status
    assert not any(child.is_running() for child in children)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("codec", ["VP8", "H264"])
def test_the_footage_is_what_a_phone_sends(codec: str) -> None:
    shot = footage(codec)
    reader = depacketizer(codec)
    frames = [reader.join(list(payloads)) for payloads in shot.video]
    assert len(frames) == LOOP_S * shot.frames_per_s
    assert [keyframe for _, keyframe in frames] == [True] + [False] * (len(frames) - 1)
    assert reader.size(frames[0][0]) == (640, 480)
    assert 400_000 < sum(len(data) for data, _ in frames) * 8 / LOOP_S < 600_000


def test_a_viewer_counts_each_packet_once_and_asks_for_holes() -> None:
    track = ReceivedTrack(ssrc=7, own_ssrc=1)
    asked = [track.packet(number & 0xFFFF) for number in (65534, 65535, 65535, 2, 0, 3)]
    assert [asking is not None for asking in asked] == [False] * 3 + [True] + [False] * 2
    assert (track.received_packets, track.lost_packets) == (5, 1)


def test_packets_of_a_janus_recording_are_counted() -> None:
    body = b"".join(b"MEET" + struct.pack("!LH", 0, len(p)) + p for p in (b"one", b"three"))
    assert recorded_packets(b"MJR00002" + struct.pack("!H", 2) + b"{}" + body) == 2
    assert recorded_packets(b"") == 0


def test_every_section_offers_transport_wide_feedback() -> None:
    offer = "m=audio 9 X 96\r\na=mid:0\r\na=rtpmap:96 opus/48000/2\r\nm=video 9 X 97\r\na=mid:1\r\n"
    munged = with_transport_wide_feedback(offer)
    assert munged.count("a=extmap:5 ") == 2
    assert "a=rtcp-fb:96 transport-cc" in munged
