"""Who a broadcast has reached, counted from what is routed: its receipts."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from roll_call.room import Room
from roll_call.room_plan import Medium, Plan
from server.rooms.guests import Guest


@dataclass(slots=True)
class Receipts:
    """Of one broadcast: names by participant of those it was for, and who was sent its sound."""

    officer_id: str
    since: datetime
    meant: dict[str, str] = field(default_factory=dict)
    heard: set[str] = field(default_factory=set)

    @property
    def heard_names(self) -> list[str]:
        """Sorted."""
        return sorted(self.meant[who] for who in self.heard if who in self.meant)

    @property
    def missed_names(self) -> list[str]:
        """Live, meant, and never sent it: their line was down, or another officer had them."""
        return sorted(name for who, name in self.meant.items() if who not in self.heard)


class BroadcastLedger:
    """Follows the room; a broadcast that ended is handed out once."""

    def __init__(self) -> None:
        self._going: dict[str, Receipts] = {}

    def of(self, console: str) -> Receipts | None:
        """The receipts of a console's broadcast so far."""
        return self._going.get(console)

    def follow(
        self, room: Room, plan: Plan, guests: Mapping[str, Guest]
    ) -> list[tuple[str, Receipts]]:
        """Count; returns the consoles whose broadcast is over, with its receipts."""
        ended = list(self._ended(room))
        for console in room.consoles.values():
            wish = console.broadcast
            if wish is None:
                continue
            receipts = self._going.setdefault(console.id, Receipts(console.officer_id, wish.since))
            for who in room.audience(console):
                if who.live and who.id in guests:
                    receipts.meant[who.id] = guests[who.id].name
        for route in plan.routes.values():
            going = self._going.get(route.source)
            if going is not None and route.medium is Medium.AUDIO:
                going.heard.add(route.viewer)
        return ended

    def _ended(self, room: Room) -> Iterator[tuple[str, Receipts]]:
        for console_id, receipts in list(self._going.items()):
            console = room.consoles.get(console_id)
            wish = console.broadcast if console is not None else None
            if wish is None or wish.since != receipts.since:
                del self._going[console_id]
                yield console_id, receipts
