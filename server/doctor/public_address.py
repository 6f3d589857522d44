"""The address that links carry, as a phone meets it: name, certificate, page, WebSocket."""

import asyncio
import ssl
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from urllib.parse import urlsplit

import aiohttp
from cryptography import x509
from cryptography.x509.oid import NameOID

from server import tls
from server.doctor.findings import Finding, Status, Value
from server.messages import Challenge, server_messages

PATIENCE_S = 8.0
RENEW_DAYS = 21
SKEW_S = 30.0
"""Credentials of the TURN server live for minutes at least; receipts state the second."""


@dataclass(frozen=True, slots=True)
class Address:
    """The parts of ``public_url``."""

    url: str
    scheme: str
    host: str
    port: int


async def check_public_address(public_url: str | None, data_dir: Path) -> list[Finding]:
    """Contacts that address and no other."""
    if not public_url:
        return [_public(Status.WARN, "public_url_none")]
    parts = urlsplit(public_url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return [_public(Status.FAIL, "public_url_wrong", url=public_url)]
    port = parts.port or (443 if parts.scheme == "https" else 80)
    address = Address(public_url.rstrip("/"), parts.scheme, parts.hostname, port)
    if address.scheme == "http":
        found = [_public(Status.FAIL, "public_url_plain", url=address.url)]
        return found + await _ask(address, None)
    context, findings = await _certificate(address, data_dir)
    return findings + (await _ask(address, context) if context is not None else [])


async def _certificate(
    address: Address, data_dir: Path
) -> tuple[ssl.SSLContext | None, list[Finding]]:
    """The certificate by the system's authorities, else by the site's own."""
    own = tls.tls_files(data_dir).authority
    params: dict[str, Value] = {"host": address.host, "port": address.port}
    context = ssl.create_default_context()
    try:
        leaf = await _leaf(address, context)
    except ssl.SSLCertVerificationError as error:
        params["why"] = error.verify_message or "?"
        if not own.exists():
            return None, [Finding("https", Status.FAIL, "certificate_wrong", params)]
        context = ssl.create_default_context(cafile=str(own))
        try:
            leaf = await _leaf(address, context)
        except (OSError, TimeoutError):
            return None, [Finding("https", Status.FAIL, "certificate_wrong", params)]
        params["authority"] = str(own.name)
        return context, [
            Finding("https", Status.WARN, "certificate_own", params),
            _expiry(leaf),
        ]
    except (OSError, TimeoutError):
        return None, [Finding("https", Status.FAIL, "public_url_unreachable", params)]
    return context, [Finding("https", Status.OK, "certificate_fine", params), _expiry(leaf)]


async def _leaf(address: Address, context: ssl.SSLContext) -> x509.Certificate:
    async with asyncio.timeout(PATIENCE_S):
        _, writer = await asyncio.open_connection(address.host, address.port, ssl=context)
    try:
        secured = writer.get_extra_info("ssl_object")
        return x509.load_der_x509_certificate(secured.getpeercert(binary_form=True))
    finally:
        writer.close()


def _expiry(leaf: x509.Certificate) -> Finding:
    ends = leaf.not_valid_after_utc
    days = (ends - datetime.now(UTC)).days
    names = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    listed = [str(n) for n in names.get_values_for_type(x509.DNSName)]
    listed += [str(n) for n in names.get_values_for_type(x509.IPAddress)]
    issuer = leaf.issuer.get_attributes_for_oid(NameOID.COMMON_NAME)
    params: dict[str, Value] = {
        "days": days,
        "until": f"{ends:%Y-%m-%d}",
        "names": ", ".join(listed),
        "issuer": str(issuer[0].value) if issuer else "-",
    }
    status = Status.OK if days > RENEW_DAYS else Status.WARN
    code = "certificate_days" if status is Status.OK else "certificate_ends"
    return Finding("https", status, code, params)


async def _ask(address: Address, context: ssl.SSLContext | None) -> list[Finding]:
    """The page's health, the clock, the upgrade."""
    limit = aiohttp.ClientTimeout(total=PATIENCE_S)
    async with aiohttp.ClientSession(timeout=limit, trust_env=False) as session:
        try:
            asked_s = time.time()
            async with session.get(f"{address.url}/healthz", ssl=context or True) as response:
                here = response.status == 200 and await response.text() == "ok\n"
                dated = response.headers.get("Date")
        except (aiohttp.ClientError, TimeoutError):
            params: dict[str, Value] = {"host": address.host, "port": address.port}
            return [Finding("https", Status.FAIL, "public_url_unreachable", params)]
        if not here:
            return [_public(Status.FAIL, "public_url_stranger", url=address.url)]
        found = [_public(Status.OK, "public_url_fine", url=address.url)]
        return [*found, *_clock(dated, asked_s), await _web_socket(session, address, context)]


async def _web_socket(
    session: aiohttp.ClientSession, address: Address, context: ssl.SSLContext | None
) -> Finding:
    try:
        async with session.ws_connect(
            f"{address.url}/ws", ssl=context or True, origin=address.url
        ) as socket:
            first = server_messages.validate_json(await socket.receive_str())
    except aiohttp.WSServerHandshakeError as error:
        return Finding("websocket", Status.FAIL, "websocket_refused", {"status": error.status})
    except (aiohttp.ClientError, TimeoutError, TypeError, ValueError):
        return Finding("websocket", Status.FAIL, "websocket_silent")
    if not isinstance(first, Challenge):
        return Finding("websocket", Status.FAIL, "websocket_silent")
    return Finding("websocket", Status.OK, "websocket_fine")


def _clock(dated: str | None, asked_s: float) -> list[Finding]:
    """The server's (or its proxy's) clock beside this machine's."""
    try:
        there_s = parsedate_to_datetime(dated or "").timestamp()
    except ValueError:
        return []
    skew = round(there_s - asked_s)
    status, code = Status.OK, "clock_agrees"
    if abs(skew) > SKEW_S:
        status, code = Status.FAIL, "clock_differs"
    return [Finding("clock", status, code, {"seconds": skew})]


def _public(status: Status, code: str, **params: Value) -> Finding:
    return Finding("public_url", status, code, params)
