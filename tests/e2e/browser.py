"""Headless Chromium with nothing fetched and nothing sent beyond this machine."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page, Playwright

from bootstrap.browser import find_browser

ROOT = Path(__file__).resolve().parents[2]
SCREENSHOTS = ROOT / "docs" / "screenshots"
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
    # Without it the page's candidates are .local names that only multicast DNS could resolve.
    "--disable-features=WebRtcHideLocalIpsWithMdns",
]
PHONE = {"width": 360, "height": 640}
DESK = {"width": 1366, "height": 768}


def launch(playwright: Playwright) -> Browser:
    """Start the browser that the set-up found."""
    found = find_browser()
    assert found is not None, "no browser: run make test, or set $CHROMIUM"
    return playwright.chromium.launch(executable_path=str(found), args=FLAGS)


@contextmanager
def phone(browser: Browser, locale: str = "zh-CN", camera: bool = True) -> Iterator[BrowserContext]:
    """A phone of 360x640 whose owner lets the page use the camera, or does not."""
    context = browser.new_context(
        viewport=PHONE,
        device_scale_factor=2,
        is_mobile=True,
        has_touch=True,
        locale=locale,
        timezone_id="Asia/Shanghai",
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
    with _closed(context):
        yield context


@contextmanager
def _closed(context: BrowserContext) -> Iterator[BrowserContext]:
    """Close the context at the end; keep a trace of it when the test fails."""
    context.set_default_timeout(20_000)
    context.tracing.start(screenshots=True, snapshots=True)
    try:
        yield context
    except BaseException:
        ARTIFACTS.mkdir(exist_ok=True)
        for index, page in enumerate(context.pages):
            page.screenshot(path=ARTIFACTS / f"failed-{id(context)}-{index}.png")
        context.tracing.stop(path=ARTIFACTS / f"failed-{id(context)}.zip")
        raise
    else:
        context.tracing.stop()
    finally:
        context.close()


def shoot(page: Page, name: str) -> None:
    """A screenshot for the documents: docs/screenshots/<name>.png, when its time has come.

    Pages are quiet when fonts are loaded and two frames have been painted.
    """
    page.evaluate(
        "() => document.fonts.ready.then(() => new Promise("
        "done => requestAnimationFrame(() => requestAnimationFrame(done))))"
    )
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENSHOTS / f"{name}.png", animations="disabled")
