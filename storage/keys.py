"""The master key: a file of mode 0600 that never enters the database.

From it come, by HKDF-SHA-256 (RFC 5869), the key that wraps data keys and the key that signs the
head of the log. Losing the file is losing everything that is encrypted: it belongs into the backup,
apart from the database.
"""

import os
import secrets
import stat
from pathlib import Path

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from roll_call.errors import StorageError
from storage.failures import from_os

KEY_BYTES = 32


class MasterKey:
    """The secret and what is derived from it; ``fingerprint`` only tells keys apart."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret
        self.fingerprint = self.derive("fingerprint").hex()[:32]

    def derive(self, purpose: str) -> bytes:
        """A 32-byte key for one purpose."""
        info = b"rollcall/" + purpose.encode()
        return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=info).derive(self._secret)


class KeyFile:
    """``keys/master.key``: 64 hexadecimal digits and a newline."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def load(self) -> MasterKey:
        """Read the key.

        Raises ``StorageError``: ``key_file_missing``, ``key_file_exposed`` (others may read or
        write it), ``key_file_unreadable``.
        """
        try:
            mode = self.path.stat().st_mode
            if not stat.S_ISREG(mode):
                raise StorageError("key_file_unreadable")
            if mode & 0o077:
                raise StorageError("key_file_exposed", mode=f"{stat.S_IMODE(mode):04o}")
            secret = bytes.fromhex(self.path.read_text("ascii").strip())
        except FileNotFoundError as error:
            raise StorageError("key_file_missing") from error
        except (OSError, ValueError) as error:
            raise StorageError("key_file_unreadable") from error
        if len(secret) != KEY_BYTES:
            raise StorageError("key_file_unreadable")
        return MasterKey(secret)

    def create(self) -> MasterKey:
        """Make a new key; refuses to overwrite one (``key_file_exists``)."""
        secret = secrets.token_bytes(KEY_BYTES)
        try:
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
            with os.fdopen(os.open(self.path, flags, 0o600), "w", encoding="ascii") as file:
                file.write(secret.hex() + "\n")
                file.flush()
                os.fsync(file.fileno())
            flush_directory(self.path.parent)
        except FileExistsError as error:
            raise StorageError("key_file_exists") from error
        except OSError as error:
            raise from_os(error) from error
        return MasterKey(secret)


def flush_directory(path: Path) -> None:
    """Make the names in a directory durable (a file's fsync does not cover its name)."""
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
