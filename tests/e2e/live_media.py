"""What a browser page really sends and receives, by the statistics of its connections."""

import time
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import BrowserContext, Page

SCRIPT = Path(__file__).with_name("peers.js")
PATIENCE_S = 20.0
POLL_S = 0.25
STILL_S = 2.0

Direction = Literal["inbound", "outbound"]
Kind = Literal["audio", "video"]


def watch(context: BrowserContext) -> None:
    """Let every page of this context that is opened from now on be asked."""
    context.add_init_script(path=str(SCRIPT))


def media(page: Page, direction: Direction, kind: Kind) -> dict[str, float]:
    """``frames``, ``bytes``, ``packets``, ``width``, ``height`` and audio ``energy`` so far."""
    sums: dict[str, float] = page.evaluate(f"() => window.__media('{direction}', '{kind}')")
    return sums


def gain(page: Page, direction: Direction, kind: Kind, over_s: float) -> dict[str, float]:
    """How much each sum grows in a while."""
    before = media(page, direction, kind)
    page.wait_for_timeout(over_s * 1000)
    after = media(page, direction, kind)
    return {name: after[name] - before[name] for name in after}


def wait_for_end(page: Page, direction: Direction, kind: Kind, what: str = "frames") -> None:
    """Until a sum stands still for a while; what is under way comes first. Raises TimeoutError."""
    until = time.monotonic() + PATIENCE_S
    while gain(page, direction, kind, STILL_S)[what] != pytest.approx(0):
        if time.monotonic() > until:
            raise TimeoutError(f"{page.url}: {kind} {what} {direction} go on")


def wait_for(
    page: Page, direction: Direction, kind: Kind, least: float, what: str = "frames"
) -> None:
    """Until a sum has grown by so much. Raises TimeoutError."""
    start = media(page, direction, kind)[what]
    until = time.monotonic() + PATIENCE_S
    while media(page, direction, kind)[what] - start < least:
        if time.monotonic() > until:
            raise TimeoutError(f"{page.url}: no {kind} {what} {direction}")
        page.wait_for_timeout(POLL_S * 1000)
