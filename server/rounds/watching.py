"""Looks now and then at the offices of a round: is somebody there, and who of the unit is it?

Bounded whatever the number of offices: one look at a time, and after each a pause of several times
what it cost. The office whose turn it is comes first; who is recognised is not looked at again.
"""

import asyncio
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from roll_call.enrolment import comparable
from roll_call.errors import RollCallError
from roll_call.people import Subject, SubjectKind
from roll_call.ports.faces import FaceVerifier, Glance
from roll_call.ports.records import Change, Enrolment
from roll_call.ports.rounds import Sighting
from roll_call.ports.store import Records, Store
from roll_call.proposal import Face
from roll_call.recognition import Glimpse, Recognition
from server.auth.tokens import new_id
from server.bus import EventBus, SightChanged
from server.check_in.desk import CheckInDesk
from server.clock import Clock
from server.logs import logger
from server.round_messages import RoundEntry, RoundView
from server.rounds.keyframes import Keyframes

CURRENT_EVERY_S = 1.5
OTHERS_EVERY_S = 6.0
PAUSE_S = 0.2
PAUSE_SHARE = 4.0
"""A pause lasts so many times the look before it: at most a fifth of one worker's time."""
TEMPLATES_FOR_S = 60.0

log = logger("face watch")


@dataclass(slots=True)
class Watched:
    """What is remembered of one session's picture."""

    recognition: Recognition = field(default_factory=Recognition)
    looked_s: float = 0.0
    kept: bool = False


@dataclass(slots=True)
class Known:
    """The enrolled officers of a unit, read anew every minute."""

    enrolments: Sequence[Enrolment]
    read_s: float


class FaceWatch:
    """``rounds`` gives the views of the rounds that go on; ``face`` is what was seen."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        bus: EventBus,
        verifier: FaceVerifier,
        desk: CheckInDesk,
        keyframes: Keyframes,
        rounds: Callable[[], Iterable[RoundView]],
    ) -> None:
        self._store = store
        self._clock = clock
        self._bus = bus
        self._verifier = verifier
        self._desk = desk
        self._keyframes = keyframes
        self._rounds = rounds
        self._watched: dict[str, Watched] = {}
        self._known: dict[str, Known] = {}

    def face(self, session_id: str | None) -> Face:
        """What the last looks at a session's picture come to."""
        watched = self._watched.get(session_id or "")
        return watched.recognition.face if watched is not None else Face.UNKNOWN

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            entry = self._next()
            spent_s = 0.0
            if entry is not None:
                try:
                    spent_s = await self._look(entry)
                except RollCallError as error:
                    log.info("no_look", entry=entry.entry_id, why=error.code)
                except Exception:
                    log.exception("no_look", entry=entry.entry_id)
            await asyncio.sleep(max(PAUSE_S, PAUSE_SHARE * spent_s))

    def _next(self) -> RoundEntry | None:
        """The one that waits longest beyond its time; the current one's time is shorter."""
        now_s, best, most = time.monotonic(), None, 1.0
        live: set[str] = set()
        going = [v for v in self._rounds() if v.started_at and not v.finished_at]
        for view in going:
            for entry in view.entries:
                if entry.connection != "live" or entry.session_id is None:
                    continue
                live.add(entry.session_id)
                every_s = CURRENT_EVERY_S if entry.entry_id == view.current else OTHERS_EVERY_S
                watched = self._watched.get(entry.session_id)
                late = (now_s - watched.looked_s) / every_s if watched else 1000.0 / every_s
                if _wanted(entry) and late >= most:
                    best, most = entry, late
        self._watched = {s: seen for s, seen in self._watched.items() if s in live}
        return best

    async def _look(self, entry: RoundEntry) -> float:
        """Seconds that the worker had with it."""
        assert entry.session_id is not None
        watched = self._watched.setdefault(entry.session_id, Watched())
        watched.looked_s = time.monotonic()
        visit = self._desk.visit(entry.entry_id)
        peer = visit.place.peer if visit is not None and visit.place is not None else None
        frame = await self._keyframes.new(peer) if peer is not None else None
        if frame is None:
            return 0.0
        enrolments = await self._officers(entry)
        templates = [one.template for one in enrolments]
        began_s = time.monotonic()
        seen = await self._verifier.glance(frame.codec, frame.data, templates, keep=False)
        spent_s = time.monotonic() - began_s
        if seen is not None:
            await self._take_in(entry, watched, seen, enrolments)
        return spent_s

    async def _take_in(
        self, entry: RoundEntry, watched: Watched, seen: Glance, enrolments: Sequence[Enrolment]
    ) -> None:
        before = watched.recognition
        after = before.after(self._glimpse(seen, enrolments))
        if after.officer_id is not None and not watched.kept:
            await self._keep(entry, after.officer_id, after)
            watched.kept = True
        watched.recognition = after
        if after.face is not before.face:
            self._bus.publish(SightChanged(entry.entry_id))

    def _glimpse(self, seen: Glance, enrolments: Sequence[Enrolment]) -> Glimpse:
        if seen.similarities is None:
            return Glimpse(seen.faces)
        over = {
            one.subject.id: likeness - self._verifier.threshold(one.template.frames)
            for one, likeness in zip(enrolments, seen.similarities, strict=True)
        }
        return Glimpse(seen.faces, over)

    async def _keep(self, entry: RoundEntry, officer_id: str, found: Recognition) -> None:
        assert entry.session_id is not None
        now, info = self._clock.now(), self._verifier.info
        evidence = {
            "model": info.name,
            "model_version": info.version,
            "over_threshold": [
                round(glimpse.over_threshold[officer_id], 4)
                for glimpse in found.glimpses
                if glimpse.over_threshold and glimpse.officer_id == officer_id
            ],
        }
        kept = Sighting(new_id(), entry.entry_id, entry.session_id, officer_id, now, evidence)
        change = Change("recognised", "system", now)
        await self._store.write(lambda t: t.rounds.add_sighting(kept, change))

    async def _officers(self, entry: RoundEntry) -> Sequence[Enrolment]:
        """Of the unit, and whoever stands in for them today; never anybody else."""
        key, now_s = entry.subject_id, time.monotonic()
        known = self._known.get(key)
        if known is None or now_s - known.read_s > TEMPLATES_FOR_S:
            model, version = self._verifier.model, self._verifier.info.version
            expected = [one.officer_id for one in entry.expected]
            found = await self._store.read(lambda r: _enrolled(r, key, expected, model))
            fitting = [one for one in found if comparable(one.model_version, version)]
            known = self._known[key] = Known(fitting, now_s)
        return known.enrolments


def _wanted(entry: RoundEntry) -> bool:
    is_open = entry.state not in {"present", "absent", "excused", "void"}
    return is_open and entry.subject_kind == SubjectKind.UNIT.value and entry.recognised is None


def _enrolled(
    records: Records, unit_id: str, expected: Sequence[str], model: str
) -> tuple[Enrolment, ...]:
    own = [o.id for o in records.people.officers({unit_id}) if o.active]
    subjects = [Subject(SubjectKind.OFFICER, who) for who in dict.fromkeys([*own, *expected])]
    return records.faces.templates(model, subjects)
