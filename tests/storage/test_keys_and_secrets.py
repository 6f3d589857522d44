"""The key file, and what lies encrypted under it."""

import asyncio
import os
import sqlite3
import stat
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from roll_call.errors import StorageError
from roll_call.people import SubjectKind
from roll_call.ports.store import Store, Transaction
from storage.keys import KeyFile
from storage.sqlite import DATABASE_NAME, KEY_NAME, SqliteStore
from tests.storage.cast import NINE, change, person, staged
from tests.storage.history import VECTOR, enrolment, picture
from tests.storage.test_sessions_and_evidence import REPLY


async def refusal(data_dir: Path) -> str:
    """The code with which a store refuses to open."""
    with pytest.raises(StorageError) as refused:
        await SqliteStore(data_dir).open()
    return refused.value.code


async def test_the_first_start_makes_files_that_only_the_owner_reads(
    store: Store, data_dir: Path
) -> None:
    await store.write(lambda tx: tx.settings.set("a", "b"))
    for path in [path for path in data_dir.rglob("*") if path.is_file()]:
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path.name
    assert stat.S_IMODE((data_dir / "keys").stat().st_mode) == 0o700


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o620, 0o644])
async def test_a_key_file_that_others_may_touch_is_refused(data_dir: Path, mode: int) -> None:
    await (await staged(SqliteStore(data_dir))).close()
    (data_dir / KEY_NAME).chmod(mode)
    assert await refusal(data_dir) == "key_file_exposed"
    (data_dir / KEY_NAME).chmod(0o600)
    store = SqliteStore(data_dir)
    await store.open()
    await store.close()


async def test_a_lost_key_is_not_replaced_by_a_new_one(data_dir: Path) -> None:
    await (await staged(SqliteStore(data_dir))).close()
    (data_dir / KEY_NAME).unlink()
    assert await refusal(data_dir) == "key_file_missing"
    assert not (data_dir / KEY_NAME).exists()
    KeyFile(data_dir / KEY_NAME).create()
    assert await refusal(data_dir) == "key_file_wrong"


@pytest.mark.parametrize("content", ["", "zz" * 32, "ab" * 31, "ab" * 33, "\xff"])
async def test_a_damaged_key_file_is_named_as_such(data_dir: Path, content: str) -> None:
    await (await staged(SqliteStore(data_dir))).close()
    (data_dir / KEY_NAME).write_bytes(content.encode("latin-1"))
    assert await refusal(data_dir) == "key_file_unreadable"


async def test_creating_never_overwrites_a_key(tmp_path: Path) -> None:
    file = KeyFile(tmp_path / "master.key")
    made = file.create()
    assert file.load().fingerprint == made.fingerprint
    with pytest.raises(StorageError, match="key_file_exists"):
        file.create()


async def test_one_process_a_data_directory(store: Store, data_dir: Path) -> None:
    assert await refusal(data_dir) == "store_in_use"
    await store.write(lambda tx: tx.settings.set("a", "b"))


def _enrol(who: str, *pictures: bool) -> Callable[[Transaction], None]:
    def work(tx: Transaction) -> None:
        taken = [picture(who, portrait) for portrait in pictures]
        tx.faces.enrol(enrolment(who), taken, change("enrolled"))

    return work


async def test_enrolments_come_back_in_clear_and_are_replaced_whole(store: Store) -> None:
    await store.write(_enrol("li", False, True))
    assert await store.read(lambda r: r.faces.enrolment(person("li"), "sface")) == enrolment("li")
    assert await store.read(lambda r: r.faces.enrolment(person("li"), "dlib")) is None
    assert [p.portrait for p in await store.read(lambda r: r.faces.pictures(person("li")))] == [
        False,
        True,
    ]
    portrait = await store.read(lambda r: r.faces.portrait(person("li")))
    assert portrait is not None and portrait.portrait and portrait.data.startswith(b"\xff\xd8")
    summaries = await store.read(lambda r: r.faces.summaries(SubjectKind.PERSON))
    assert {(s.frames, s.model, s.enrolled_at) for s in summaries.values()} == {(5, "sface", NINE)}
    await store.write(_enrol("li", True))
    assert len(await store.read(lambda r: r.faces.pictures(person("li")))) == 1


async def test_nothing_secret_lies_on_disk_in_clear(store: Store, data_dir: Path) -> None:
    await store.write(_enrol("li", True))
    await store.write(lambda tx: tx.sessions.save_reply(REPLY, change("answered")))
    secret = bytes.fromhex((data_dir / KEY_NAME).read_text())
    on_disk = b"".join(path.read_bytes() for path in data_dir.glob("rollcall.*"))
    for clear in (
        VECTOR[:64],
        b"face of",
        "家里".encode(),
        b"31.25",
        secret,
        secret.hex().encode(),
    ):
        assert clear not in on_disk


async def test_a_sealed_value_opens_only_where_it_belongs(store: Store, data_dir: Path) -> None:
    await store.write(_enrol("li", True))
    await store.write(_enrol("han", True))
    await store.close()
    with sqlite3.connect(data_dir / DATABASE_NAME) as raw:
        (sealed,) = raw.execute("SELECT sealed FROM enrolments WHERE subject_id = 'li'").fetchone()
        raw.execute("UPDATE enrolments SET sealed = ? WHERE subject_id = 'han'", (sealed,))
    raw.close()
    await store.open()
    with pytest.raises(StorageError, match="sealed_value_damaged"):
        await store.read(lambda r: r.faces.enrolment(person("han"), "sface"))
    assert await store.read(lambda r: r.faces.enrolment(person("li"), "sface")) is not None


async def test_destroying_a_key_erases_what_lay_under_it(store: Store, data_dir: Path) -> None:
    await store.write(_enrol("li", True))
    await store.write(lambda tx: tx.sessions.save_reply(REPLY, change("answered")))
    with sqlite3.connect(data_dir / DATABASE_NAME) as raw:
        (wrapped,) = raw.execute("SELECT wrapped FROM data_keys").fetchone()
        (sealed,) = raw.execute("SELECT sealed FROM enrolments").fetchone()
    raw.close()
    await store.write(lambda tx: tx.faces.destroy_key(person("li"), change("destroyed")))

    assert await store.read(lambda r: r.faces.enrolment(person("li"), "sface")) is None
    assert await store.read(lambda r: r.faces.portrait(person("li"))) is None
    assert await store.read(lambda r: r.sessions.reply("s-li")) is None
    assert await store.read(lambda r: r.sessions.replies_of("e-li")) == ()
    on_disk = b"".join(path.read_bytes() for path in data_dir.glob("rollcall.*"))
    assert wrapped not in on_disk and sealed not in on_disk

    await store.write(_enrol("li", True))
    second = replace(enrolment("li"), version=2)
    assert await store.read(lambda r: r.faces.enrolment(person("li"), "sface")) == second
    assert await store.read(lambda r: r.sessions.reply("s-li")) is None


async def test_opening_leaves_no_descriptor_behind_when_it_fails(data_dir: Path) -> None:
    await (await staged(SqliteStore(data_dir))).close()
    (data_dir / KEY_NAME).chmod(0o644)
    before = len(os.listdir("/proc/self/fd"))
    for _ in range(5):
        await refusal(data_dir)
    await asyncio.sleep(0)
    assert len(os.listdir("/proc/self/fd")) <= before
