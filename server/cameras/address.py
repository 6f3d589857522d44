"""A camera's URL: what may be shown of it, and what may not."""

from dataclasses import dataclass
from urllib.parse import quote, unquote, urlsplit, urlunsplit

from roll_call.errors import InvalidInput

_SCHEMES = {"rtsp", "rtsps"}
_LONGEST = 500


@dataclass(frozen=True, slots=True)
class CameraUrl:
    """``address`` without a login; ``login`` is ``user:password``, None where there is none."""

    address: str
    login: str | None

    def whole(self) -> str:
        """The URL to ask the camera with; never to be logged or shown."""
        if self.login is None:
            return self.address
        user, _, password = self.login.partition(":")
        who = f"{quote(user, safe='')}:{quote(password, safe='')}@"
        scheme, _, rest = self.address.partition("://")
        return f"{scheme}://{who}{rest}"


def read_url(text: str) -> CameraUrl:
    """Take a URL apart. Raises ``InvalidInput`` (``camera_url_invalid``).

    Only RTSP is spoken: the server is not to be made to ask anything else of its network.
    """
    url = text.strip()
    if len(url) > _LONGEST or not url.isascii() or not url.isprintable() or " " in url:
        raise InvalidInput("camera_url_invalid")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise InvalidInput("camera_url_invalid") from error
    if parts.scheme not in _SCHEMES or not parts.hostname:
        raise InvalidInput("camera_url_invalid")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    place = host if port is None else f"{host}:{port}"
    address = urlunsplit((parts.scheme, place, parts.path, parts.query, ""))
    if parts.username is None:
        return CameraUrl(address, None)
    return CameraUrl(address, f"{unquote(parts.username)}:{unquote(parts.password or '')}")
