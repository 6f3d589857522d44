"""Bound devices: a phone proves itself by an ECDSA P-256 signature over the server's nonce.

Browsers sign with WebCrypto (W3C Web Cryptography API, ``ECDSA`` with SHA-256), whose signature is
the plain ``r || s`` of IEEE P1363; the ``cryptography`` package wants DER.
"""

from collections.abc import Mapping
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from roll_call.errors import InvalidInput
from server.receipts import decode

COORDINATE_BYTES = 32


def public_key_of(jwk: Mapping[str, Any]) -> ec.EllipticCurvePublicKey:
    """The public key of a JWK (RFC 7517, RFC 7518 6.2); raises InvalidInput(bad_public_key)."""
    try:
        if jwk["kty"] != "EC" or jwk["crv"] != "P-256":
            raise InvalidInput("bad_public_key")
        x, y = decode(str(jwk["x"])), decode(str(jwk["y"]))
        if len(x) != COORDINATE_BYTES or len(y) != COORDINATE_BYTES:
            raise InvalidInput("bad_public_key")
        numbers = ec.EllipticCurvePublicNumbers(
            int.from_bytes(x, "big"), int.from_bytes(y, "big"), ec.SECP256R1()
        )
        return numbers.public_key()
    except (KeyError, ValueError, TypeError) as error:
        raise InvalidInput("bad_public_key") from error


def kept_jwk(jwk: Mapping[str, Any]) -> dict[str, str]:
    """Only the public members, after a check; a private member is never kept."""
    public_key_of(jwk)
    return {name: str(jwk[name]) for name in ("kty", "crv", "x", "y")}


def signature_fits(jwk: Mapping[str, Any], nonce: str, signature: str) -> bool:
    """Whether ``signature`` (base64url, r || s) is this key's over the nonce's UTF-8 bytes."""
    try:
        raw = decode(signature)
        if len(raw) != 2 * COORDINATE_BYTES:
            return False
        der = encode_dss_signature(
            int.from_bytes(raw[:COORDINATE_BYTES], "big"),
            int.from_bytes(raw[COORDINATE_BYTES:], "big"),
        )
        public_key_of(jwk).verify(der, nonce.encode(), ec.ECDSA(hashes.SHA256()))
    except (InvalidSignature, InvalidInput, ValueError):
        return False
    return True
