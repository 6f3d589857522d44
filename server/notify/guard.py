"""Where this server may be made to connect to: a guard against requests forged through it (SSRF).

Names are resolved once, and the connection goes to an address that was looked at: a name that
answers otherwise the second time gains nothing.
"""

import ipaddress
import socket
from urllib.parse import urlsplit

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult

from roll_call.errors import InvalidInput
from roll_call.ports.notifier import TransportError


class PrivateTarget(OSError):
    """An address inside the house; only where the configuration says so."""


class Guard:
    """Checks addresses; ``private`` lets private and loopback ones through."""

    def __init__(self, private: bool) -> None:
        self._private = private

    def allows(self, address: str) -> bool:
        """Whether a connection may go to this IP address."""
        found = ipaddress.ip_address(address.partition("%")[0])
        if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped is not None:
            found = found.ipv4_mapped
        if found.is_multicast or found.is_unspecified or found.is_link_local:
            return False
        return found.is_global or (self._private and (found.is_private or found.is_loopback))

    def check_url(self, url: str) -> str:
        """The URL, if it may be used at all. Raises InvalidInput (channel_url_invalid)."""
        parts = urlsplit(url)
        schemes = ("https", "http") if self._private else ("https",)
        if parts.scheme not in schemes or not parts.hostname or parts.username is not None:
            raise InvalidInput("channel_url_invalid")
        literal = _literal(parts.hostname)
        if literal is not None and not self.allows(literal):
            raise InvalidInput("channel_target_private")
        return url

    def require_url(self, url: str) -> None:
        """The same at the moment of sending. Raises TransportError."""
        try:
            self.check_url(url)
        except InvalidInput as error:
            raise TransportError(error.code, permanent=True) from error

    def session(self, timeout_s: float) -> aiohttp.ClientSession:
        """A client whose every connection is guarded; it follows no proxy and keeps no cookies."""
        connector = aiohttp.TCPConnector(resolver=GuardedResolver(self), limit_per_host=24)
        return aiohttp.ClientSession(
            connector=connector,
            timeout=aiohttp.ClientTimeout(total=timeout_s),
            cookie_jar=aiohttp.DummyCookieJar(),
            trust_env=False,
        )


class GuardedResolver(AbstractResolver):
    """Resolves names to allowed addresses only."""

    def __init__(self, guard: Guard) -> None:
        self._guard = guard
        self._inner = aiohttp.ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """Raises PrivateTarget where nothing allowed is left."""
        found = await self._inner.resolve(host, port, family)
        allowed = [result for result in found if self._guard.allows(result["host"])]
        if not allowed:
            raise PrivateTarget("private target")
        return allowed

    async def close(self) -> None:
        """Nothing is held."""


def _literal(host: str) -> str | None:
    try:
        return str(ipaddress.ip_address(host.partition("%")[0]))
    except ValueError:
        return None
