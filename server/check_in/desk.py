"""The check-in desk: tickets, admission, and which visit an event belongs to."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any
from weakref import WeakValueDictionary

from roll_call import effects
from roll_call.check_in_events import ServerRestarted
from roll_call.entry import Entry, EntryState
from roll_call.errors import Conflict, RollCallError
from roll_call.people import Subject, SubjectKind
from roll_call.ports.faces import FaceEvent
from roll_call.ports.media import (
    FrameTapped,
    MediaEvent,
    MediaFlowing,
    MediaStalled,
    PeerClosed,
    PeerQuality,
    RecordingDegraded,
    RecordingFailed,
    RecordingFinished,
    RecordingStarted,
)
from roll_call.ports.records import EntryListing
from server.bus import EntrySaved
from server.check_in.arrival import Arrival, arrive
from server.check_in.capture import Capture
from server.check_in.client import Client
from server.check_in.queue import TicketQueue
from server.check_in.receipt_message import latest_receipt
from server.check_in.runner import Admitted, Inboxed, Resumed, Settled, VisitRunner
from server.check_in.tools import Tools
from server.check_in.verifying import stage_after
from server.check_in.visit import Place, Visit
from server.instants import wire
from server.logs import logger
from server.messages import ReceiptMessage, Ticket
from server.quality import Heard

SETTLE_S = 10.0

log = logger("desk")


class CheckInDesk:
    """Every visit of the moment, by entry, by session and by publishing peer."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools
        media = tools.settings.media
        # A terminal costs no face work and an office must not wait behind persons.
        self._queues = {
            SubjectKind.PERSON: TicketQueue(media.max_sessions),
            SubjectKind.UNIT: TicketQueue(media.max_terminals),
        }
        self._visits: dict[str, VisitRunner] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._sealing: set[asyncio.Task[None]] = set()
        self._numbers: dict[str, int] = {}
        self._owed: dict[Subject, str] = {}
        self._arriving: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self.stays: Callable[[Entry], bool] = lambda _: False
        """Whether an office whose entry is settled stays for now; ``dismiss`` ends that."""
        self.capture = Capture(tools, self._record_anew)
        for kind in (
            effects.StartRecording,
            effects.StopRecording,
            effects.StartVerification,
            effects.CloseMedia,
        ):
            tools.conductor.handle(kind, self._session_effect)

    @property
    def session_count(self) -> int:
        """Visits with a session."""
        return sum(1 for r in self._visits.values() if r.visit.place is not None)

    @property
    def waiting_count(self) -> int:
        """Tickets in the queue."""
        return sum(len(queue) for queue in self._queues.values())

    @property
    def peer_count(self) -> int:
        """Publishing peers."""
        return sum(1 for r in self._visits.values() if r.visit.peer is not None)

    async def start(self) -> None:
        """After a restart: open sessions wait for their people, left recordings are sealed."""
        for session in await self._tools.store.read(lambda r: r.sessions.open_sessions()):
            await self._tools.conductor.session_event(session.id, ServerRestarted())
        self._spawn_kept(self.capture.keep(await self.capture.leftovers()))
        self._spawn(self._watch())

    async def stop(self) -> None:
        """Leave all sessions as they are: they go on after the restart."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for runner in self._visits.values():
            if runner.visit.place is not None:
                self.capture.stop(runner.visit.place)
                await self._keep_quality(runner.visit)

    async def settle(self) -> None:
        """Wait for the last recordings to be sealed."""
        await self.capture.settle(SETTLE_S)

    async def take_ticket(self, client: Client, entry_id: str, actor: str) -> VisitRunner | None:
        """The subject is here: recorded durably before anything is answered. Idempotent.

        None where nothing is left to do: the client got the newest receipt. Raises Conflict
        (entry_not_open, no_attempts_left), NotFound.
        """
        async with self._arriving.setdefault(entry_id, asyncio.Lock()):
            runner = self._visits.get(entry_id)
            ending = runner is not None and (runner.visit.receipt or runner.over.is_set())
            if runner is not None and ending:
                await runner.over.wait()
                self._forget(runner)
                runner = None
            if runner is None:
                runner = await self._arrive(entry_id, actor)
        if runner is None:
            await self._only_receipt(client, entry_id)
            return None
        runner.attach(client)
        if runner.visit.place is not None:
            runner.post(Resumed())
        else:
            self._tell_ticket(runner.visit)
        return runner

    def visit_of(self, subject: Subject) -> VisitRunner | None:
        """The subject's visit, if there is one now."""
        return next((r for r in self._visits.values() if r.visit.subject == subject), None)

    def visit(self, entry_id: str) -> Visit | None:
        """Who is here for this entry, if anybody is."""
        runner = self._visits.get(entry_id)
        return runner.visit if runner is not None else None

    def dismiss(self, roll_call_id: str) -> None:
        """The round is over: offices that stayed for it are thanked, and get their receipts."""
        for runner in self._visits.values():
            listed = runner.visit.listing.entry
            if listed.roll_call_id == roll_call_id and not runner.visit.is_person:
                runner.post(Settled())

    async def rejoin_ended(self, subject: Subject, client: Client) -> None:
        """The visit ended while its client was away: the receipt is still owed."""
        entry_id = self._owed.pop(subject, None)
        if entry_id is not None:
            receipt = await self.last_receipt(entry_id, client.locale)
            if receipt is not None:
                client.send(receipt)

    def rejoin(self, runner: VisitRunner, client: Client) -> None:
        """A client that lost its socket is back: it gets what it waits for."""
        runner.attach(client)
        if runner.visit.receipt is not None:
            client.send(runner.visit.receipt)
        elif runner.visit.place is not None:
            runner.post(Resumed())
        else:
            self._tell_ticket(runner.visit)

    async def last_receipt(self, entry_id: str, locale: str) -> ReceiptMessage | None:
        """The newest receipt of an entry."""
        receipts = self._tools.receipts
        return await self._tools.store.read(lambda r: latest_receipt(r, entry_id, locale, receipts))

    def live(self) -> list[tuple[EntryListing, Place]]:
        """Publishers with media up."""
        return [
            (r.visit.listing, r.visit.place)
            for r in self._visits.values()
            if r.visit.place is not None and r.visit.place.media_up
        ]

    def visits(self) -> list[Visit]:
        """Everybody who is here."""
        return [runner.visit for runner in self._visits.values()]

    def hold(self, session_id: str, on: bool) -> None:
        """An officer talks with this session, or has finished: it waits with its end."""
        runner = self._by_session(session_id)
        if runner is not None:
            runner.hold(on)

    def on_media(self, event: MediaEvent) -> None:
        """From the engine, on the event loop."""
        match event:
            case FrameTapped():
                self._frame(event)
            case RecordingStarted():
                self._spawn_kept(self.capture.started(event))
            case RecordingFinished():
                self._spawn_kept(self.capture.finished(event))
            case RecordingDegraded():
                self._spawn_kept(self.capture.degraded(event))
            case RecordingFailed():
                self._spawn_kept(self.capture.failed(event))
            case MediaFlowing() | MediaStalled() | PeerClosed():
                self._measure(event)
                self._post_to_session(event.peer.rpartition("-")[0], event)
            case PeerQuality():
                self._measure(event)
            case _:
                pass

    def _measure(self, event: Heard) -> None:
        """Only what a session's present publisher sends says how well it is connected."""
        runner = self._by_session(event.peer.rpartition("-")[0])
        place = runner.visit.place if runner else None
        if place is not None and place.peer == event.peer:
            self._tools.quality.opened(place.session_id)
            self._tools.quality.hear(event)

    def on_face(self, event: FaceEvent) -> None:
        """From the verifier, on the event loop."""
        self._post_to_session(event.session.rpartition("-")[0], event)

    async def _only_receipt(self, client: Client, entry_id: str) -> None:
        receipt = await self.last_receipt(entry_id, client.locale)
        if receipt is None:
            raise Conflict("no_attempts_left")
        client.send(receipt)

    async def _arrive(self, entry_id: str, actor: str) -> VisitRunner | None:
        receipts = self._tools.receipts
        before = await self._tools.store.read(lambda r: r.calls.entry(entry_id))
        arrival, _ = await self._tools.conductor.run(
            lambda c: arrive(c, entry_id, receipts, actor), actor
        )
        if not arrival.admissible:
            return None
        visit = Visit(
            listing=arrival.listing,
            number=await self._number(arrival.listing.entry),
            arrived_at=arrival.listing.entry.arrived_at or self._tools.clock.now(),
            in_review=before.state is EntryState.REVIEW,
            exempt=await self._exempt(arrival.listing.entry.subject),
            consent=None if arrival.listing.entry.subject.kind is SubjectKind.PERSON else True,
        )
        self._owed.pop(visit.subject, None)
        runner = VisitRunner(visit, self._tools, self.capture, self._ready, self._answering)
        self._visits[entry_id] = runner
        if arrival.session is not None:
            self._carry_on(visit, arrival)
            self._queue_of(visit).resume(entry_id)
        else:
            self._queue_of(visit).join(entry_id, visit.arrived_at)
            if visit.consent:
                self._ready(entry_id)
        self._spawn(self._run(runner))
        # Somebody may have settled the entry before there was a visit to tell it to.
        self._look_at(await self._tools.store.read(lambda r: r.calls.entry(entry_id)))
        return runner

    def _carry_on(self, visit: Visit, arrival: Arrival) -> None:
        session = arrival.session
        assert session is not None
        visit.consent = True
        visit.answered, visit.located = arrival.answered, arrival.located
        visit.place = Place(
            session.id,
            session.attempt,
            since=session.live_at or self._tools.clock.now(),
            verdict_in=arrival.verdict is not None,
            live_once=session.live_at is not None,
        )
        if arrival.verdict is not None:
            visit.place.stage = stage_after(arrival.verdict)

    async def _exempt(self, subject: Subject) -> frozenset[str]:
        if subject.kind is not SubjectKind.PERSON:
            return frozenset()
        person = await self._tools.store.read(lambda r: r.people.person(subject.id))
        return person.exempt_prompts

    async def _number(self, entry: Entry) -> int:
        known = self._numbers.get(entry.roll_call_id)
        if known is None:
            entries = await self._tools.store.read(lambda r: r.calls.entries(entry.roll_call_id))
            known = sum(1 for e in entries if e.arrived_at is not None and e.id != entry.id)
        self._numbers[entry.roll_call_id] = known + 1
        return known + 1

    async def _run(self, runner: VisitRunner) -> None:
        await runner.run()
        if runner.visit.client is None:
            self._owed[runner.visit.subject] = runner.visit.entry_id
        self._forget(runner)
        self._admit()
        await self._keep_quality(runner.visit)

    async def _keep_quality(self, visit: Visit) -> None:
        if visit.place is None:
            return
        try:
            await self._tools.quality.closed(visit.place.session_id, visit.entry_id)
        except RollCallError as error:
            log.error("quality_not_kept", session=visit.place.session_id, why=error.code)

    def _forget(self, runner: VisitRunner) -> None:
        if self._visits.get(runner.visit.entry_id) is runner:
            del self._visits[runner.visit.entry_id]
            self._queue_of(runner.visit).leave(runner.visit.entry_id)

    def _ready(self, entry_id: str) -> None:
        self._queue_of(self._visits[entry_id].visit).ready(entry_id)
        self._admit()

    def _answering(self, entry_id: str, media_flow: bool) -> None:
        """Who answers without a picture holds nobody up."""
        queue = self._queue_of(self._visits[entry_id].visit)
        if media_flow:
            queue.resume(entry_id)
        else:
            queue.leave(entry_id)
            self._admit()

    def _admit(self) -> None:
        for queue in self._queues.values():
            admitted = queue.admit()
            for entry_id in admitted:
                self._visits[entry_id].post(Admitted())
            if admitted:
                for entry_id in queue.positions():
                    if entry_id in self._visits:
                        self._tell_ticket(self._visits[entry_id].visit)

    def _queue_of(self, visit: Visit) -> TicketQueue:
        return self._queues[visit.subject.kind]

    def _tell_ticket(self, visit: Visit) -> None:
        visit.tell(
            Ticket(
                entry_id=visit.entry_id,
                number=visit.number,
                position=self._queue_of(visit).positions().get(visit.entry_id, 0),
                taken_at=wire(visit.arrived_at),
            )
        )

    def _frame(self, event: FrameTapped) -> None:
        runner = self._by_session(event.peer.rpartition("-")[0])
        place = runner.visit.place if runner else None
        if place is None or place.examiner is None or place.examined_peer != event.peer:
            return
        embed, place.embed_next = place.embed_next, False
        self._tools.verifier.push(event.peer, event.media_s, event.keyframe, event.data, embed)

    def _by_session(self, session_id: str) -> VisitRunner | None:
        for runner in self._visits.values():
            if runner.visit.place is not None and runner.visit.place.session_id == session_id:
                return runner
        return None

    def _post_to_session(self, session_id: str, event: Inboxed) -> None:
        runner = self._by_session(session_id)
        if runner is not None:
            runner.post(event)

    def _session_effect(self, effect: Inboxed) -> None:
        session_id = getattr(effect, "session_id", "")
        self._post_to_session(session_id, effect)

    def _record_anew(self, session_id: str) -> None:
        self._post_to_session(session_id, effects.StartRecording(session_id))

    async def _watch(self) -> None:
        """Entries that officers or timers settle under a visit's feet."""
        async for events in self._tools.bus.subscribe():
            for event in events:
                if isinstance(event, EntrySaved):
                    self._look_at(event.entry)

    def _look_at(self, entry: Entry) -> None:
        runner = self._visits.get(entry.id)
        if runner is None or (not runner.visit.is_person and self.stays(entry)):
            return
        if _settled_elsewhere(runner.visit, entry):
            runner.post(Settled())

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _spawn_kept(self, work: Coroutine[Any, Any, None]) -> None:
        """Sealing goes on while the desk stops; ``settle`` waits for it."""
        task = asyncio.create_task(work)
        self._sealing.add(task)
        task.add_done_callback(self._sealing.discard)


def _settled_elsewhere(visit: Visit, entry: Entry) -> bool:
    if entry.state.final:
        return True
    if entry.state is not EntryState.REVIEW or not visit.is_person:
        return False  # an office on the wall stays on it until an officer has decided
    if visit.place is not None:
        return visit.place.live_once and not visit.place.verdict_in
    return not visit.in_review
