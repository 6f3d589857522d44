"""The head of the log beside the database: how far the chain reached, signed.

A chain cannot show that its end was cut off; this file can. It is written after every commit into
one of two slots in turn, so that a torn write leaves the older slot whole, and it carries an
HMAC-SHA-256 (RFC 2104) under a key derived from the master key, so that whoever can write the
database alone cannot make it fit. (Who holds an older copy of both can still put both back: keep
the last head of every day elsewhere.)
"""

import hmac
import json
import os
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from sqlite_utils import Database

from roll_call.commitment import GENESIS_HASH
from roll_call.errors import StorageError
from storage.keys import MasterKey, flush_directory

SLOT_BYTES = 512


@dataclass(frozen=True, slots=True)
class Head:
    """``seq`` 0 with the genesis hash while the log is empty."""

    seq: int
    hash: str


EMPTY = Head(0, GENESIS_HASH)


def newest_head(db: Database) -> Head:
    """How far the log in the database reaches."""
    row = next(db.query("SELECT seq, hash FROM log ORDER BY seq DESC LIMIT 1"), None)
    return EMPTY if row is None else Head(row["seq"], row["hash"])


def holds(db: Database, head: Head) -> bool:
    """Whether the log reaches ``head`` and has its hash there."""
    if head == EMPTY:
        return True
    row = next(db.query("SELECT hash FROM log WHERE seq = ?", (head.seq,)), None)
    return row is not None and row["hash"] == head.hash


class HeadFile:
    """Reads and writes the head."""

    def __init__(self, path: Path, master: MasterKey) -> None:
        self.path = path
        self._key = master.derive("log-head/1")
        self._next_slot = 0

    def create(self) -> None:
        """Write the head of an empty log, durably."""
        descriptor = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            os.pwrite(descriptor, self._slot(EMPTY) * 2, 0)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        flush_directory(self.path.parent)

    def read(self) -> Head:
        """The furthest valid head.

        Raises ``StorageError``: ``log_head_missing``, ``log_head_forged`` (no slot carries our
        signature).
        """
        try:
            data = self.path.read_bytes()
        except FileNotFoundError as error:
            raise StorageError("log_head_missing") from error
        slots = (self._verified(data[i : i + SLOT_BYTES]) for i in (0, SLOT_BYTES))
        valid = [head for head in slots if head is not None]
        if not valid:
            raise StorageError("log_head_forged")
        return max(valid, key=lambda head: head.seq)

    def write(self, head: Head) -> None:
        """Overwrite the older slot; raises ``OSError``."""
        descriptor = os.open(self.path, os.O_WRONLY | os.O_CLOEXEC)
        try:
            os.pwrite(descriptor, self._slot(head), self._next_slot * SLOT_BYTES)
        finally:
            os.close(descriptor)
        self._next_slot = 1 - self._next_slot

    def _slot(self, head: Head) -> bytes:
        slot = {"seq": head.seq, "hash": head.hash, "mac": self._mac(head)}
        return json.dumps(slot).encode().ljust(SLOT_BYTES - 1) + b"\n"

    def _mac(self, head: Head) -> str:
        return hmac.new(self._key, f"{head.seq}:{head.hash}".encode(), sha256).hexdigest()

    def _verified(self, slot: bytes) -> Head | None:
        try:
            fields = json.loads(slot)
            head = Head(int(fields["seq"]), str(fields["hash"]))
            signed = hmac.compare_digest(str(fields["mac"]), self._mac(head))
        except (ValueError, KeyError, TypeError):
            return None
        return head if signed else None
