"""Phones, simulators and terminals: those who check in. They differ in who they are, not in how."""

from dataclasses import dataclass

from roll_call import room_events as on
from roll_call.errors import InvalidInput, NotFound
from roll_call.people import Officer, Subject, SubjectKind, SupervisedPerson
from server import messages as m
from server import room_messages as r
from server import terminal_messages as t
from server.access import DeviceActor, Target, Verb, of_units, require
from server.check_in.runner import VisitRunner
from server.connections.greeting import welcome_officer, welcome_person
from server.connections.publisher_notices import NOTICE_MESSAGES, NoticeLine
from server.connections.self_enrolment import SelfEnrolmentLine
from server.connections.socket import Socket
from server.connections.terminal import TerminalLine
from server.resume import Bearer
from server.services import Services


@dataclass(frozen=True, slots=True)
class Identity:
    """Who is at the other end: the server's word, never the client's."""

    role: str
    subject: Subject
    bearer: Bearer
    person: SupervisedPerson | None = None
    officer: Officer | None = None

    @property
    def actor(self) -> str:
        """The log's name."""
        if self.officer is not None:
            return f"officer/{self.officer.id}"
        return f"person/{self.subject.id}"


class PublisherConnection:
    """Takes tickets and passes everything else on to the visit."""

    def __init__(self, services: Services, socket: Socket, identity: Identity) -> None:
        self.subject: Subject | None = identity.subject
        self.actor = identity.actor
        officer = identity.officer
        self.bearer = f"terminal/{officer.unit_id}" if officer else f"device/{identity.bearer.id}"
        self._services = services
        self._socket = socket
        self._identity = identity
        self._visit: VisitRunner | None = None
        self._notices = NoticeLine(services, socket, identity.subject, self.actor)
        self._own_enrolment: SelfEnrolmentLine | None = None
        if identity.person is not None:
            self._own_enrolment = SelfEnrolmentLine(
                services, socket, identity.person, identity.bearer.id
            )
        self._terminal: TerminalLine | None = None
        if officer is not None:
            self._terminal = TerminalLine(services, socket, officer)

    async def open(self, resumed: bool) -> None:
        """Welcome; a resumed client is put back where it was."""
        await self._welcome(resumed)
        await self._notices.open(self)
        if not resumed:
            return
        visit = self._services.desk.visit_of(self._identity.subject)
        if visit is not None:
            self._visit = visit
            self._services.desk.rejoin(visit, self._socket)
            return
        await self._services.desk.rejoin_ended(self._identity.subject, self._socket)
        await self._reopen()

    async def handle(self, message: m.ClientMessage) -> None:
        """One message; raises RollCallError."""
        if self._terminal is not None and await self._terminal.handle(message):
            return
        match message:
            case m.TakeTicket():
                await self._take_ticket(message.entry_id)
            case m.Offer() if message.purpose != "publish":
                raise InvalidInput("unexpected_message")
            case r.Camera(on=is_on):
                await self._switch(on.CameraSwitched, is_on)
            case r.Microphone(on=is_on):
                await self._switch(on.MicrophoneSwitched, is_on)
            case m.EnrolmentPicture() | m.EnrolmentSubmit():
                if self._own_enrolment is None:
                    raise InvalidInput("unexpected_message")
                await self._own_enrolment.handle(message)
            case _ if isinstance(message, NOTICE_MESSAGES):
                await self._notices.handle(message)
            case m.Hello() | m.Route():
                raise InvalidInput("unexpected_message")
            case t.SelfTest() | t.ExceptionReport() | t.AutoAnswer() | t.Echo():
                raise InvalidInput("unexpected_message")
            case r.Spotlight() | r.Listen() | r.Talk() | r.Broadcast() | r.Mute():
                raise InvalidInput("unexpected_message")
            case _:
                if self._visit is None:
                    raise InvalidInput("unexpected_message")
                self._visit.post(message)

    async def _switch(
        self, kind: type[on.CameraSwitched] | type[on.MicrophoneSwitched], is_on: bool
    ) -> None:
        place = self._visit.visit.place if self._visit is not None else None
        if place is None:
            raise InvalidInput("unexpected_message")
        await self._services.rooms.act(kind(place.session_id, is_on))

    async def refresh(self) -> None:
        """The subject is called: say what is open."""
        if self._visit is None or self._visit.over.is_set():
            await self._welcome(resumed=False)

    async def enrolment_changed(self) -> None:
        """An officer asked for the person's own pictures, or settled them."""
        if self._own_enrolment is not None:
            await self._own_enrolment.tell()

    async def close(self) -> None:
        """The socket is gone; the visit goes on until its deadline."""
        if self._visit is not None:
            self._visit.detach(self._socket)
        if self._terminal is not None:
            await self._terminal.close()

    def want_self_test(self) -> None:
        """An officer at the center asks for a self-test; only terminals have one."""
        if self._terminal is not None:
            self._terminal.want_self_test()

    def tell(self, message: m.Message) -> None:
        """Send what somebody else has to say."""
        self._socket.send(message)

    def close_superseded(self) -> None:
        """Another connection of the same device."""
        self._socket.close_superseded()

    def shut(self) -> None:
        """The server stops."""
        self._socket.close(1012)

    async def _welcome(self, resumed: bool) -> None:
        identity, services = self._identity, self._services
        if identity.person is not None:
            welcome = await welcome_person(
                services, identity.person, identity.bearer, identity.role, resumed
            )
        else:
            assert identity.officer is not None
            welcome = await welcome_officer(services, identity.officer, identity.role)
        self._socket.send(welcome)
        if self._own_enrolment is not None:
            await self._own_enrolment.open()
        if self._terminal is not None:
            await self._terminal.open()

    async def _reopen(self) -> None:
        """After a restart of the server: an open session of the subject goes on by itself."""
        subject = self._identity.subject
        entry_ids = await self._services.store.read(
            lambda r: [s.entry_id for s in r.sessions.open_sessions()]
        )
        entries = await self._services.store.read(lambda r: [r.calls.entry(e) for e in entry_ids])
        mine = next((entry.id for entry in entries if entry.subject == subject), None)
        if mine is not None:
            self._visit = await self._services.desk.take_ticket(
                self._socket, mine, self._identity.actor
            )

    async def _take_ticket(self, entry_id: str) -> None:
        try:
            listing = await self._services.store.read(lambda r: r.calls.listing(entry_id))
        except NotFound as error:
            raise NotFound("unknown_entry") from error
        subject = listing.entry.subject
        tree = self._services.directory.tree
        if self._identity.officer is not None:
            if subject.kind is not SubjectKind.UNIT:
                raise NotFound("unknown_entry")
            require(self._identity.officer, Verb.ANSWER_DUTY, of_units([subject.id]), tree)
        else:
            actor = DeviceActor(self._identity.bearer.id, self._identity.subject.id)
            person_id = subject.id if subject.kind is SubjectKind.PERSON else None
            require(actor, Verb.CHECK_IN, Target(person_id=person_id), tree)
        self._visit = await self._services.desk.take_ticket(
            self._socket, entry_id, self._identity.actor
        )
