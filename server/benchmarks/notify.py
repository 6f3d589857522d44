"""``rollcall bench notify``: an instant roll-call of many persons; sockets only, no media.

Phones and the webhook's receiver share the machine and this process with nobody but themselves: the
server is a child with its own data.
"""

import asyncio
import json
import statistics
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aiohttp import web
from websockets.asyncio.client import ClientConnection, connect

from server.messages import Hello, Welcome, server_messages
from server.notice_messages import InstantReply, NoticeMessage, NoticeSeen
from server.simulate.device import DeviceKey
from server.simulate.embedded import EmbeddedServer
from server.simulate.staff import StaffClient

PASSWORD = "a bench's password"
SECRET = "a webhook's bench secret"
PATIENCE_S = 120.0
BINDING_AT_ONCE = 8


@dataclass
class Sink:
    """The webhook's receiver: when each person's call came in, since ``began_s``."""

    began_s: float = 0.0
    called_s: dict[str, float] = field(default_factory=dict)

    async def take(self, request: web.Request) -> web.Response:
        """One delivery."""
        told = json.loads(await request.read())
        if told["to"]["kind"] == "person":
            self.called_s.setdefault(told["to"]["id"], time.monotonic() - self.began_s)
        return web.Response(status=204)


@dataclass
class Phone:
    """One open page; ``notified_s`` is when the notice was there."""

    person_id: str
    device: DeviceKey
    socket: ClientConnection | None = None
    notified_s: float | None = None

    async def enter(self, stack: AsyncExitStack, url: str) -> None:
        """Open the page and wait for the welcome."""
        address = "ws" + url.removeprefix("http") + "/ws"
        self.socket = await stack.enter_async_context(connect(address, proxy=None))
        challenge = json.loads(await self.socket.recv())
        hello = Hello(
            role="simulator",
            device_id=self.device.device_id,
            signature=self.device.sign(challenge["nonce"]),
        )
        await self.socket.send(hello.model_dump_json())
        while not isinstance(server_messages.validate_json(await self.socket.recv()), Welcome):
            pass

    async def answer(self, sink: Sink) -> None:
        """Wait for the notice, reply at once."""
        assert self.socket is not None
        while True:
            message = server_messages.validate_json(await self.socket.recv())
            if isinstance(message, NoticeMessage) and message.entry_id is not None:
                break
        self.notified_s = time.monotonic() - sink.began_s
        reply = InstantReply(
            entry_id=message.entry_id,
            health="good",
            latitude=37.9,
            longitude=112.5,
            accuracy_m=30.0,
        )
        await self.socket.send(reply.model_dump_json())
        await self.socket.send(NoticeSeen(notice_id=message.id).model_dump_json())


async def bench_notify(persons: int) -> dict[str, Any]:
    """One person in ten has no page open and is told by the webhook."""
    with tempfile.TemporaryDirectory(prefix="rollcall-notify-") as folder:
        data = Path(folder) / "data"
        environment = {"ROLLCALL_NOTIFY__PRIVATE_TARGETS": "true"}
        async with (
            _receiver() as (sink, hook),
            EmbeddedServer(data, environment=environment) as server,
            StaffClient(server.ready.url) as staff,
            AsyncExitStack() as stack,
        ):
            await _settle_in(staff, server.ready.setup_code or "", hook)
            absent = max(1, persons // 10)
            away = [await _person(staff, f"A{n}") for n in range(absent)]
            phones = await _phones(staff, persons - absent)
            for phone in phones:
                await phone.enter(stack, server.ready.url)
            return await _measure(staff, sink, phones, away)


async def _measure(
    staff: StaffClient, sink: Sink, phones: list[Phone], away: list[str]
) -> dict[str, Any]:
    answering = [asyncio.create_task(phone.answer(sink)) for phone in phones]
    sink.began_s = time.monotonic()
    body = {
        "person_ids": [*(phone.person_id for phone in phones), *away],
        "ask_reply": "Where are you, and how are you?",
    }
    call = await staff.request("POST", "/api/roll-calls", body)
    async with asyncio.timeout(PATIENCE_S):
        await asyncio.gather(*answering)
        while len(sink.called_s) < len(away):
            await asyncio.sleep(0.05)
    recorded, path = 0, f"/api/roll-calls/{call['id']}/entries"
    for _ in range(100):
        entries = await staff.request("GET", path)
        recorded = sum(1 for entry in entries if entry["reply"] is not None)
        if recorded == len(phones):
            break
        await asyncio.sleep(0.1)
    notified = [phone.notified_s or 0.0 for phone in phones]
    return {
        "persons": len(phones) + len(away),
        "connected": len(phones),
        "away": len(away),
        "notified_s": _spread(notified),
        "webhook_s": _spread(list(sink.called_s.values())),
        "replies_recorded": recorded,
        "replies_lost": len(phones) - recorded,
        "replies_recorded_s": round(time.monotonic() - sink.began_s, 2),
    }


def _spread(values: list[float]) -> dict[str, float]:
    ordered = sorted(values)
    p99 = ordered[min(len(ordered) - 1, round(0.99 * len(ordered)))]
    return {
        "median": round(statistics.median(ordered), 3),
        "p99": round(p99, 3),
        "most": round(ordered[-1], 3),
    }


@asynccontextmanager
async def _receiver() -> AsyncIterator[tuple[Sink, str]]:
    sink, app = Sink(), web.Application()
    app.router.add_post("/hook", sink.take)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield sink, f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    finally:
        await runner.cleanup()


async def _settle_in(staff: StaffClient, code: str, hook: str) -> None:
    login = {"username": "bench", "password": PASSWORD}
    first = {"code": code, "center": "Bench", "name": "Bench", **login}
    await staff.request("POST", "/api/setup", first)
    await staff.sign_in("bench", PASSWORD)
    body = {"kind": "webhook", "name": "Sink", "url": hook, "secret": SECRET, "to_officers": []}
    await staff.request("POST", "/api/channels", {**body, "to_persons": ["called"]})


async def _person(staff: StaffClient, number: str) -> str:
    units = await staff.request("GET", "/api/units")
    body = {"name": number, "dossier_number": number, "office_ids": [units[0]["id"]]}
    return str((await staff.request("POST", "/api/persons", body))["id"])


async def _phones(staff: StaffClient, persons: int) -> list[Phone]:
    places = asyncio.Semaphore(BINDING_AT_ONCE)

    async def bind(number: int) -> Phone:
        async with places:
            person_id, device = await _person(staff, f"P{number}"), DeviceKey()
            device.device_id = await staff.bind_device(person_id, device.public_jwk())
            return Phone(person_id, device)

    return list(await asyncio.gather(*(bind(number) for number in range(persons))))
