"""A real Chromium publishes and watches through the engine, and plays what was recorded."""

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Page, Route, async_playwright

from bootstrap.browser import find_browser
from media.engine import PacketMediaEngine
from roll_call.ports.media import (
    AnswerOffer,
    FrameTapped,
    MediaFlowing,
    RecordingFinished,
    SetRoute,
    StartRecording,
    StartTap,
    StopRecording,
)
from tests.media.clients import Events

PAGE = Path(__file__).with_name("chromium_page.html")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # Without it Chromium cannot connect at all on a machine without a network.
    "--allow-loopback-in-peer-connection",
    "--autoplay-policy=no-user-gesture-required",
]
CAMERA_FLAGS = ["--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream"]

# Not e2e: its asynchronous driver cannot share a process with the synchronous one of tests/e2e.
pytestmark = pytest.mark.serial


@pytest.fixture
async def pages(tmp_path: Path) -> AsyncIterator[tuple[Page, Page]]:
    """The page twice, and the recordings beside it, at an address that counts as secure."""

    async def serve(route: Route) -> None:
        name = route.request.url.rpartition("/")[2]
        if not name:
            await route.fulfill(path=PAGE, content_type="text/html")
            return
        body = (tmp_path / name).read_bytes()
        kind = "video/webm" if name.endswith("webm") else "video/mp4"
        wanted = re.match(r"bytes=(\d+)-(\d*)", route.request.headers.get("range", ""))
        if wanted is None:
            await route.fulfill(body=body, content_type=kind)
            return
        start = int(wanted[1])
        end = int(wanted[2]) if wanted[2] else len(body) - 1
        await route.fulfill(
            status=206,
            body=body[start : end + 1],
            content_type=kind,
            headers={
                "Content-Range": f"bytes {start}-{end}/{len(body)}",
                "Accept-Ranges": "bytes",
            },
        )

    found = find_browser()
    assert found is not None, "no browser: run make test, or set $CHROMIUM"
    async with async_playwright() as playwright:
        opened = []
        # Two browsers: with a camera allowed, a browser no longer hides its addresses.
        for flags in ([*FLAGS, *CAMERA_FLAGS], FLAGS):
            browser = await playwright.chromium.launch(executable_path=str(found), args=flags)
            page = await browser.new_page()
            await page.route("**/*", serve)
            await page.goto("http://localhost/")
            opened.append(page)
        yield opened[0], opened[1]
        for page in opened:
            assert page.context.browser is not None
            await page.context.browser.close()


async def negotiate(
    engine: PacketMediaEngine, page: Page, peer: str, offer: str
) -> list[list[str]]:
    """Answer one of the page's connections; return its mids with their kinds."""
    answer = await engine.answer(AnswerOffer(peer, offer))
    sections: list[list[str]] = await page.evaluate(
        "([name, sdp]) => accept(name, sdp)", [peer, answer]
    )
    return sections


@pytest.mark.parametrize("codec", ["VP8", "H264"])
async def test_chromium_publishes_watches_and_plays(
    engine: PacketMediaEngine,
    events: Events,
    pages: tuple[Page, Page],
    tmp_path: Path,
    codec: str,
) -> None:
    page, viewer = pages
    offer = await page.evaluate("codec => offerCamera(codec)", codec)
    await negotiate(engine, page, "camera", offer)
    engine.send(StartTap("camera"))
    engine.send(StartRecording("camera", "rec", str(tmp_path / "session")))
    flowing = await events.wait(MediaFlowing)
    assert flowing.codec == codec

    offer = await viewer.evaluate("offerConsole(2)")
    assert ".local " in offer, "a page without a camera hides its addresses; it must work anyway"
    sections = await negotiate(engine, viewer, "console", offer)
    videos = [mid for mid, kind in sections if kind == "video"]
    audio = next(mid for mid, kind in sections if kind == "audio")
    engine.send(SetRoute("console", videos[1], "camera"))
    engine.send(SetRoute("console", audio, "camera"))
    first_frame_ms = await viewer.evaluate("mid => watch(mid)", videos[1])
    await asyncio.sleep(4)
    seen = await viewer.evaluate("inbound('console', 'video')")
    heard = await viewer.evaluate("inbound('console', 'audio')")
    assert first_frame_ms < 5000
    assert seen["framesDecoded"] >= 30
    assert seen["packetsLost"] == 0
    assert heard["packetsReceived"] >= 100

    engine.send(StopRecording("rec"))
    finished = await events.wait(RecordingFinished)
    assert len(events.of(FrameTapped)) >= finished.video_frames - 2 >= 30
    duration, width, height = await viewer.evaluate(
        "name => duration(name)", Path(finished.path).name
    )
    assert duration == pytest.approx(finished.duration_s, abs=0.3)
    assert (width, height) == (640, 480)
    middle = await viewer.evaluate("second => playedTo(second)", duration / 2)
    assert middle == pytest.approx(duration / 2, abs=0.2)
    print(f"{codec}: first frame {first_frame_ms:.0f} ms, {seen['framesDecoded']} frames")
