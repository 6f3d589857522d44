"""Signed-in staff: server-side sessions; the cookie is a random token, only its hash is kept."""

import asyncio
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from roll_call.errors import InvalidInput, NotAllowed
from roll_call.people import Officer
from roll_call.ports.records import Change, StaffSession
from roll_call.ports.store import Records, Store, Transaction
from server.auth.ended import EndBell
from server.auth.passwords import Passwords
from server.auth.throttle import Throttle
from server.auth.tokens import new_token, token_hash
from server.clock import Clock
from server.config import Settings
from server.errors import NotSignedIn

COOKIE = "rollcall_session"


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A fresh sign-in; ``token`` goes into the cookie and is not kept."""

    officer: Officer
    token: str


class StaffSessions:
    """Sign in, recognise, sign out. Idle time is kept in memory, so a restart renews it."""

    def __init__(self, store: Store, clock: Clock, settings: Settings) -> None:
        self._store = store
        self._clock = clock
        self._idle = timedelta(minutes=settings.server.sign_in_idle_minutes)
        self._absolute = timedelta(hours=settings.server.sign_in_hours)
        self._seen: dict[str, datetime] = {}
        self.passwords = Passwords()
        self._throttle = Throttle(
            settings.server.failed_sign_ins, settings.server.failed_sign_ins_minutes
        )
        self._one_guess = asyncio.Lock()
        self.ended = EndBell()

    async def sign_in(self, username: str, password: str, address: str) -> SignedIn:
        """Raises NotSignedIn(sign_in_failed) or RateLimited; the two halves fail alike."""
        officer = await self.check(username, password, address)
        return SignedIn(officer, await self._open(officer))

    async def check(self, username: str, password: str, address: str) -> Officer:
        """Whose name and password these are; raises as ``sign_in`` does. Nobody is signed in."""
        keys = (f"user/{username.lower()}", f"address/{address}")
        self._throttle.check(*keys)
        found = await self._store.read(lambda r: r.people.credentials(username))
        # Hashing is one at a time anyway; guesses sent side by side must meet the count as well.
        async with self._one_guess:
            self._throttle.check(*keys)
            fits = await self.passwords.verify(found.password_hash if found else None, password)
            if not fits or found is None or not found.officer.active:
                self._throttle.failed(*keys)
                fits = False
        if found is None or not fits:
            await self._log_failure(found.officer.id if found else "unknown")
            raise NotSignedIn("sign_in_failed")
        return found.officer

    async def _log_failure(self, officer_id: str) -> None:
        now = self._clock.now()
        await self._store.write(
            lambda t: t.log.append(
                "officer.sign_in_failed", "officer", officer_id, {}, "system", now
            )
        )

    async def _open(self, officer: Officer) -> str:
        token = new_token()
        now = self._clock.now()
        session = StaffSession(token_hash(token), officer.id, now, now + self._absolute)
        change = Change("signed_in", f"officer/{officer.id}", now)

        def save(t: Transaction) -> None:
            t.access.purge_expired(now)
            t.access.add_staff_session(session, change)

        await self._store.write(save)
        self._seen = {k: at for k, at in self._seen.items() if now - at < self._absolute}
        self._seen[session.token_hash] = now
        return token

    async def officer(self, token: str | None, *, first_password: bool = False) -> Officer:
        """Who the cookie stands for; raises NotSignedIn.

        Raises NotAllowed(password_must_change) where the password is not yet their own, unless
        ``first_password``.
        """
        if not token:
            raise NotSignedIn
        hashed = token_hash(token)
        now = self._clock.now()
        seen = self._seen.get(hashed, now)
        if now - seen > self._idle:
            await self.sign_out(token)
            raise NotSignedIn

        def find(r: Records) -> Officer | None:
            session = r.access.staff_session(hashed, now)
            return r.people.officer(session.officer_id) if session else None

        officer = await self._store.read(find)
        if officer is None or not officer.active:
            self._seen.pop(hashed, None)
            raise NotSignedIn
        self._seen[hashed] = now
        if not first_password:
            check_own_password(officer)
        return officer

    async def holds(self, token: str) -> bool:
        """Whether the cookie is still good; looking does not count as activity."""
        hashed, now = token_hash(token), self._clock.now()

        def find(r: Records) -> bool:
            session = r.access.staff_session(hashed, now)
            return session is not None and r.people.officer(session.officer_id).active

        return await self._store.read(find)

    async def sign_out(self, token: str) -> None:
        """Idempotent."""
        hashed = token_hash(token)
        self._seen.pop(hashed, None)
        change = Change("signed_out", "system", self._clock.now())
        await self._store.write(lambda t: t.access.end_staff_session(hashed, change))
        self.ended.ring()

    async def change_password(self, officer: Officer, old: str, new: str, address: str) -> SignedIn:
        """One's own; every sign-in ends and a fresh one begins.

        Raises InvalidInput(password_wrong, password_same) or RateLimited.
        """
        keys = (f"user/{officer.username.lower()}", f"address/{address}")
        self._throttle.check(*keys)
        found = await self._store.read(lambda r: r.people.credentials(officer.username))
        if not await self.passwords.verify(found.password_hash if found else None, old):
            self._throttle.failed(*keys)
            raise InvalidInput("password_wrong")
        if old == new:
            raise InvalidInput("password_same")
        hashed = await self.passwords.hash(new)
        change = Change("password_changed", f"officer/{officer.id}", self._clock.now())

        def save(t: Transaction) -> None:
            t.people.set_password_hash(officer.id, hashed, change, must_change=False)
            t.access.end_staff_sessions_of(officer.id, change)

        await self._store.write(save)
        token = await self._open(officer)
        self.ended.ring()
        return SignedIn(replace(officer, must_change_password=False), token)

    def close(self) -> None:
        """Stop the hashing thread."""
        self.passwords.close()


def check_own_password(officer: Officer) -> None:
    """Raises NotAllowed(password_must_change) where somebody else knows it too."""
    if officer.must_change_password:
        raise NotAllowed("password_must_change")
