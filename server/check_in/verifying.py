"""Verification of one visit: frames to the worker, observations to the examination."""

import asyncio
from collections.abc import Awaitable, Sequence
from typing import Any

from roll_call import entry_events
from roll_call.enrolment import comparable
from roll_call.errors import RollCallError
from roll_call.people import Subject, SubjectKind
from roll_call.ports.faces import FaceObservation, VerifierLost
from roll_call.ports.media import RequestKeyframe, StartTap, StopTap
from roll_call.ports.records import Enrolment, Trace, VerificationRecord
from roll_call.verification import Inconclusive, Verification, VerificationState
from server.auth.tokens import new_id
from server.bus import LiveSetChanged
from server.cascade import Cascade
from server.check_in.examining import (
    Case,
    Concluded,
    LookCloser,
    LookOtherwise,
    MovementsDone,
    Noted,
    Outcome,
    Say,
)
from server.check_in.tools import Tools
from server.check_in.visit import Place, Visit
from server.logs import logger

EARLIER_SESSIONS = 20
STAGES = {"advice": "camera_check", "hold_still": "liveness"}
"""What the console calls the part of a check-in that a message begins."""

log = logger("verifying")


class Verifying:
    """Only persons are verified; a unit is looked at by the officer on duty."""

    def __init__(self, visit: Visit, tools: Tools) -> None:
        self._visit = visit
        self._tools = tools
        self._hurry_until_s: float | None = None
        self._notes: list[Awaitable[int]] = []

    async def start(self) -> None:
        """Begin for the present peer; one that runs on this peer goes on, another begins afresh."""
        place = self._visit.place
        if place is None or place.peer is None or not self._visit.is_person:
            return
        if place.examined_peer == place.peer:
            return
        if place.examined_peer is not None:
            self._tools.verifier.close_session(place.examined_peer)
        place.examined_peer = place.peer
        if place.verdict_in:
            return
        await self._begin(place)

    async def restart(self, lost: VerifierLost) -> None:
        """The worker died: open again, with a fresh try that costs nobody anything."""
        place = self._visit.place
        if place is not None and lost.session == place.examined_peer and not place.verdict_in:
            await self._begin(place)

    async def _begin(self, place: Place) -> None:
        """The movements begin anew, so whatever was hurried is not any more."""
        tools, subject = self._tools, self._visit.subject
        self._hurry_until_s = None
        place.stage = "camera_check"
        model = tools.verifier.model
        enrolment = await tools.store.read(lambda r: r.faces.enrolment(subject, model))
        fits = enrolment is not None and comparable(
            enrolment.model_version, tools.verifier.info.version
        )
        if enrolment is None or not fits:
            await self._no_reference(place)
            return
        traces = await tools.store.read(lambda r: r.faces.traces(subject, EARLIER_SESSIONS))
        self._open(place, enrolment, traces)

    def _open(self, place: Place, enrolment: Enrolment, traces: Sequence[Trace]) -> None:
        assert place.peer is not None
        place.examiner = self._tools.examiner(
            Case(
                session_id=place.session_id,
                attempt=place.attempt,
                template_frames=enrolment.template.frames,
                exempt=self._visit.exempt,
                earlier_traces=traces,
                template_version=enrolment.version,
                provisional=enrolment.provisional,
                camera=place.camera,
            )
        )
        self._tools.verifier.open(place.peer, place.codec, enrolment.template)
        self._tools.engine.send(StartTap(place.peer))
        self._tools.engine.send(RequestKeyframe(place.peer))

    async def stop(self) -> None:
        """No more frames."""
        await self._flush()
        place = self._visit.place
        if place is None or place.examined_peer is None:
            return
        self._tools.engine.send(StopTap(place.examined_peer))
        self._tools.verifier.close_session(place.examined_peer)
        place.examined_peer, place.examiner = None, None

    async def observe(self, seen: FaceObservation) -> None:
        """One observation of the present peer; those of an older one are dropped."""
        place = self._visit.place
        if place is None or place.examiner is None or seen.session != place.examined_peer:
            return
        await self._take(place.examiner.observe(seen, self._tools.clock.monotonic()))

    async def tick(self) -> None:
        """Time goes by."""
        place = self._visit.place
        if place is None or place.examiner is None:
            return
        now_s = self._tools.clock.monotonic()
        await self._take(place.examiner.tick(now_s))
        if self._hurry_until_s is not None and now_s >= self._hurry_until_s and place.examiner:
            await self._take(place.examiner.conclude(now_s))

    async def hurry(self, wait_s: float) -> None:
        """The person has nothing left to do: a verdict within ``wait_s``."""
        if self._hurry_until_s is None:
            self._hurry_until_s = self._tools.clock.monotonic() + wait_s

    async def _take(self, outcomes: Sequence[Outcome]) -> None:
        place = self._visit.place
        assert place is not None
        for outcome in outcomes:
            match outcome:
                case Say():
                    self._visit.tell(outcome.message)
                    self._stage(place, outcome.message.type)  # type: ignore[attr-defined]
                case LookCloser():
                    place.embed_next = True
                case LookOtherwise():
                    if place.examined_peer is not None:
                        self._tools.verifier.watch(place.examined_peer, outcome.watch)
                case MovementsDone():
                    place.stage = "comparing"
                    self._tools.bus.publish(LiveSetChanged())
                case Noted():
                    self._note(place, outcome)
                case Concluded():
                    await self._conclude(place, outcome)

    def _stage(self, place: Place, message_type: str) -> None:
        stage = STAGES.get(message_type)
        if stage is not None and stage != place.stage and place.stage != "comparing":
            place.stage = stage
            self._tools.bus.publish(LiveSetChanged())

    def _note(self, place: Place, noted: Noted) -> None:
        """Handed to the writer in order, awaited later: the next frame does not wait for a disk."""
        kind, details = noted.kind, dict(noted.details)
        now, actor = self._tools.clock.now(), self._visit.actor
        about = Subject(SubjectKind.PERSON, self._visit.subject.id)
        written = self._tools.store.write(
            lambda t: t.log.append(
                kind, "session", place.session_id, details, actor, now, data_subject=about
            )
        )
        self._notes.append(written)

    async def _flush(self) -> None:
        notes, self._notes = self._notes, []
        for outcome in await asyncio.gather(*notes, return_exceptions=True):
            if isinstance(outcome, RollCallError):
                log.error("note_not_kept", why=outcome.code)

    async def _no_reference(self, place: Place) -> None:
        verification = Verification(
            place.session_id,
            place.attempt,
            VerificationState.INCONCLUSIVE,
            inconclusive=Inconclusive.NO_REFERENCE,
        )
        info = self._tools.verifier.info
        evidence = {"model": info.name, "model_version": info.version, "template_frames": 0}
        await self._conclude(place, Concluded(verification, evidence))

    async def _conclude(self, place: Place, concluded: Concluded) -> None:
        if place.verdict_in:
            return
        place.verdict_in = True
        place.stage = stage_after(concluded.verification.state)
        place.examiner = None
        await self._flush()
        await self._tools.conductor.run(
            lambda c: record_verdict(c, self._visit.entry_id, concluded)
        )
        self._tools.bus.publish(LiveSetChanged())


def stage_after(verdict: VerificationState) -> str:
    """A match leads on to the questions, anything else to the receipt."""
    return "verified" if verdict is VerificationState.MATCH else "concluded"


def record_verdict(cascade: Cascade, entry_id: str, concluded: Concluded) -> None:
    """Verdict, evidence, the entry's new state and the receipt in one unit of work; once only."""
    verification = concluded.verification
    known = cascade.tx.evidence.verifications_of(entry_id)
    if any(v.session_id == verification.session_id for v in known):
        return
    faults: list[str] = []
    if verification.inconclusive not in (None, Inconclusive.NO_REFERENCE):
        faults = [f.value for f in cascade.network_faults(verification.session_id)]
    record = VerificationRecord(
        id=new_id(),
        session_id=verification.session_id,
        entry_id=entry_id,
        attempt=verification.attempt,
        state=verification.state,
        assurance=verification.assurance,
        inconclusive=verification.inconclusive,
        at=cascade.now,
        evidence={**concluded.evidence, **({"network_faults": faults} if faults else {})},
    )
    details: dict[str, Any] = {"verdict": verification.state.value}
    if faults:
        details["network_faults"] = faults
    cascade.tx.evidence.add_verification(record, cascade.change("given", details))
    if concluded.trace:
        subject = cascade.tx.calls.entry(entry_id).subject
        cascade.tx.faces.keep_trace(subject, verification.session_id, concluded.trace, cascade.now)
    event = entry_events.VerdictGiven.of(verification, network_fault=bool(faults))
    cascade.entry_event(entry_id, event, details)
