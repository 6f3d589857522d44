"""What reaches aioice of the datagrams that come to a session's port."""

from typing import Any

import pytest
from aioice import Candidate
from aioice.ice import Connection, StunProtocol

from media.private.datagram_guard import MOST_ADDRESSES, guarded

CHECK = b"\x00\x01" + bytes(18)
RECORD = b"\x16" + bytes(40)
SRTP = b"\x80" + bytes(40)


def told(port: int) -> Candidate:
    """A candidate that the other side has named."""
    return Candidate("f", 1, "udp", 1, "127.0.0.1", port, "host")


class Heard:
    """A guarded protocol whose own receiver only notes what it got."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *ports: int) -> None:
        self.got: list[tuple[bytes, Any]] = []
        connection: Any = Connection(False)
        connection._remote_candidates = [told(port) for port in ports]
        self.known = connection._remote_candidates
        monkeypatch.setattr(StunProtocol, "datagram_received", lambda _, *what: self.note(*what))
        self.protocol: Any = guarded(StunProtocol(connection))

    def note(self, data: bytes, address: Any) -> None:
        self.got.append((data, address))

    def hears(self, data: bytes, port: int) -> bool:
        before = len(self.got)
        self.protocol.datagram_received(data, ("127.0.0.1", port))
        return len(self.got) > before


async def test_strangers_may_check_and_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    heard = Heard(monkeypatch, 5000)
    assert heard.hears(CHECK, 6000)
    assert not heard.hears(RECORD, 6000) and not heard.hears(SRTP, 6000)
    assert heard.hears(RECORD, 5000) and heard.hears(SRTP, 5000)


async def test_what_means_nothing_is_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    heard = Heard(monkeypatch, 5000)
    for nonsense in (b"", b"\x00\x01", b"\xff" * 40, SRTP + bytes(2048)):
        assert not heard.hears(nonsense, 5000)


async def test_a_peer_is_not_heard_from_ever_more_addresses(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    heard = Heard(monkeypatch, *range(5000, 5000 + MOST_ADDRESSES - 1))
    assert heard.hears(CHECK, 7000)
    heard.known.append(told(7000))
    assert not heard.hears(CHECK, 7001)
    assert heard.hears(CHECK, 7000) and heard.hears(CHECK, 5000)
