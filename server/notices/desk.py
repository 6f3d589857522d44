"""Text notices: sent to open pages at once, kept for those who come later, counted by receipt."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from roll_call.notices import Notice
from roll_call.notifications import Message, Recipient, RecipientKind
from roll_call.people import Officer, Subject, SubjectKind
from roll_call.ports.records import Change
from roll_call.ports.store import Records, Store
from roll_call.text_notice import Asks, NoticeReceipt, ReceiptAnswer, TextNotice
from server.auth.tokens import new_id
from server.bus import EventBus, NoticeProgressed
from server.clock import Clock
from server.connections.sockets import Connection, Sockets
from server.directory import Directory
from server.instants import wire
from server.notice_messages import NoticeMessage
from server.notify.desk import NotifierDesk


@dataclass(frozen=True, slots=True)
class Draft:
    """What an officer sends; ``entries`` names the entry of each receiver in a roll-call."""

    text: str
    audience: str
    asks: Asks = Asks.SEEN
    urgent: bool = False
    read_aloud: bool = True
    roll_call_id: str | None = None


class NoticeDesk:
    """Sends, reminds, takes receipts."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        bus: EventBus,
        directory: Directory,
        sockets: Sockets,
        notifier: NotifierDesk,
        days: int,
    ) -> None:
        self._store = store
        self._clock = clock
        self._bus = bus
        self._directory = directory
        self._sockets = sockets
        self._notifier = notifier
        self._kept = timedelta(days=days)

    async def send(self, officer: Officer, draft: Draft, subjects: Sequence[Subject]) -> TextNotice:
        """On record, then told. Raises InvalidInput (notice_empty, notice_too_long)."""
        now = self._clock.now()
        notice = TextNotice(
            id=new_id(),
            officer_id=officer.id,
            at=now,
            text=draft.text.strip(),
            asks=draft.asks,
            urgent=draft.urgent,
            read_aloud=draft.read_aloud,
            audience=draft.audience,
            roll_call_id=draft.roll_call_id,
        )
        change = Change("sent", f"officer/{officer.id}", now)
        await self._store.write(lambda t: t.notices.add_notice(notice, subjects, change))
        await self._distribute(notice, subjects)
        return notice

    async def remind(self, notice_id: str, officer: Officer, subjects: Sequence[Subject]) -> None:
        """Tell those again who have not seen it."""
        notice = await self._store.read(lambda r: r.notices.notice(notice_id))
        change = Change("reminded", f"officer/{officer.id}", self._clock.now())
        await self._store.write(lambda t: t.notices.note_reminded(notice_id, subjects, change))
        await self._distribute(notice, subjects, reminder=True)

    async def open_for(self, page: Connection) -> None:
        """A page has come: it gets what its subject has not seen yet."""
        subject = page.subject
        if subject is None:
            return
        since = self._clock.now() - self._kept

        def work(records: Records) -> list[NoticeMessage]:
            found = records.notices.open_notices(subject, since)
            return [self._messages(records, n, [subject])[subject] for n, _ in found]

        waiting = await self._store.read(work)
        for message in waiting:
            page.tell(message)
        for message in waiting:
            await self._delivered(message.id, [subject])

    async def seen(self, subject: Subject, notice_id: str, answer: str, note: str) -> None:
        """A receipt. Raises NotFound, InvalidInput (exception_needs_note)."""
        now = self._clock.now()
        old, notice = await self._store.read(
            lambda r: (r.notices.notice_receipt(notice_id, subject), r.notices.notice(notice_id))
        )
        receipt = old.seen(ReceiptAnswer(answer), note, now)
        change = Change("seen", f"{subject.kind.value}/{subject.id}", now)
        await self._store.write(lambda t: t.notices.save_receipt(receipt, change))
        self._bus.publish(NoticeProgressed(notice_id))
        if receipt.answer is ReceiptAnswer.EXCEPTION and receipt != old:
            await self._report(notice, receipt)

    async def _report(self, notice: TextNotice, receipt: NoticeReceipt) -> None:
        unit_id = receipt.subject.id
        to = Recipient(RecipientKind.OFFICERS, unit_id, frozenset({unit_id}))
        params = {"title": self._directory.name(unit_id), "text": receipt.note}
        now = self._clock.now()
        message = Message(Notice.EXCEPTION_REPORTED, to, "notice", notice.id, now, params)
        await self._notifier.send(message)

    async def _distribute(
        self, notice: TextNotice, subjects: Sequence[Subject], reminder: bool = False
    ) -> None:
        here = [s for s in subjects if any(self._sockets.of(s))]
        connected = frozenset(here)
        away = [s for s in subjects if s not in connected]
        messages = await self._store.read(lambda r: self._messages(r, notice, here, reminder))
        for subject, message in messages.items():
            for page in self._sockets.of(subject):
                page.tell(message)
        await self._delivered(notice.id, here)
        await self._notifier.send_all([self._notification(notice, s) for s in away])

    async def _delivered(self, notice_id: str, subjects: Sequence[Subject]) -> None:
        if subjects:
            change = Change("delivered", "system", self._clock.now())
            await self._store.write(lambda t: t.notices.note_delivered(notice_id, subjects, change))
        self._bus.publish(NoticeProgressed(notice_id))

    def _messages(
        self,
        records: Records,
        notice: TextNotice,
        subjects: Sequence[Subject],
        reminder: bool = False,
    ) -> dict[Subject, NoticeMessage]:
        """Worded for each receiver; what they have in common is read once."""
        sender = records.people.officer(notice.officer_id)
        entries = _entries(records, notice)
        shared = NoticeMessage(
            id=notice.id,
            at=wire(notice.at),
            sender=sender.name,
            office=self._directory.name(sender.unit_id),
            text=notice.text,
            asks=Asks.SEEN.value,
            urgent=notice.urgent,
            read_aloud=notice.read_aloud,
            reminder=reminder,
        )
        return {
            subject: shared.model_copy(
                update={
                    "asks": (notice.asks if _may_answer(notice.asks, subject) else Asks.SEEN).value,
                    "entry_id": entries.get(subject),
                }
            )
            for subject in subjects
        }

    def _notification(self, notice: TextNotice, subject: Subject) -> Message:
        kind = Notice.EMERGENCY if notice.urgent else Notice.TEXT
        to = Recipient(RecipientKind(subject.kind.value), subject.id)
        now: datetime = self._clock.now()
        params = {"text": notice.text}
        return Message(kind, to, "notice", notice.id, now, params, urgent=notice.urgent)


def _may_answer(asks: Asks, subject: Subject) -> bool:
    """Terminals say whether they are on time, persons how they are."""
    wanted = {Asks.ON_TIME: SubjectKind.UNIT, Asks.REPLY: SubjectKind.PERSON}.get(asks)
    return wanted is None or wanted is subject.kind


def _entries(records: Records, notice: TextNotice) -> dict[Subject, str]:
    """The entries of the notice's roll-call that are not final, by subject."""
    if notice.roll_call_id is None:
        return {}
    found = records.calls.entries(notice.roll_call_id)
    return {entry.subject: entry.id for entry in found if not entry.state.final}


def open_receivers(receipts: Sequence[NoticeReceipt]) -> list[Subject]:
    """Those who have not seen it."""
    return [receipt.subject for receipt in receipts if receipt.seen_at is None]
