"""A media process is believed about its own recordings and their files, and about nothing else."""

from pathlib import Path

from media.processes.ledger import RecordingLedger
from roll_call.ports.media import RecordingDegraded, RecordingFailed, RecordingFinished


def finished(recording: str, path: str) -> RecordingFinished:
    return RecordingFinished(recording, path, 1.0, 15, 50, 1000)


def test_only_the_process_that_records_may_say_so() -> None:
    ledger = RecordingLedger()
    ledger.begin("r", 1, "/data/r")
    assert ledger.credible(finished("r", "/data/r.webm"), 1)
    assert ledger.credible(finished("r", "/data/r.mp4"), 1)
    assert ledger.credible(RecordingDegraded("r", "disk_slow"), 1)
    assert ledger.credible(RecordingFailed("r", None, "no_media"), 1)
    assert not ledger.credible(finished("r", "/data/r.webm"), 0)
    assert not ledger.credible(finished("s", "/data/r.webm"), 1)


def test_it_cannot_have_another_file_sealed_as_a_recording() -> None:
    ledger = RecordingLedger()
    ledger.begin("r", 1, "/data/r")
    for path in ("/etc/passwd", "/data/s.webm", "/data/r", "/data/r.webm/../s.webm", ""):
        assert not ledger.credible(finished("r", path), 1)


def test_what_a_lost_process_left_is_named(tmp_path: Path) -> None:
    ledger = RecordingLedger()
    for name, process in (("a", 0), ("b", 0), ("c", 1)):
        ledger.begin(name, process, str(tmp_path / name))
    left = tmp_path / "a.mp4"
    left.write_bytes(b"begun")
    cut = ledger.cut(0, "engine_restarted")
    assert [(f.recording, f.path, f.code) for f in cut] == [
        ("a", str(left), "engine_restarted"),
        ("b", None, "engine_restarted"),
    ]
    assert "c" in ledger and "a" not in ledger and not ledger.cut(0, "engine_restarted")
