"""The embedded engines, as the configuration wants them."""

from pathlib import Path

from media.engine import PacketMediaEngine
from media.faces.verifier import WorkerVerifier
from media.ice import IceServer
from media.settings import EngineSettings
from roll_call.ports.faces import FaceVerifier
from roll_call.ports.media import MediaEngine
from roll_call.ports.store import RecordingStore, Store
from server.config import Settings
from storage.recordings import LocalRecordings
from storage.sqlite import SqliteStore


def make_engine(settings: Settings) -> MediaEngine:
    """aiortc at packet level, in this process."""
    media = settings.media
    return PacketMediaEngine(
        EngineSettings(
            ice_servers=tuple(IceServer(url) for url in media.ice_servers),
            bind_addresses=tuple(media.bind_addresses),
            recording_reserve_bytes=_reserve_bytes(settings),
        )
    )


def make_verifier(settings: Settings) -> FaceVerifier:
    """A pool of worker processes."""
    return WorkerVerifier(settings.faces.backend, settings.faces.workers)


def make_store(data_dir: Path) -> Store:
    """SQLite in the data directory."""
    return SqliteStore(data_dir)


def make_recordings(data_dir: Path, settings: Settings) -> RecordingStore:
    """Files below the data directory."""
    return LocalRecordings(data_dir / "recordings", _reserve_bytes(settings))


def _reserve_bytes(settings: Settings) -> int:
    return settings.media.recording_reserve_mb * 1_000_000
