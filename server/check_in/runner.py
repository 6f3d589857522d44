"""One task for each visit: everything that happens to it comes through its inbox, one at a time."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from roll_call import check_in_events, effects, entry_events
from roll_call.check_in import SessionState
from roll_call.entry import ENTRY_TABLE
from roll_call.errors import IllegalTransition, InvalidInput, MediaError, RollCallError
from roll_call.notices import NextStep
from roll_call.ports.faces import FaceObservation, VerifierLost
from roll_call.ports.media import AnswerOffer, ClosePeer, MediaFlowing, MediaStalled, PeerClosed
from server import messages as m
from server.bus import LiveSetChanged
from server.cascade import Cascade
from server.check_in.arrival import open_session
from server.check_in.capture import Capture
from server.check_in.client import Client
from server.check_in.interview import Interview
from server.check_in.receipt_message import latest_receipt
from server.check_in.tools import Tools
from server.check_in.verifying import Verifying
from server.check_in.visit import Place, Visit
from server.errors import error_text
from server.logs import logger
from server.rooms.sections import receiving
from server.turn import client_servers, transport_policy

TICK_S = 0.1
ENGINE_RESTARTED = "engine_restarted"
BUSY_RETRY_S = 3.0

log = logger("check_in")


@dataclass(frozen=True, slots=True)
class Admitted:
    """There is room: open the session."""


@dataclass(frozen=True, slots=True)
class Resumed:
    """A session that was open before goes on; ``client`` is new."""


@dataclass(frozen=True, slots=True)
class TalkChanged:
    """An officer has begun to talk with the subject, or has finished."""


@dataclass(frozen=True, slots=True)
class Settled:
    """The entry was settled by somebody else: an officer, or a timer."""


Inboxed = (
    Admitted
    | Resumed
    | Settled
    | TalkChanged
    | m.Consent
    | m.CameraProblem
    | m.Offer
    | m.Answers
    | m.Location
    | m.LocationDeclined
    | m.HangUp
    | MediaFlowing
    | MediaStalled
    | PeerClosed
    | FaceObservation
    | VerifierLost
    | effects.StartRecording
    | effects.StopRecording
    | effects.StartVerification
    | effects.CloseMedia
)


class VisitRunner:
    """Drives a visit to its receipt. ``over`` is set once nothing more will happen."""

    def __init__(
        self,
        visit: Visit,
        tools: Tools,
        capture: Capture,
        on_ready: Callable[[str], None],
        on_answering: Callable[[str, bool], None],
    ) -> None:
        """``on_ready`` gets the entry that may be served, ``on_answering`` one whose verdict is in.

        With the latter goes whether its media flow.
        """
        self.visit = visit
        self.over = asyncio.Event()
        self._tools = tools
        self._capture = capture
        self._on_ready = on_ready
        self._on_answering = on_answering
        self._inbox: asyncio.Queue[Inboxed] = asyncio.Queue()
        self._ticked_s = 0.0
        self._settle_after_talk = False
        self._verifying = Verifying(visit, tools)
        self._interview = Interview(visit, tools)

    def post(self, event: Inboxed) -> None:
        """Hand in an event; never waits."""
        self._inbox.put_nowait(event)

    def hold(self, on: bool) -> None:
        """While an officer talks with the subject, the session does not end by itself."""
        if self.visit.place is not None:
            self.visit.place.in_talk = on
            self.post(TalkChanged())

    def attach(self, client: Client) -> None:
        """The subject's present connection; an older one is told and closed."""
        old = self.visit.client
        if old is not None and old is not client:
            old.close_superseded()
        self.visit.client = client
        self.visit.locale = client.locale

    def detach(self, client: Client) -> None:
        """That connection is gone; the visit goes on without it until a deadline."""
        if self.visit.client is client:
            self.visit.client = None

    async def run(self) -> None:
        """Until the visit is over."""
        try:
            while not self.over.is_set():
                event = await self._next()
                if event is not None:
                    await self._guarded(self._handle(event))
                if self.visit.place is not None and self._tick_due():
                    await self._guarded(self._tick())
        finally:
            self.over.set()

    async def _next(self) -> Inboxed | None:
        """The next event; None where it is time to look at the clock."""
        try:
            async with asyncio.timeout(TICK_S if self.visit.place else None):
                return await self._inbox.get()
        except TimeoutError:
            return None

    def _tick_due(self) -> bool:
        """Every TICK_S, however many frames come in between."""
        now_s = self._tools.clock.monotonic()
        if now_s - self._ticked_s < TICK_S:
            return False
        self._ticked_s = now_s
        return True

    async def _guarded(self, step: Awaitable[None]) -> None:
        try:
            await step
        except IllegalTransition as error:
            log.info("event_came_too_late", entry=self.visit.entry_id, why=str(error))
        except RollCallError as error:
            self._tell_failure(error)
        except Exception:
            log.exception("check_in_failed", entry=self.visit.entry_id)
            self._tell_failure(RollCallError("internal"))

    def _tell_failure(self, error: RollCallError) -> None:
        text = error_text(error, self.visit.locale)
        self.visit.tell(m.Failure(code=error.code, message=text, params=dict(error.params)))

    async def _handle(self, event: Inboxed) -> None:
        match event:
            case Admitted():
                await self._open()
            case Resumed():
                await self._resume()
            case Settled():
                await self._settled()
            case TalkChanged():
                await self._talk_changed()
            case m.Consent():
                await self._consent(event)
            case m.CameraProblem():
                await self._camera_problem(event)
            case m.Offer():
                await self._offer(event)
            case m.HangUp():
                await self._hang_up()
            case m.Answers() | m.Location() | m.LocationDeclined():
                await self._interview.reply(event)
                await self._finish_if_done()
            case MediaFlowing() | MediaStalled() | PeerClosed():
                await self._media(event)
            case FaceObservation() | VerifierLost():
                await self._face(event)
            case effects.StartRecording():
                await self._record()
            case effects.StartVerification():
                await self._verifying.start()
                await self._finish_if_done()
            case effects.StopRecording():
                self._stop_recording()
            case effects.CloseMedia():
                await self._close_media()

    async def _tick(self) -> None:
        await self._verifying.tick()
        await self._finish_if_done()

    async def _open(self) -> None:
        actor, entry_id = self.visit.actor, self.visit.entry_id
        try:
            session, _ = await self._tools.conductor.run(
                lambda c: open_session(c, entry_id, actor), actor
            )
        except Exception:
            await self._end()  # frees the place; the ticket may be taken again at once
            raise
        now = self._tools.clock.now()
        self.visit.place = Place(session.id, session.attempt, since=now)
        self._tell_session()

    def _tell_session(self) -> None:
        place = self.visit.place
        if place is None:
            return
        self.visit.tell(
            m.SessionReady(
                session_id=place.session_id,
                entry_id=self.visit.entry_id,
                attempt=place.attempt,
                steps=self._steps(),
                ice_servers=client_servers(
                    self._tools.settings.media, self._tools.clock.now(), place.session_id
                ),
                ice_transport_policy=transport_policy(self._tools.settings.media),
            )
        )

    def _steps(self) -> int:
        liveness = self._tools.settings.liveness
        spared = self.visit.exempt >= {kind.value for kind in liveness.kinds}
        return liveness.steps if liveness.enabled and self.visit.is_person and not spared else 0

    async def _resume(self) -> None:
        if self.visit.place is None:
            return
        self._tell_session()
        self._interview.ask_again()
        await self._finish_if_done()

    async def _consent(self, consent: m.Consent) -> None:
        if consent.face_verification or not self.visit.is_person:
            if self.visit.consent is None:
                self.visit.consent = True
                self._on_ready(self.visit.entry_id)
            return
        self.visit.consent = False
        await self._tools.conductor.entry_event(
            self.visit.entry_id, entry_events.FaceDeclined(), self.visit.actor
        )
        await self._end_session()
        await self._give_receipt()
        if self.visit.place is None:
            await self._end()

    async def _camera_problem(self, problem: m.CameraProblem) -> None:
        """It ends the attempt, unless the verdict is in: answers need no picture."""
        details = {"problem": problem.problem, "detail": problem.detail}
        visit, place = self.visit, self.visit.place

        def note(cascade: Cascade) -> None:
            cascade.note("entry.camera_problem", f"entry/{visit.entry_id}", details)

        if place is not None and place.verdict_in:
            await self._tools.conductor.run(note, visit.actor)
            return

        def work(cascade: Cascade) -> None:
            if place is not None:
                current = cascade.tx.sessions.session(place.session_id)
                if not current.state.final:
                    cascade.session_event(place.session_id, check_in_events.HangUp())
            entry = cascade.tx.calls.entry(visit.entry_id)
            session_id = place.session_id if place else ""
            failure = entry_events.TechnicalFailure(session_id, entry.attempt)
            note(cascade)
            if ENTRY_TABLE.defines(entry.state, failure.name):
                cascade.entry_event(visit.entry_id, failure, details)
            else:
                receipt = effects.IssueReceipt(visit.entry_id, None, NextStep.OFFICER_WILL_CALL)
                cascade.follow((receipt,))

        await self._tools.conductor.run(work, visit.actor)
        await self._give_receipt()
        if place is None:
            await self._end()

    async def _offer(self, offer: m.Offer) -> None:
        place = self.visit.place
        if place is None:
            raise InvalidInput("unexpected_message")
        old_peer, place.offers = place.peer, place.offers + 1
        if old_peer is not None:
            await self._lose_media()
            self._tools.engine.send(ClosePeer(old_peer))
        place.peer, place.camera = f"{place.session_id}-{place.offers}", offer.camera
        try:
            answer = await self._tools.engine.answer(
                AnswerOffer(place.peer, offer.sdp, beside=place.session_id)
            )
        except MediaError as error:
            if error.code == ENGINE_RESTARTED:
                return  # PeerClosed follows, and with it the request for a new offer
            if error.code == "engine_busy":
                asyncio.get_running_loop().call_later(BUSY_RETRY_S, self.post, Resumed())
            raise
        self._capture.go_on(place)
        current = await self._tools.store.read(lambda r: r.sessions.session(place.session_id))
        if current.state is SessionState.NEW:
            await self._tools.conductor.session_event(
                place.session_id, check_in_events.Join(), self.visit.actor
            )
        self.visit.tell(m.Answer(sdp=answer))
        place.answered_peer, place.slots = place.peer, receiving(offer.sdp)
        self._tools.bus.publish(LiveSetChanged())

    async def _media(self, event: MediaFlowing | MediaStalled | PeerClosed) -> None:
        place = self.visit.place
        if place is None or event.peer != place.peer:
            return
        if not isinstance(event, MediaFlowing):
            await self._lose_media()
            if isinstance(event, PeerClosed) and event.reason == ENGINE_RESTARTED:
                await self._resume()  # our fault: the client is asked for a new connection at once
            return
        if place.media_up:
            return
        place.media_up = place.live_once = True
        place.may_answer = False
        place.codec = event.codec
        if not place.verdict_in:
            place.stage = "camera_check" if self.visit.is_person else "live"
        await self._tools.conductor.run(lambda c: _came_up(c, place))
        self._tools.bus.publish(LiveSetChanged())

    async def _lose_media(self) -> None:
        place = self.visit.place
        if place is None or not place.media_up:
            return
        place.media_up = place.may_answer = False
        await self._tools.conductor.session_event(place.session_id, check_in_events.MediaLost())
        self._tools.bus.publish(LiveSetChanged())

    async def _face(self, event: FaceObservation | VerifierLost) -> None:
        if isinstance(event, VerifierLost):
            await self._verifying.restart(event)
        else:
            await self._verifying.observe(event)
        await self._finish_if_done()

    async def _record(self) -> None:
        if self.visit.place is not None:
            await self._capture.start(self.visit.place, self.visit.entry_id)
            self.visit.place.recording_tried = True
            self._tools.bus.publish(LiveSetChanged())

    def _stop_recording(self) -> None:
        if self.visit.place is not None:
            self._capture.stop(self.visit.place)

    async def _hang_up(self) -> None:
        """The person leaves; what was found until then stands, and there is a receipt."""
        if self.visit.place is None:
            await self._end()
            return
        await self._end_session()
        await self._give_receipt()

    async def _settled(self) -> None:
        """Somebody else settled the entry while we were at it."""
        place = self.visit.place
        if self.visit.receipt is not None or (place is not None and place.verdict_in):
            return
        if place is not None and place.in_talk:
            self._settle_after_talk = True
            return
        await self._end_session()
        await self._give_receipt()
        if place is None:
            await self._end()

    async def _talk_changed(self) -> None:
        """A session in a talk lasts longer; after the talk what was due is done."""
        place = self.visit.place
        if place is None:
            return
        if place.in_talk:
            await self._tools.conductor.session_event(place.session_id, check_in_events.Talk())
        elif self._settle_after_talk:
            await self._settled()
        else:
            await self._finish_if_done()

    async def _finish_if_done(self) -> None:
        place = self.visit.place
        if place is None or self.visit.receipt is not None or not self.visit.is_person:
            return
        if self._interview.wanted(place.stage):
            self._interview.ask()
        if not place.verdict_in:
            if self._interview.complete and place.stage == "comparing":
                await self._verifying.hurry(self._tools.settings.policy.verdict_wait_s)
            if not place.verdict_in:
                return
        if self.visit.questions_sent and not self._interview.complete:
            await self._let_answer(place)
            return
        if place.in_talk:
            return
        await self._end_session()
        await self._give_receipt()

    async def _let_answer(self, place: Place) -> None:
        """A session says anew how long it lasts whenever its media come or go."""
        if not place.may_answer:
            place.may_answer = True
            await self._tools.conductor.session_event(
                place.session_id, check_in_events.Answering(), self.visit.actor
            )
            self._on_answering(self.visit.entry_id, place.media_up)

    async def _give_receipt(self) -> None:
        visit, receipts = self.visit, self._tools.receipts
        visit.receipt = await self._tools.store.read(
            lambda r: latest_receipt(r, visit.entry_id, visit.locale, receipts)
        )
        if visit.receipt is not None:
            visit.tell(visit.receipt)

    async def _end_session(self) -> None:
        place = self.visit.place
        if place is None:
            return
        current = await self._tools.store.read(lambda r: r.sessions.session(place.session_id))
        if not current.state.final:
            await self._tools.conductor.session_event(
                place.session_id, check_in_events.HangUp(), self.visit.actor
            )

    async def _close_media(self) -> None:
        """The session is over for whatever reason: free everything."""
        place = self.visit.place
        try:
            self._stop_recording()
            await self._verifying.stop()
            if place is not None and place.peer is not None:
                self._tools.engine.send(ClosePeer(place.peer))
                place.peer = None
            if self.visit.receipt is None:
                await self._give_receipt()
        finally:
            await self._end()

    async def _end(self) -> None:
        self.over.set()
        if self.visit.place is not None:
            self._tools.bus.publish(LiveSetChanged())


def _came_up(cascade: Cascade, place: Place) -> None:
    """A talk that a lost connection interrupted goes on with its own limit."""
    cascade.session_event(place.session_id, check_in_events.MediaUp())
    if place.in_talk:
        cascade.session_event(place.session_id, check_in_events.Talk())
