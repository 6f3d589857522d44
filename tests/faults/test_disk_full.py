"""No room left for a recording: the check-in succeeds, and the record says what is missing."""

import asyncio
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import pytest_asyncio

from server.check_in.capture import ROOM_BYTES
from server.errors import texts
from server.messages import Hello
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
async def recorded(
    tmp_path_factory: pytest.TempPathFactory, disk: Disk
) -> AsyncIterator[Station]:
    """A server whose recordings lie on that file system."""
    data = tmp_path_factory.mktemp("recorded") / "data"
    data.mkdir()
    (data / "recordings").symlink_to(disk.folder, target_is_directory=True)
    reserve = str(disk.reserve_bytes // MEGABYTE)
    async with running(data, {"ROLLCALL_MEDIA__RECORDING_RESERVE_MB": reserve}) as station:
        yield station
        await station.nobody_is_absent()


async def check_in(
    station: Station, person: DuePerson, scene: Scene, locale: str
) -> list[dict[str, Any]]:
    """Check in while a console looks on; returns the troubles that the console was told of."""
    async with await station.staff.web_socket() as console:
        await console.receive_json()
        await console.send_str(Hello(role="console", locale=locale).model_dump_json())  # type: ignore[arg-type]
        phone = SimulatedPhone(station.url, person.device)
        conversation = await phone.check_in(scene, person.entry_id)
        assert conversation.receipt is not None and conversation.receipt.state == "present"
        await station.recording(person.entry_id)
        return await troubles(console)


async def troubles(console: aiohttp.ClientWebSocketResponse) -> list[dict[str, Any]]:
    """The errors among what a console was sent until now."""
    found = []
    while True:
        try:
            message = await console.receive_json(timeout=0.5)
        except TimeoutError:
            return found
        if message["type"] == "error":
            found.append(message)


@pytest.mark.parametrize("locale", ["zh-CN", "en"])
async def test_a_disk_that_fills_up_cuts_only_the_recording(
    recorded: Station, disk: Disk, locale: str
) -> None:
    person = await recorded.due("郭伟")
    try:
        told = await check_in(recorded, person, Incident(disk.fill), locale)
    finally:
        disk.free()
    kept = await recorded.recording(person.entry_id)
    assert kept["failure"] == "disk_full", kept
    assert kept["state"] == "ready" and kept["size_bytes"] > 0
    media = await recorded.staff.download(f"/api/recordings/{kept['id']}/media")
    assert len(media) == kept["size_bytes"]
    assert [trouble["code"] for trouble in told] == ["disk_full"]
    assert told[0]["message"] == texts(locale).word("errors", "disk_full")  # type: ignore[arg-type]
    assert told[0]["params"]["session_id"] == kept["session_id"] and not told[0]["fatal"]


async def test_a_full_disk_starts_no_recording(recorded: Station, disk: Disk) -> None:
    person = await recorded.due("高翔", liveness=False)
    try:
        disk.fill()
        told = await check_in(recorded, person, actor(), "zh-CN")
    finally:
        disk.free()
    kept = await recorded.recording(person.entry_id)
    assert (kept["state"], kept["failure"]) == ("failed", "disk_full")
    assert [trouble["code"] for trouble in told] == ["disk_full"]


async def test_with_room_again_it_records_again(recorded: Station) -> None:
    person = await recorded.due("罗娟", liveness=False)
    told = await check_in(recorded, person, actor(), "zh-CN")
    kept = await recorded.recording(person.entry_id)
    assert (kept["state"], kept["failure"]) == ("ready", None) and told == []
    assert not list((recorded.data / "recordings" / "unsealed").iterdir())
    await asyncio.sleep(0)
