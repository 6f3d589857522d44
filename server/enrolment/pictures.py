"""Pictures as they come over the wire."""

import base64
import binascii

from roll_call.errors import InvalidInput

_SIGNATURES = {b"\xff\xd8\xff": "image/jpeg", b"\x89PNG\r\n\x1a\n": "image/png"}


def decoded(text: str) -> bytes:
    """The bytes of a base64 JPEG or PNG. Raises InvalidInput(picture_unreadable)."""
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise InvalidInput("picture_unreadable") from error
    if content_type(data) is None:
        raise InvalidInput("picture_unreadable")
    return data


def content_type(data: bytes) -> str | None:
    """The type that the first bytes show, None for anything but JPEG and PNG."""
    return next((kind for start, kind in _SIGNATURES.items() if data.startswith(start)), None)
