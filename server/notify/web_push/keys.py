"""The server's key for push services (VAPID, RFC 8292), made once in the data folder, mode 0600."""

import json
from datetime import datetime, timedelta
from pathlib import Path

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from webpush.vapid import VAPID

from server.receipts import encode
from server.tls import write_secret

KEY_FILE = "keys/vapid.pem"
TOKEN_LIVES = timedelta(hours=12)
"""At most 24 h (RFC 8292, section 2)."""
NUMBER_BYTES = 32


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
        self._key = key
        self.public_pem = key.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        self.public = VAPID.get_application_server_key(key.public_key())

    def authorization(self, origin: str, contact: str, now: datetime) -> str:
        """The header that vouches for this server (RFC 8292), as a JWT with ES256 (RFC 7515).

        The library's own names the push service without its port, which one that is not at 443
        refuses: the audience is the whole origin (RFC 6454).
        """
        claims = {
            "aud": origin,
            "exp": int((now + TOKEN_LIVES).timestamp()),
            "sub": f"mailto:{contact}",
        }
        parts = ({"typ": "JWT", "alg": "ES256"}, claims)
        signed = ".".join(encode(json.dumps(part).encode()) for part in parts)
        numbers = decode_dss_signature(self._key.sign(signed.encode(), ec.ECDSA(hashes.SHA256())))
        signature = b"".join(number.to_bytes(NUMBER_BYTES, "big") for number in numbers)
        return f"vapid t={signed}.{encode(signature)}, k={self.public}"
