"""The server's key for push services (VAPID, RFC 8292), made once in the data folder, mode 0600."""

from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from webpush.vapid import VAPID

from server.tls import write_secret

KEY_FILE = "keys/vapid.pem"


class VapidKey:
    """``public`` is the application server key that browsers subscribe with (base64url)."""

    def __init__(self, data_dir: Path) -> None:
        path = data_dir / KEY_FILE
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            private, _, _ = VAPID.generate_keys()
            write_secret(path, private)
        self.private_pem = path.read_bytes()
        key = serialization.load_pem_private_key(self.private_pem, None)
        assert isinstance(key, ec.EllipticCurvePrivateKey)
        self.public_pem = key.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        self.public = VAPID.get_application_server_key(key.public_key())
