"""Turns what the domain tells (``Told``) into messages, a burst at a time."""

from collections.abc import Sequence
from datetime import datetime

from roll_call.errors import NotFound
from roll_call.notices import Audience, Notice
from roll_call.notifications import Message, Recipient, RecipientKind
from roll_call.people import Subject
from roll_call.ports.records import EntryListing
from roll_call.ports.store import Records, Store
from server.bus import EventBus, Told
from server.clock import Clock
from server.directory import Directory, entry_units
from server.logs import logger
from server.notify.desk import NotifierDesk

log = logger("told")


class TellingFollower:
    """Follows the bus; the notices of one burst are one unit of work."""

    def __init__(
        self, store: Store, clock: Clock, bus: EventBus, directory: Directory, desk: NotifierDesk
    ) -> None:
        self._store = store
        self._clock = clock
        self._bus = bus
        self._directory = directory
        self._desk = desk

    async def follow(self) -> None:
        """Until cancelled."""
        async for events in self._bus.subscribe():
            told = [event for event in events if isinstance(event, Told)]
            if not told:
                continue
            try:
                await self._pass_on(told)
            except Exception:
                log.exception("notices_not_sent", notices=len(told))

    async def _pass_on(self, told: Sequence[Told]) -> None:
        messages = await self._store.read(lambda r: self._messages(r, told))
        await self._desk.send_all(messages)

    async def call(self, entry_ids: Sequence[str]) -> None:
        """These subjects are rung and nobody of theirs is connected."""
        now = self._clock.now()

        def work(records: Records) -> list[Message]:
            return [
                _to_subject(records.calls.listing(entry_id), Notice.CALLED, now)
                for entry_id in entry_ids
            ]

        await self._desk.send_all(await self._store.read(work))

    def _messages(self, records: Records, told: Sequence[Told]) -> list[Message]:
        return [m for event in told if (m := self._message(records, event)) is not None]

    def _message(self, records: Records, event: Told) -> Message | None:
        now = self._clock.now()
        try:
            listing = records.calls.listing(event.about_id)
        except NotFound:
            return self._about_roll_call(records, event)
        if event.audience is Audience.SUBJECT:
            return _to_subject(listing, event.notice, now)
        to = Recipient(RecipientKind.OFFICERS, listing.entry.id, entry_units(listing))
        return Message(
            event.notice, to, "entry", listing.entry.id, now, _params(listing), urgent=False
        )

    def _about_roll_call(self, records: Records, event: Told) -> Message | None:
        try:
            roll_call = records.calls.roll_call(event.about_id)
        except NotFound:
            return None
        units: set[str] = set()
        for listing in records.calls.listings(roll_call.id):
            units |= entry_units(listing)
        to = Recipient(RecipientKind.OFFICERS, roll_call.id, frozenset(units))
        params = {"title": roll_call.title, "roll_call_id": roll_call.id}
        return Message(
            event.notice, to, "roll_call", roll_call.id, self._clock.now(), params, urgent=False
        )


def _to_subject(listing: EntryListing, notice: Notice, now: datetime) -> Message:
    subject: Subject = listing.entry.subject
    to = Recipient(RecipientKind(subject.kind.value), subject.id, entry_units(listing))
    return Message(notice, to, "entry", listing.entry.id, now, _params(listing))


def _params(listing: EntryListing) -> dict[str, str]:
    return {
        "title": listing.roll_call_title,
        "name": listing.subject_name,
        "roll_call_id": listing.entry.roll_call_id,
    }
