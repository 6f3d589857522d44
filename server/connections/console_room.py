"""A console's part in the room: its connections, and what its officer asks for."""

from roll_call import room_events as on
from roll_call.errors import InvalidInput, NotFound
from roll_call.people import Officer
from roll_call.room import Audience, BroadcastWish, Side
from server import messages as m
from server import room_messages as r
from server.access import Verb, of_units, require
from server.connections.socket import Socket
from server.services import Services

VIEWED = m.Route | r.Spotlight | r.Listen | r.Talk
"""What looks at or listens to one participant: a look is on record before it happens."""


class ConsoleRoom:
    """Opens with the socket and closes with it."""

    def __init__(self, services: Services, socket: Socket, officer: Officer, name: str) -> None:
        self._services = services
        self._socket = socket
        self._officer = officer
        self._name = name

    async def open(self) -> None:
        """The room tells who is live and who speaks, from now on."""
        await self._services.rooms.open_page(self._name, self._officer, self._socket.send)

    async def close(self) -> None:
        """The socket is gone."""
        await self._services.rooms.close_page(self._name)

    async def handle(self, message: m.ClientMessage) -> None:
        """One message; raises RollCallError."""
        rooms = self._services.rooms
        match message:
            case m.Offer(purpose=purpose, sdp=sdp):
                self._require(Verb.VIEW_LIVE if purpose == "view" else Verb.TALK)
                answer = await rooms.connect(self._name, purpose, sdp)
                self._socket.send(m.Answer(purpose=purpose, sdp=answer))
            case m.HangUp(purpose=ended):
                await rooms.hang_up(self._name, ended)
            case _:
                event = await self._event(message)
                await rooms.act(event, self._officer)

    async def _event(self, message: m.ClientMessage) -> on.RoomEvent:
        name = self._name
        match message:
            case m.Route() | r.Spotlight() | r.Listen() | r.Talk():
                return await self._look(message)
            case r.Broadcast():
                self._require(Verb.BROADCAST)
                return on.Broadcast(name, self._wish(message) if message.on else None)
            case r.Mute(session_id=session_id, on=is_on):
                self._require(Verb.TALK)
                return on.Mute(name, session_id, is_on)
            case r.Camera(on=is_on):
                return on.CameraSwitched(name, is_on)
            case r.Microphone(on=is_on):
                return on.MicrophoneSwitched(name, is_on)
            case _:
                raise InvalidInput("unexpected_message")

    async def _look(self, message: VIEWED) -> on.RoomEvent:
        name, session_id = self._name, message.session_id
        sounds = isinstance(message, r.Listen | r.Talk)
        self._require(Verb.TALK if sounds else Verb.VIEW_LIVE)
        if session_id is not None:
            await self._saw(session_id)
        match message:
            case m.Route(mid=mid) if self._services.rooms.hears(name, mid):
                return on.Listen(name, session_id)
            case m.Route(mid=mid, side=side):
                return on.Show(name, mid, session_id, Side(side))
            case r.Spotlight(mid=mid):
                return on.Spotlight(name, session_id, mid)
            case r.Listen():
                return on.Listen(name, session_id)
            case r.Talk():
                return on.Talk(name, session_id)

    async def _saw(self, session_id: str) -> None:
        services = self._services
        guest = services.rooms.guest(session_id)
        if guest is None:
            raise NotFound("unknown_session")
        tree = services.directory.tree
        require(self._officer, Verb.VIEW_LIVE, of_units(guest.unit_ids), tree)
        what = f"session/{session_id}" if guest.entry_id else f"camera/{session_id}"
        await services.views.saw(self._officer, "session.watched", what)

    def _wish(self, message: r.Broadcast) -> BroadcastWish:
        directory, unit_id = self._services.directory, message.unit_id
        if unit_id is not None:
            if unit_id not in directory.tree:
                raise NotFound("unknown_unit")
            require(self._officer, Verb.BROADCAST, of_units([unit_id]), directory.tree)
        return BroadcastWish(
            since=self._services.clock.now(),
            to=Audience(message.to),
            unit_id=unit_id,
            unit_ids=directory.scope(unit_id) if unit_id is not None else None,
            urgent=message.urgent,
        )

    def _require(self, verb: Verb) -> None:
        require(self._officer, verb, None, self._services.directory.tree)
