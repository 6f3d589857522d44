"""The ticket queue: first come, first served, a bounded number served at once.

Order is the moment of arrival on record, so that a restart, or taking the ticket again, neither
wins nor loses a place. Whoever still reads the notice keeps the place but holds nobody up.
"""

from dataclasses import dataclass
from datetime import datetime


@dataclass(slots=True)
class Waiting:
    """One ticket in the queue; ``ready`` once the notice was accepted."""

    entry_id: str
    arrived_at: datetime
    ready: bool = False


class TicketQueue:
    """``capacity`` sessions at once; everybody else has a position."""

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._waiting: dict[str, Waiting] = {}
        self._served: set[str] = set()

    def __len__(self) -> int:
        return len(self._waiting)

    def join(self, entry_id: str, arrived_at: datetime) -> None:
        """Idempotent; one place an entry."""
        if entry_id not in self._served:
            self._waiting.setdefault(entry_id, Waiting(entry_id, arrived_at))

    def ready(self, entry_id: str) -> None:
        """The subject can be served as soon as there is room."""
        if entry_id in self._waiting:
            self._waiting[entry_id].ready = True

    def leave(self, entry_id: str) -> None:
        """Served to the end, gone, or decided meanwhile."""
        self._waiting.pop(entry_id, None)
        self._served.discard(entry_id)

    def resume(self, entry_id: str) -> None:
        """A session that was open before takes its room back, even beyond the capacity."""
        self._waiting.pop(entry_id, None)
        self._served.add(entry_id)

    def admit(self) -> list[str]:
        """Those whose turn it is now, in order."""
        admitted: list[str] = []
        for waiting in self._ordered():
            if len(self._served) >= self._capacity:
                break
            if waiting.ready:
                del self._waiting[waiting.entry_id]
                self._served.add(waiting.entry_id)
                admitted.append(waiting.entry_id)
        return admitted

    def positions(self) -> dict[str, int]:
        """How many are before each, by entry; 0 means next or being served."""
        return {w.entry_id: index for index, w in enumerate(self._ordered())}

    def _ordered(self) -> list[Waiting]:
        return sorted(self._waiting.values(), key=lambda w: w.arrived_at)
