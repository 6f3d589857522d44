"""A WebSocket's frames as messages, within their limits."""

import re
from typing import Any

from aiohttp import WSMessage, WSMsgType
from pydantic import ValidationError

from roll_call.errors import InvalidInput
from server import messages as m
from server.errors import TooLarge

PICTURE_MESSAGE_BYTES = m.MAX_PICTURE_CHARACTERS + 256
"""Pictures of a person's own enrolment are the only messages beyond the general limit."""

_PICTURE = re.compile(r'\s*\{\s*"type"\s*:\s*"enrolment_picture"')
_LONGEST = {"sdp": m.MAX_SDP_CHARACTERS, "data": m.MAX_PICTURE_CHARACTERS}
_OVER = (WSMsgType.CLOSE, WSMsgType.CLOSING, WSMsgType.CLOSED, WSMsgType.ERROR)


class Oversized(Exception):
    """A message beyond its limit; the socket is closed as aiohttp itself would close it."""


def parse(raw: WSMessage, limit_bytes: int, pictures: bool) -> Any:
    """The client's message; ``pictures``: from a known phone, which may send larger ones.

    Raises InvalidInput(bad_message), TooLarge, Oversized, ConnectionResetError at the end.
    """
    if raw.type in _OVER:
        raise ConnectionResetError
    is_text = raw.type is WSMsgType.TEXT
    size = len(raw.data.encode()) if is_text else len(raw.data)
    # By its first words: what is too large for anything else is not parsed to find out.
    if size > limit_bytes and not (pictures and is_text and _PICTURE.match(raw.data)):
        raise Oversized
    if not is_text:
        raise InvalidInput("bad_message")
    try:
        return m.client_messages.validate_json(raw.data)
    except ValidationError as error:
        too_long = [e["loc"] for e in error.errors() if e["type"] == "string_too_long"]
        for field, limit in _LONGEST.items():
            if any(field in where for where in too_long):
                raise TooLarge(limit=limit) from error
        raise InvalidInput("bad_message") from error
