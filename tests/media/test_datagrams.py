"""Sockets of connected peers are read in batches by one epoll, and let go of cleanly."""

import asyncio
import os
import socket
from types import SimpleNamespace
from typing import Any

import pytest
from pyee.asyncio import AsyncIOEventEmitter
from pylibsrtp import Policy, Session

from media.private.datagrams import TakenSocket, plain_socket
from media.private.secure_link import SecureLink
from media.private.srtp import MOST_SSRCS, Inbound, Outbound
from media.rtp import build_rtp


class Receiver(asyncio.DatagramProtocol):
    """What asyncio itself was still given."""

    def __init__(self) -> None:
        self.received: list[bytes] = []

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        self.received.append(data)


class Taken:
    """A bound endpoint whose socket was taken over, and a socket that sends to it."""

    def __init__(self, transport: asyncio.DatagramTransport, protocol: Receiver) -> None:
        loop = asyncio.get_running_loop()
        plain = plain_socket(transport, loop)
        assert plain is not None
        self.transport, self.protocol = transport, protocol
        self.buffer = bytearray(2048)
        self.taken: list[bytes] = []
        self.socket = TakenSocket(plain, loop, self.buffer, self._take)
        self.sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)

    @classmethod
    async def open(cls) -> "Taken":
        made = await asyncio.get_running_loop().create_datagram_endpoint(
            Receiver, local_addr=("127.0.0.1", 0)
        )
        return cls(*made)

    def send(self, *datagrams: bytes) -> None:
        for datagram in datagrams:
            self.sender.sendto(datagram, self.transport.get_extra_info("sockname"))

    async def has(self, count: int) -> None:
        async with asyncio.timeout(5):
            while len(self.taken) < count:
                await asyncio.sleep(0.002)

    def close(self) -> None:
        self.sender.close()
        self.transport.close()

    def _take(self, length: int, address: tuple[str, int]) -> None:
        assert address[1] == self.sender.getsockname()[1]
        if self.buffer[:5] == b"wrong":
            raise RuntimeError("wrong")
        self.taken.append(bytes(self.buffer[:length]))


async def test_every_datagram_is_taken_in_order_and_asyncio_gets_none() -> None:
    end = await Taken.open()
    sent = [b"%d" % number for number in range(300)]
    for start in range(0, 300, 100):
        end.send(*sent[start : start + 100])
        await end.has(start + 100)
    assert end.taken == sent
    assert end.protocol.received == []
    end.socket.release()
    end.close()


async def test_it_wakes_up_again_after_silence() -> None:
    end = await Taken.open()
    for count in (1, 2, 3):
        end.send(b"word")
        await end.has(count)
        await asyncio.sleep(0.05)
    end.socket.release()
    end.close()


async def test_a_released_socket_is_read_no_more_and_nothing_stays_open() -> None:
    before = len(os.listdir("/proc/self/fd"))
    first, second = await Taken.open(), await Taken.open()
    first.socket.release()
    first.send(b"late")
    second.send(b"word")
    await second.has(1)
    assert first.taken == []
    second.socket.release()
    first.close()
    second.close()
    await asyncio.sleep(0.05)
    assert len(os.listdir("/proc/self/fd")) == before


async def test_a_handler_that_fails_is_told_of_and_stops_nobody() -> None:
    told: list[object] = []
    asyncio.get_running_loop().set_exception_handler(
        lambda _, context: told.append(str(context["exception"]))
    )
    first, second = await Taken.open(), await Taken.open()
    first.send(b"wrong", b"right")
    second.send(b"right")
    await second.has(1)
    await first.has(1)
    assert told == ["wrong"]
    for end in (first, second):
        end.socket.release()
        end.close()


async def test_a_socket_closed_without_a_word_harms_no_other() -> None:
    first, second = await Taken.open(), await Taken.open()
    first.close()
    await asyncio.sleep(0.02)
    second.send(b"word")
    await second.has(1)
    third = await Taken.open()  # most likely with the first one's file descriptor
    first.socket.release()
    third.send(b"word")
    await third.has(1)
    for end in (second, third):
        end.socket.release()
        end.close()


def sessions() -> tuple[Outbound, Inbound]:
    key = bytes(range(30))
    out = Policy(key=key, ssrc_type=Policy.SSRC_ANY_OUTBOUND)
    out.allow_repeat_tx = True
    return Outbound(Session(out)), Inbound(Session(Policy(key, Policy.SSRC_ANY_INBOUND)))


def put(inbound: Inbound, packet: bytes) -> int:
    inbound.buffer[0 : len(packet)] = packet
    return len(packet)


def test_what_was_encrypted_is_decrypted_once() -> None:
    outbound, inbound = sessions()
    packet = build_rtp(96, 1, 7, 1000, 5, b"payload")
    secured = outbound.rtp(packet)
    assert secured is not None and packet not in secured
    assert inbound.rtp(put(inbound, secured)) == packet
    assert inbound.rtp(put(inbound, secured)) is None  # replayed
    assert inbound.rtp(put(inbound, secured[:-1] + b"x")) is None  # forged


def test_packets_too_long_for_the_buffer_are_refused() -> None:
    outbound, _ = sessions()
    assert outbound.rtp(build_rtp(96, 1, 7, 1000, 5, bytes(3000))) is None


def test_one_sender_cannot_open_streams_without_end() -> None:
    outbound, inbound = sessions()
    opened = 0
    for ssrc in range(2 * MOST_SSRCS):
        secured = outbound.rtp(build_rtp(96, 1, 7, 1000, ssrc, b"payload"))
        assert secured is not None
        opened += inbound.rtp(put(inbound, secured)) is not None
    assert opened == MOST_SSRCS
    known = outbound.rtp(build_rtp(96, 1, 8, 1000, 0, b"payload"))
    assert known is not None
    assert inbound.rtp(put(inbound, known)) is not None


@pytest.mark.parametrize("ssrcs", [1000])
def test_forged_packets_do_not_use_up_the_streams(ssrcs: int) -> None:
    outbound, inbound = sessions()
    for ssrc in range(ssrcs):
        forged = build_rtp(96, 1, 7, 1000, ssrc, bytes(40))
        assert inbound.rtp(put(inbound, forged)) is None
    secured = outbound.rtp(build_rtp(96, 1, 7, 1000, 5, b"payload"))
    assert secured is not None
    assert inbound.rtp(put(inbound, secured)) is not None


class Dtls(AsyncIOEventEmitter):
    """As much of aiortc's transport as a link looks at, over one relayed candidate."""

    def __init__(self, relayed: Any) -> None:
        super().__init__()
        key = bytes(range(30))
        self._tx_srtp = Session(Policy(key, Policy.SSRC_ANY_OUTBOUND))
        self._rx_srtp = Session(Policy(key, Policy.SSRC_ANY_INBOUND))
        connection = SimpleNamespace(_protocols=[relayed], _nominated={})
        self.transport = SimpleNamespace(_connection=connection)
        self.state = "new"

    def turn(self, state: str) -> None:
        self.state = state
        self.emit("statechange")


async def test_a_relayed_candidate_is_read_until_the_link_is_closed() -> None:
    left: list[bytes] = []
    taken: list[bytes] = []

    class Relayed:
        """aioice's protocol over a TURN server: its transport is no socket."""

        transport = object()

        def datagram_received(self, data: bytes, address: tuple[str, int]) -> None:
            left.append(data)

    relayed = Relayed()
    dtls: Any = Dtls(relayed)
    SecureLink(dtls, lambda data, now: taken.append(data), lambda data, now: None)
    outbound, _ = sessions()
    packets = [build_rtp(96, 1, number, 1000, 5, b"payload") for number in (7, 8)]
    first, second = (outbound.rtp(packet) or b"" for packet in packets)
    dtls.turn("connected")
    relayed.datagram_received(first, ("192.0.2.1", 9))
    relayed.datagram_received(bytes(4000), ("192.0.2.1", 9))  # no UDP packet is so long
    relayed.datagram_received(b"\x00\x01 a check", ("192.0.2.1", 9))
    assert (taken, left) == (packets[:1], [b"\x00\x01 a check"])
    dtls.turn("closed")
    relayed.datagram_received(second, ("192.0.2.1", 9))
    assert taken == packets[:1]
