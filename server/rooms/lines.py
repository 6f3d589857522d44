"""What the lines to the guests carry, from the engine's reports of what it sends to them."""

from collections.abc import Iterable, Mapping

from roll_call.line import Line, LineJudge
from roll_call.ports.media import PeerQuality
from server.rooms.guests import Guest


class Lines:
    """A judge for each guest; it stays through the guest's reconnections."""

    def __init__(self) -> None:
        self._judges: dict[str, LineJudge] = {}

    def hear(self, quality: PeerQuality, guests: Mapping[str, Guest]) -> tuple[str, Line] | None:
        """Count a report in; returns whose line has changed, and what it carries now.

        A report of a time in which nothing was sent says nothing.
        """
        if not quality.sent_bitrate_bps:
            return None
        guest = next((g for g in guests.values() if g.peer == quality.peer), None)
        if guest is None:
            return None
        judge = self._judges.setdefault(guest.id, LineJudge())
        before = judge.line
        after = judge.report(quality.sent_loss, quality.over_s)
        return (guest.id, after) if after is not before else None

    def forget(self, gone: Iterable[str]) -> None:
        """They have left."""
        for guest_id in gone:
            self._judges.pop(guest_id, None)
