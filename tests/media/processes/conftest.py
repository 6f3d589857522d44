"""A running engine of two media processes and everything it reports."""

from collections.abc import AsyncIterator

import pytest

from media.processes.cluster import ClusterMediaEngine
from media.settings import EngineSettings
from tests.media.clients import Events


@pytest.fixture
async def cluster(settings: EngineSettings, events: Events) -> AsyncIterator[ClusterMediaEngine]:
    """Two media processes that take commands, ended after the test."""
    running = ClusterMediaEngine(settings, processes=2)
    await running.start(events)
    await running.all_ready()
    yield running
    await running.close()
