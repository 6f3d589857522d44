"""Encryption under a data key per subject, wrapped by the master key (AES-256-GCM, SP 800-38D).

Destroying a subject's data key erases what was encrypted for them, in every copy of the database
that is made afterwards. A new enrolment then begins a new *generation* of the key; the row of the
destroyed one stays as proof.

Sealed value: version (1 byte), generation (4), nonce (12), ciphertext with tag. The associated data
binds it to subject and purpose, so that a value moved to another row does not open.
"""

import secrets
import sqlite3

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from roll_call.errors import StorageError
from roll_call.people import Subject
from storage.keys import MasterKey

_VERSION = b"\x01"
_NONCE_BYTES = 12
_HEADER_BYTES = 1 + 4 + _NONCE_BYTES


class Vault:
    """Seals and opens values over one connection; callers run inside a transaction of theirs."""

    def __init__(self, connection: sqlite3.Connection, master: MasterKey) -> None:
        self._connection = connection
        self._wrapping = AESGCM(master.derive("wrap-data-keys/1"))

    def seal(self, subject: Subject, purpose: str, clear: bytes) -> bytes:
        """Encrypt for a subject; makes the data key if there is none."""
        generation = self._live_generation(subject) or self._create(subject)
        key = self._key(subject, generation)
        nonce = secrets.token_bytes(_NONCE_BYTES)
        header = _VERSION + generation.to_bytes(4, "big") + nonce
        return header + AESGCM(key).encrypt(nonce, clear, _bind(subject, purpose, generation))

    def open(self, subject: Subject, purpose: str, sealed: bytes) -> bytes:
        """Decrypt. Raises ``StorageError``: ``key_destroyed``, ``sealed_value_damaged``."""
        if len(sealed) < _HEADER_BYTES or sealed[:1] != _VERSION:
            raise StorageError("sealed_value_damaged")
        generation = int.from_bytes(sealed[1:5], "big")
        nonce = sealed[5:_HEADER_BYTES]
        key = self._key(subject, generation)
        try:
            bound = _bind(subject, purpose, generation)
            return AESGCM(key).decrypt(nonce, sealed[_HEADER_BYTES:], bound)
        except InvalidTag as error:
            raise StorageError("sealed_value_damaged") from error

    def destroy(self, subject: Subject) -> bool:
        """Forget a subject's key for ever; whether there was one."""
        return (
            self._connection.execute(
                "UPDATE data_keys SET wrapped = NULL, destroyed = 1"
                " WHERE subject_kind = ? AND subject_id = ? AND destroyed = 0",
                (subject.kind.value, subject.id),
            ).rowcount
            > 0
        )

    def _live_generation(self, subject: Subject) -> int | None:
        row = self._connection.execute(
            "SELECT generation FROM data_keys"
            " WHERE subject_kind = ? AND subject_id = ? AND destroyed = 0",
            (subject.kind.value, subject.id),
        ).fetchone()
        return None if row is None else int(row[0])

    def _create(self, subject: Subject) -> int:
        identity = (subject.kind.value, subject.id)
        (last,) = self._connection.execute(
            "SELECT coalesce(max(generation), 0) FROM data_keys"
            " WHERE subject_kind = ? AND subject_id = ?",
            identity,
        ).fetchone()
        generation = int(last) + 1
        nonce = secrets.token_bytes(_NONCE_BYTES)
        key = AESGCM.generate_key(bit_length=256)
        wrapped = nonce + self._wrapping.encrypt(nonce, key, _bind(subject, "data-key", generation))
        self._connection.execute(
            "INSERT INTO data_keys (subject_kind, subject_id, generation, wrapped)"
            " VALUES (?, ?, ?, ?)",
            (*identity, generation, wrapped),
        )
        return generation

    def _key(self, subject: Subject, generation: int) -> bytes:
        row = self._connection.execute(
            "SELECT wrapped FROM data_keys"
            " WHERE subject_kind = ? AND subject_id = ? AND generation = ?",
            (subject.kind.value, subject.id, generation),
        ).fetchone()
        if row is None or row[0] is None:
            raise StorageError("key_destroyed")
        nonce, wrapped = row[0][:_NONCE_BYTES], row[0][_NONCE_BYTES:]
        try:
            return self._wrapping.decrypt(nonce, wrapped, _bind(subject, "data-key", generation))
        except InvalidTag as error:
            raise StorageError("sealed_value_damaged") from error


def _bind(subject: Subject, purpose: str, generation: int) -> bytes:
    parts = ("rollcall/1", subject.kind.value, subject.id, str(generation), purpose)
    return "\x00".join(parts).encode()
