"""The parts of enrolment, tied together, with what goes on in the background."""

import asyncio
from dataclasses import dataclass, field
from datetime import timedelta

from roll_call.errors import RollCallError
from roll_call.ports.faces import FaceVerifier
from roll_call.ports.store import Store
from server.clock import Clock
from server.config import FacesSection
from server.connections.sockets import Sockets
from server.enrolment.confirming import Confirming
from server.enrolment.lookalikes import Lookalikes
from server.enrolment.migration import Migration
from server.enrolment.office import EnrolmentOffice
from server.enrolment.reminders import Reminders
from server.enrolment.self_service import SelfService
from server.logs import logger

EXPIRY_LOOKED_AT_S = 3600.0

log = logger("enrolment")


@dataclass(slots=True)
class EnrolmentDesk:
    """What routes and connections use."""

    office: EnrolmentOffice
    confirming: Confirming
    self_service: SelfService
    reminders: Reminders
    migration: Migration
    _tasks: list[asyncio.Task[None]] = field(default_factory=list)

    @classmethod
    def of(
        cls,
        store: Store,
        clock: Clock,
        verifier: FaceVerifier,
        sockets: Sockets,
        faces: FacesSection,
    ) -> "EnrolmentDesk":
        """Nothing runs yet."""
        needed = faces.enrolment_frames
        patience = timedelta(days=faces.self_enrolment_days)
        oldest = timedelta(days=faces.reenrol_after_days)
        lookalikes = Lookalikes(store, verifier)
        office = EnrolmentOffice(store, clock, verifier, lookalikes, needed)
        return cls(
            office=office,
            confirming=Confirming(store, clock, office, sockets, patience),
            self_service=SelfService(store, clock, verifier, lookalikes, needed, patience),
            reminders=Reminders(store, clock, verifier, needed, oldest),
            migration=Migration(store, clock, verifier, needed),
        )

    async def start(self) -> None:
        """Make missing templates, and forget what nobody acted on, from now on."""
        self._tasks = [
            asyncio.create_task(self._migrate(), name="migration of templates"),
            asyncio.create_task(self._expire(), name="expiry of self-enrolments"),
        ]

    async def stop(self) -> None:
        """A migration under way goes on at the next start."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _migrate(self) -> None:
        try:
            await self.migration.run()
        except RollCallError as error:
            log.error("migration_stopped", why=error.code)

    async def _expire(self) -> None:
        while True:
            try:
                await self.confirming.expire()
            except RollCallError as error:
                log.error("expiry_stopped", why=error.code)
            await asyncio.sleep(EXPIRY_LOOKED_AT_S)
