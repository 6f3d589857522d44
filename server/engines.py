"""The embedded engines, as the configuration wants them."""

from pathlib import Path

from media.faces.verifier import WorkerVerifier
from media.processes.cluster import ClusterMediaEngine
from media.settings import EngineSettings
from roll_call.ports.faces import FaceVerifier
from roll_call.ports.media import MediaEngine
from roll_call.ports.store import RecordingStore, Store
from server.config import Settings
from server.turn import candidate_policy, engine_servers
from storage.recordings import LocalRecordings
from storage.sqlite import SqliteStore


def make_engine(settings: Settings) -> MediaEngine:
    """aiortc at packet level, in media processes of its own."""
    media = settings.media
    return ClusterMediaEngine(
        EngineSettings(
            ice_servers=engine_servers(media),
            bind_addresses=tuple(media.bind_addresses),
            include_loopback=media.offer_loopback,
            port_range=media.ports,
            announced_addresses=tuple(media.announced_addresses),
            candidates=candidate_policy(media),
            recording_reserve_bytes=_reserve_bytes(settings),
            recording_wait_s=2 * settings.policy.reconnect_deadline_s + 60,
        ),
        media.processes,
    )


def make_verifier(settings: Settings) -> FaceVerifier:
    """A pool of worker processes."""
    faces = settings.faces
    return WorkerVerifier(faces.backend, faces.workers, faces.calibration)


def make_store(data_dir: Path) -> Store:
    """SQLite in the data directory."""
    return SqliteStore(data_dir)


def make_recordings(data_dir: Path, settings: Settings) -> RecordingStore:
    """Files below the data directory."""
    return LocalRecordings(data_dir / "recordings", _reserve_bytes(settings))


def _reserve_bytes(settings: Settings) -> int:
    return settings.media.recording_reserve_mb * 1_000_000
