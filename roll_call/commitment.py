"""Salted commitments and the hash chain of the log: pure functions, the store keeps the rows.

A log row holds no personal data, only ``commit(payload, salt)``. Payload and salt lie beside it and
may be erased together: the chain still verifies, and without the salt nobody can find the payload
by trying likely ones. Hash: SHA-256 (FIPS 180-4), written as 64 lower-case hex digits.

Canonical JSON here: UTF-8, keys sorted by code point, no white space, no NaN or infinity. It is
RFC 8785 (JCS) but for the spelling of some floats and the order of keys beyond U+FFFF; payloads
keep to strings, whole numbers and plain decimals.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from hashlib import sha256

from roll_call.errors import InvalidInput
from roll_call.instants import utc_text

JsonValue = str | int | float | bool | None | Sequence["JsonValue"] | Mapping[str, "JsonValue"]

SALT_BYTES = 32
"""Length of a salt; fixed, so that salt and payload cannot be shifted into each other."""

GENESIS_HASH = "0" * 64
"""``prev_hash`` of the first record."""

_COMMITMENT_DOMAIN = b"rollcall/commitment/1\x00"
_RECORD_DOMAIN = b"rollcall/log-record/1\x00"


def canonical_json(payload: JsonValue) -> bytes:
    """One spelling for equal payloads. Raises InvalidInput(not_json) for anything else."""
    try:
        text = json.dumps(
            payload, ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":")
        )
        return text.encode("utf-8")
    except (TypeError, ValueError) as error:
        raise InvalidInput("not_json") from error


def commit(payload: JsonValue, salt: bytes) -> str:
    """The commitment to a payload. Raises InvalidInput(bad_salt) unless the salt has SALT_BYTES."""
    if len(salt) != SALT_BYTES:
        raise InvalidInput("bad_salt", expected=SALT_BYTES, got=len(salt))
    return sha256(_COMMITMENT_DOMAIN + salt + canonical_json(payload)).hexdigest()


def record_hash(
    prev_hash: str,
    seq: int,
    at: datetime,
    actor: str,
    kind: str,
    subject_kind: str,
    subject_id: str,
    commitment: str,
) -> str:
    """The hash of one record over its predecessor's hash and all of its own fields."""
    fields: list[JsonValue] = [
        prev_hash,
        seq,
        utc_text(at),
        actor,
        kind,
        subject_kind,
        subject_id,
        commitment,
    ]
    return sha256(_RECORD_DOMAIN + canonical_json(fields)).hexdigest()
