"""Janus' videoroom as a server under test, where the ``janus`` program is installed.

Started by us with a configuration of its own in a folder of its own. It leaves loopback out when
it gathers candidates, so media goes by an address of this machine's network, and still never
leaves the machine. Spoken to by its WebSocket API
(https://janus.conf.meetecho.com/docs/rest.html and videoroom.html).
"""

import asyncio
import contextlib
import ipaddress
import shutil
import socket
import struct
from pathlib import Path
from secrets import token_hex
from typing import Any

import aiohttp

from media.host_network import host_addresses
from server.benchmarks.cores import on_core
from server.benchmarks.systems import LoopLag, SystemFailed
from server.simulate.load.peers import LoadPublisher, LoadViewer

PROGRAM = "janus"
_ROOM = 1
_START_WITHIN_S = 15.0
_ANSWER_WITHIN_S = 30.0
_STOP_WITHIN_S = 10.0
_PLUGINS_UNUSED = (
    "audiobridge duktape echotest lua nosip recordplay sip streaming textroom videocall voicemail"
)
_TRANSPORTS_UNUSED = "http mqtt nanomsg pfunix rabbitmq"


class JanusFailed(SystemFailed):
    """Janus refused a request or did not start; the text is its own."""


class JanusSystem:
    """One room, every publisher recorded, one subscriber each."""

    name = "janus"
    reencodes = False
    records = True

    def __init__(self, codec: str, folder: Path, core: int | None) -> None:
        self.address = _own_address()
        self._codec = codec.lower()
        self._folder = folder
        self._core = core
        self._process: asyncio.subprocess.Process | None = None
        self._api: _Api | None = None
        self._feeds: dict[str, int] = {}
        self._handles: dict[str, int] = {}
        self._recorded: dict[str, int] = {}

    @property
    def pid(self) -> int:
        """The process id of Janus."""
        assert self._process is not None
        return self._process.pid

    async def start(self) -> None:
        """Write the configuration, start Janus, make the room. Raises JanusFailed."""
        port = _free_port()
        settings = self._folder / "settings"
        settings.mkdir()
        _configure(settings, port)
        log = self._folder / "janus.log"
        with on_core(self._core), log.open("wb") as said:
            self._process = await asyncio.create_subprocess_exec(
                PROGRAM,
                f"--configs-folder={settings}",
                "--debug-level=2",
                stdin=asyncio.subprocess.DEVNULL,
                stdout=said,
                stderr=said,
            )
        self._api = _Api(f"ws://127.0.0.1:{port}")
        await self._api.open(self._process, log)
        handle = await self._api.attach()
        await self._api.message(
            handle,
            {
                "request": "create",
                "room": _ROOM,
                "publishers": 1000,
                "videocodec": self._codec,
                "audiocodec": "opus",
                "bitrate": 0,
                "notify_joining": False,
                "record": True,
            },
        )

    async def publish(self, name: str, publisher: LoadPublisher) -> None:
        """Join as a publisher, recorded from the first packet on."""
        api = self._connected_api
        handle = self._handles[name] = await api.attach()
        said, answer = await api.message(
            handle,
            {
                "request": "joinandconfigure",
                "ptype": "publisher",
                "room": _ROOM,
                "record": True,
                "filename": str(self._folder / name),
            },
            {"type": "offer", "sdp": await publisher.offer()},
        )
        self._feeds[name] = said["id"]
        await publisher.accept(answer)
        await publisher.connected()
        await api.up(handle)

    async def view(self, name: str, source: str, viewer: LoadViewer) -> None:
        """Join as a subscriber; here the server makes the offer."""
        api = self._connected_api
        handle = await api.attach()
        streams = [{"feed": self._feeds[source]}]
        _, offer = await api.message(
            handle,
            {"request": "join", "ptype": "subscriber", "room": _ROOM, "streams": streams},
        )
        answer = {"type": "answer", "sdp": await viewer.answer(offer)}
        await api.message(handle, {"request": "start"}, answer)
        await viewer.connected()
        await api.up(handle)

    async def begin(self) -> None:
        """Janus has no event loop that could be asked."""

    async def lag(self) -> LoopLag | None:
        """Janus has no event loop that could be asked."""
        return None

    async def finish_recordings(self) -> None:
        """Stop recording and count what the files hold."""
        for handle in self._handles.values():
            request = {"request": "configure", "record": False}
            await self._connected_api.message(handle, request)
        for name in self._handles:
            files = self._folder.glob(f"{name}-video*.mjr")
            self._recorded[name] = sum(recorded_packets(file.read_bytes()) for file in files)

    def lost_in_recordings(self, publishers: dict[str, LoadPublisher]) -> int | None:
        """Packets of the picture that were sent and are not in the files."""
        return sum(
            publisher.sent_video_packets - self._recorded[name]
            for name, publisher in publishers.items()
        )

    async def stop(self) -> None:
        """End Janus."""
        if self._api is not None:
            await self._api.close()
        if self._process is None or self._process.returncode is not None:
            return
        with contextlib.suppress(ProcessLookupError):  # ended by itself this very moment
            self._process.terminate()
        try:
            await asyncio.wait_for(self._process.wait(), _STOP_WITHIN_S)
        except TimeoutError:
            self._process.kill()
            await self._process.wait()

    @property
    def _connected_api(self) -> "_Api":
        assert self._api is not None
        return self._api


class _Api:
    """One session of Janus' API; a transaction is answered by an event."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._http = aiohttp.ClientSession()
        self._socket: aiohttp.ClientWebSocketResponse | None = None
        self._reader: asyncio.Task[None] | None = None
        self._session = 0
        self._waiting: dict[str, asyncio.Future[dict[str, Any]]] = {}
        self._up: dict[int, asyncio.Event] = {}

    async def open(self, process: asyncio.subprocess.Process, log: Path) -> None:
        """Connect as soon as Janus listens. Raises JanusFailed with the end of its ``log``."""
        until = asyncio.get_running_loop().time() + _START_WITHIN_S
        while self._socket is None:
            try:
                self._socket = await self._http.ws_connect(
                    self._url, protocols=("janus-protocol",), max_msg_size=0
                )
            except aiohttp.ClientError:
                late = asyncio.get_running_loop().time() > until
                if late or process.returncode is not None:
                    raise JanusFailed(_why_not_started(process.returncode, log)) from None
                await asyncio.sleep(0.1)
        self._reader = asyncio.create_task(self._read(), name="janus events")
        self._session = (await self._request({"janus": "create"}))["data"]["id"]

    async def close(self) -> None:
        """Disconnect."""
        if self._reader is not None:
            self._reader.cancel()
            await asyncio.gather(self._reader, return_exceptions=True)
        await self._http.close()

    async def attach(self) -> int:
        """A new handle of the videoroom plugin."""
        answer = await self._request({"janus": "attach", "plugin": "janus.plugin.videoroom"})
        handle = int(answer["data"]["id"])
        self._up[handle] = asyncio.Event()
        return handle

    async def up(self, handle: int) -> None:
        """Return once Janus says that the handle's connection is up."""
        async with asyncio.timeout(_ANSWER_WITHIN_S):
            await self._up[handle].wait()

    async def message(
        self, handle: int, body: dict[str, Any], jsep: dict[str, str] | None = None
    ) -> tuple[dict[str, Any], str]:
        """Ask the plugin; what it said, and the session description that came with it."""
        request: dict[str, Any] = {"janus": "message", "handle_id": handle, "body": body}
        if jsep is not None:
            request["jsep"] = jsep
        answer = await self._request(request)
        said = answer.get("plugindata", {}).get("data", {})
        if "error" in said:
            raise JanusFailed(str(said["error"]))
        return said, answer.get("jsep", {}).get("sdp", "")

    async def _request(self, request: dict[str, Any]) -> dict[str, Any]:
        assert self._socket is not None
        transaction = token_hex(8)
        answer = self._waiting[transaction] = asyncio.get_running_loop().create_future()
        if self._session:
            request["session_id"] = self._session
        await self._socket.send_json({**request, "transaction": transaction})
        async with asyncio.timeout(_ANSWER_WITHIN_S):
            said: dict[str, Any] = await answer
        return said

    async def _read(self) -> None:
        assert self._socket is not None
        async for message in self._socket:
            event = message.json()
            if event["janus"] == "webrtcup":
                self._up[event["sender"]].set()
            waiting = self._waiting.get(event.get("transaction", ""))
            if waiting is None or waiting.done() or event["janus"] == "ack":
                continue
            del self._waiting[event["transaction"]]
            if event["janus"] == "error":
                waiting.set_exception(JanusFailed(event["error"]["reason"]))
            else:
                waiting.set_result(event)
        for waiting in self._waiting.values():
            if not waiting.done():
                waiting.set_exception(JanusFailed("it closed its connection"))


def installed() -> bool:
    """Whether the program is there."""
    return shutil.which(PROGRAM) is not None


def recorded_packets(file: bytes) -> int:
    """Count the RTP packets of a Janus recording (MJR00001 and MJR00002)."""
    if len(file) < 10:
        return 0
    (header,) = struct.unpack_from("!H", file, 8)
    prefix = 8 if file.startswith(b"MJR00002") else 4  # "MEET", and since version 2 the time
    packets, position = 0, 10 + header
    while file[position : position + 4] == b"MEET":
        (length,) = struct.unpack_from("!H", file, position + prefix)
        position += prefix + 2 + length
        packets += 1
    return packets


def _configure(folder: Path, port: int) -> None:
    plugins = ",".join(f"libjanus_{name}.so" for name in _PLUGINS_UNUSED.split())
    transports = ",".join(f"libjanus_{name}.so" for name in _TRANSPORTS_UNUSED.split())
    (folder / "janus.jcfg").write_text(
        f"""
general: {{ debug_level = 2  session_timeout = 0  log_to_stdout = false }}
nat: {{ ice_enforce_list = "{_own_address()}" }}
plugins: {{ disable = "{plugins}" }}
transports: {{ disable = "{transports}" }}
events: {{ broadcast = false }}
"""
    )
    (folder / "janus.transport.websockets.jcfg").write_text(
        f'general: {{ json = "compact"  ws = true  ws_port = {port}  ws_ip = "127.0.0.1" }}\n'
    )
    (folder / "janus.plugin.videoroom.jcfg").write_text("general: { string_ids = false }\n")


def _own_address() -> str:
    """Raises JanusFailed where this machine has none but loopback."""
    for address in host_addresses((), include_loopback=False):
        if ipaddress.ip_address(address).version == 4:
            return address
    raise JanusFailed("janus needs an IPv4 address beyond loopback")


def _why_not_started(status: int | None, log: Path) -> str:
    how = "does not listen" if status is None else f"ended with status {status}"
    return f"it {how}: {log.read_text(errors='replace').strip()[-300:] or 'without a word'}"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
