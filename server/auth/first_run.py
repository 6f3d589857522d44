"""The first administrator: made once, with a code that only the server's own window shows."""

import hmac

from roll_call.errors import Conflict, NotAllowed
from roll_call.people import Officer, Role, Unit, UnitKind
from roll_call.ports.records import Change
from roll_call.ports.store import Store, Transaction
from server.auth.tokens import new_id, new_setup_code
from server.clock import Clock
from server.directory import CENTER_SETTING


class FirstRun:
    """``code`` is None once an officer exists."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self.code: str | None = None

    async def load(self) -> None:
        """Make a code if there is no officer yet."""
        officers = await self._store.read(lambda r: r.people.officers())
        self.code = None if officers else new_setup_code()

    def check(self, code: str) -> None:
        """Raises Conflict(setup_done) or NotAllowed(setup_code_wrong)."""
        if self.code is None:
            raise Conflict("setup_done")
        if not hmac.compare_digest(self.code.encode(), code.strip().upper().encode()):
            raise NotAllowed("setup_code_wrong")

    async def complete(self, center: str, name: str, username: str, password_hash: str) -> Officer:
        """Make the root unit and the administrator in one unit of work."""
        now = self._clock.now()
        unit = Unit(new_id(), center, UnitKind.COMMAND_CENTER, None)
        officer = Officer(new_id(), unit.id, name, username, Role.ADMINISTRATOR)

        def save(t: Transaction) -> None:
            if t.people.officers():
                raise Conflict("setup_done")
            change = Change("added", f"officer/{officer.id}", now)
            t.people.add_unit(unit, change)
            t.people.add_officer(officer, password_hash, change)
            t.settings.set(CENTER_SETTING, center)

        await self._store.write(save)
        self.code = None
        return officer
