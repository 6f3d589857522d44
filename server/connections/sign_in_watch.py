"""An officer's socket lives as long as the sign-in that opened it."""

from typing import Protocol

from roll_call.errors import StorageError
from roll_call.people import Officer
from server.auth.ended import EndBell
from server.connections.socket import Socket
from server.errors import NotSignedIn
from server.logs import logger

RECHECK_S = 5.0

log = logger("sign_in")


class SignIns(Protocol):
    """Sign-ins of one kind: officers at consoles, or terminals that stay."""

    async def officer(self, token: str | None) -> Officer:
        """Who is signed in; raises NotSignedIn."""

    async def holds(self, token: str) -> bool:
        """Whether the sign-in is still good."""


async def end_with_sign_in(staff: SignIns, ended: EndBell, token: str, socket: Socket) -> None:
    """A wall that nobody touches stays; signing out, or the end of the sign-in, closes it."""
    while await _holds(staff, token):
        await ended.heard(RECHECK_S)
    socket.fail(NotSignedIn(), fatal=True)


async def _holds(staff: SignIns, token: str) -> bool:
    try:
        return await staff.holds(token)
    except StorageError as error:
        log.error("sign_in_not_checked", why=error.code)
        return True  # looked at again in a moment
