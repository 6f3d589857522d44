"""Contract: a camera's login is kept, told to nobody, and gone with the camera."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from roll_call.errors import NotFound
from roll_call.ports.records import CameraRecord
from roll_call.ports.store import Store
from tests.storage.cast import change

GATE = CameraRecord(
    id="gate",
    unit_id="east",
    name="大门",
    address="rtsp://192.0.2.7:554/live",
    protected=True,
    added_at=datetime(2026, 11, 20, 1, tzinfo=UTC),
)
LOGIN = "officer:Geheim-7"


async def test_a_camera_comes_back_with_its_login(store: Store) -> None:
    hall = replace(GATE, id="hall", name="大厅", protected=False)
    await store.write(lambda tx: tx.cameras.add_camera(GATE, LOGIN, change()))
    await store.write(lambda tx: tx.cameras.add_camera(hall, None, change()))
    assert set(await store.read(lambda r: r.cameras.cameras())) == {GATE, hall}
    assert await store.read(lambda r: r.cameras.login("gate")) == LOGIN
    assert await store.read(lambda r: r.cameras.login("hall")) is None


async def test_it_moves_to_another_unit_with_its_login(store: Store) -> None:
    await store.write(lambda tx: tx.cameras.add_camera(GATE, LOGIN, change()))
    moved = replace(GATE, unit_id="west", name="后门")
    await store.write(lambda tx: tx.cameras.save_camera(moved, LOGIN, change()))
    assert await store.read(lambda r: r.cameras.camera("gate")) == moved
    assert await store.read(lambda r: r.cameras.login("gate")) == LOGIN


async def test_nothing_stays_of_a_removed_one(store: Store) -> None:
    await store.write(lambda tx: tx.cameras.add_camera(GATE, LOGIN, change()))
    await store.write(lambda tx: tx.cameras.remove_camera("gate", change()))
    assert await store.read(lambda r: r.cameras.cameras()) == ()
    for work in (lambda r: r.cameras.camera("gate"), lambda r: r.cameras.login("gate")):
        with pytest.raises(NotFound):
            await store.read(work)
    with pytest.raises(NotFound):
        await store.write(lambda tx: tx.cameras.remove_camera("gate", change()))


async def test_a_login_is_nowhere_in_clear(store: Store, data_dir: Path) -> None:
    await store.write(lambda tx: tx.cameras.add_camera(GATE, LOGIN, change()))
    await store.write(lambda tx: tx.cameras.save_camera(GATE, "officer:Anderes-8", change()))
    history = await store.read(lambda r: r.log.history("camera", "gate"))
    assert len(history) == 2
    await store.close()
    for path in data_dir.rglob("*"):
        content = path.read_bytes() if path.is_file() else b""
        assert b"Geheim-7" not in content and b"Anderes-8" not in content, path
