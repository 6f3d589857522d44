"""Recordings on disk: sealed whole, found after a crash, under no name but ours."""

import os
import shutil
import stat
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from roll_call.errors import InvalidInput, NotFound, StorageError
from roll_call.ports.store import RecordingStore
from storage.manifest import read_manifest
from storage.recordings import LocalRecordings
from tests.storage.cast import NINE

MEDIA = bytes(range(256)) * 10_000
HOSTILE = [
    "",
    ".",
    "..",
    "../x",
    "a/b",
    "/etc/passwd",
    "a\0b",
    "a" * 65,
    "點",
    "x\n",
    "manifest.json",
]


@pytest.fixture
def recordings(tmp_path: Path) -> LocalRecordings:
    """An empty store of recordings."""
    return LocalRecordings(tmp_path / "recordings", reserve_bytes=0)


def recorded(recordings: RecordingStore, name: str = "r1", suffix: str = ".webm") -> str:
    """Reserve and write like the media engine."""
    path = recordings.reserve(name, NINE) + suffix
    Path(path).write_bytes(MEDIA)
    return path


@pytest.mark.parametrize(
    ("suffix", "content_type"), [(".webm", "video/webm"), (".mp4", "video/mp4")]
)
def test_a_sealed_recording_reads_back(
    recordings: LocalRecordings, tmp_path: Path, suffix: str, content_type: str
) -> None:
    sealed = recordings.seal("r1", recorded(recordings, suffix=suffix))
    assert (sealed.sha256, sealed.size_bytes) == (sha256(MEDIA).hexdigest(), len(MEDIA))
    directory = tmp_path / "recordings/2026/11/21/r1"
    assert sorted(path.name for path in directory.iterdir()) == ["manifest.json", f"media{suffix}"]
    assert stat.S_IMODE((directory / f"media{suffix}").stat().st_mode) == 0o400
    reader = recordings.open("r1")
    assert (reader.content_type, reader.size_bytes) == (content_type, len(MEDIA))
    assert reader.sha256 == sealed.sha256
    assert reader.read(0, len(MEDIA)) == MEDIA
    assert reader.read(1_048_570, 12) == MEDIA[1_048_570:1_048_582]
    assert reader.read(len(MEDIA) - 3, 100) == MEDIA[-3:]
    assert reader.read(len(MEDIA), 1) == b""
    with pytest.raises(InvalidInput):
        reader.read(-1, 5)
    reader.close()


def test_the_manifest_names_every_chunk(recordings: LocalRecordings) -> None:
    recordings.seal("r1", recorded(recordings))
    manifest = read_manifest(recordings.directory("r1") / "manifest.json")
    chunks = [MEDIA[i : i + 1_048_576] for i in range(0, len(MEDIA), 1_048_576)]
    assert manifest.chunks == tuple(sha256(chunk).hexdigest() for chunk in chunks)
    assert manifest.started_at == NINE


def test_sealing_twice_gives_the_same_and_changes_nothing(recordings: LocalRecordings) -> None:
    path = recorded(recordings)
    assert recordings.seal("r1", path) == recordings.seal("r1", path)
    recordings.discard("r1")
    assert recordings.open("r1").size_bytes == len(MEDIA)


def test_what_a_crash_left_is_found_and_can_be_sealed(recordings: LocalRecordings) -> None:
    recorded(recordings, "late")
    recordings.reserve("begun", NINE - timedelta(minutes=1))
    torn = Path(recordings.reserve("torn", NINE)).parent
    (torn / "reservation.json").write_bytes(b"")
    begun, late, lost = sorted(recordings.unsealed(), key=lambda leftover: leftover.id)
    assert (begun.id, begun.path, begun.started_at) == ("begun", None, NINE - timedelta(minutes=1))
    assert late.path is not None and (lost.id, lost.path) == ("torn", None)
    recordings.seal("late", late.path)
    recordings.discard("begun")
    recordings.discard("torn")
    assert recordings.unsealed() == ()
    assert recordings.open("late").read(0, 4) == MEDIA[:4]


@pytest.mark.parametrize("name", HOSTILE)
def test_no_id_leads_out_of_the_directory(
    recordings: LocalRecordings, tmp_path: Path, name: str
) -> None:
    (tmp_path / "secret").write_text("s")
    for use in (
        lambda: recordings.reserve(name, NINE),
        lambda: recordings.seal(name, str(tmp_path / "secret")),
        lambda: recordings.open(name),
        lambda: recordings.discard(name),
    ):
        with pytest.raises(InvalidInput, match="invalid_id"):
            use()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["secret"]


def test_only_the_reserved_file_is_sealed(recordings: LocalRecordings, tmp_path: Path) -> None:
    foreign = tmp_path / "media.webm"
    foreign.write_bytes(b"x")
    stem = Path(recordings.reserve("r1", NINE))
    for path in (foreign, stem.parent / ".." / "r1" / "media.webm", stem.with_suffix(".sh")):
        with pytest.raises((InvalidInput, NotFound)):
            recordings.seal("r1", str(path))
    stem.with_suffix(".webm").symlink_to(foreign)
    with pytest.raises(StorageError, match="io_error"):
        recordings.seal("r1", str(stem.with_suffix(".webm")))
    assert foreign.read_bytes() == b"x" and recordings.unsealed()[0].path is None


def test_a_file_that_was_never_written_is_not_found(recordings: LocalRecordings) -> None:
    stem = recordings.reserve("r1", NINE)
    with pytest.raises(NotFound, match="recording_missing"):
        recordings.seal("r1", stem + ".webm")
    with pytest.raises(NotFound, match="recording_missing"):
        recordings.open("r1")


@pytest.mark.parametrize("damage", [b"", b"{}", b"[]", b"\xff", b'{"file": "../../x"}'])
def test_a_damaged_manifest_is_a_typed_error(recordings: LocalRecordings, damage: bytes) -> None:
    recordings.seal("r1", recorded(recordings))
    (recordings.directory("r1") / "manifest.json").write_bytes(damage)
    with pytest.raises(StorageError, match="manifest_damaged"):
        recordings.open("r1")


def test_a_manifest_cannot_point_elsewhere(recordings: LocalRecordings) -> None:
    recordings.seal("r1", recorded(recordings))
    path = recordings.directory("r1") / "manifest.json"
    replace(read_manifest(path), file="../../../../../secret").write(path)
    with pytest.raises(StorageError, match="manifest_damaged"):
        recordings.open("r1")


def test_no_room_is_said_before_anything_is_begun(tmp_path: Path) -> None:
    free = shutil.disk_usage(tmp_path).free
    roomy = LocalRecordings(tmp_path / "a", reserve_bytes=0)
    roomy.ensure_room(1)
    with pytest.raises(StorageError, match="disk_full"):
        roomy.ensure_room(free * 2)
    with pytest.raises(StorageError, match="disk_full"):
        LocalRecordings(tmp_path / "b", reserve_bytes=free * 2).ensure_room(1)


SEAL_WITHOUT_ROOM = """
import resource, sys
from pathlib import Path
from roll_call.errors import StorageError
from storage.recordings import LocalRecordings
resource.setrlimit(resource.RLIMIT_FSIZE, (16, 16))
recordings = LocalRecordings(Path(sys.argv[1]), reserve_bytes=0)
try:
    recordings.seal("r1", sys.argv[2])
except StorageError as error:
    print(error.code)
"""


def test_a_disk_that_fills_while_sealing_loses_nothing(
    recordings: LocalRecordings, tmp_path: Path
) -> None:
    path = recorded(recordings)
    command = [sys.executable, "-c", SEAL_WITHOUT_ROOM, str(tmp_path / "recordings"), path]
    said = subprocess.run(command, capture_output=True, text=True, check=True, timeout=30)
    assert said.stdout.strip() == "disk_full"
    (leftover,) = recordings.unsealed()
    assert leftover.path == path
    assert recordings.seal("r1", path).sha256 == sha256(MEDIA).hexdigest()


def test_readers_do_not_disturb_each_other(recordings: LocalRecordings) -> None:
    recordings.seal("r1", recorded(recordings))
    before = len(os.listdir("/proc/self/fd"))
    a, b = recordings.open("r1"), recordings.open("r1")
    assert a.read(10, 5) == MEDIA[10:15] and b.read(0, 5) == MEDIA[:5] and a.read(0, 1) == b"\0"
    a.close()
    b.close()
    assert len(os.listdir("/proc/self/fd")) == before
