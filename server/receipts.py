"""Receipts (回执): canonical JSON signed with Ed25519 (RFC 8032); the key file has mode 0600."""

import base64
import hashlib
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)

from roll_call.errors import StorageError
from server.tls import write_secret

KEY_FILE = "keys/receipt_ed25519.pem"


class ReceiptSigner:
    """Signs receipts; ``key_id`` is the first 16 hex digits of the public key's SHA-256."""

    def __init__(self, key: Ed25519PrivateKey) -> None:
        self._key = key
        self.public_key = key.public_key()
        self.key_id = hashlib.sha256(self._raw_public()).hexdigest()[:16]

    def _raw_public(self) -> bytes:
        return self.public_key.public_bytes(
            serialization.Encoding.Raw, serialization.PublicFormat.Raw
        )

    def sign(self, body: str) -> str:
        """The signature of the body's UTF-8 bytes, base64url without padding."""
        return encode(self._key.sign(body.encode()))

    def public_jwk(self) -> dict[str, str]:
        """The public key as JWK (RFC 8037)."""
        return {"kty": "OKP", "crv": "Ed25519", "kid": self.key_id, "x": encode(self._raw_public())}

    def public_pem(self) -> str:
        """The public key as PEM, for tools that verify offline."""
        return self.public_key.public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        ).decode()


def verify(public_key: Ed25519PublicKey, body: str, signature: str) -> bool:
    """Whether ``signature`` covers ``body``."""
    try:
        public_key.verify(decode(signature), body.encode())
    except (InvalidSignature, ValueError):
        return False
    return True


def load_signer(data_dir: Path) -> ReceiptSigner:
    """The signer of a data directory; the key is made on the first call.

    Raises StorageError(key_file_exposed) where others may read the key file.
    """
    path = data_dir / KEY_FILE
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        key = Ed25519PrivateKey.generate()
        write_secret(
            path,
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            ),
        )
    if path.stat().st_mode & 0o077:
        raise StorageError("key_file_exposed", mode=f"{path.stat().st_mode & 0o777:04o}")
    loaded = serialization.load_pem_private_key(path.read_bytes(), None)
    if not isinstance(loaded, Ed25519PrivateKey):
        raise StorageError("key_file_unreadable")
    return ReceiptSigner(loaded)


def encode(data: bytes) -> str:
    """base64url without padding (RFC 7515)."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def decode(text: str) -> bytes:
    """The reverse of ``encode``; raises ValueError."""
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
