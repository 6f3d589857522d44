"""Which web origins may talk to us (RFC 6454): our own, and those that the configuration names.

Guards mutating requests and the WebSocket upgrade (cross-site WebSocket hijacking): a browser
always states the origin and a page cannot forge it.
"""

from urllib.parse import urlsplit

from aiohttp import web

from roll_call.errors import NotAllowed


class ForeignOrigin(NotAllowed):
    """The request comes from a page that is not ours."""

    default_code = "foreign_origin"


def allowed_origins(request: web.Request, public_url: str | None, more: list[str]) -> set[str]:
    """Our own origin as the client sees it, the public address, and the configured ones."""
    own = {f"{request.scheme}://{request.host}"}
    if public_url:
        parts = urlsplit(public_url)
        own.add(f"{parts.scheme}://{parts.netloc}")
    return own | {origin.rstrip("/") for origin in more}


def check_origin(
    request: web.Request, public_url: str | None, more: list[str], *, required: bool
) -> bool:
    """True if an allowed origin is stated, False if none is and none is required.

    Raises ForeignOrigin for a foreign one, or where it is missing but required.
    """
    origin = request.headers.get("Origin")
    if origin is None:
        if required:
            raise ForeignOrigin
        return False
    if origin.rstrip("/").lower() not in {
        o.lower() for o in allowed_origins(request, public_url, more)
    }:
        raise ForeignOrigin
    return True
