"""Stores and recordings in a directory of the test's own."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from roll_call.ports.store import Store
from storage.sqlite import SqliteStore
from tests.storage.cast import staged

BACKENDS = {"sqlite": SqliteStore}
"""Another backend joins the contract suite here."""


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    """Where the store keeps everything."""
    return tmp_path / "var"


@pytest.fixture(params=sorted(BACKENDS))
async def store(request: pytest.FixtureRequest, data_dir: Path) -> AsyncIterator[Store]:
    """An open store with the cast in it."""
    opened = BACKENDS[request.param](data_dir)
    await staged(opened)
    yield opened
    await opened.close()
