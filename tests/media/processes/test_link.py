"""Packets cross from process to process whole and in order, and a slow reader holds nobody up."""

import asyncio
import socket
from collections.abc import AsyncIterator

import pytest

from media.processes.link import Link, Word, link_ends
from media.rtp import RtpPacket


def packet(sequence: int, payload: bytes = b"payload", marker: int = 0) -> RtpPacket:
    return RtpPacket(96, marker, sequence & 0xFFFF, sequence * 3000, 77, b"", payload)


class Heard:
    """What a listener heard."""

    def __init__(self) -> None:
        self.words: list[Word] = []
        self.packets: list[tuple[int, int, RtpPacket]] = []
        self.order: list[str] = []
        self.refusals = self.losses = 0

    def word(self, link: Link, word: Word) -> None:
        if word.get("op") == "nonsense":
            raise KeyError("track")
        self.words.append(word)
        self.order.append(str(word["op"]))

    def packet(self, link: Link, track: int, codec: int, packet: RtpPacket, now: float) -> None:
        self.packets.append((track, codec, packet))
        self.order.append(str(packet.sequence_number))

    def refused(self, link: Link) -> None:
        self.refusals += 1

    def lost(self, link: Link) -> None:
        self.losses += 1


Pair = tuple[Link, Heard, Link, Heard]


@pytest.fixture
async def pair() -> AsyncIterator[Pair]:
    here, there = link_ends()
    one, other = Heard(), Heard()
    links = Link(1, here, one), Link(0, there, other)
    yield links[0], one, links[1], other
    for link in links:
        link.close()


async def soon(accept: object) -> None:
    async with asyncio.timeout(5):
        while not accept():  # type: ignore[operator]
            await asyncio.sleep(0.005)


async def test_a_packet_arrives_as_it_was(pair: Pair) -> None:
    link, _, _, there = pair
    sent = [packet(n, bytes([n]) * n, n % 2) for n in range(1, 60)]
    for one in sent:
        link.give(513, 2, one)
    await soon(lambda: len(there.packets) == len(sent))
    for (track, codec, got), one in zip(there.packets, sent, strict=True):
        assert (track, codec) == (513, 2)
        for name in ("payload_type", "marker", "sequence_number", "timestamp", "payload"):
            assert getattr(got, name) == getattr(one, name)


async def test_words_and_packets_keep_their_order(pair: Pair) -> None:
    link, _, _, there = pair
    link.give(1, 0, packet(1))
    link.say({"op": "codec"})
    link.give(1, 1, packet(2))
    link.say({"op": "gone"})
    await soon(lambda: len(there.order) == 4)
    assert there.order == ["1", "codec", "2", "gone"]


async def test_a_reader_that_stands_still_costs_packets_and_no_words() -> None:
    here, there = link_ends()
    heard = Heard()
    link = Link(1, here, heard)
    for number in range(4000):
        link.give(1, 0, packet(number, bytes(1100)))
    assert heard.refusals > 0, "the socket took four megabytes that nobody read"
    link.say({"op": "restart"})
    link.say({"op": "gone"})
    other = Heard()
    reader = Link(0, there, other)
    await soon(lambda: len(other.words) == 2)
    assert other.order[-2:] == ["restart", "gone"], "nothing overtook the words"
    numbers = [got.sequence_number for _, _, got in other.packets]
    assert numbers == sorted(numbers) and 0 < len(numbers) < 4000
    link.give(1, 0, packet(10))
    await soon(lambda: other.order[-1] == "10")
    assert heard.losses == 0
    link.close()
    reader.close()


async def test_no_packet_overtakes_a_word_that_waits() -> None:
    here, there = link_ends()
    heard = Heard()
    link = Link(1, here, heard)
    while not heard.refusals:
        link.give(1, 0, packet(1, bytes(1100)))
    link.say({"op": "codec"})
    for _ in range(4):  # room again, before the word knows of it
        there.recv(1 << 20)
    refused = heard.refusals
    for _ in range(60):
        link.give(1, 1, packet(2, bytes(1100)))
    assert heard.refusals == refused + 1
    link.close()
    there.close()


async def test_the_end_of_the_other_process_is_noticed(pair: Pair) -> None:
    link, here, other, there = pair
    other.close()
    await soon(lambda: here.losses)
    link.give(1, 0, packet(1))
    link.say({"op": "too late"})
    await asyncio.sleep(0.02)
    assert here.losses == 1 and there.losses == 0


@pytest.mark.parametrize(
    "message", [b"w{", b"w[]", b'w{"op": "nonsense"}', b"p\x00\x01", b"p" + bytes(11), b"w\xff\xff"]
)
async def test_nonsense_ends_the_link_and_nothing_else(message: bytes) -> None:
    here, there = link_ends()
    heard = Heard()
    Link(1, here, heard)
    there.send(message)
    await soon(lambda: heard.losses)
    there.close()


async def test_a_link_survives_an_end_that_is_gone_from_the_start() -> None:
    here, there = link_ends()
    there.close()
    heard = Heard()
    link = Link(1, here, heard)
    link.say({"op": "track"})
    await soon(lambda: heard.losses)
    assert isinstance(here, socket.socket) and here.fileno() == -1
