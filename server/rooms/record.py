"""What happens in the room as rows of the log: who spoke with, to, or listened to whom."""

from collections.abc import Iterable, Mapping

from roll_call.ports.records import JsonObject
from roll_call.ports.store import Store, Transaction
from roll_call.room_facts import RoomFact
from server.clock import Clock
from server.directory import Directory
from server.rooms.guests import Guest


class RoomRecord:
    """Writes rows such as ``talk.started`` about ``session/<id>``, by the officer."""

    def __init__(self, store: Store, clock: Clock, directory: Directory) -> None:
        self._store = store
        self._clock = clock
        self._directory = directory

    async def write(self, facts: Iterable[RoomFact], guests: Mapping[str, Guest]) -> None:
        """One unit of work; a broadcast is a row about the center. Raises StorageError."""
        rows = tuple(facts)
        if not rows:
            return
        now = self._clock.now()
        center = self._directory.root_id() or ""

        def work(tx: Transaction) -> None:
            for row in rows:
                details: JsonObject = dict(row.details)
                actor = f"officer/{row.officer_id}" if row.officer_id else "system"
                guest = guests.get(row.participant or "")
                if row.participant is None:
                    tx.log.append(row.kind, "unit", center, details, actor, now)
                    continue
                about = guest.about if guest is not None else None
                kind = "session" if guest is None or guest.entry_id else "camera"
                tx.log.append(
                    row.kind, kind, row.participant, details, actor, now, data_subject=about
                )

        await self._store.write(work)
