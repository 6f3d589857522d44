"""Cameras and their logins under lock and key; implements ``roll_call.ports.store.Cameras``."""

from sqlite_utils import Database

from roll_call.errors import NotFound
from roll_call.people import Subject, SubjectKind
from roll_call.ports.records import CameraRecord, Change
from storage.journal import Journal, Rows, record_of
from storage.plain import Row, to_row
from storage.vault import Vault


class CameraRows(Rows):
    """Reading."""

    def __init__(self, db: Database, vault: Vault) -> None:
        super().__init__(db)
        self._vault = vault

    def cameras(self) -> tuple[CameraRecord, ...]:
        """All of them by name."""
        return self._all(CameraRecord, "SELECT * FROM cameras ORDER BY name, id")

    def camera(self, camera_id: str) -> CameraRecord:
        """Raises ``NotFound``."""
        return self._get(CameraRecord, "cameras", camera_id)

    def login(self, camera_id: str) -> str | None:
        """In clear. Raises ``NotFound``, ``StorageError``."""
        rows = self._query("SELECT unit_id, sealed FROM cameras WHERE id = ?", (camera_id,))
        if not rows:
            raise NotFound()
        if rows[0]["sealed"] is None:
            return None
        owner = _owner(rows[0]["unit_id"])
        return self._vault.open(owner, _purpose(camera_id), rows[0]["sealed"]).decode()


class CameraTables(CameraRows):
    """Reading and writing."""

    def __init__(self, db: Database, vault: Vault, journal: Journal) -> None:
        super().__init__(db, vault)
        self._journal = journal

    def add_camera(self, camera: CameraRecord, login: str | None, change: Change) -> None:
        """Add a camera of a unit."""
        self._journal.insert("cameras", self._row(camera, login))
        self._journal.note("camera", camera.id, record_of(camera), change)

    def save_camera(self, camera: CameraRecord, login: str | None, change: Change) -> None:
        """Raises ``NotFound``."""
        self._journal.update("cameras", camera.id, self._row(camera, login))
        self._journal.note("camera", camera.id, record_of(camera), change)

    def remove_camera(self, camera_id: str, change: Change) -> None:
        """Raises ``NotFound``."""
        if not self._journal.changed("DELETE FROM cameras WHERE id = ?", (camera_id,)):
            raise NotFound()
        self._journal.note_removed("camera", camera_id, change)

    def _row(self, camera: CameraRecord, login: str | None) -> Row:
        row = to_row(camera)
        row["sealed"] = None
        if login is not None:
            owner = _owner(camera.unit_id)
            row["sealed"] = self._vault.seal(owner, _purpose(camera.id), login.encode())
        return row


def _owner(unit_id: str) -> Subject:
    return Subject(SubjectKind.UNIT, unit_id)


def _purpose(camera_id: str) -> str:
    return f"camera/{camera_id}"
