"""A simulated phone's device key: the same ECDSA P-256 key that a browser's WebCrypto makes."""

import base64

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature


def base64url(data: bytes) -> str:
    """Base64url without padding (RFC 7515, appendix C)."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


class DeviceKey:
    """A key pair that stays in this object; ``device_id`` is set once the server has bound it."""

    def __init__(self) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        self.device_id: str | None = None

    def public_jwk(self) -> dict[str, str]:
        """The public key as a JWK (RFC 7518, section 6.2)."""
        numbers = self._key.public_key().public_numbers()
        return {
            "kty": "EC",
            "crv": "P-256",
            "x": base64url(numbers.x.to_bytes(32, "big")),
            "y": base64url(numbers.y.to_bytes(32, "big")),
        }

    def sign(self, nonce: str) -> str:
        """Sign the server's nonce; raw r||s as WebCrypto writes it (IEEE P1363), base64url."""
        r, s = decode_dss_signature(self._key.sign(nonce.encode(), ec.ECDSA(hashes.SHA256())))
        return base64url(r.to_bytes(32, "big") + s.to_bytes(32, "big"))
