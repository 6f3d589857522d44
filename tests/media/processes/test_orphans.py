"""The main process is killed: no media process outlives it for long, and nothing recorded is lost.

Each of them completes what it can by itself; nobody is there to tell it.
"""

import asyncio
import json
import sys
from pathlib import Path

import av
import psutil

ROOT = Path(__file__).parents[3]
PATIENCE_S = 10.0


async def test_media_processes_end_with_the_main_process(tmp_path: Path) -> None:
    stem = tmp_path / "recording"
    main = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.media.processes.main_process",
        str(stem),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
    )
    assert main.stdout is not None
    pids = json.loads(await asyncio.wait_for(main.stdout.readline(), 60))
    assert len(pids) == 2 and all(map(psutil.pid_exists, pids))
    main.kill()
    await main.wait()
    async with asyncio.timeout(PATIENCE_S):
        while any(_lives(pid) for pid in pids):
            await asyncio.sleep(0.05)
    with av.open(str(stem) + ".webm") as container:
        assert container.duration, "it was completed: a file that was cut off has no duration"
        assert sum(1 for _ in container.decode(video=0)) > 10


def _lives(pid: int) -> bool:
    try:
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False
