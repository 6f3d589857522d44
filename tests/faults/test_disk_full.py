"""No room left for a recording: the check-in succeeds, and the record says what is missing."""

import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from aiohttp import ClientWebSocketResponse

from server.check_in.capture import ROOM_BYTES
from server.errors import texts
from server.simulate.cameras import Scene
from server.simulate.phone import SimulatedPhone
from server.simulate.scenario import DuePerson
from tests.faults.station import Station, actor, running
from tests.faults.test_worker_killed import Incident

pytestmark = [pytest.mark.serial, pytest.mark.asyncio(loop_scope="module")]

MEGABYTE = 1_000_000
MEMORY = Path("/dev/shm")
"""A file system of its own on Linux, so that nobody else's files move its free space."""


class Disk:
    """Where recordings go; ``fill`` takes it below the server's reserve, ``free`` gives it back."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._ballast = folder / "ballast"
        spare = 3 * ROOM_BYTES // 2
        self.reserve_bytes = (shutil.disk_usage(folder).free - spare) // MEGABYTE * MEGABYTE

    def fill(self) -> None:
        """Take what is spare, and a little more."""
        wanted = shutil.disk_usage(self.folder).free - self.reserve_bytes + MEGABYTE
        with self._ballast.open("wb") as file:
            os.posix_fallocate(file.fileno(), 0, wanted)

    def free(self) -> None:
        """Give it back."""
        self._ballast.unlink(missing_ok=True)


@pytest.fixture(scope="module")
def disk() -> Iterator[Disk]:
    """A folder on a file system that the test may fill up to the reserve."""
    parent = MEMORY if MEMORY.is_dir() else None
    with tempfile.TemporaryDirectory(prefix="rollcall-faults-", dir=parent) as folder:
        yield Disk(Path(folder))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def recorded(tmp_path_factory: pytest.TempPathFactory, disk: Disk) -> AsyncIterator[Station]:
    """A server whose recordings lie on that file system."""
    data = tmp_path_factory.mktemp("recorded") / "data"
    data.mkdir()
    (data / "recordings").symlink_to(disk.folder, target_is_directory=True)
    reserve = str(disk.reserve_bytes // MEGABYTE)
    async with running(data, {"ROLLCALL_MEDIA__RECORDING_RESERVE_MB": reserve}) as station:
        yield station
        await station.is_unharmed()


@asynccontextmanager
async def console(station: Station, locale: str) -> AsyncIterator[ClientWebSocketResponse]:
    """A console that looks on, past its hello."""
    async with await station.staff.web_socket() as socket:
        await socket.receive_json()
        await socket.send_json({"type": "hello", "role": "console", "locale": locale})
        yield socket


async def troubles(console: ClientWebSocketResponse) -> list[dict[str, Any]]:
    """The errors among what a console was sent until now."""
    found = []
    while True:
        try:
            message = await console.receive_json(timeout=0.5)
        except TimeoutError:
            return found
        if message["type"] == "error":
            found.append(message)


async def check_in(station: Station, person: DuePerson, scene: Scene) -> dict[str, Any]:
    """Check in to the receipt; returns the recording once it is ready or given up."""
    conversation = await SimulatedPhone(station.url, person.device).check_in(scene, person.entry_id)
    assert conversation.receipt is not None
    return await station.recording(person.entry_id)


async def test_a_disk_that_fills_up_cuts_only_the_recording(recorded: Station, disk: Disk) -> None:
    person = await recorded.due("郭伟")
    async with console(recorded, "zh-CN") as chinese, console(recorded, "en") as english:
        try:
            kept = await check_in(recorded, person, Incident(disk.fill))
        finally:
            disk.free()
        told = {"zh-CN": await troubles(chinese), "en": await troubles(english)}
    assert await recorded.outcome(person.entry_id) == ("present", "verified")
    assert (kept["state"], kept["failure"]) == ("ready", "disk_full")
    media = await recorded.staff.download(f"/api/recordings/{kept['id']}/media")
    assert len(media) == kept["size_bytes"] > 0
    for locale, (trouble,) in told.items():
        assert (trouble["code"], trouble["fatal"]) == ("disk_full", False)
        assert trouble["message"].endswith(texts(locale).word("errors", "disk_full"))
        assert trouble["params"]["office"] in trouble["message"]
        assert trouble["params"]["session_id"] == kept["session_id"]


async def test_a_full_disk_starts_no_recording(recorded: Station, disk: Disk) -> None:
    person = await recorded.due("高翔", liveness=False)
    async with console(recorded, "zh-CN") as looker_on:
        try:
            disk.fill()
            kept = await check_in(recorded, person, actor())
        finally:
            disk.free()
        told = await troubles(looker_on)
    assert (await recorded.entry(person.entry_id))["verdicts"][0]["state"] == "match"
    assert (kept["state"], kept["failure"]) == ("failed", "disk_full")
    assert [trouble["code"] for trouble in told] == ["disk_full"]


async def test_with_room_again_it_records_again(recorded: Station) -> None:
    person = await recorded.due("罗娟", liveness=False)
    async with console(recorded, "zh-CN") as looker_on:
        kept = await check_in(recorded, person, actor())
        assert await troubles(looker_on) == []
    assert (kept["state"], kept["failure"]) == ("ready", None)
    assert not list((recorded.data / "recordings" / "unsealed").iterdir())
