"""The emergency group call (紧急点名): one press rings a whole group and tells it why."""

from dataclasses import dataclass
from datetime import timedelta

from roll_call.call import RollCall
from roll_call.errors import InvalidInput
from roll_call.people import Officer, Subject, SubjectKind
from roll_call.text_notice import Asks, TextNotice
from server.cascade import Cascade
from server.clock import Clock
from server.conductor import Conductor
from server.notices.desk import Draft, NoticeDesk
from server.roll_calls import NewCall, open_now


@dataclass(frozen=True, slots=True)
class Emergency:
    """What was set going."""

    roll_call: RollCall
    notice: TextNotice


class EmergencyDesk:
    """An urgent roll-call whose terminals answer by themselves, and an urgent notice beside it."""

    def __init__(self, clock: Clock, conductor: Conductor, notices: NoticeDesk) -> None:
        self._clock = clock
        self._conductor = conductor
        self._notices = notices

    async def call(
        self, officer: Officer, title: str, text: str, subjects: list[Subject], minutes: int
    ) -> Emergency:
        """Raises InvalidInput (nobody_chosen, and the notice's)."""
        if not subjects:
            raise InvalidInput("nobody_chosen")
        now = self._clock.now()
        new = NewCall(title, now, now + timedelta(minutes=minutes), subjects, created_by=officer.id)
        actor = f"officer/{officer.id}"

        def work(cascade: Cascade) -> RollCall:
            made = open_now(cascade, new, officer.id)
            details = {"subjects": len(subjects)}
            cascade.note("roll_call.emergency", f"roll_call/{made.id}", details)
            return made

        made, _ = await self._conductor.run(work, actor)
        persons = all(subject.kind is SubjectKind.PERSON for subject in subjects)
        asks = Asks.REPLY if persons else Asks.ON_TIME
        draft = Draft(text, "roll_call", asks, urgent=True, roll_call_id=made.id)
        return Emergency(made, await self._notices.send(officer, draft, subjects))
