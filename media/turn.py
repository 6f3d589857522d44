"""Time-limited TURN credentials (draft-uberti-behave-turn-rest-00, coturn's ``use-auth-secret``).

Server and TURN server share a secret. A user name carries the moment until which it is valid, and
the password is its HMAC, so that nothing has to be stored and a leaked one soon ends.
"""

import base64
import hashlib
import hmac
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class TurnCredentials:
    """``expires_unix_s``: the TURN server refuses new allocations from then on."""

    username: str
    password: str = field(repr=False)
    expires_unix_s: int


def time_limited(
    secret: str, now_unix_s: float, lifetime_s: int, name: str = ""
) -> TurnCredentials:
    """Credentials valid for ``lifetime_s`` from now; ``name`` shows in the TURN server's log.

    ``name`` must be an opaque id, never a person's name: it crosses the network in clear.
    """
    expires = int(now_unix_s) + lifetime_s
    username = f"{expires}:{name}" if name else str(expires)
    digest = hmac.new(secret.encode(), username.encode(), hashlib.sha1).digest()
    return TurnCredentials(username, base64.b64encode(digest).decode(), expires)
