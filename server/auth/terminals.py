"""Duty terminals stay signed in: a cookie that is good for one unit's terminal and nothing else.

An office's screen stands in a room; with an officer's own sign-in, everybody who passes could open
the dossiers for as long as it lasts. So a terminal has a cookie of its own, which only the
terminal's socket and the routes marked for it accept. Each use moves its end on.
"""

from datetime import timedelta

from roll_call.people import Officer
from roll_call.ports.records import Change
from roll_call.ports.store import Records, Store
from roll_call.ports.terminals import TerminalSignIn
from server.auth.tokens import new_id, new_token, token_hash
from server.clock import Clock
from server.config import Settings
from server.errors import NotSignedIn

TERMINAL_COOKIE = "rollcall_terminal"
RENEW_AFTER = timedelta(hours=1)
DEVICE_CHARACTERS = 120


class TerminalSignIns:
    """Open, recognise, revoke. Whose password it was is checked by ``StaffSessions``."""

    def __init__(self, store: Store, clock: Clock, settings: Settings) -> None:
        self._store = store
        self._clock = clock
        self.lasts = timedelta(days=settings.terminals.sign_in_days)

    async def open(self, officer: Officer, device: str) -> str:
        """The token for the cookie; ``device`` is what the browser calls itself."""
        token, now = new_token(), self._clock.now()
        sign_in = TerminalSignIn(
            id=new_id(),
            token_hash=token_hash(token),
            unit_id=officer.unit_id,
            officer_id=officer.id,
            device=device[:DEVICE_CHARACTERS],
            created_at=now,
            seen_at=now,
            expires_at=now + self.lasts,
        )
        change = Change("signed_in", f"officer/{officer.id}", now)
        await self._store.write(lambda t: t.terminals.add_sign_in(sign_in, change))
        return token

    async def officer(self, token: str | None) -> Officer:
        """Who signed the terminal in; raises NotSignedIn. Counts as use."""
        found = await self._found(token)
        if found is None:
            raise NotSignedIn
        sign_in, officer = found
        now = self._clock.now()
        if now - sign_in.seen_at >= RENEW_AFTER:
            until = now + self.lasts
            await self._store.write(lambda t: t.terminals.renew_sign_in(sign_in.id, now, until))
        return officer

    async def holds(self, token: str) -> bool:
        """Whether the cookie is still good. A terminal that is connected is in use."""
        try:
            await self.officer(token)
        except NotSignedIn:
            return False
        return True

    async def sign_out(self, token: str | None) -> None:
        """Idempotent."""
        found = await self._found(token)
        if found is not None:
            await self.end(found[0].id, f"officer/{found[1].id}", "signed_out")

    async def end(self, sign_in_id: str, actor: str, event: str = "revoked") -> None:
        """Revoke: the terminal's socket is closed within seconds. Idempotent."""
        change = Change(event, actor, self._clock.now())
        await self._store.write(lambda t: t.terminals.end_sign_in(sign_in_id, change))

    async def _found(self, token: str | None) -> tuple[TerminalSignIn, Officer] | None:
        """Officer active, and still of the unit that the terminal was signed in for."""
        if not token:
            return None
        hashed, now = token_hash(token), self._clock.now()

        def find(r: Records) -> tuple[TerminalSignIn, Officer] | None:
            sign_in = r.terminals.signed_in(hashed, now)
            if sign_in is None:
                return None
            officer = r.people.officer(sign_in.officer_id)
            good = officer.active and officer.unit_id == sign_in.unit_id
            return (sign_in, officer) if good else None

        return await self._store.read(find)
