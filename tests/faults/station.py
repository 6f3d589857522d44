"""A real server with one office, people to call, and phones that say what a test wants."""

import asyncio
import json
import os
import signal
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

from aiortc import RTCConfiguration, RTCPeerConnection, RTCSessionDescription
from aiortc.mediastreams import AudioStreamTrack
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from server import messages as m
from server.simulate.cameras import CameraTrack, Scene, read_picture
from server.simulate.demo_seed import enrolment_pictures
from server.simulate.device import DeviceKey
from server.simulate.embedded import EmbeddedServer
from server.simulate.phone import MAX_MESSAGE_BYTES
from server.simulate.portrait import PortraitActor, portraits
from server.simulate.scenario import ALL_PROMPTS, DuePerson
from server.simulate.staff import StaffClient

PASSWORD = "correct horse battery"
PATIENCE_S = 60.0


def actor(name: str = "astronaut", seed: int = 1) -> PortraitActor:
    """A cooperative person with one of the public-domain faces."""
    return PortraitActor(read_picture(portraits()[name]), seed=seed)


@cache
def pictures(name: str = "astronaut") -> tuple[bytes, ...]:
    """Three enrolment pictures of the face."""
    return tuple(enrolment_pictures(portraits()[name]))


class Station:
    """The server, its administrator, and the people that a test invents."""

    def __init__(self, data: Path, environment: Mapping[str, str]) -> None:
        self.data = data
        self.office_id = ""
        self.staff = StaffClient("")
        self.server = EmbeddedServer(data)
        self._environment = environment
        self._numbers = count(1)

    @property
    def url(self) -> str:
        """Where the server listens."""
        return self.server.ready.url

    async def start(self) -> None:
        """Start it; the second time that is a restart on the same data."""
        self.server = EmbeddedServer(self.data, environment=self._environment)
        await self.server.__aenter__()
        self.staff = await StaffClient(self.url).__aenter__()
        login = {"username": "administrator", "password": PASSWORD}
        code = self.server.ready.setup_code
        if code is not None:
            first = {"code": code, "center": "青河县司法局指挥中心", "name": "周敏"}
            await self.staff.request("POST", "/api/setup", {**first, **login})
        await self.staff.sign_in(**login)
        if not self.office_id:
            self.office_id = await self.office("城关司法所")

    async def office(self, name: str) -> str:
        """One more judicial office; returns its id."""
        units = await self.staff.request("GET", "/api/units")
        root = next(unit["id"] for unit in units if unit["parent_id"] is None)
        body = {"name": name, "kind": "judicial_office", "parent_id": root, "phone": "0000-5550101"}
        return str((await self.staff.request("POST", "/api/units", body))["id"])

    async def stop(self) -> None:
        """Stop it in good order."""
        await self.staff.__aexit__(None, None, None)
        await self.server.__aexit__(None, None, None)

    async def lose_power(self) -> None:
        """Kill the server in the middle of whatever it does."""
        os.kill(self.server.ready.pid, signal.SIGKILL)
        await self.stop()

    async def person(self, name: str, *, enrolled: bool = True, liveness: bool = True) -> str:
        """A new person of the office; returns the id."""
        number = next(self._numbers)
        body = {
            "name": name,
            "dossier_number": f"QH-{number:04d}",
            "office_ids": [self.office_id],
        }
        person_id = str((await self.staff.request("POST", "/api/persons", body))["id"])
        if not liveness:
            spared = {"kinds": list(ALL_PROMPTS), "reason": "only the face matters here"}
            await self.staff.request("PUT", f"/api/persons/{person_id}/exemptions", spared)
        if enrolled:
            fate = await self.staff.enrol(
                "persons", person_id, pictures(), despite_duplicate="one portrait for all"
            )
            assert fate["accepted"], fate
        return person_id

    async def roll_call(self, *person_ids: str) -> dict[str, str]:
        """A roll-call that is open now; entry ids by person id."""
        made = await self.staff.request("POST", "/api/roll-calls", {"person_ids": person_ids})
        entries = await self.staff.request("GET", f"/api/roll-calls/{made['id']}/entries")
        return {entry["subject_id"]: entry["id"] for entry in entries}

    async def phone_of(self, person_id: str) -> DeviceKey:
        """A phone that redeemed the person's link."""
        device = DeviceKey()
        device.device_id = await self.staff.bind_device(person_id, device.public_jwk())
        return device

    async def due(self, name: str, *, enrolled: bool = True, liveness: bool = True) -> DuePerson:
        """A new person who is called now and whose phone is bound."""
        person_id = await self.person(name, enrolled=enrolled, liveness=liveness)
        entries = await self.roll_call(person_id)
        return DuePerson(person_id, entries[person_id], await self.phone_of(person_id))

    async def entry(self, entry_id: str) -> dict[str, Any]:
        """Everything on record about an entry."""
        detail: dict[str, Any] = await self.staff.request("GET", f"/api/entries/{entry_id}")
        return detail

    async def outcome(self, entry_id: str) -> tuple[str, str | None]:
        """State and reason of an entry."""
        entry = (await self.entry(entry_id))["entry"]
        return entry["state"], entry["reason"]

    async def recording(self, entry_id: str) -> dict[str, Any]:
        """The entry's newest recording once it is ready or given up."""
        async with asyncio.timeout(PATIENCE_S):
            while True:
                kept = (await self.entry(entry_id))["recordings"]
                if kept and kept[-1]["state"] != "recording":
                    newest: dict[str, Any] = kept[-1]
                    return newest
                await asyncio.sleep(0.2)

    async def states(self) -> dict[str, str]:
        """The state of every entry of today, by entry id."""
        found = {}
        for roll_call in await self.staff.request("GET", "/api/roll-calls"):
            path = f"/api/roll-calls/{roll_call['id']}/entries"
            for entry in await self.staff.request("GET", path):
                found[entry["id"]] = entry["state"]
        return found

    async def nobody_is_absent(self) -> None:
        """Whatever went wrong, no machine condemned anybody for it."""
        states = await self.states()
        assert "absent" not in states.values(), states

    async def is_unharmed(self) -> None:
        """The same process still serves, met nothing that it did not foresee; nobody is absent."""
        os.kill(self.server.ready.pid, 0)
        assert (await self.staff.request("GET", "/api/setup"))["first_run"] is False
        log = (self.data / "server.log").read_text("utf-8", "replace")
        assert "Traceback" not in log, log[max(0, log.index("Traceback") - 500) :][:5000]
        await self.nobody_is_absent()


@asynccontextmanager
async def running(data: Path, environment: Mapping[str, str]) -> AsyncIterator[Station]:
    """A station that runs; stopped at the end, also when a test killed it in between."""
    station = Station(data, environment)
    await station.start()
    try:
        yield station
    finally:
        await station.stop()


class Handset:
    """A phone whose every message the test writes itself, valid or not."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.seen: list[m.ServerMessage] = []
        self.camera: CameraTrack | None = None
        self._peer: RTCPeerConnection | None = None

    async def say(self, message: m.Message | str | bytes) -> None:
        """Send a message, or raw text or bytes."""
        raw = message.model_dump_json() if isinstance(message, m.Message) else message
        await self.socket.send(raw)

    async def next(self, patience_s: float = PATIENCE_S) -> m.ServerMessage | None:
        """The next message; None once the server has closed the socket."""
        try:
            async with asyncio.timeout(patience_s):
                raw = await self.socket.recv()
        except ConnectionClosed:
            return None
        message = m.server_messages.validate_json(raw)
        self.seen.append(message)
        return message

    async def expect(self, kind: str) -> Any:
        """Read on until a message of this type."""
        while True:
            message = await self.next()
            kinds = [seen.type for seen in self.seen]
            assert message is not None, f"closed while waiting for {kind}; saw {kinds}"
            if message.type == kind:
                return message

    async def enter(self, entry_id: str) -> m.SessionReady:
        """Take the ticket and agree; returns the session that is open then."""
        await self.say(m.TakeTicket(entry_id=entry_id))
        await self.say(m.Consent(face_verification=True))
        session: m.SessionReady = await self.expect("session")
        return session

    async def offer_of(self, scene: Scene) -> str:
        """A good offer of a new peer connection with this camera."""
        await self._hang_up()
        self.camera = CameraTrack(scene)
        self._peer = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        self._peer.addTrack(AudioStreamTrack())
        self._peer.addTrack(self.camera.for_connection())
        await self._peer.setLocalDescription(await self._peer.createOffer())
        return str(self._peer.localDescription.sdp)

    async def react(self, message: m.ServerMessage | None) -> None:
        """What a cooperative person and their phone do about a message."""
        match message:
            case m.Answer() if self._peer is not None:
                answer = RTCSessionDescription(message.sdp, "answer")
                await self._peer.setRemoteDescription(answer)
            case m.Prompt() if self.camera is not None:
                self.camera.prompt(message.kind)
            case m.Questions():
                await self.say(m.Answers(items={"where": "home", "health": "good"}))
                await self.say(m.LocationDeclined())
            case None:
                raise AssertionError(f"closed too early; saw {self.seen}")

    async def finish(self) -> m.ReceiptMessage:
        """From a sent offer to the receipt, as a cooperative person would."""
        while not isinstance(message := await self.next(), m.ReceiptMessage):
            await self.react(message)
        return message

    async def close(self) -> None:
        """Hang up whatever is open."""
        await self._hang_up()
        await self.socket.close()

    async def _hang_up(self) -> None:
        if self.camera is not None:
            self.camera.stop()
        if self._peer is not None:
            await self._peer.close()


@asynccontextmanager
async def handset(
    url: str, device: DeviceKey, locale: str = "zh-CN", role: str = "simulator"
) -> AsyncIterator[Handset]:
    """A connected phone, past its welcome."""
    async with unknown_handset(url) as phone:
        challenge = await phone.expect("challenge")
        hello = {
            "type": "hello",
            "role": role,
            "locale": locale,
            "device_id": device.device_id,
            "signature": device.sign(challenge.nonce),
        }
        await phone.say(json.dumps(hello))
        await phone.expect("welcome")
        yield phone


@asynccontextmanager
async def unknown_handset(url: str) -> AsyncIterator[Handset]:
    """A socket that has not said hello yet."""
    address = "ws" + url.removeprefix("http") + "/ws"
    async with connect(address, max_size=MAX_MESSAGE_BYTES, proxy=None) as socket:
        phone = Handset(socket)
        try:
            yield phone
        finally:
            await phone.close()
