"""A running engine and everything it reports."""

from collections.abc import AsyncIterator

import pytest

from media.engine import PacketMediaEngine
from media.settings import EngineSettings
from tests.media.clients import Events


@pytest.fixture
def settings() -> EngineSettings:
    """Override for other settings."""
    return EngineSettings()


@pytest.fixture
def events() -> Events:
    """What the engine reported."""
    return Events()


@pytest.fixture
async def engine(settings: EngineSettings, events: Events) -> AsyncIterator[PacketMediaEngine]:
    """A started engine, closed after the test."""
    running = PacketMediaEngine(settings)
    await running.start(events)
    yield running
    await running.close()
