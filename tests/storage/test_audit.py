"""The audit finds whatever was done to the records behind the store's back, and nothing else."""

import asyncio
import random
import shutil
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from roll_call.entry import EntryState
from roll_call.errors import StorageError
from roll_call.ports.records import RecordingState
from roll_call.ports.store import Store
from roll_call.reasons import Reason
from storage.audit import verify
from storage.findings import FindingKind
from storage.recordings import LocalRecordings
from storage.sqlite import DATABASE_NAME, HEAD_NAME, SqliteStore
from tests.storage.cast import NINE, change, person, settle, staged
from tests.storage.history import live_through
from tests.storage.tampering import TAMPERS, tamper_with, truncate
from tests.storage.test_sessions_and_evidence import RECORDING


@pytest.fixture
async def lived(data_dir: Path) -> AsyncIterator[Path]:
    """The data directory of a store with a history, closed."""
    store = await staged(SqliteStore(data_dir))
    await live_through(store, random.Random(7), 30)
    await store.close()
    yield data_dir


def found(data_dir: Path) -> set[FindingKind]:
    """The kinds of the findings."""
    return {finding.kind for finding in verify(data_dir).findings}


def copied(data_dir: Path, target: Path) -> Path:
    """A copy to spoil."""
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(data_dir, target)
    return target


async def test_an_honest_history_gives_no_finding(lived: Path) -> None:
    report = verify(lived)
    assert report.findings == ()
    assert report.rows > 60 and report.records > 25 and report.head_seq == report.rows
    assert report.erased > 0


@pytest.mark.parametrize("seed", range(5))
async def test_no_false_alarm_whatever_happened(data_dir: Path, seed: int) -> None:
    store = await staged(SqliteStore(data_dir))
    await live_through(store, random.Random(seed), 15)
    assert verify(data_dir).findings == ()
    await store.close()
    await store.open()
    await store.write(lambda tx: tx.settings.set("a", "b"))
    await store.close()
    assert verify(data_dir).findings == ()


@pytest.mark.parametrize("name", sorted(TAMPERS))
async def test_every_tampering_is_found(lived: Path, tmp_path: Path, name: str) -> None:
    missed = [seed for seed in range(25) if not spoiled(lived, tmp_path / "copy", name, seed)]
    assert missed == []


@pytest.mark.long
@pytest.mark.timeout(1800)
async def test_ten_thousand_tamperings_are_all_found(lived: Path, tmp_path: Path) -> None:
    names = sorted(TAMPERS)
    tried = ((names[seed % len(names)], seed) for seed in range(1000, 11_000))
    missed = [
        (name, seed) for name, seed in tried if not spoiled(lived, tmp_path / "copy", name, seed)
    ]
    assert missed == []


def spoiled(data_dir: Path, target: Path, name: str, seed: int) -> set[FindingKind]:
    """What the audit finds after one random tampering."""
    spoilt = copied(data_dir, target)
    tamper_with(spoilt / DATABASE_NAME, TAMPERS[name], random.Random(seed))
    return found(spoilt)


async def test_what_is_found_is_named(lived: Path, tmp_path: Path) -> None:
    expected = {
        "alter_payload": {FindingKind.PAYLOAD_ALTERED},
        "rewrite": {FindingKind.HEAD_MISMATCH},
        "alter_record": {FindingKind.RECORD_ALTERED},
    }
    for name, kinds in expected.items():
        assert spoiled(lived, tmp_path / "copy", name, 3) == kinds, name
    assert FindingKind.TRUNCATED in spoiled(lived, tmp_path / "copy", "truncate", 3)
    assert FindingKind.PAYLOAD_MISSING in spoiled(lived, tmp_path / "copy", "delete_payload", 3)
    assert FindingKind.GAP in spoiled(lived, tmp_path / "copy", "delete_rows", 4)


async def test_a_moment_spelled_oddly_is_found(lived: Path) -> None:
    with closing(sqlite3.connect(lived / DATABASE_NAME)) as raw:
        raw.execute("UPDATE roll_calls SET opens_at = replace(opens_at, 'T', ' ')")
        raw.commit()
    assert found(lived) == {FindingKind.RECORD_ALTERED}


async def test_a_head_that_is_gone_or_not_ours_is_found(lived: Path) -> None:
    head = lived / HEAD_NAME
    signed = head.read_bytes()
    head.write_bytes(signed.replace(b'"seq": ', b'"seq": 1'))
    assert found(lived) == {FindingKind.HEAD_FORGED}
    head.unlink()
    assert found(lived) == {FindingKind.HEAD_MISSING}
    head.write_bytes(b"\0" * 700)
    assert found(lived) == {FindingKind.HEAD_FORGED}


async def test_a_torn_slot_of_the_head_is_no_alarm(lived: Path) -> None:
    head = lived / HEAD_NAME
    signed = head.read_bytes()
    for slot in (0, 512):
        head.write_bytes(signed[:slot] + b"\0" * 512 + signed[slot + 512 :])
        assert found(lived) == set()


async def test_a_store_whose_log_was_cut_does_not_open(lived: Path) -> None:
    tamper_with(lived / DATABASE_NAME, truncate, random.Random(1))
    with pytest.raises(StorageError, match="log_head_mismatch"):
        await SqliteStore(lived).open()
    assert FindingKind.TRUNCATED in found(lived)


async def test_a_store_whose_head_is_gone_does_not_open(lived: Path) -> None:
    (lived / HEAD_NAME).unlink()
    with pytest.raises(StorageError, match="log_head_missing"):
        await SqliteStore(lived).open()


async def test_a_log_cut_under_a_running_server_is_not_buried(store: Store, data_dir: Path) -> None:
    tamper_with(data_dir / DATABASE_NAME, truncate, random.Random(1))
    with pytest.raises(StorageError, match="log_head_mismatch"):
        await store.write(lambda tx: tx.log.append("a.b", "a", "b", {}, "system", NINE))
    assert FindingKind.TRUNCATED in found(data_dir)


async def test_an_erased_payload_is_no_finding(store: Store, data_dir: Path) -> None:
    erased = await store.write(lambda tx: tx.log.erase(person("li"), "zhao", NINE))
    assert erased == 3
    report = verify(data_dir)
    assert (report.findings, report.erased) == ((), 3)
    rows = await store.read(lambda r: r.log.history("person", "li"))
    assert [(row.kind, row.payload is None) for row in rows] == [
        ("person.made", True),
        ("log.payloads_erased", False),
    ]


async def test_a_result_stays_verifiable_after_the_persons_data_is_erased(
    store: Store, data_dir: Path
) -> None:
    await store.write(settle(EntryState.PRESENT, Reason.VERIFIED, None))
    await store.write(lambda tx: tx.log.erase(person("li"), "zhao", NINE))
    await store.close()
    assert verify(data_dir).findings == ()
    with closing(sqlite3.connect(data_dir / DATABASE_NAME)) as raw:
        raw.execute("UPDATE entries SET state = 'excused' WHERE id = 'e-li'")
        raw.commit()
    assert found(data_dir) == {FindingKind.RECORD_ALTERED}


async def test_the_audit_runs_beside_a_server_at_work(store: Store, data_dir: Path) -> None:
    done = asyncio.Event()

    async def work() -> None:
        while not done.is_set():
            await store.write(lambda tx: tx.log.append("a.b", "a", "b", {}, "system", NINE))

    worker = asyncio.create_task(work())
    reports = [await asyncio.to_thread(verify, data_dir)]
    async with asyncio.timeout(60):
        while len(reports) < 10 or reports[0].rows == reports[-1].rows:
            reports.append(await asyncio.to_thread(verify, data_dir))
    done.set()
    await worker
    assert all(report.findings == () for report in reports)


async def test_an_altered_or_missing_recording_is_found(store: Store, data_dir: Path) -> None:
    recordings = LocalRecordings(data_dir / "recordings", reserve_bytes=0)
    media = Path(recordings.reserve("r1", NINE) + ".webm")
    media.write_bytes(random.Random(1).randbytes(2_500_000))
    sealed = recordings.seal("r1", str(media))
    ready = replace(
        RECORDING,
        state=RecordingState.READY,
        sha256=sealed.sha256,
        size_bytes=sealed.size_bytes,
        content_type=sealed.content_type,
    )
    await store.write(lambda tx: tx.evidence.add_recording(ready, change("sealed")))
    assert verify(data_dir).findings == () and verify(data_dir).recordings == 1

    kept = recordings.directory("r1") / "media.webm"
    original = kept.read_bytes()
    kept.chmod(0o600)
    for spoilt, chunks in (
        (original[:1_500_000] + b"\0" + original[1_500_001:], "chunks 1"),
        (original[:-1], "chunks 2"),
        (original[:1_048_576], "chunks 1, 2"),
        (original + b"\0", "chunks 2"),
    ):
        kept.write_bytes(spoilt)
        (finding,) = verify(data_dir).findings
        assert (finding.kind, finding.detail) == (FindingKind.RECORDING_ALTERED, chunks)
        assert verify(data_dir, with_recordings=False).findings == ()
    kept.unlink()
    assert found(data_dir) == {FindingKind.RECORDING_MISSING}


async def test_a_recording_resealed_with_a_manifest_of_its_own_is_found(
    store: Store, data_dir: Path
) -> None:
    recordings = LocalRecordings(data_dir / "recordings", reserve_bytes=0)
    digests = []
    for content in (b"true", b"false"):
        media = Path(recordings.reserve("r1", NINE) + ".mp4")
        media.write_bytes(content)
        sealed = recordings.seal("r1", str(media))
        digests.append(sealed)
        if content == b"true":
            ready = replace(
                RECORDING, state=RecordingState.READY, sha256=sealed.sha256, size_bytes=4
            )
            await store.write(lambda tx, r=ready: tx.evidence.add_recording(r, change("sealed")))
            shutil.rmtree(recordings.directory("r1"))
    assert digests[0] != digests[1]
    assert found(data_dir) == {FindingKind.RECORDING_ALTERED}


async def test_where_it_cannot_look_it_says_so(lived: Path, tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="database_missing"):
        verify(tmp_path / "nowhere")
    (lived / "keys/master.key").unlink()
    with pytest.raises(StorageError, match="key_file_missing"):
        verify(lived)
