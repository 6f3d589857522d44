"""Snapshots: a still of a subject's picture, kept sealed with the entry as evidence."""

from roll_call.errors import Conflict, RollCallError
from roll_call.ports.faces import FaceVerifier
from roll_call.ports.records import Change
from roll_call.ports.rounds import Snapshot
from roll_call.ports.store import Store
from server.auth.tokens import new_id
from server.check_in.desk import CheckInDesk
from server.clock import Clock
from server.logs import logger
from server.rounds.keyframes import Keyframes

CONTENT_TYPE = "image/jpeg"

log = logger("stills")


class Stills:
    """Takes and keeps them; looking at one is the API's business."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        verifier: FaceVerifier,
        desk: CheckInDesk,
        keyframes: Keyframes,
    ) -> None:
        self._store = store
        self._clock = clock
        self._verifier = verifier
        self._desk = desk
        self._keyframes = keyframes

    async def take(self, entry_id: str, actor: str, why: str) -> None:
        """Raises Conflict(no_picture) where no picture arrives from there."""
        visit = self._desk.visit(entry_id)
        place = visit.place if visit is not None else None
        if place is None or place.peer is None or not place.media_up:
            raise Conflict("no_picture")
        frame = await self._keyframes.of(place.peer)
        seen = frame and await self._verifier.glance(frame.codec, frame.data, (), keep=True)
        if not seen or seen.still is None:
            raise Conflict("no_picture")
        now, still = self._clock.now(), seen.still
        kept = Snapshot(new_id(), entry_id, place.session_id, now, actor, why, CONTENT_TYPE)
        change = Change("kept", actor, now, {"why": why})
        await self._store.write(lambda t: t.rounds.add_snapshot(kept, still, change))

    async def take_if_there_is_one(self, entry_id: str, actor: str) -> None:
        """At a decision: evidence where there is a picture, and never an obstacle."""
        try:
            await self.take(entry_id, actor, "confirmed")
        except RollCallError as error:
            log.info("no_still", entry=entry_id, why=error.code)
