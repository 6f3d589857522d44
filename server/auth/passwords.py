"""Passwords: argon2id (RFC 9106) at 19 MiB and two passes, hashed in a thread of its own.

The parameters are OWASP's second choice: 28 verifications a second on two cores. At 09:00 officers
come back with a session cookie, not with a password.
"""

import asyncio
from concurrent.futures import ThreadPoolExecutor

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

MEMORY_KIB = 19 * 1024
PASSES = 2


class Passwords:
    """Hashing off the event loop; one at a time, so that a flood cannot take all memory."""

    def __init__(self) -> None:
        self._hasher = PasswordHasher(time_cost=PASSES, memory_cost=MEMORY_KIB, parallelism=1)
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="passwords")
        self._nobody: str | None = None

    async def hash(self, password: str) -> str:
        """The encoded hash with its salt."""
        return await asyncio.get_running_loop().run_in_executor(
            self._pool, self._hasher.hash, password
        )

    async def verify(self, encoded: str | None, password: str) -> bool:
        """Whether the password fits; None (no such user) takes the same time and never fits."""
        if encoded is None:
            if self._nobody is None:
                self._nobody = await self.hash("nobody has this password")
            await self._check(self._nobody, password)
            return False
        return await self._check(encoded, password)

    async def _check(self, encoded: str, password: str) -> bool:
        def check() -> bool:
            try:
                return self._hasher.verify(encoded, password)
            except (VerificationError, InvalidHashError):
                return False

        return await asyncio.get_running_loop().run_in_executor(self._pool, check)

    def close(self) -> None:
        """End the thread."""
        self._pool.shutdown(wait=True)
