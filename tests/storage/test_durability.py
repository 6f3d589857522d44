"""What was acknowledged is kept: through a kill, through a full disk."""

import asyncio
import signal
import sys
import threading
from pathlib import Path

import pytest

from roll_call.errors import StorageError
from roll_call.ports.store import Transaction
from storage.audit import verify
from storage.sqlite import SqliteStore
from tests.storage.cast import NINE, staged

ROOT = Path(__file__).parents[2]


async def start_writer(data_dir: Path, *arguments: str) -> asyncio.subprocess.Process:
    """The writing process, its lines on a pipe."""
    command = ("-m", "tests.storage.writer_process", str(data_dir), *arguments)
    return await asyncio.create_subprocess_exec(
        sys.executable, *command, cwd=ROOT, stdout=asyncio.subprocess.PIPE
    )


async def kept_numbers(data_dir: Path) -> set[int]:
    """The numbers that are in the store after a restart."""
    store = SqliteStore(data_dir)
    await store.open()
    rows = await store.read(lambda r: r.log.after(0, 100_000))
    await store.close()
    return {int(row.subject_id) for row in rows if row.kind == "test.written"}


@pytest.mark.parametrize("acknowledgements", [1, 60, 400])
async def test_every_acknowledged_write_survives_a_kill(
    data_dir: Path, acknowledgements: int
) -> None:
    process = await start_writer(data_dir)
    assert process.stdout is not None
    acknowledged = {int(await process.stdout.readline()) for _ in range(acknowledgements)}
    process.send_signal(signal.SIGKILL)
    rest = (await process.stdout.read()).decode().split("\n")[:-1]
    await process.wait()
    acknowledged |= {int(line) for line in rest}
    kept = await kept_numbers(data_dir)
    assert acknowledged <= kept and len(kept) - len(acknowledged) <= 8
    assert verify(data_dir).findings == ()


async def test_a_disk_without_room_loses_nothing_acknowledged(data_dir: Path) -> None:
    await (await staged(SqliteStore(data_dir))).close()
    process = await start_writer(data_dir, "1000000")
    assert process.stdout is not None
    *lines, last = (await process.stdout.read()).decode().splitlines()
    assert await process.wait() == 0
    codes, readable = last.split()
    assert set(codes.split("|")) <= {"disk_full", "disk_write_failed"}
    assert lines and int(readable) > len(lines)
    assert {int(line) for line in lines} <= await kept_numbers(data_dir)
    assert verify(data_dir).findings == ()


async def test_a_full_database_says_so_and_works_again_once_there_is_room(data_dir: Path) -> None:
    store = await staged(SqliteStore(data_dir))

    def limit(pages: int) -> object:
        return store.write(lambda tx: tx.log._db.conn.execute(f"PRAGMA max_page_count = {pages}"))  # type: ignore[attr-defined]

    def fill(tx: Transaction) -> None:
        tx.log.append("test.filled", "test", "x", {"padding": "x" * 10_000}, "system", NINE)

    await limit(1)  # type: ignore[misc]  # SQLite lifts it to the present size
    acknowledged = 0
    with pytest.raises(StorageError, match="disk_full"):
        for _ in range(200):
            await store.write(fill)
            acknowledged += 1
    filled = await store.read(lambda r: [x for x in r.log.history("test", "x")])
    assert len(filled) == acknowledged
    await limit(100_000)  # type: ignore[misc]
    await store.write(fill)
    await store.close()
    assert verify(data_dir).findings == ()


async def test_a_full_disk_fails_the_whole_group_and_says_so_to_everyone(data_dir: Path) -> None:
    store = await staged(SqliteStore(data_dir))
    gate = threading.Event()

    def limit_and_wait(tx: Transaction) -> None:
        tx.log._db.conn.execute("PRAGMA max_page_count = 1")  # type: ignore[attr-defined]
        gate.wait(10)

    def fill(tx: Transaction) -> None:
        tx.log.append("test.filled", "test", "x", {"padding": "x" * 300_000}, "system", NINE)

    def small(tx: Transaction) -> None:
        tx.settings.set("small", "kept")

    waiting = asyncio.ensure_future(store.write(limit_and_wait))
    await asyncio.sleep(0.05)
    group = [asyncio.ensure_future(store.write(work)) for work in (small, fill, small)]
    gate.set()
    await waiting
    outcomes = await asyncio.gather(*group, return_exceptions=True)
    small_kept = await store.read(lambda r: r.settings.get("small"))
    told = [isinstance(outcome, StorageError) for outcome in outcomes]
    # SQLite may undo the one statement or the whole group; either way nobody is told otherwise.
    assert told[1] and (told[0], told[2]) == (small_kept is None, small_kept is None)
    await store.close()


async def test_nobody_is_told_before_the_group_is_committed(data_dir: Path) -> None:
    store = await staged(SqliteStore(data_dir))
    gate, seen = threading.Event(), []

    waiting = asyncio.ensure_future(store.write(lambda tx: gate.wait(10)))
    await asyncio.sleep(0.05)
    first = asyncio.ensure_future(store.write(lambda tx: tx.settings.set("first", "1")))

    def second(tx: Transaction) -> None:
        gate.clear()
        gate.wait(0.2)
        seen.append((first.done(), tx.settings.get("first")))

    both = asyncio.gather(first, store.write(second))
    gate.set()
    await asyncio.gather(waiting, both)
    assert seen == [(False, "1")]
    await store.close()


async def test_the_writer_flushes_every_commit(data_dir: Path) -> None:
    store = await staged(SqliteStore(data_dir))

    def pragmas(tx: Transaction) -> dict[str, object]:
        connection = tx.log._db.conn  # type: ignore[attr-defined]
        names = ("journal_mode", "synchronous", "foreign_keys", "secure_delete")
        return {name: connection.execute(f"PRAGMA {name}").fetchone()[0] for name in names}

    assert await store.write(pragmas) == {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "secure_delete": 1,
    }
    await store.close()


async def test_every_table_is_strict(data_dir: Path) -> None:
    store = await staged(SqliteStore(data_dir))
    loose = await store.write(
        lambda tx: tx.log._db.conn.execute(  # type: ignore[attr-defined]
            "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table'"
            " AND strict = 0 AND name NOT LIKE 'sqlite_%' AND name NOT LIKE '_sqlite_%'"
        ).fetchall()
    )
    assert loose == []
    await store.close()
