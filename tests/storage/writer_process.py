"""A process that writes until it is killed or its disk is full; one line for each acknowledgement.

Usage: ``python -m tests.storage.writer_process DATA_DIR [FILE_SIZE_LIMIT]``
"""

import asyncio
import os
import resource
import sys
from pathlib import Path

from roll_call.errors import StorageError
from roll_call.ports.store import Transaction
from storage.sqlite import SqliteStore
from tests.storage.cast import NINE

WRITERS = 8


async def write_for_ever(store: SqliteStore, writer: int) -> str:
    """Write numbered rows; the code of the error that ended it."""
    number = writer
    try:
        while True:
            await store.write(lambda tx, n=number: _row(tx, n))
            os.write(1, f"{number}\n".encode())
            number += WRITERS
    except StorageError as error:
        return error.code


def _row(tx: Transaction, number: int) -> None:
    payload = {"number": number, "padding": "x" * 1000}
    tx.log.append("test.written", "test", str(number), payload, "system", NINE)


async def main(data_dir: Path, limit: int | None) -> None:
    """Open, limit the size of files, write."""
    store = SqliteStore(data_dir)
    await store.open()
    if limit is not None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    codes = await asyncio.gather(*(write_for_ever(store, n) for n in range(WRITERS)))
    readable = await store.read(lambda r: len(r.log.after(0, 100_000)))
    os.write(1, f"{'|'.join(sorted(set(codes)))} {readable}\n".encode())
    await store.close()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else None))
