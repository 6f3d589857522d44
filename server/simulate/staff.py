"""A member of staff without a browser: the HTTP API as the console uses it."""

import base64
import ssl
from collections.abc import Sequence
from types import TracebackType
from typing import Any, Self

import aiohttp


class StaffFailure(Exception):
    """The server refused a request; ``code`` and ``message`` are its words."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(f"{status} {code}: {message}")
        self.status = status
        self.code = code
        self.message = message


class StaffClient:
    """Signs in once and keeps the cookie; every method is one request."""

    def __init__(self, server_url: str, tls: ssl.SSLContext | None = None) -> None:
        self.url = server_url.rstrip("/")
        self._tls: ssl.SSLContext | bool = tls if tls is not None else True
        self._http: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        # Servers on this machine are named by address, and aiohttp keeps no cookies for those
        # unless it is told that they may be kept.
        self._http = aiohttp.ClientSession(
            cookie_jar=aiohttp.CookieJar(unsafe=True), headers={"Origin": self.url}
        )
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._http is not None:
            await self._http.close()

    async def request(self, method: str, path: str, body: object = None) -> Any:
        """One JSON request; raises ``StaffFailure`` on any error status."""
        assert self._http is not None, "use it as a context manager"
        async with self._http.request(method, self.url + path, json=body, ssl=self._tls) as reply:
            data = await reply.json() if reply.content_type == "application/json" else None
            if reply.status >= 400:
                error = (data or {}).get("error", {})
                raise StaffFailure(
                    reply.status, error.get("code", "unknown"), error.get("message", "")
                )
            return data

    async def sign_in(self, username: str, password: str) -> None:
        """Start a staff session."""
        await self.request("POST", "/api/session", {"username": username, "password": password})

    async def enrol(
        self,
        kind: str,
        subject_id: str,
        pictures: Sequence[bytes],
        *,
        provisional: bool = False,
        despite_duplicate: str = "",
    ) -> dict[str, Any]:
        """Enrol pictures of a person or an officer; ``kind`` is persons or officers.

        ``provisional``: these are all pictures that there are; ``despite_duplicate``: why somebody
        else may have the same face (in simulations many share one).
        """
        body = {
            "pictures": [base64.b64encode(picture).decode("ascii") for picture in pictures],
            "provisional": provisional,
            "despite_duplicate": despite_duplicate,
        }
        reply = await self.request("POST", f"/api/{kind}/{subject_id}/enrolment", body)
        assert isinstance(reply, dict)
        return reply

    async def download(self, path: str) -> bytes:
        """A file as bytes."""
        assert self._http is not None, "use it as a context manager"
        async with self._http.get(self.url + path, ssl=self._tls) as reply:
            if reply.status >= 400:
                raise StaffFailure(reply.status, "download", path)
            return await reply.read()

    async def web_socket(self) -> aiohttp.ClientWebSocketResponse:
        """The signaling socket, proven by the cookie."""
        assert self._http is not None, "use it as a context manager"
        return await self._http.ws_connect(self.url + "/ws", ssl=self._tls, max_msg_size=0)

    async def bind_device(self, person_id: str, public_jwk: dict[str, str]) -> str:
        """Ask for a person's one-time link and redeem it for a device; returns the device id."""
        link = await self.request("POST", f"/api/persons/{person_id}/link", {})
        token = str(link["url"]).rpartition("#")[2]
        redeemed = await self.request(
            "POST", "/api/phone/redeem", {"token": token, "public_key": public_jwk}
        )
        return str(redeemed["device_id"])
