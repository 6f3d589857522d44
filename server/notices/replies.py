"""Instant replies (实时点名): where and how somebody is, in seconds; it counts as arriving."""

from roll_call import entry_events
from roll_call.entry import EntryState
from roll_call.errors import Conflict, NotFound
from roll_call.people import Subject
from roll_call.ports.records import Change
from roll_call.text_notice import Health, InstantReply
from server import notice_messages as m
from server.bus import EventBus, ReplyReceived
from server.cascade import Cascade
from server.conductor import Conductor


class ReplyDesk:
    """Takes the replies of phones."""

    def __init__(self, conductor: Conductor, bus: EventBus) -> None:
        self._conductor = conductor
        self._bus = bus

    async def reply(self, subject: Subject, message: m.InstantReply) -> None:
        """On record with the arrival in one unit of work. Raises NotFound, Conflict."""
        actor = f"{subject.kind.value}/{subject.id}"

        def work(cascade: Cascade) -> InstantReply:
            entry = cascade.tx.calls.entry(message.entry_id)
            if entry.subject != subject:
                raise NotFound("unknown_entry")
            roll_call = cascade.tx.calls.roll_call(entry.roll_call_id)
            if entry.state.final or not roll_call.state.window_open:
                raise Conflict("entry_not_open")
            said = InstantReply(
                entry_id=entry.id,
                person_id=subject.id,
                at=cascade.now,
                health=Health(message.health),
                note=message.note.strip(),
                latitude=message.latitude,
                longitude=message.longitude,
                accuracy_m=message.accuracy_m,
            )
            change = Change("received", actor, cascade.now)
            cascade.tx.notices.save_instant_reply(said, change)
            if entry.state in (EntryState.PENDING, EntryState.CALLING):
                cascade.entry_event(entry.id, entry_events.TicketTaken(), {"by": "instant_reply"})
            return said

        said, _ = await self._conductor.run(work, actor)
        self._bus.publish(ReplyReceived(said))
