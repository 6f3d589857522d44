"""A phone's or terminal's part in notices: what waits for it, receipts, replies, push."""

from roll_call.errors import InvalidInput
from roll_call.people import Subject, SubjectKind
from server import notice_messages as m
from server.connections.socket import Socket
from server.connections.sockets import Connection
from server.services import Services

NOTICE_MESSAGES = m.NoticeSeen | m.InstantReply | m.PushSubscribe


class NoticeLine:
    """Opens with the welcome."""

    def __init__(self, services: Services, socket: Socket, subject: Subject, actor: str) -> None:
        self._services = services
        self._socket = socket
        self._subject = subject
        self._actor = actor

    async def open(self, page: Connection) -> None:
        """Notices that wait, and whether push may be switched on."""
        await self._services.notices.desk.open_for(page)
        subscribers = self._services.notify.subscribers
        if subscribers.key is not None and self._subject.kind is SubjectKind.PERSON:
            subscribed = await subscribers.has(self._subject)
            self._socket.send(m.PushOffer(key=subscribers.key, subscribed=subscribed))

    async def handle(self, message: NOTICE_MESSAGES) -> None:
        """One message; raises RollCallError."""
        notices = self._services.notices
        match message:
            case m.NoticeSeen():
                await notices.desk.seen(
                    self._subject, message.notice_id, message.answer, message.note
                )
            case _ if self._subject.kind is not SubjectKind.PERSON:
                raise InvalidInput("unexpected_message")
            case m.InstantReply():
                await notices.replies.reply(self._subject, message)
            case m.PushSubscribe(endpoint=None):
                await self._services.notify.subscribers.unsubscribe(self._subject, self._actor)
            case m.PushSubscribe():
                await self._services.notify.subscribers.subscribe(
                    self._subject,
                    message.endpoint or "",
                    message.p256dh,
                    message.auth,
                    self._actor,
                )
