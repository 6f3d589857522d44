"""The officer's side of persons' own enrolments: ask, look, confirm or reject."""

from dataclasses import dataclass
from datetime import timedelta

from roll_call.enrolment import (
    SelfEnrolment,
    SelfEnrolmentEvent,
    Source,
    settled,
)
from roll_call.enrolment_guide import EnrolmentPose
from roll_call.errors import Conflict, IllegalTransition
from roll_call.people import Subject, SubjectKind
from roll_call.ports.records import Change
from roll_call.ports.store import Store, Transaction
from server.auth.tokens import new_id
from server.clock import Clock
from server.connections.sockets import Sockets
from server.enrolment.office import Answer, EnrolmentOffice, Wish


@dataclass(frozen=True, slots=True)
class Confirming:
    """``patience``: how long anybody may let one wait before its pictures are thrown away."""

    store: Store
    clock: Clock
    office: EnrolmentOffice
    sockets: Sockets
    patience: timedelta

    async def ask(self, person_id: str, officer_id: str) -> SelfEnrolment:
        """Ask a person to enrol; asking again changes nothing."""
        await self.expire()
        known = await self.store.read(lambda r: r.self_enrolments.self_enrolment_of(person_id))
        if known is not None and not known.state.final:
            return known
        now = self.clock.now()
        asked = SelfEnrolment(new_id(), person_id, now, officer_id)
        change = Change("asked", f"officer/{officer_id}", now)
        await self.store.write(lambda t: t.self_enrolments.add_self_enrolment(asked, change))
        await self._tell(person_id)
        return asked

    async def withdraw(self, person_id: str, officer_id: str) -> SelfEnrolment | None:
        """Think better of it; pictures that wait are thrown away."""
        known = await self.store.read(lambda r: r.self_enrolments.self_enrolment_of(person_id))
        if known is None or known.state.final:
            return None
        return await self._settle(known, SelfEnrolmentEvent.WITHDRAW, officer_id)

    async def reject(self, enrolment_id: str, officer_id: str, reason: str) -> SelfEnrolment:
        """The person reads why and may try again. Raises Conflict(already_settled)."""
        known = await self.store.read(lambda r: r.self_enrolments.self_enrolment(enrolment_id))
        return await self._settle(known, SelfEnrolmentEvent.REJECT, officer_id, reason)

    async def confirm(self, enrolment_id: str, officer_id: str, despite_duplicate: str) -> Answer:
        """A template is made. Raises Conflict(already_settled), ModelError."""
        known, pictures = await self.store.read(
            lambda r: (
                r.self_enrolments.self_enrolment(enrolment_id),
                r.self_enrolments.pending_pictures(enrolment_id),
            )
        )
        now = self.clock.now()
        new = _settled(known, SelfEnrolmentEvent.CONFIRM, self.clock, officer_id)
        change = Change("confirmed", f"officer/{officer_id}", now)

        def also(t: Transaction) -> None:
            t.self_enrolments.save_self_enrolment(new, known, change)

        answer = await self.office.enrol(
            Wish(
                subject=Subject(SubjectKind.PERSON, known.person_id),
                pictures=[picture.data for picture in pictures],
                officer_id=officer_id,
                source=Source.SELF,
                provisional=self.office.needed > len(EnrolmentPose),
                despite_duplicate=despite_duplicate,
                also=also,
            )
        )
        if answer.kept is not None:
            await self._tell(known.person_id)
        return answer

    async def expire(self) -> None:
        """End those on which nobody acted in time."""
        now = self.clock.now()
        found = await self.store.read(lambda r: r.self_enrolments.open_self_enrolments())
        for known in found:
            if known.expired(now, self.patience):
                await self._settle(known, SelfEnrolmentEvent.EXPIRE, None)

    async def _settle(
        self,
        known: SelfEnrolment,
        event: SelfEnrolmentEvent,
        officer_id: str | None,
        reason: str = "",
    ) -> SelfEnrolment:
        new = _settled(known, event, self.clock, officer_id, reason)
        actor = f"officer/{officer_id}" if officer_id else "system"
        change = Change(_NAMES[event], actor, self.clock.now())
        await self.store.write(lambda t: t.self_enrolments.save_self_enrolment(new, known, change))
        await self._tell(known.person_id)
        return new

    async def _tell(self, person_id: str) -> None:
        for connection in self.sockets.of(Subject(SubjectKind.PERSON, person_id)):
            await connection.enrolment_changed()


_NAMES = {
    SelfEnrolmentEvent.WITHDRAW: "withdrawn",
    SelfEnrolmentEvent.REJECT: "rejected",
    SelfEnrolmentEvent.EXPIRE: "expired",
}


def _settled(
    known: SelfEnrolment,
    event: SelfEnrolmentEvent,
    clock: Clock,
    officer_id: str | None,
    reason: str = "",
) -> SelfEnrolment:
    try:
        return settled(known, event, clock.now(), officer_id, reason)
    except IllegalTransition as error:
        raise Conflict("already_settled") from error
