"""The time that our own connectivity and consent checks take (RFC 8445, RFC 7675)."""

import time
from collections.abc import Callable
from typing import Any

from aiortc.rtcdtlstransport import RTCDtlsTransport


def time_checks(transport: RTCDtlsTransport, sample: Callable[[float], None]) -> None:
    """Hand the seconds that each answered check takes to ``sample``, once DTLS is up.

    aioice repeats them every four to six seconds on the nominated pair, with one attempt each, so
    that an answer is never taken for that of an earlier attempt.
    """
    ice: Any = transport.transport

    def state_changed() -> None:
        if transport.state == "connected":
            for protocol in ice._connection._protocols:
                _time(protocol, sample)

    transport.on("statechange", state_changed)


def _time(protocol: Any, sample: Callable[[float], None]) -> None:
    request = protocol.request

    async def timed(*args: Any, **named: Any) -> Any:
        began = time.monotonic()
        answer = await request(*args, **named)
        if named.get("retransmissions") == 0:
            sample(time.monotonic() - began)
        return answer

    protocol.request = timed
