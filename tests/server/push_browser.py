"""A browser that is pushed to: the receiving half of RFC 8291, written from the RFC."""

import base64
import json
import os
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from server.notice_messages import PushSubscribe

POINT = 65


class PushBrowser:
    """One subscription: its endpoint, its key pair and its authentication secret."""

    def __init__(self, endpoint: str) -> None:
        self.endpoint = endpoint
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._auth = os.urandom(16)
        self._public = self._key.public_key().public_bytes(
            Encoding.X962, PublicFormat.UncompressedPoint
        )

    def subscribe(self) -> PushSubscribe:
        """What the phone's page tells the server."""
        return PushSubscribe(
            endpoint=self.endpoint, p256dh=_encode(self._public), auth=_encode(self._auth)
        )

    def open(self, body: bytes) -> dict[str, Any]:
        """The message in clear: one record of aes128gcm (RFC 8188) under keys of RFC 8291."""
        salt, record_bytes, id_bytes = body[:16], int.from_bytes(body[16:20], "big"), body[20]
        sender, sealed = body[21 : 21 + id_bytes], body[21 + id_bytes :]
        assert id_bytes == POINT and len(sealed) <= record_bytes, "one record, keyed by a point"
        point = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), sender)
        shared = self._key.exchange(ec.ECDH(), point)
        about = b"WebPush: info\0" + self._public + sender
        secret = _derive(shared, self._auth, about, 32)
        key = _derive(secret, salt, b"Content-Encoding: aes128gcm\0", 16)
        nonce = _derive(secret, salt, b"Content-Encoding: nonce\0", 12)
        clear = AESGCM(key).decrypt(nonce, sealed, None).rstrip(b"\0")
        assert clear[-1:] == b"\x02", "the last record"
        told: dict[str, Any] = json.loads(clear[:-1])
        return told


def vouched(authorization: str, key: str) -> dict[str, Any]:
    """The claims of a VAPID token (RFC 8292) that ``key``, the one subscribed with, has signed."""
    scheme, _, rest = authorization.partition(" ")
    fields = dict(part.strip().split("=", 1) for part in rest.split(","))
    assert (scheme, fields["k"]) == ("vapid", key)
    header, claims, signature = fields["t"].split(".")
    assert json.loads(_decode(header)) == {"typ": "JWT", "alg": "ES256"}
    raw = _decode(signature)
    numbers = (int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
    point = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), _decode(key))
    signed = f"{header}.{claims}".encode()
    point.verify(encode_dss_signature(*numbers), signed, ec.ECDSA(hashes.SHA256()))
    found: dict[str, Any] = json.loads(_decode(claims))
    return found


def _derive(secret: bytes, salt: bytes, about: bytes, length: int) -> bytes:
    return HKDF(hashes.SHA256(), length, salt, about).derive(secret)


def _encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def _decode(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
