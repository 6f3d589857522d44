"""Chromium jumps about in every kind of recording and shows the right picture."""

import asyncio
import re
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page, Route, async_playwright

from bootstrap.browser import find_browser
from media.repair import repair
from media.writer import Ending, FileWriter, Opening, Sample
from roll_call.ports.media import RecordingFinished
from tests.media.film import FRAMES_PER_S, PACKETS_PER_S, second

# Not e2e: its asynchronous driver cannot share a process with the synchronous one of tests/e2e.
pytestmark = pytest.mark.serial

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
FLAGS += ["--disable-background-networking", "--disable-component-update", "--disable-sync"]
SITE = "http://recordings.test/"
PAGE = "<video muted></video><canvas width=32 height=24></canvas>"
OPEN = """name => new Promise((done, fail) => {
  const video = document.querySelector('video')
  video.onerror = () => fail(new Error(video.error.message))
  video.onloadeddata = () => done({
    duration: video.duration,
    seekable: video.seekable.length ? video.seekable.end(0) : 0,
  })
  video.src = name
})"""
LOOK = """at => new Promise((done, fail) => {
  const video = document.querySelector('video')
  video.onerror = () => fail(new Error(video.error.message))
  video.onseeked = () => {
    const canvas = document.querySelector('canvas').getContext('2d')
    canvas.drawImage(video, 0, 0, 32, 24)
    done({
      brightness: canvas.getImageData(16, 12, 1, 1).data[1],
      at: video.currentTime,
      size: [video.videoWidth, video.videoHeight],
    })
  }
  video.currentTime = at
})"""


@pytest.fixture
async def page(tmp_path: Path) -> AsyncIterator[Page]:
    """A page with a player, served with ranges from the test's folder."""

    async def serve(route: Route) -> None:
        name = route.request.url.removeprefix(SITE)
        if not name:
            await route.fulfill(body=PAGE, content_type="text/html")
            return
        body = (tmp_path / name).read_bytes()
        wanted = re.match(r"bytes=(\d+)-(\d*)", route.request.headers.get("range", ""))
        start = int(wanted[1]) if wanted else 0
        end = int(wanted[2]) if wanted and wanted[2] else len(body) - 1
        await route.fulfill(
            status=206,
            body=body[start : end + 1],
            content_type="video/webm" if name.endswith("webm") else "video/mp4",
            headers={
                "Content-Range": f"bytes {start}-{end}/{len(body)}",
                "Accept-Ranges": "bytes",
            },
        )

    found = find_browser()
    assert found is not None, "no browser: run make test, or set $CHROMIUM"
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=found, args=FLAGS)
        opened = await browser.new_page()
        await opened.route(SITE + "**", serve)
        await opened.goto(SITE)
        yield opened
        await browser.close()


async def look(page: Page, at_s: float) -> dict[str, Any]:
    """What the player shows after a jump to ``at_s``."""
    found: dict[str, Any] = await page.evaluate(LOOK, at_s)
    assert found["at"] == pytest.approx(at_s, abs=0.01)
    return found


def shoot(writer: FileWriter, codec: str, start_s: int, end_s: int, **film: Any) -> None:
    """Write the film of these seconds of the recording's timeline."""
    one = second(codec, **film)
    for at_s in range(start_s, end_s):
        for number in range(PACKETS_PER_S):
            if number % 10 < 3:
                index = number // 10 * 3 + number % 10
                ticks = at_s * 90_000 + index * 6000
                writer.handle(Sample(True, ticks, index == 0, one.frames[index]))
            ticks = at_s * 48_000 + number * 960
            writer.handle(Sample(False, ticks, True, one.packets[number]))


def recorded(folder: Path, codec: str, *parts: tuple[int, int, tuple[int, int]]) -> str:
    """A complete recording of parts: from, to, size; returns its name."""
    writer = FileWriter("film", str(folder / "film"), 0)
    writer.handle(Opening(codec, parts[0][2], True, 1.0))
    for start_s, end_s, size in parts:
        shoot(writer, codec, start_s, end_s, size=size)
    finished = writer.handle(Ending())
    assert isinstance(finished, RecordingFinished)
    return Path(finished.path).name


@pytest.mark.parametrize("codec", ["VP8", "H264"])
async def test_a_complete_recording_can_be_searched(page: Page, tmp_path: Path, codec: str) -> None:
    name = recorded(tmp_path, codec, (0, 40, (320, 240)))
    opened = await page.evaluate(OPEN, name)
    assert opened == {
        "duration": pytest.approx(40, abs=0.1),
        "seekable": pytest.approx(40, abs=0.1),
    }
    for at_s in (33, 7, 25, 0, 38):
        assert (await look(page, at_s + 0.03))["brightness"] > 150, at_s
        assert (await look(page, at_s + 0.53))["brightness"] < 80, at_s


@pytest.mark.parametrize("codec", ["VP8", "H264"])
async def test_a_change_of_size_and_a_gap_stay_playable(
    page: Page, tmp_path: Path, codec: str
) -> None:
    """A phone that was turned, then 30 s without a network, then a small picture."""
    sizes = ((320, 240), (240, 320), (160, 120))
    name = recorded(tmp_path, codec, (0, 5, sizes[0]), (5, 10, sizes[1]), (40, 45, sizes[2]))
    opened = await page.evaluate(OPEN, name)
    assert opened["duration"] == pytest.approx(45, abs=0.1)
    for at_s, size in ((42, sizes[2]), (7, sizes[1]), (2, sizes[0]), (43, sizes[2])):
        bright, dark = await look(page, at_s + 0.03), await look(page, at_s + 0.53)
        assert bright["brightness"] > 150 > 80 > dark["brightness"], at_s
        assert tuple(bright["size"]) == size
    assert (await look(page, 25))["brightness"] < 80, "the last picture before the gap stays"
    assert (await look(page, 40.03))["brightness"] > 150


@pytest.mark.parametrize("codec", ["VP8", "H264"])
async def test_a_repaired_recording_can_be_searched(page: Page, tmp_path: Path, codec: str) -> None:
    command = [sys.executable, "-m", "tests.media.recording_process", str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        await asyncio.sleep(7)
        process.send_signal(signal.SIGKILL)
    (path,) = tmp_path.glob(f"{codec}.*")
    repaired = await repair(str(path))
    assert repaired is not None and repaired.video_frames > 3 * FRAMES_PER_S
    opened = await page.evaluate(OPEN, path.name)
    assert opened["duration"] == pytest.approx(repaired.duration_s, abs=0.2)
    assert opened["seekable"] == pytest.approx(repaired.duration_s, abs=0.2)
    for at_s in (2, 0, 1):
        assert (await look(page, at_s + 0.03))["brightness"] > 150
        assert (await look(page, at_s + 0.53))["brightness"] < 80
