"""``rollcall bench wall``: a real browser shows many live tiles from one server.

The server is ``rollcall serve`` as it is, with its recordings; the publishers are office terminals
that send what the wall asks of them (320x240 at 10 frames a second); the page is the console's.
"""

import asyncio
import os
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable
from contextlib import AsyncExitStack
from pathlib import Path
from secrets import token_urlsafe
from typing import Any

import psutil

from server.simulate.demo_seed import first_administrator
from server.simulate.embedded import EmbeddedServer
from server.simulate.load.footage import footage
from server.simulate.staff import StaffClient
from server.simulate.terminals import Office, Terminal, call_all, make_offices

SIZE, FRAMES_PER_S, BITRATE_BPS = (320, 240), 10, 150_000
MOST_TILES = 50
_CAPACITY = "ROLLCALL_MEDIA__MAX_TERMINALS"
_PAGE_SIZES = (6, 12, 24, 50)
_ALL_SHOWN_WITHIN_S = 60.0
_SETTLE_S = 3.0
_JOIN_AT_ONCE = 5
_BROWSERS = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--autoplay-policy=no-user-gesture-required",
    "--disable-features=WebRtcHideLocalIpsWithMdns",
]
# By tile: pictures that the element has shown, and whether it has any.
_SHOWN = """() => [...document.querySelectorAll('[data-session] video')].map((video) => {
  const seen = video.getVideoPlaybackQuality()
  return { shown: seen.totalVideoFrames - seen.droppedVideoFrames, width: video.videoWidth }
})"""

Say = Callable[[str], None]


class NoBrowser(Exception):
    """There is no Chromium on this machine; ``$CHROMIUM`` may name one."""


async def bench_wall(tiles: int, seconds: float, say: Say) -> dict[str, Any]:
    """The figures and their conditions. Raises NoBrowser."""
    browser = find_browser()
    with tempfile.TemporaryDirectory(prefix="rollcall-wall-") as folder:
        async with AsyncExitStack() as stack:
            say("starting the server")
            server = await stack.enter_async_context(
                EmbeddedServer(Path(folder), environment={_CAPACITY: str(tiles)})
            )
            staff = await stack.enter_async_context(StaffClient(server.ready.url))
            password = token_urlsafe(16)
            await first_administrator(staff, server.ready.setup_code or "", password)
            await staff.sign_in("admin", password)
            say(f"making {tiles} offices")
            offices = await make_offices(staff, tiles)
            await call_all(staff, [office.unit_id for office in offices])
            say(f"{tiles} terminals join")
            joined = time.monotonic()
            await _join(stack, server.ready.url, offices)
            joining_s = time.monotonic() - joined
            figures = await _watch(server, password, tiles, seconds, browser, say)
    return {
        "tiles": tiles,
        "seconds": seconds,
        "publishers": f"VP8 {SIZE[0]}x{SIZE[1]}@{FRAMES_PER_S}, {BITRATE_BPS // 1000} kbit/s",
        "cores": os.cpu_count(),
        "joining_s": round(joining_s, 1),
        **figures,
    }


def find_browser() -> str:
    """The browser to measure with. Raises NoBrowser."""
    for name in (os.environ.get("CHROMIUM", ""), *_BROWSERS):
        if name and (found := shutil.which(name)):
            return found
    raise NoBrowser


async def _join(stack: AsyncExitStack, url: str, offices: list[Office]) -> None:
    """All terminals, a few at a time, as after a power cut."""
    film = footage("VP8", SIZE, FRAMES_PER_S, BITRATE_BPS)
    turns = asyncio.Semaphore(_JOIN_AT_ONCE)

    async def join(office: Office) -> None:
        async with turns:
            terminal = await stack.enter_async_context(Terminal(url, office, film))
            await terminal.connect()
            await terminal.answer_call()

    await asyncio.gather(*(join(office) for office in offices))


async def _watch(
    server: EmbeddedServer, password: str, tiles: int, seconds: float, browser: str, say: Say
) -> dict[str, Any]:
    from playwright.async_api import async_playwright

    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=browser, args=_FLAGS)
        context = await chromium.new_context(viewport={"width": 1920, "height": 1080})
        await context.add_init_script(
            "if (location.protocol !== 'about:')"
            f" localStorage.setItem('rollcall.console.wall', '{_page_size(tiles)}')"
        )
        url = server.ready.url
        sign_in = {"username": "admin", "password": password}
        await context.request.post(
            f"{url}/api/session", data=sign_in, headers={"Origin": url}, fail_on_status_code=True
        )
        page = await context.new_page()
        say("opening the wall")
        opened = time.monotonic()
        await page.goto(url)
        all_shown = await _until_all_shown(page, tiles)
        opening_s = time.monotonic() - opened
        await asyncio.sleep(_SETTLE_S)
        say(f"counting for {seconds:g} s")
        before, began = await page.evaluate(_SHOWN), time.monotonic()
        cpu_before = _cpu(server)
        await asyncio.sleep(seconds)
        after, over_s = await page.evaluate(_SHOWN), time.monotonic() - began
        used = [late - early for early, late in zip(cpu_before, _cpu(server), strict=True)]
        await chromium.close()
    rates = [
        (late["shown"] - early["shown"]) / over_s
        for early, late in zip(before, after, strict=False)
    ]
    return {
        "tiles_shown": sum(tile["width"] > 0 for tile in after),
        "all_shown_after_s": round(opening_s, 1) if all_shown else None,
        "frames_per_s_min": round(min(rates, default=0.0), 2),
        "frames_per_s_median": round(statistics.median(rates), 2) if rates else 0.0,
        "server_cores": round(used[0] / over_s, 3),
        "browser_cores": round(used[1] / over_s, 3),
        "load_cores": round(used[2] / over_s, 3),
    }


async def _until_all_shown(page: Any, tiles: int) -> bool:
    until = time.monotonic() + _ALL_SHOWN_WITHIN_S
    while time.monotonic() < until:
        seen = await page.evaluate(_SHOWN)
        if sum(tile["shown"] > 0 for tile in seen) >= tiles:
            return True
        await asyncio.sleep(0.25)
    return False


def _page_size(tiles: int) -> int:
    return next(size for size in _PAGE_SIZES if size >= tiles)


def _cpu(server: EmbeddedServer) -> tuple[float, float, float]:
    """CPU seconds of the server with its processes, of the browser with its own, of the load."""
    mine = psutil.Process()
    browser = 0.0
    for child in mine.children(recursive=True):
        try:
            if child.name().startswith(("chrom", "google-chrome")):
                browser += sum(child.cpu_times()[:2])
        except psutil.NoSuchProcess:
            continue
    return server.cpu_s(), browser, sum(mine.cpu_times()[:2])
