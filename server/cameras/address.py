"""A camera's URL: what may be shown of it, and what may not."""

import re
from dataclasses import dataclass
from urllib.parse import quote, unquote, urlsplit, urlunsplit

from roll_call.errors import InvalidInput

_SCHEMES = {"rtsp", "rtsps"}
_LONGEST = 500
_HIDDEN = "***"
# Many cameras take the password in the path or the query: /user=admin_password=…_channel=1.sdp
_PASSWORD = re.compile(r"((?:password|passwd|passwort|pass|pwd)=)((?:(?!_[a-z]+=)[^&/?])+)", re.I)


@dataclass(frozen=True, slots=True)
class CameraUrl:
    """``address`` with nothing secret in it; ``login`` is what was taken out, None if nothing.

    ``login`` is ``user:password`` (or empty), and a line for each password of path and query.
    """

    address: str
    login: str | None

    def whole(self) -> str:
        """The URL to ask the camera with; never to be logged or shown."""
        if self.login is None:
            return self.address
        hidden = len(_PASSWORD.findall(self.address))
        who, *passwords = self.login.rsplit("\n", hidden) if hidden else [self.login]
        address = _PASSWORD.sub(lambda found: found[1] + passwords.pop(0), self.address)
        if not who:
            return address
        user, _, password = who.partition(":")
        scheme, _, rest = address.partition("://")
        return f"{scheme}://{quote(user, safe='')}:{quote(password, safe='')}@{rest}"


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
    given = urlunsplit((parts.scheme, place, parts.path, parts.query, ""))
    passwords = [found[2] for found in _PASSWORD.finditer(given)]
    address = _PASSWORD.sub(lambda found: found[1] + _HIDDEN, given)
    if parts.username is None and not passwords:
        return CameraUrl(address, None)
    who = ""
    if parts.username is not None:
        who = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
    return CameraUrl(address, "\n".join([who, *passwords]))
