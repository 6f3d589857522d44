"""One POST, and what its answer means: delivered, try again, or never."""

from collections.abc import Mapping

import aiohttp

from roll_call.ports.notifier import TransportError
from server.notify.guard import Guard, PrivateTarget

TRY_AGAIN = frozenset({408, 425, 429})
GONE = frozenset({404, 410})


class Poster:
    """Posts through a guarded client that is made at the first use."""

    def __init__(self, guard: Guard, timeout_s: float) -> None:
        self._guard = guard
        self._timeout_s = timeout_s
        self._session: aiohttp.ClientSession | None = None

    async def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> str:
        """The outcome ``http_<status>``. Raises TransportError; redirects are not followed."""
        self._guard.require_url(url)
        if self._session is None:
            self._session = self._guard.session(self._timeout_s)
        try:
            async with self._session.post(
                url, data=body, headers=dict(headers), allow_redirects=False
            ) as answer:
                return judged(answer.status)
        except aiohttp.ClientConnectorError as error:
            private = isinstance(error.os_error, PrivateTarget)
            code = "channel_target_private" if private else "unreachable"
            raise TransportError(code, permanent=private) from error
        except PrivateTarget as error:
            raise TransportError("channel_target_private", permanent=True) from error
        except TimeoutError as error:
            raise TransportError("timeout", permanent=False) from error
        except (aiohttp.ClientError, OSError) as error:
            raise TransportError("unreachable", permanent=False) from error

    async def close(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()


def judged(status: int) -> str:
    """The outcome of a status. Raises TransportError."""
    code = f"http_{status}"
    if 200 <= status < 300:
        return code
    if status in TRY_AGAIN or status >= 500:
        raise TransportError(code, permanent=False)
    raise TransportError(code, permanent=True, gone=status in GONE)
