"""What a console is told about notices, replies and the bell: only of its officer's units."""

from collections.abc import Iterable

from roll_call.people import Officer
from roll_call.text_notice import InstantReply
from server import notice_messages as m
from server.access import Verb, allowed, of_units
from server.bus import BellRang, BusEvent, NoticeProgressed, ReplyReceived
from server.connections.socket import Socket
from server.directory import entry_units
from server.instants import wire
from server.notices.bells import bell_item
from server.services import Services


class ConsoleNotices:
    """A part of the console's feed."""

    def __init__(self, services: Services, socket: Socket, officer: Officer) -> None:
        self._services = services
        self._socket = socket
        self._officer = officer

    async def tell(self, events: Iterable[BusEvent]) -> None:
        """One message for each notice, however many receipts came in meanwhile."""
        heard = list(events)
        progressed = {e.notice_id for e in heard if isinstance(e, NoticeProgressed)}
        replies = [e.reply for e in heard if isinstance(e, ReplyReceived)]
        if progressed:
            await self._progress(progressed)
        if replies:
            await self._replies(replies)
        await self._bells([e for e in heard if isinstance(e, BellRang)])

    async def _progress(self, notice_ids: set[str]) -> None:
        if not allowed(self._officer, Verb.VIEW_NOTICES, None, self._services.directory.tree):
            return
        scope = self._services.directory.scope(self._officer.unit_id)
        tallies = await self._services.store.read(lambda r: r.notices.tallies(notice_ids, scope))
        for notice_id, tally in tallies.items():
            self._socket.send(
                m.NoticeProgress(
                    notice_id=notice_id,
                    total=tally.total,
                    delivered=tally.delivered,
                    seen=tally.seen,
                    exceptions=tally.exceptions,
                )
            )

    async def _replies(self, replies: list[InstantReply]) -> None:
        listings = await self._services.store.read(
            lambda r: [r.calls.listing(reply.entry_id) for reply in replies]
        )
        tree = self._services.directory.tree
        for reply, listing in zip(replies, listings, strict=True):
            units = of_units(entry_units(listing))
            if allowed(self._officer, Verb.VIEW_ENTRY, units, tree):
                self._socket.send(reply_message(reply, listing.entry.roll_call_id))

    async def _bells(self, rung: list[BellRang]) -> None:
        desk = self._services.notices.bells
        mine = {e.bell.id: e.bell for e in rung if desk.concerns(self._officer, e.bell)}
        if not mine:
            return
        board = await desk.board(self._officer)
        for bell in mine.values():
            item = bell_item(bell, self._socket.locale)
            self._socket.send(m.BellMessage(item=item, unread=board.unread))


def reply_message(reply: InstantReply, roll_call_id: str) -> m.ReplyReceived:
    """A reply as consoles get it."""
    return m.ReplyReceived(
        roll_call_id=roll_call_id,
        entry_id=reply.entry_id,
        at=wire(reply.at),
        health=reply.health.value,
        note=reply.note,
        latitude=reply.latitude,
        longitude=reply.longitude,
        accuracy_m=reply.accuracy_m,
    )
