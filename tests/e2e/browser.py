"""Headless Chromium with nothing fetched and nothing sent beyond this machine."""

import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from urllib.parse import urlsplit

from PIL import Image
from playwright.sync_api import (
    Browser,
    BrowserContext,
    BrowserType,
    ConsoleMessage,
    Page,
    Request,
)

from bootstrap.browser import find_browser

ROOT = Path(__file__).resolve().parents[2]
ARTIFACTS = ROOT / "tests" / "artifacts"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--autoplay-policy=no-user-gesture-required",
    "--force-color-profile=srgb",
    # A camera is there, so that refusing it is told apart from having none.
    "--use-fake-device-for-media-stream",
    # Without it the page's candidates are .local names that only multicast DNS could resolve.
    "--disable-features=WebRtcHideLocalIpsWithMdns",
]
_failures = count(1)
PHONE = {"width": 360, "height": 640}
LARGE_BYTES = 140_000
DESK = {"width": 1366, "height": 768}


def launch(chromium: BrowserType, *flags: str) -> Browser:
    """Start the browser that the set-up found."""
    found = find_browser()
    assert found is not None, "no browser: run make test, or set $CHROMIUM"
    return chromium.launch(executable_path=str(found), args=[*FLAGS, *flags])


@contextmanager
def phone(
    browser: Browser,
    locale: str = "zh-CN",
    camera: bool = True,
    zone: str = "Asia/Shanghai",
) -> Iterator[BrowserContext]:
    """A phone of 360x640 whose owner lets the page use the camera, or does not."""
    context = browser.new_context(
        viewport=PHONE,
        device_scale_factor=2,
        is_mobile=True,
        has_touch=True,
        locale=locale,
        timezone_id=zone,
        permissions=["camera", "microphone"] if camera else [],
    )
    with _closed(context):
        yield context


@contextmanager
def desk(browser: Browser, locale: str = "zh-CN", dark: bool = False) -> Iterator[BrowserContext]:
    """An officer's screen of 1366x768."""
    context = browser.new_context(
        viewport=DESK,
        locale=locale,
        timezone_id="Asia/Shanghai",
        color_scheme="dark" if dark else "light",
        permissions=["camera", "microphone"],
    )
    # The console remembers language and theme here, and is Chinese and light unless told.
    context.add_init_script(
        "if (location.protocol !== 'about:') {"
        f"localStorage.setItem('rollcall.console.locale', '{locale}');"
        f"localStorage.setItem('rollcall.console.theme', '{'dark' if dark else 'light'}') }}"
    )
    with _closed(context):
        yield context


@contextmanager
def _closed(context: BrowserContext) -> Iterator[BrowserContext]:
    """Close the context at the end; keep pictures and a trace of it when the test fails.

    A page that asks another host for anything, or reports an error, fails the test.
    """
    context.set_default_timeout(20_000)
    faults = _watch(context)
    context.tracing.start(snapshots=True)
    try:
        yield context
        assert not faults, faults
    except BaseException:
        ARTIFACTS.mkdir(exist_ok=True)
        number = next(_failures)
        for index, page in enumerate(context.pages):
            page.screenshot(path=ARTIFACTS / f"failed-{number}-{index}.png")
        context.tracing.stop(path=ARTIFACTS / f"failed-{number}.zip")
        raise
    else:
        context.tracing.stop()
    finally:
        context.close()


def _watch(context: BrowserContext) -> list[str]:
    """A list that fills with what no page may do."""
    faults: list[str] = []

    def asked(request: Request) -> None:
        host = urlsplit(request.url).hostname
        if host not in {None, "localhost", "127.0.0.1"}:
            faults.append(f"asked another host: {request.url}")

    def said(message: ConsoleMessage) -> None:
        # Refused requests are the tests' own business; they are seen on the page.
        refused = "Failed to load resource" in message.text or "WebSocket" in message.text
        if message.type == "error" and not refused:
            faults.append(f"console: {message.text}")

    context.on("request", asked)
    context.on("console", said)
    context.on("weberror", lambda error: faults.append(f"uncaught: {error.error}"))
    return faults


BLUR_FACES = """() => {
    const faces = [...document.querySelectorAll('video, canvas, img')].filter(
        (one) => !/QR|二维码/.test(one.getAttribute('alt') ?? ''))
    for (const face of faces) {
        face.style.filter = `blur(${Math.max(3, face.clientWidth * 0.04)}px)`
    }
    return faces.length
}"""
SHARP_AGAIN = """() => {
    for (const one of document.querySelectorAll('video, canvas, img')) one.style.filter = ''
}"""


def shoot(page: Page, name: str) -> None:
    """A screenshot, ``<name>.png``, when fonts are loaded and two frames have been painted.

    It goes to tests/artifacts/screenshots; ``make end-to-end SHOTS=docs/screenshots`` renews those
    of the documents. Faces are blurred: the repository holds no pictures of people.
    """
    page.evaluate(BLUR_FACES)
    page.evaluate(
        "() => document.fonts.ready.then(() => new Promise("
        "done => requestAnimationFrame(() => requestAnimationFrame(done))))"
    )
    folder = ROOT / os.environ.get("SHOTS", "tests/artifacts/screenshots")
    folder.mkdir(parents=True, exist_ok=True)
    picture = page.screenshot(animations="disabled")
    page.evaluate(SHARP_AGAIN)
    (folder / f"{name}.png").write_bytes(
        smaller(picture) if len(picture) > LARGE_BYTES else picture
    )


def smaller(png: bytes) -> bytes:
    """The same picture with 256 colours, which halves one that shows a face."""
    whole = Image.open(io.BytesIO(png)).convert("RGB")
    # Maximum coverage keeps the few pixels of a coloured badge right beside a large photograph.
    few = whole.quantize(256, Image.Quantize.MAXCOVERAGE, kmeans=1)
    written = io.BytesIO()
    few.save(written, "PNG", optimize=True)
    return written.getvalue()
