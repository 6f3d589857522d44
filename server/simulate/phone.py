"""A simulated phone: a real client of the wire protocol, with real WebRTC and no page.

It does what the phone page does, message for message, so that the server cannot tell them apart
except by the role it names.
"""

import asyncio
import ssl
import time
from collections.abc import AsyncIterator, Coroutine
from dataclasses import dataclass, field

from aiortc import RTCPeerConnection, RTCSessionDescription
from aiortc.mediastreams import AudioStreamTrack
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from media.host_network import host_addresses
from media.private.gathering import gather_from
from server.messages import (
    Answer,
    Answers,
    Challenge,
    Consent,
    Failure,
    Hello,
    Location,
    LocationDeclined,
    Message,
    Offer,
    Prompt,
    Questions,
    ReceiptMessage,
    ScreenLight,
    ServerMessage,
    SessionReady,
    TakeTicket,
    Welcome,
    server_messages,
)
from server.room_messages import Camera, Encoding, Microphone, RoomChanged
from server.simulate.cameras import CameraTrack, Scene
from server.simulate.device import DeviceKey
from server.simulate.incoming import Incoming
from server.simulate.network import configuration

MAX_MESSAGE_BYTES = 262_144


class PhoneFailure(Exception):
    """The server refused, or the conversation broke off; ``code`` as on the wire."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code


@dataclass(frozen=True, slots=True)
class Behaviour:
    """What the person does: consent, seconds to think over the questions, a place or none.

    ``camera`` is the label that the phone gives its camera.
    """

    accepts_face: bool = True
    thinks_s: float = 1.0
    place: Location | None = None
    camera: str = ""
    patience_s: float = 120.0


@dataclass(slots=True)
class Conversation:
    """What was said, with seconds since the ticket was asked for."""

    receipt: ReceiptMessage | None = None
    session_id: str | None = None
    timeline: list[tuple[float, Message]] = field(default_factory=list)

    def moment_s(self, kind: type[Message]) -> float | None:
        """When the first message of this type came."""
        return next((at for at, message in self.timeline if isinstance(message, kind)), None)


class SimulatedPhone:
    """One phone with one camera; ``check_in`` runs from the ticket to the receipt."""

    def __init__(
        self,
        server_url: str,
        device: DeviceKey,
        behaviour: Behaviour | None = None,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._url = server_url.rstrip("/")
        self._device = device
        self._behaviour = behaviour or Behaviour()
        self._tls = tls
        self._peer: RTCPeerConnection | None = None
        self._camera: CameraTrack | None = None
        self._socket: ClientConnection | None = None
        self._thinking: asyncio.Task[None] | None = None
        self.incoming = Incoming()
        self.room: RoomChanged | None = None
        """What the center does with this phone, as it was last told."""
        self.encoding: Encoding | None = None
        """What is wanted of its picture."""
        self.media_up_s: float | None = None
        """Monotonic time at which ICE and DTLS were up."""

    async def check_in(self, scene: Scene, entry_id: str | None = None) -> Conversation:
        """Run one check-in; without an entry id the first open entry is taken.

        Raises ``PhoneFailure`` on a fatal error message, a lost socket, or after ``patience_s``.
        """
        self._camera = CameraTrack(scene)
        try:
            async with (
                asyncio.timeout(self._behaviour.patience_s),
                connect(
                    "ws" + self._url.removeprefix("http") + "/ws",
                    origin=self._url,  # type: ignore[arg-type]  # Origin is a NewType of str
                    ssl=self._tls,
                    max_size=MAX_MESSAGE_BYTES,
                    proxy=None,
                ) as socket,
            ):
                self._socket = socket
                welcome = await self._greet(socket)
                chosen = entry_id or next((e.entry_id for e in welcome.entries), None)
                if chosen is None:
                    raise PhoneFailure("nothing_due", "no open entry for this person")
                return await self._converse(socket, chosen)
        except TimeoutError as error:
            raise PhoneFailure("no_receipt", "the phone's patience ended") from error
        except ConnectionClosed as error:
            raise PhoneFailure("socket_closed", str(error)) from error
        finally:
            await self._hang_up()

    async def switch(self, *, camera: bool | None = None, microphone: bool | None = None) -> None:
        """The person's own switches."""
        assert self._socket is not None, "check in first"
        if camera is not None:
            await _send(self._socket, Camera(on=camera))
        if microphone is not None:
            await _send(self._socket, Microphone(on=microphone))

    async def sent_bytes(self) -> int:
        """Of video, since the present connection began."""
        report = await self._peer.getStats() if self._peer is not None else {}
        sent = (s for s in report.values() if s.type == "outbound-rtp" and s.kind == "video")
        return sum(int(s.bytesSent) for s in sent)

    async def _greet(self, socket: ClientConnection) -> Welcome:
        challenge = await _next(socket)
        if not isinstance(challenge, Challenge):
            raise PhoneFailure("protocol", "expected a challenge")
        await _send(
            socket,
            Hello(
                role="simulator",
                device_id=self._device.device_id,
                signature=self._device.sign(challenge.nonce),
            ),
        )
        welcome = await _next(socket)
        if not isinstance(welcome, Welcome):
            raise PhoneFailure("protocol", "expected a welcome")
        return welcome

    async def _converse(self, socket: ClientConnection, entry_id: str) -> Conversation:
        conversation = Conversation()
        started = time.monotonic()
        await _send(socket, TakeTicket(entry_id=entry_id))
        await _send(socket, Consent(face_verification=self._behaviour.accepts_face))
        async for message in _messages(socket):
            conversation.timeline.append((time.monotonic() - started, message))
            if isinstance(message, ReceiptMessage):
                conversation.receipt = message
                return conversation
            if isinstance(message, SessionReady):
                conversation.session_id = message.session_id
            await self._react(socket, message)
        raise PhoneFailure("socket_closed", "the server closed the socket before a receipt")

    async def _react(self, socket: ClientConnection, message: Message) -> None:
        match message:
            case SessionReady():
                sdp = await self._offer(message)
                await _send(socket, Offer(sdp=sdp, camera=self._behaviour.camera))
            case Answer(sdp=sdp) if self._peer is not None:
                await self._peer.setRemoteDescription(RTCSessionDescription(sdp, "answer"))
            case Prompt(kind=kind) if self._camera is not None:
                self._camera.prompt(kind)
            case ScreenLight(colours=colours, each_ms=each_ms) if self._camera is not None:
                self._camera.light(colours, each_ms / 1000)
            case Questions():
                self._think(self._answer_questions(socket, message))
            case Encoding():
                self.encoding = message
                if self._camera is not None:
                    self._camera.limit(message)
            case RoomChanged():
                self.room = message
            case _:
                pass

    async def _offer(self, session: SessionReady) -> str:
        if self._peer is not None:
            await self._peer.close()
        self._peer = RTCPeerConnection(configuration(session))
        self._peer.on("connectionstatechange", self._connection_changed)
        self._peer.on("track", self.incoming.add)
        self._peer.addTrack(AudioStreamTrack())
        assert self._camera is not None
        self._peer.addTrack(self._camera.for_connection())
        gather_from(self._peer, lambda: host_addresses((), include_loopback=True))
        await self._peer.setLocalDescription(await self._peer.createOffer())
        return self._peer.localDescription.sdp

    def _connection_changed(self) -> None:
        if self._peer is not None and self._peer.connectionState == "connected":
            self.media_up_s = self.media_up_s or time.monotonic()

    def _think(self, answering: Coroutine[None, None, None]) -> None:
        """The page goes on while the person thinks."""
        if self._thinking is not None:
            self._thinking.cancel()
        self._thinking = asyncio.create_task(answering, name="thinking")

    async def _answer_questions(self, socket: ClientConnection, questions: Questions) -> None:
        await asyncio.sleep(self._behaviour.thinks_s)
        items = {
            item.id: next(iter(item.options), "") if item.kind == "choice" else "无"
            for item in questions.items
        }
        await _send(socket, Answers(items=items))
        if questions.location_wanted:
            await _send(socket, self._behaviour.place or LocationDeclined())

    async def _hang_up(self) -> None:
        if self._thinking is not None:
            self._thinking.cancel()
            await asyncio.gather(self._thinking, return_exceptions=True)
        if self._camera is not None:
            self._camera.stop()
        if self._peer is not None:
            await self._peer.close()
            self._peer = None
        await self.incoming.close()


async def _send(socket: ClientConnection, message: Message) -> None:
    await socket.send(message.model_dump_json())


async def _next(socket: ClientConnection) -> ServerMessage:
    message = server_messages.validate_json(await socket.recv())
    if isinstance(message, Failure) and message.fatal:
        raise PhoneFailure(message.code, message.message)
    return message


async def _messages(socket: ClientConnection) -> AsyncIterator[ServerMessage]:
    while True:
        try:
            yield await _next(socket)
        except ConnectionClosed:
            return
