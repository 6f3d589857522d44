"""Whether the TURN server can be reached and lets our credentials allocate (RFC 8656)."""

import asyncio
import ssl
import time
from enum import StrEnum

from aioice import stun
from aioice.turn import create_turn_endpoint
from aiortc.rtcicetransport import parse_stun_turn_uri

from media.turn import time_limited
from server.config import TurnSection
from server.doctor.findings import Finding, Status, Value

PATIENCE_S = 5.0
FAR_FUTURE_S = 10 * 365 * 86_400
UNAUTHORIZED, FORBIDDEN, STALE = 401, 403, 438


class Allocation(StrEnum):
    """How asking for a relayed address ended."""

    GRANTED = "granted"
    REFUSED = "refused"
    UNREACHABLE = "unreachable"
    TLS_FAILED = "tls_failed"
    FAILED = "failed"


class _Ignored(asyncio.DatagramProtocol):
    """Nothing is relayed here."""


async def check_turn(turn: TurnSection) -> list[Finding]:
    """Every address of the TURN server over its own transport."""
    if not turn.urls or turn.secret is None:
        return [Finding("turn", Status.WARN, "turn_none")]
    secret, lifetime_s = turn.secret.get_secret_value(), turn.lifetime_minutes * 60
    found = await asyncio.gather(*(_check_url(url, secret, lifetime_s) for url in turn.urls))
    if not any(_is_tcp(url) for url in turn.urls):
        found.append(Finding("turn", Status.WARN, "turn_udp_only"))
    return list(found)


async def _check_url(url: str, secret: str, lifetime_s: int) -> Finding:
    outcome, relayed = await allocate(url, secret, lifetime_s)
    params: dict[str, Value] = {"url": url, "relayed": relayed}
    if outcome is Allocation.GRANTED:
        return Finding("turn", Status.OK, "turn_granted", params)
    if outcome is Allocation.REFUSED:
        # The TURN server's clock may be ahead: then only credentials of the far future will do.
        later, _ = await allocate(url, secret, FAR_FUTURE_S)
        code = "turn_clock" if later is Allocation.GRANTED else "turn_refused"
        return Finding("turn", Status.FAIL, code, params)
    return Finding("turn", Status.FAIL, f"turn_{outcome.value}", params)


async def allocate(url: str, secret: str, lifetime_s: int) -> tuple[Allocation, str]:
    """Ask for a relayed address and give it back at once; returns what came of it, and where."""
    server = parse_stun_turn_uri(url)
    credentials = time_limited(secret, time.time(), lifetime_s, "doctor")
    try:
        async with asyncio.timeout(PATIENCE_S):
            transport, _ = await create_turn_endpoint(
                _Ignored,
                (server["host"], server["port"]),
                username=credentials.username,
                password=credentials.password,
                ssl=server["scheme"] == "turns",
                transport=server["transport"],
            )
    except stun.TransactionFailed as error:
        return _outcome(error.response.error_code), ""
    except ssl.SSLError:
        return Allocation.TLS_FAILED, ""
    except (TimeoutError, OSError, stun.TransactionError):
        return Allocation.UNREACHABLE, ""
    host, port = transport.get_extra_info("sockname")
    transport.close()
    return Allocation.GRANTED, f"{host}:{port}"


def _outcome(error_code: int | None) -> Allocation:
    refused = error_code in (UNAUTHORIZED, FORBIDDEN, STALE)
    return Allocation.REFUSED if refused else Allocation.FAILED


def _is_tcp(url: str) -> bool:
    return bool(parse_stun_turn_uri(url)["transport"] == "tcp")
