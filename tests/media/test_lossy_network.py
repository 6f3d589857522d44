"""The tests' own bad network does what its conditions say, the same way every time."""

import asyncio
import socket
from itertools import pairwise

import pytest

from tests.media.lossy_network import Conditions, LossyNetwork, _Direction


def run(seed: str, conditions: Conditions, datagrams: int = 2000) -> list[list[float]]:
    direction = _Direction(seed, conditions)
    return [direction.arrivals(bytes(1000), at / 100, dark=False) for at in range(datagrams)]


def test_the_same_seed_gives_the_same_network() -> None:
    bad = Conditions(loss=0.1, jitter_s=0.05, duplication=0.1, reordering=0.1)
    assert run("a", bad) == run("a", bad) != run("b", bad)


def test_losses_and_copies_are_as_many_as_wanted() -> None:
    outcome = run("a", Conditions(loss=0.2, duplication=0.1))
    assert 300 < sum(not moments for moments in outcome) < 500
    assert 100 < sum(len(moments) == 2 for moments in outcome) < 240


def test_jitter_keeps_the_order_and_reordering_does_not() -> None:
    jittery = [moments[0] for moments in run("a", Conditions(delay_s=0.1, jitter_s=0.1))]
    assert jittery == sorted(jittery)
    assert all(0.1 <= at - n / 100 <= 0.2 for n, at in enumerate(jittery))
    mixed = [moments[0] for moments in run("a", Conditions(reordering=0.3))]
    assert mixed != sorted(mixed)


def test_a_narrow_line_delays_and_then_drops() -> None:
    # 100 datagrams of 8000 bits a second on half of that.
    outcome = run("a", Conditions(rate_bps=400_000, queue_s=0.5), 300)
    passed = [(n / 100, moments[0]) for n, moments in enumerate(outcome) if moments]
    assert max(arrived - sent for sent, arrived in passed) <= 0.53
    assert 0.5 <= len(passed) / 300 <= 0.7
    pauses = [b[1] - a[1] for a, b in pairwise(passed)]
    assert min(pauses) == pytest.approx(0.02)


async def test_a_blackout_and_a_filter_swallow_datagrams_of_real_sockets() -> None:
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.bind(("127.0.0.1", 0))
    server.setblocking(False)
    network = LossyNetwork()
    port = server.getsockname()[1]
    answer = network.answer(f"a=candidate:1 1 udp 1 127.0.0.1 {port} typ host\r\n")
    client = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    client.setblocking(False)
    client.connect(("127.0.0.1", int(answer.split()[5])))
    loop = asyncio.get_running_loop()

    async def arrives(text: bytes) -> bool:
        client.send(text)
        try:
            got, back = await asyncio.wait_for(loop.sock_recvfrom(server, 100), 1)
        except TimeoutError:
            return False
        server.sendto(got[::-1], back)
        return await asyncio.wait_for(loop.sock_recv(client, 100), 10) == text[::-1]

    assert await arrives(b"first")
    network.black_out(60)
    assert not await arrives(b"second")
    network.black_out(0)
    network.filter_up(lambda data: data != b"third")
    assert not await arrives(b"third")
    assert await arrives(b"fourth")
    assert (network.sent_up.blacked_out, network.sent_up.filtered) == (1, 1)
    assert (network.sent_up.delivered, network.sent_down.delivered) == (2, 2)
    for opened in (network, server, client):
        opened.close()
