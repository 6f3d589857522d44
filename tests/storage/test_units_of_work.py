"""Contract: what a unit of work promises, whatever the backend."""

import asyncio
from dataclasses import replace

import pytest

from roll_call.errors import Conflict, NotFound, StorageError
from roll_call.ports.store import Records, Store, Transaction
from tests.storage.cast import EAST, change


async def test_what_was_acknowledged_is_seen_by_readers(store: Store) -> None:
    await store.write(lambda tx: tx.settings.set("center", "清河"))
    assert await store.read(lambda r: r.settings.get("center")) == "清河"


async def test_a_unit_of_work_sees_its_own_writes(store: Store) -> None:
    def work(tx: Transaction) -> str | None:
        tx.settings.set("center", "清河")
        return tx.settings.get("center")

    assert await store.write(work) == "清河"


async def test_a_failing_unit_is_undone_and_its_neighbours_stand(store: Store) -> None:
    def failing(tx: Transaction) -> None:
        tx.settings.set("bad", "half done")
        tx.log.append("test.bad", "test", "x", {}, "system", change().at)
        raise NotFound("link_unknown")

    def good(number: int) -> object:
        return store.write(lambda tx: tx.settings.set(f"good{number}", "done"))

    before = len(await store.read(lambda r: r.log.after(0, 10_000)))
    outcomes = await asyncio.gather(
        *(good(n) if n % 3 else store.write(failing) for n in range(30)), return_exceptions=True
    )
    assert [isinstance(o, NotFound) for o in outcomes] == [n % 3 == 0 for n in range(30)]
    assert await store.read(lambda r: r.settings.get("bad")) is None
    kept = await store.read(lambda r: [r.settings.get(f"good{n}") for n in range(30) if n % 3])
    assert kept == ["done"] * 20
    assert len(await store.read(lambda r: r.log.after(0, 10_000))) == before


async def test_thirty_two_writers_at_once_all_get_through(store: Store) -> None:
    async def writer(number: int) -> None:
        for step in range(20):
            await store.write(lambda tx, s=step: _count(tx, f"{number}", s))
            await store.read(lambda r: r.people.persons())

    await asyncio.gather(*(writer(number) for number in range(32)))
    total = await store.read(lambda r: sum(int(r.settings.get(f"{n}") or 0) for n in range(32)))
    assert total == 32 * 20


def _count(tx: Transaction, name: str, step: int) -> None:
    tx.settings.set(name, str(int(tx.settings.get(name) or 0) + 1))
    tx.log.append("test.counted", "test", name, {"step": step}, "system", change().at)


async def test_a_read_is_one_snapshot(store: Store) -> None:
    seen: list[str | None] = []
    loop = asyncio.get_running_loop()

    async def write() -> None:
        await store.write(lambda tx: tx.settings.set("center", "later"))

    def slow_read(records: Records) -> None:
        seen.append(records.settings.get("center"))
        asyncio.run_coroutine_threadsafe(write(), loop).result(10)
        seen.append(records.settings.get("center"))

    await store.read(slow_read)
    assert seen == [None, None]
    assert await store.read(lambda r: r.settings.get("center")) == "later"


async def test_readers_cannot_write(store: Store) -> None:
    with pytest.raises(StorageError):
        await store.read(lambda r: r.people._db.conn.execute("DELETE FROM persons"))  # type: ignore[attr-defined]
    assert len(await store.read(lambda r: r.people.persons())) == 3


async def test_a_broken_constraint_is_a_typed_error(store: Store) -> None:
    nowhere = replace(EAST, id="north", parent_id="no such unit")
    with pytest.raises(StorageError, match="constraint_refused"):
        await store.write(lambda tx: tx.people.add_unit(nowhere, change()))
    with pytest.raises(Conflict):
        await store.write(lambda tx: tx.people.add_unit(EAST, change()))


async def test_a_closed_store_refuses_with_a_typed_error(store: Store) -> None:
    await store.close()
    with pytest.raises(StorageError, match="store_closed"):
        await store.write(lambda tx: None)
    with pytest.raises(StorageError, match="store_closed"):
        await store.read(lambda r: None)


async def test_closing_completes_what_was_handed_in(store: Store) -> None:
    writes = [
        asyncio.ensure_future(store.write(lambda tx, n=n: tx.settings.set(f"k{n}", "v")))
        for n in range(100)
    ]
    await store.close()
    await asyncio.gather(*writes)
    await store.open()
    assert await store.read(lambda r: all(r.settings.get(f"k{n}") for n in range(100)))
