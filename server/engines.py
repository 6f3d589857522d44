"""The embedded engines, as the configuration wants them."""

from pathlib import Path

from media.engine import AiortcEngine
from media.faces.verifier import WorkerVerifier

from roll_call.ports.faces import FaceVerifier
from roll_call.ports.media import MediaEngine
from roll_call.ports.store import RecordingStore, Store
from server.config import Settings
from storage.recordings import LocalRecordings
from storage.sqlite import SqliteStore


def make_engine(settings: Settings) -> MediaEngine:
    """aiortc at packet level, in this process."""
    return AiortcEngine()


def make_verifier(settings: Settings) -> FaceVerifier:
    """A pool of worker processes."""
    return WorkerVerifier(settings.faces.backend, settings.faces.workers)


def make_store(data_dir: Path) -> Store:
    """SQLite in the data directory."""
    return SqliteStore(data_dir)


def make_recordings(data_dir: Path, settings: Settings) -> RecordingStore:
    """Files below the data directory."""
    reserve = settings.media.recording_reserve_mb * 1_000_000
    return LocalRecordings(data_dir / "recordings", reserve)
