"""The notice center of an officer: what rang, and how much of it is new."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from roll_call.notices import Notice
from roll_call.people import Officer
from roll_call.ports.notify_store import Bell
from roll_call.ports.store import Store
from server.access import Verb, allowed, of_units
from server.clock import Clock
from server.directory import Directory
from server.errors import Params, texts
from server.instants import wire
from server.notice_messages import BellItem

SHOWN = 60
KEPT = timedelta(days=7)
NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class BellBoard:
    """What one officer sees, newest first."""

    bells: tuple[Bell, ...]
    unread: int


class BellDesk:
    """Reads the board; ``see`` marks it read."""

    def __init__(self, store: Store, clock: Clock, directory: Directory) -> None:
        self._store = store
        self._clock = clock
        self._directory = directory

    async def board(self, officer: Officer) -> BellBoard:
        """Of the last days, of the officer's units."""
        since = self._clock.now() - KEPT
        bells, seen_at = await self._store.read(
            lambda r: (
                r.notifications.bells(since, 10 * SHOWN),
                r.notifications.bell_seen_at(officer.id),
            )
        )
        mine = [bell for bell in bells if self.concerns(officer, bell)]
        unread = sum(1 for bell in mine if bell.at > (seen_at or NEVER))
        return BellBoard(tuple(mine[:SHOWN]), unread)

    async def see(self, officer: Officer) -> None:
        """All until now is read."""
        now = self._clock.now()
        await self._store.write(lambda t: t.notifications.see_bells(officer.id, now))

    def concerns(self, officer: Officer, bell: Bell) -> bool:
        """Whether an officer may know; broken channels are the administrator's business."""
        channel = bell.notice is Notice.CHANNEL_FAILED
        verb = Verb.MANAGE_CHANNELS if channel else Verb.VIEW_NOTICES
        return allowed(officer, verb, of_units(bell.unit_ids), self._directory.tree)


def bell_item(bell: Bell, locale: str) -> BellItem:
    """A line in words."""
    params: Params = {"title": bell.title, "count": bell.count}
    return BellItem(
        id=bell.id,
        notice=bell.notice.value,
        text=texts(locale).word("bells", bell.notice.value, params),
        about_kind=bell.about_kind,
        about_id=bell.about_id,
        count=bell.count,
        urgent=bell.urgent,
        at=wire(bell.at),
    )


def bell_items(bells: Sequence[Bell], locale: str) -> list[BellItem]:
    """Several lines."""
    return [bell_item(bell, locale) for bell in bells]
