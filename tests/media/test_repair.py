"""A recording that was cut off is whole up to its last second, and is made seekable."""

import subprocess
import sys
import time
from pathlib import Path

import av
import pytest

from media.repair import repair
from roll_call.ports.media import RepairedFile
from tests.media.film import FRAMES_PER_S

KILLED_AFTER_S = 5.0
# What a person of the last second may be missing, and what a test on a busy machine adds to it.
LAST_S = 1.0


def pictures(path: Path) -> list[float]:
    """When each picture that decodes is shown."""
    with av.open(str(path)) as container:
        return [float(frame.pts * frame.time_base) for frame in container.decode(video=0)]


def lands_on(path: Path, at_s: float) -> float:
    """Where a player that jumps to ``at_s`` finds a keyframe."""
    with av.open(str(path)) as container:
        container.seek(round(at_s * 1_000_000))
        packet = next(container.demux(video=0))
        assert packet.is_keyframe
        return float(packet.pts * packet.time_base)


@pytest.fixture(scope="module")
def killed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, int], dict[str, int]]:
    """The folder of a process that was killed while it recorded, how many frames it had been
    given a second before and in all."""
    folder = tmp_path_factory.mktemp("killed")
    command = [sys.executable, "-m", "tests.media.recording_process", str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        lines = [process.stdout.readline()]
        time.sleep(KILLED_AFTER_S)
        killed_s = time.monotonic()
        process.kill()
        lines += process.stdout.readlines()
    sent = [line.split() for line in lines if line.endswith("\n")]
    before = {
        codec: sum(name == codec and float(at) < killed_s - LAST_S for name, at in sent)
        for codec in ("VP8", "H264")
    }
    return folder, before, {codec: sum(n == codec for n, _ in sent) for codec in before}


@pytest.mark.parametrize("codec", ["VP8", "H264"])
async def test_after_kill_9_everything_up_to_the_last_second_is_there(
    killed: tuple[Path, dict[str, int], dict[str, int]], codec: str
) -> None:
    folder, before, sent = killed
    (path,) = folder.glob(f"{codec}.*")
    cut = pictures(path)
    repaired = await repair(str(path))
    whole = pictures(path)
    lost_s = (sent[codec] - len(whole)) / FRAMES_PER_S
    print(f"{codec}: {sent[codec]} sent, {len(whole)} kept: {lost_s:.2f} s lost")
    assert len(whole) >= before[codec] >= 30
    assert whole[: len(cut) - 1] == pytest.approx(cut[: len(whole)][: len(cut) - 1], abs=0.002)
    assert isinstance(repaired, RepairedFile)
    assert repaired.video_frames == len(whole)
    assert repaired.audio_packets >= 100
    assert repaired.size_bytes == path.stat().st_size
    assert repaired.gaps == ()
    with av.open(str(path)) as container:
        assert container.duration is not None
        assert container.duration / 1e6 == pytest.approx(repaired.duration_s, abs=0.2)
    assert lands_on(path, 2.5) == pytest.approx(2.0, abs=0.1)
    assert [found.name for found in folder.iterdir() if "repaired" in found.name] == []


@pytest.mark.parametrize("content", [b"", b"media" * 100, b"\x1a\x45\xdf\xa3" + bytes(5000)])
async def test_what_cannot_be_repaired_stays_as_it_is(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "media.webm"
    path.write_bytes(content)
    assert await repair(str(path)) is None
    assert path.read_bytes() == content
    assert list(tmp_path.iterdir()) == [path]


async def test_a_repair_that_takes_too_long_is_given_up(
    killed: tuple[Path, dict[str, int], dict[str, int]],
) -> None:
    (path,) = killed[0].glob("VP8.*")
    before = path.read_bytes()
    assert await repair(str(path), limit_s=0.01) is None
    assert path.read_bytes() == before
    assert [found.name for found in path.parent.iterdir() if "repaired" in found.name] == []
