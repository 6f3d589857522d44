"""Resume tokens: signed, bound to a device or an officer, so that a lost socket carries on."""

import secrets
from dataclasses import dataclass
from pathlib import Path

from itsdangerous import BadSignature, URLSafeTimedSerializer

from server.tls import write_secret

KEY_FILE = "keys/resume.key"
MAX_AGE_S = 12 * 3600


@dataclass(frozen=True, slots=True)
class Bearer:
    """Whom a token stands for: ``kind`` is device or officer; ``session_id`` the open check-in."""

    kind: str
    id: str
    session_id: str | None = None


class ResumeTokens:
    """Makes and reads tokens; the key outlives a restart of the server."""

    def __init__(self, data_dir: Path) -> None:
        path = data_dir / KEY_FILE
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            write_secret(path, secrets.token_bytes(32))
        self._serializer = URLSafeTimedSerializer(path.read_bytes(), salt="resume/1")

    def issue(self, bearer: Bearer) -> str:
        """A token of at most 256 characters."""
        return str(self._serializer.dumps([bearer.kind, bearer.id, bearer.session_id]))

    def read(self, token: str) -> Bearer | None:
        """The bearer, or None for a forged, foreign or old token."""
        try:
            kind, bearer_id, session_id = self._serializer.loads(token, max_age=MAX_AGE_S)
        except (BadSignature, ValueError, TypeError):
            return None
        return Bearer(
            str(kind), str(bearer_id), session_id if session_id is None else str(session_id)
        )
