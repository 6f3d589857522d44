"""A bad network between two WebRTC peers: a UDP proxy that needs no privilege.

It stands between an offering client and the answering server::

    network = LossyNetwork(seed=7, up=Conditions(loss=0.05), down=Conditions(loss=0.05))
    answer = await engine.answer(AnswerOffer(name, network.offer(offer)))
    await pc.setRemoteDescription(RTCSessionDescription(network.answer(answer), "answer"))
    ...
    network.up = Conditions(delay_s=0.1)      # changes apply to every further datagram
    network.black_out(30)                     # nothing passes in either direction for 30 s
    network.close()

:meth:`LossyNetwork.offer` takes the client's addresses out, :meth:`LossyNetwork.answer` puts the
proxy's loopback address in place of the server's, so that every datagram (STUN, DTLS, SRTP, SRTCP)
passes here. Works for aiortc and for a Chromium with ``--allow-loopback-in-peer-connection``. *Up*
is from the client to the server. Chance is seeded; each direction has its own.
"""

import asyncio
import heapq
import ipaddress
import random
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from roll_call.ports.media import AnswerOffer, MediaCommand, MediaEngine, MediaEvent

_LOOPBACK = "127.0.0.1"
_MOST_CLIENT_ADDRESSES = 32
_RECEIVE_BUFFER_BYTES = 4 * 1024 * 1024

Address = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Conditions:
    """What one direction does to datagrams.

    ``loss``, ``duplication`` and ``reordering`` are shares of all datagrams (0..1). ``delay_s`` is
    for everything; ``jitter_s`` is added at random between 0 and this, in order; a reordered
    datagram arrives up to ``reordering_s`` later than its turn, behind those that followed it.
    ``rate_bps`` limits bits a second behind a queue of ``queue_s`` seconds at that rate.
    """

    loss: float = 0.0
    delay_s: float = 0.0
    jitter_s: float = 0.0
    duplication: float = 0.0
    reordering: float = 0.0
    reordering_s: float = 0.05
    rate_bps: float | None = None
    queue_s: float = 0.3


@dataclass(slots=True)
class Counters:
    """What became of the datagrams of one direction."""

    entered: int = 0
    entered_bytes: int = 0
    lost: int = 0
    overflowed: int = 0
    blacked_out: int = 0
    filtered: int = 0
    duplicated: int = 0
    reordered: int = 0
    delivered: int = 0
    delivered_bytes: int = 0


class _Direction:
    """Decides about the datagrams of one direction; sans-IO, times are monotonic seconds."""

    def __init__(self, seed: str, conditions: Conditions) -> None:
        self.conditions = conditions
        self.counters = Counters()
        self.keep: Callable[[bytes], bool] | None = None
        self._random = random.Random(seed)
        self._free_at = 0.0
        self._last_arrival = 0.0

    def arrivals(self, data: bytes, now: float, dark: bool) -> list[float]:
        """When copies of a datagram arrive: none, one or two moments."""
        conditions, counters, chance = self.conditions, self.counters, self._random
        counters.entered += 1
        counters.entered_bytes += len(data)
        if dark:
            counters.blacked_out += 1
            return []
        if self.keep is not None and not self.keep(data):
            counters.filtered += 1
            return []
        if chance.random() < conditions.loss:
            counters.lost += 1
            return []
        leaves = now
        if conditions.rate_bps is not None:
            leaves = max(now, self._free_at)
            if leaves - now > conditions.queue_s:
                counters.overflowed += 1
                return []
            leaves = self._free_at = leaves + len(data) * 8 / conditions.rate_bps
        arrives = leaves + conditions.delay_s + chance.random() * conditions.jitter_s
        if chance.random() < conditions.reordering:
            counters.reordered += 1
            arrives += chance.random() * conditions.reordering_s
        else:
            arrives = self._last_arrival = max(self._last_arrival, arrives)
        moments = [arrives]
        if chance.random() < conditions.duplication:
            counters.duplicated += 1
            moments.append(arrives + chance.random() * conditions.reordering_s)
        return moments


@dataclass(order=True, slots=True)
class _InFlight:
    arrives: float
    order: int
    data: bytes = field(compare=False)
    deliver: Callable[[bytes], None] = field(compare=False)
    counters: Counters = field(compare=False)


class LossyNetwork:
    """One client's way to one server and back; to be made and closed on a running event loop."""

    def __init__(
        self, *, seed: int = 1, up: Conditions | None = None, down: Conditions | None = None
    ) -> None:
        self._loop = asyncio.get_running_loop()
        self._up = _Direction(f"{seed} up", up or Conditions())
        self._down = _Direction(f"{seed} down", down or Conditions())
        self._dark_until = 0.0
        self._in_flight: list[_InFlight] = []
        self._order = 0
        self._timer: asyncio.TimerHandle | None = None
        self._entrance: socket.socket | None = None
        self._server: Address | None = None
        self._exits: dict[Address, socket.socket] = {}

    @property
    def up(self) -> Conditions:
        """From the client to the server; may be set at any time."""
        return self._up.conditions

    @up.setter
    def up(self, conditions: Conditions) -> None:
        self._up.conditions = conditions

    @property
    def down(self) -> Conditions:
        """From the server to the client; may be set at any time."""
        return self._down.conditions

    @down.setter
    def down(self, conditions: Conditions) -> None:
        self._down.conditions = conditions

    @property
    def sent_up(self) -> Counters:
        """What became of the client's datagrams."""
        return self._up.counters

    @property
    def sent_down(self) -> Counters:
        """What became of the server's datagrams."""
        return self._down.counters

    def filter_up(self, keep: Callable[[bytes], bool] | None) -> None:
        """Lose exactly those of the client's datagrams for which ``keep`` says False."""
        self._up.keep = keep

    def filter_down(self, keep: Callable[[bytes], bool] | None) -> None:
        """Lose exactly those of the server's datagrams for which ``keep`` says False."""
        self._down.keep = keep

    def black_out(self, seconds: float) -> None:
        """Let nothing pass in either direction for so long; 0 ends a blackout."""
        self._dark_until = time.monotonic() + seconds

    def offer(self, sdp: str) -> str:
        """The client's offer without its addresses: the server learns them from what comes in."""
        return "".join(
            line for line in sdp.splitlines(keepends=True) if not line.startswith("a=candidate:")
        )

    def answer(self, sdp: str) -> str:
        """The server's answer with the proxy's address in place of all others (IPv4 wanted)."""
        self._server = _first_address(sdp)
        if self._entrance is None:
            self._entrance = self._listen(self._client_sent)
        port = self._entrance.getsockname()[1]
        ours = f"a=candidate:1 1 udp 2130706431 {_LOOPBACK} {port} typ host"
        lines: list[str] = []
        for line in sdp.splitlines():
            if not line.startswith("a=candidate:"):
                lines.append(line)
            elif ours not in lines:
                lines.append(ours)
        return "\r\n".join(lines) + "\r\n"

    def close(self) -> None:
        """Free the sockets; what is still on its way is lost."""
        if self._timer is not None:
            self._timer.cancel()
        self._in_flight.clear()
        for opened in [self._entrance, *self._exits.values()]:
            if opened is not None:
                self._loop.remove_reader(opened)
                opened.close()
        self._entrance = None
        self._exits.clear()

    def _listen(self, received: Callable[[bytes, Address], None]) -> socket.socket:
        opened = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _RECEIVE_BUFFER_BYTES)
        opened.setblocking(False)
        opened.bind((_LOOPBACK, 0))

        def readable() -> None:
            while True:
                try:
                    data, address = opened.recvfrom(65_536)
                except OSError:  # nothing more, or the other end of the loopback is gone
                    return
                received(data, address)

        self._loop.add_reader(opened, readable)
        return opened

    def _client_sent(self, data: bytes, client: Address) -> None:
        server = self._server
        if server is None:
            return
        leaving = self._exits.get(client)
        if leaving is None:
            if len(self._exits) >= _MOST_CLIENT_ADDRESSES:
                return
            leaving = self._listen(lambda data, _: self._server_sent(data, client))
            self._exits[client] = leaving
        opened = leaving
        self._launch(self._up, data, lambda data: _send(opened, data, server))

    def _server_sent(self, data: bytes, client: Address) -> None:
        entrance = self._entrance
        if entrance is not None:
            self._launch(self._down, data, lambda data: _send(entrance, data, client))

    def _launch(self, direction: _Direction, data: bytes, deliver: Callable[[bytes], None]) -> None:
        now = time.monotonic()
        for arrives in direction.arrivals(data, now, now < self._dark_until):
            self._order += 1
            heapq.heappush(
                self._in_flight,
                _InFlight(arrives, self._order, data, deliver, direction.counters),
            )
        self._deliver_due()

    def _deliver_due(self) -> None:
        now = time.monotonic()
        while self._in_flight and self._in_flight[0].arrives <= now:
            arrived = heapq.heappop(self._in_flight)
            arrived.counters.delivered += 1
            arrived.counters.delivered_bytes += len(arrived.data)
            arrived.deliver(arrived.data)
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._in_flight:
            wait_s = self._in_flight[0].arrives - now
            self._timer = self._loop.call_later(wait_s, self._deliver_due)


class Behind:
    """An engine whose new peers all come through a network: for clients that know no better."""

    def __init__(self, engine: MediaEngine, network: LossyNetwork) -> None:
        self._engine = engine
        self._network = network

    async def start(self, on_event: Callable[[MediaEvent], None]) -> None:
        """Like the engine's."""
        await self._engine.start(on_event)

    async def answer(self, command: AnswerOffer) -> str:
        """Answer with the proxy's address in place of the engine's."""
        offered = replace(command, sdp=self._network.offer(command.sdp))
        return self._network.answer(await self._engine.answer(offered))

    def send(self, command: MediaCommand) -> None:
        """Like the engine's."""
        self._engine.send(command)

    async def close(self) -> None:
        """Like the engine's."""
        await self._engine.close()


def _send(opened: socket.socket, data: bytes, to: Address) -> None:
    if opened.fileno() < 0:
        return
    try:
        opened.sendto(data, to)
    except OSError:  # a full buffer or a closed port loses datagrams, as networks do
        return


def _first_address(sdp: str) -> Address:
    """The first IPv4 host candidate over UDP, loopback preferred. Raises ValueError without one."""
    found: list[Address] = []
    for line in sdp.splitlines():
        if not line.startswith("a=candidate:"):
            continue
        parts = line.split()
        if parts[2].lower() != "udp" or parts[7] != "host":
            continue
        if ipaddress.ip_address(parts[4]).version == 4:
            found.append((parts[4], int(parts[5])))
    if not found:
        raise ValueError("no IPv4 host candidate in the answer")
    return min(found, key=lambda address: not ipaddress.ip_address(address[0]).is_loopback)
