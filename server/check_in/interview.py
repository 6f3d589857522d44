"""Questions, answers and the place: asked once, kept encrypted, answered again without harm."""

from dataclasses import replace

from roll_call.errors import InvalidInput
from roll_call.ports.records import Change, CheckInReply
from roll_call.ports.store import Transaction
from server.check_in.questions import checked, questions
from server.check_in.tools import Tools
from server.check_in.visit import Visit
from server.messages import Answers, Location, LocationDeclined, Questions

ASK_AT = frozenset({"comparing", "verified"})
"""Stages in which the person has nothing else to do."""


class Interview:
    """The interview of one visit."""

    def __init__(self, visit: Visit, tools: Tools) -> None:
        self._visit = visit
        self._tools = tools

    @property
    def complete(self) -> bool:
        """Whether answers and place (or that there is none) have come in."""
        return self._visit.answered and self._visit.located

    def wanted(self, stage: str) -> bool:
        """Whether it is time to ask."""
        return not self._visit.questions_sent and stage in ASK_AT

    def ask(self) -> None:
        """Send the questions, unless they are all answered."""
        self._visit.questions_sent = True
        if not self.complete:
            self._visit.tell(Questions(items=questions(self._visit.locale)))

    def ask_again(self) -> None:
        """After a reconnection: what is still wanted."""
        if self._visit.questions_sent:
            self.ask()

    async def reply(self, message: Answers | Location | LocationDeclined) -> None:
        """Keep an answer; the same again changes nothing that matters."""
        place = self._visit.place
        if place is None:
            raise InvalidInput("unexpected_message")
        change = Change("replied", self._visit.actor, self._tools.clock.now())
        fresh = CheckInReply(place.session_id, self._visit.entry_id, change.at)
        kept = _merged(message)

        def save(t: Transaction) -> None:
            old = t.sessions.reply(place.session_id) or fresh
            t.sessions.save_reply(replace(old, **kept), change)  # type: ignore[arg-type]

        await self._tools.store.write(save)
        if isinstance(message, Answers):
            self._visit.answered = True
        else:
            self._visit.located = True


def _merged(message: Answers | Location | LocationDeclined) -> dict[str, object]:
    match message:
        case Answers():
            return {"answers": checked(message.items)}
        case Location():
            found = message.model_dump(exclude={"type"})
            return {"location": found, "location_declined": None}
        case LocationDeclined():
            return {"location_declined": message.why}
