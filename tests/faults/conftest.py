"""One server for most of the faults, watched from inside; other modules start their own."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.faults.sockets import SocketLog, watched
from tests.faults.station import Station, running

HERE = Path(__file__).parent
ELSEWHERE = {"TZ": "Pacific/Kiritimati"}
"""The machine's own zone is 14 hours off Greenwich; the center's is Asia/Shanghai."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A fault is mostly waited for: two of these files may run side by side."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.quiet)


@pytest.fixture(scope="session")
def socket_log(tmp_path_factory: pytest.TempPathFactory) -> SocketLog:
    """What the shared server's processes did with sockets."""
    return SocketLog(tmp_path_factory.mktemp("sockets") / "log")


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def shared_station(
    tmp_path_factory: pytest.TempPathFactory, socket_log: SocketLog
) -> AsyncIterator[Station]:
    """The server of the whole folder."""
    data: Path = tmp_path_factory.mktemp("station") / "data"
    async with running(data, {**watched(socket_log.path), **ELSEWHERE}) as station:
        yield station


@pytest_asyncio.fixture(loop_scope="session")
async def station(shared_station: Station) -> AsyncIterator[Station]:
    """The server of the whole folder; it must outlive every test, and condemn nobody."""
    yield shared_station
    await shared_station.is_unharmed()
