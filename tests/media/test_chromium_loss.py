"""A real Chromium on a bad network: its recording stays whole, and it slows down when it must."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page, Route, async_playwright

from bootstrap.browser import find_browser
from media.engine import PacketMediaEngine
from roll_call.ports.media import (
    AnswerOffer,
    MediaFlowing,
    PeerQuality,
    RecordingFinished,
    StartRecording,
    StopRecording,
)
from tests.media.clients import Events
from tests.media.lossy_network import Behind, Conditions, LossyNetwork
from tests.media.test_chromium import CAMERA_FLAGS, FLAGS, PAGE
from tests.media.test_loss import contents

pytestmark = [pytest.mark.serial, pytest.mark.quiet]


@pytest.fixture
async def page() -> AsyncIterator[Page]:
    """A page with a camera."""

    async def serve(route: Route) -> None:
        await route.fulfill(path=PAGE, content_type="text/html")

    found = find_browser()
    assert found is not None, "no browser: run make test, or set $CHROMIUM"
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=str(found), args=[*FLAGS, *CAMERA_FLAGS]
        )
        opened = await browser.new_page()
        await opened.route("**/*", serve)
        await opened.goto("http://localhost/")
        yield opened
        await browser.close()


@pytest.fixture
async def network() -> AsyncIterator[LossyNetwork]:
    """Between the browser and the engine; perfect until a test says otherwise."""
    between = LossyNetwork(seed=5)
    yield between
    between.close()


async def publish(engine: PacketMediaEngine, network: LossyNetwork, page: Page, codec: str) -> str:
    """Connect the page's camera; return the answer that it got."""
    offer = await page.evaluate("codec => offerCamera(codec)", codec)
    answer = await Behind(engine, network).answer(AnswerOffer("cam", offer))
    await page.evaluate("sdp => accept('camera', sdp)", answer)
    return answer


async def outbound(page: Page) -> dict[str, Any]:
    stats: dict[str, Any] = await page.evaluate("outbound('video')")
    return stats


@pytest.mark.parametrize("codec", ["VP8", "H264"])
async def test_five_percent_loss_and_100_ms_cost_hardly_a_frame(
    engine: PacketMediaEngine,
    events: Events,
    network: LossyNetwork,
    page: Page,
    tmp_path: Path,
    codec: str,
) -> None:
    network.up = network.down = Conditions(loss=0.05, delay_s=0.045, jitter_s=0.01)
    await publish(engine, network, page, codec)
    engine.send(StartRecording("cam", "rec", str(tmp_path / "session")))
    await events.wait(MediaFlowing)
    await asyncio.sleep(9)
    await page.evaluate("stopSending()")
    await asyncio.sleep(1.2)
    sent = await outbound(page)
    engine.send(StopRecording("rec"))
    finished = await events.wait(RecordingFinished)
    seen = contents(finished.path)
    share = seen.frames / sent["framesSent"]
    print(f"{codec}: {seen.frames} of {sent['framesSent']} frames, {network.sent_up}")
    assert sent["framesSent"] >= 100
    assert sent["retransmittedPacketsSent"] >= 5, "it takes our NACK and answers by RTX"
    assert share >= 0.97
    assert seen.torn == 0
    last = events.of(PeerQuality)[-2]
    assert last.round_trip_ms is not None, "it echoes our reference time"
    assert 85 <= last.round_trip_ms <= 200
    assert sent["remote"]["roundTripTime"] > 0.085, "it understands our reports"


async def test_it_sends_less_on_a_narrow_line_and_more_again_on_a_wide_one(
    engine: PacketMediaEngine, events: Events, network: LossyNetwork, page: Page
) -> None:
    answer = await publish(engine, network, page, "VP8")
    assert "transport-cc" in answer
    await events.wait(MediaFlowing)
    await asyncio.sleep(5)
    free = await outbound(page)
    network.up = Conditions(rate_bps=300_000, queue_s=0.4, delay_s=0.02)
    await asyncio.sleep(6)
    entered, overflowed = network.sent_up.entered, network.sent_up.overflowed
    await asyncio.sleep(6)
    narrow = await outbound(page)
    entered = network.sent_up.entered - entered
    overflowed = network.sent_up.overflowed - overflowed
    network.up = Conditions()
    await asyncio.sleep(14)
    wide = await outbound(page)
    told = {
        name: stats["availableOutgoingBitrate"]
        for name, stats in {"free": free, "narrow": narrow, "wide": wide}.items()
    }
    print(f"{told}, {overflowed} of {entered} packets overflowed in the narrow line")
    assert told["free"] > 500_000
    assert told["narrow"] < 450_000
    assert narrow["targetBitrate"] < 300_000
    assert overflowed < 0.1 * entered, "it does not push what the line cannot carry"
    assert told["wide"] > 1.3 * told["narrow"]
