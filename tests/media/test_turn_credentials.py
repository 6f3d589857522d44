"""Time-limited TURN credentials are those that a TURN server works out for itself."""

import base64
import hashlib
import hmac

from media.ice import IceServer, rtc_servers
from media.turn import time_limited


def test_the_password_is_the_hmac_of_the_user_name() -> None:
    made = time_limited("north", 1_700_000_000.9, 600, "a1b2")
    assert made.username == "1700000600:a1b2"
    assert made.expires_unix_s == 1_700_000_600
    mac = hmac.new(b"north", b"1700000600:a1b2", hashlib.sha1).digest()
    assert base64.b64decode(made.password) == mac


def test_a_known_answer() -> None:
    made = time_limited("secret", 0, 86_400)
    assert (made.username, made.password) == ("86400", KNOWN)


KNOWN = "1nlF/XS2fN+6tG3XyVjhTegcqF8="


def test_every_moment_and_every_name_has_its_own() -> None:
    made = {
        time_limited("s", now, 60, name).password for now in (1.0, 2.0) for name in ("a", "b", "")
    }
    assert len(made) == 6


def test_neither_secret_nor_password_shows() -> None:
    server = IceServer(("turn:localhost:1",), "north", 60)
    assert "north" not in repr(server)
    made = time_limited("north", 0, 60)
    assert made.password not in repr(made)


def test_the_engine_gets_fresh_credentials_for_every_connection() -> None:
    server = IceServer(("turn:localhost:1", "turn:localhost:1?transport=tcp"), "north", 60)
    (first,), (second,) = rtc_servers((server,), 0), rtc_servers((server,), 1)
    assert first.urls == list(server.urls)
    assert (first.username, second.username) == ("60", "61")
    assert first.credential != second.credential
