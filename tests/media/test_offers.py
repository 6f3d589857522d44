"""Offers from outside: refused clearly, never probing where they must not, never kept for ever."""

import asyncio
import os
import random
import socket

import pytest
from aiortc import RTCPeerConnection, RTCSessionDescription
from aiortc.mediastreams import AudioStreamTrack
from aiortc.rtcicetransport import RTCIceCandidate

from media.engine import PacketMediaEngine
from media.ice import CandidatePolicy
from media.private.gathering import gather_from
from media.sdp_guard import MOST_BYTES, guard_offer
from media.settings import EngineSettings
from roll_call.errors import MediaError
from roll_call.ports.media import AnswerOffer, ClosePeer, PeerClosed, PeerConnected
from tests.media.clients import NO_SERVERS, Camera, Events, Picture, own_addresses

LAN = CandidatePolicy(loopback=False, private=True, public=False)


async def sample_offer() -> str:
    """What a camera offers."""
    pc = RTCPeerConnection(NO_SERVERS)
    pc.addTransceiver(AudioStreamTrack(), "sendonly")
    pc.addTransceiver(Picture(), "sendonly")
    gather_from(pc, own_addresses)
    await pc.setLocalDescription(await pc.createOffer())
    text = pc.localDescription.sdp
    await pc.close()
    return text


def code_of(text: str) -> str:
    with pytest.raises(MediaError) as caught:
        guard_offer(text, LAN)
    return caught.value.code


def candidate(ip: str, port: int = 5000, **other: object) -> RTCIceCandidate:
    values = {"component": 1, "foundation": "1", "priority": 1, "protocol": "udp", "type": "host"}
    return RTCIceCandidate(ip=ip, port=port, **{**values, **other})


@pytest.mark.parametrize(
    ("policy", "allowed"),
    [
        (CandidatePolicy(False, True, False), {"192.168.1.7", "10.0.0.1", "fd00::9", "100.64.0.1"}),
        (CandidatePolicy(True, False, False), {"127.0.0.1", "::1", "::ffff:127.0.0.1"}),
        (CandidatePolicy(False, False, True), {"8.8.8.8", "2606:4700::1"}),
        (CandidatePolicy(False, False, False, mdns=True), {"a1b2.local"}),
    ],
)
def test_only_addresses_of_the_policy_are_probed(
    policy: CandidatePolicy, allowed: set[str]
) -> None:
    never = ["0.0.0.0", "0.1.2.3", "224.0.0.1", "255.255.255.255", "169.254.169.254", "fe80::1"]
    everything = [
        *never,
        *["192.168.1.7", "10.0.0.1", "fd00::9", "100.64.0.1", "127.0.0.1", "::1"],
        *["::ffff:127.0.0.1", "8.8.8.8", "2606:4700::1", "a1b2.local", "evil.example", "nonsense"],
    ]
    assert {c.ip for c in policy.choose(candidate(ip) for ip in everything)} == allowed


def test_only_plain_udp_candidates_count_and_not_too_many() -> None:
    policy = CandidatePolicy(private=True)
    assert not policy.allows(candidate("10.0.0.1", 53))
    assert not policy.allows(candidate("10.0.0.1", 70_000))
    assert not policy.allows(candidate("10.0.0.1", protocol="tcp"))
    assert not policy.allows(candidate("10.0.0.1", component=2))
    assert not policy.allows(candidate("10.0.0.1", type="prflx"))
    many = [candidate(f"10.0.{i}.1") for i in range(100)] + [candidate("10.0.0.1")] * 5
    assert len(policy.choose(many)) == policy.most


@pytest.mark.parametrize("allowed", [False, True])
async def test_an_offer_full_of_loopback_candidates_probes_nothing(
    events: Events, allowed: bool
) -> None:
    engine = PacketMediaEngine(EngineSettings(candidates=CandidatePolicy(loopback=allowed)))
    await engine.start(events)
    sockets = [socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(20)]
    for one in sockets:
        one.bind(("127.0.0.1", 0))
        one.setblocking(False)
    ports = [one.getsockname()[1] for one in sockets]
    ports += [20_000 + i for i in range(380)]
    lines = [f"a=candidate:{i} 1 udp 1 127.0.0.1 {port} typ host" for i, port in enumerate(ports)]
    offer = await sample_offer()
    kept = [line for line in offer.splitlines() if not line.startswith("a=candidate")]
    first = next(i for i, line in enumerate(kept) if line.startswith("a=mid:"))
    text = "\r\n".join([*kept[:first], *lines, *kept[first:]]) + "\r\n"
    await engine.answer(AnswerOffer("prober", text))
    await asyncio.sleep(1.5)
    heard = 0
    for one in sockets:
        try:
            heard += bool(one.recv(2000))
        except BlockingIOError:
            continue
        finally:
            one.close()
    await engine.close()
    # The second run shows that the sockets would have heard; even then there is a limit.
    assert heard == (CandidatePolicy().most if allowed else 0)


async def test_offers_without_our_codecs_are_refused() -> None:
    offer = await sample_offer()
    assert code_of(offer.replace("VP8/", "VP9/").replace("H264/", "AV1/")) == "codec_unsupported"
    assert code_of(offer.replace("opus/48000", "ISAC/16000")) == "codec_unsupported"


async def test_malformed_offers_are_refused() -> None:
    offer = await sample_offer()
    assert code_of("") == "sdp_invalid"
    assert code_of("v=0\r\n") == "sdp_invalid"
    assert code_of("hello") == "sdp_invalid"
    assert code_of(offer + "a=x:" + "y" * MOST_BYTES) == "sdp_too_large"
    assert code_of(offer.replace("a=group:BUNDLE 0 1", "")) == "sdp_invalid"
    assert code_of(offer.replace("a=rtcp-mux", "")) == "sdp_invalid"
    assert code_of(offer.replace("a=mid:1", "a=mid:0")) == "sdp_invalid"
    assert code_of(offer.replace("a=fingerprint", "a=x-fingerprint")) == "sdp_invalid"
    video = offer[offer.index("m=video") :]
    assert code_of(offer + video * 40) in ("sdp_invalid", "sdp_too_large")
    assert code_of(offer.replace("m=video", "m=application")) == "sdp_invalid"


async def test_mutated_offers_raise_nothing_but_our_error() -> None:
    offer = (await sample_offer()).encode()
    rng = random.Random(20_260_301)
    outcomes = {"accepted": 0, "refused": 0}
    for _ in range(3000):
        text = bytearray(offer)
        for _ in range(rng.choice([1, 2, 5, 20])):
            at = rng.randrange(len(text))
            match rng.randrange(5):
                case 0:
                    text[at] = rng.randrange(256)
                case 1:
                    del text[at : at + rng.randrange(1, 60)]
                case 2:
                    text[at:at] = rng.choice([b"\r\n", b" ", b":", b"/", b"-1", b"99999999999999"])
                case 3:
                    other = rng.randrange(len(text))
                    text[at:at] = text[other : other + rng.randrange(1, 200)]
                case _:
                    text[at:at] = rng.choice([b"a=fmtp:", b"m=video ", b"a=ssrc:1 ", b"a=mid:"])
            if not text:
                text = bytearray(b"v")
        try:
            guard_offer(text.decode("utf-8", "replace"), LAN)
            outcomes["accepted"] += 1
        except MediaError as error:
            assert error.code in {"sdp_invalid", "codec_unsupported", "sdp_too_large"}
            outcomes["refused"] += 1
    assert min(outcomes.values()) > 100


async def test_mutated_offers_never_hurt_the_engine(
    engine: PacketMediaEngine, events: Events
) -> None:
    offer = await sample_offer()
    lines = offer.splitlines()
    rng = random.Random(7)
    for number in range(60):
        mutant = list(lines)
        for _ in range(3):
            at = rng.randrange(1, len(mutant))
            if rng.random() < 0.5:
                mutant.pop(at)
            else:
                mutant.insert(at, rng.choice(lines))
        name = f"mutant{number}"
        try:
            async with asyncio.timeout(5):
                await engine.answer(AnswerOffer(name, "\r\n".join(mutant) + "\r\n"))
        except MediaError:
            continue
        engine.send(ClosePeer(name))
    camera = await Camera(engine, "cam").join()
    await events.wait(PeerConnected, lambda event: event.peer == "cam")
    await camera.leave()


async def test_an_ice_restart_needs_a_new_peer(engine: PacketMediaEngine, events: Events) -> None:
    camera = await Camera(engine, "cam").join()
    await events.wait(PeerConnected)
    with pytest.raises(MediaError) as caught:
        await engine.answer(AnswerOffer("cam", await sample_offer()))
    assert caught.value.code == "new_peer_needed"
    assert engine.peer_count == 1
    await camera.leave()


async def test_renegotiation_on_the_same_transport_works(
    engine: PacketMediaEngine, events: Events
) -> None:
    camera = await Camera(engine, "cam").join()
    await events.wait(PeerConnected)
    camera.pc.addTransceiver("video", "recvonly")
    await camera.pc.setLocalDescription(await camera.pc.createOffer())
    answer = await engine.answer(AnswerOffer("cam", camera.pc.localDescription.sdp))
    await camera.pc.setRemoteDescription(RTCSessionDescription(answer, "answer"))
    assert answer.count("m=") == 3
    assert camera.pc.connectionState == "connected"
    await camera.leave()


class TestAbandoned:
    """Offers that nobody completes."""

    @pytest.fixture
    def settings(self) -> EngineSettings:
        return EngineSettings(abandon_after_s=1.5, handshakes_at_once=4, handshake_turn_s=0.3)

    async def test_abandoned_offers_give_back_every_socket(
        self, engine: PacketMediaEngine, events: Events
    ) -> None:
        offer = await sample_offer()
        await asyncio.sleep(0.2)
        before = len(os.listdir("/proc/self/fd"))
        async with asyncio.timeout(30):
            await asyncio.gather(
                *(engine.answer(AnswerOffer(f"peer{i}", offer)) for i in range(20))
            )
        assert len(os.listdir("/proc/self/fd")) > before
        await events.wait(PeerClosed, lambda _: len(events.of(PeerClosed)) == 20)
        assert {event.reason for event in events.of(PeerClosed)} == {"abandoned"}
        async with asyncio.timeout(10):
            while len(os.listdir("/proc/self/fd")) > before:
                await asyncio.sleep(0.05)
        assert engine.peer_count == 0


class TestTurns:
    """More join at once than there are turns."""

    @pytest.fixture
    def settings(self) -> EngineSettings:
        return EngineSettings(handshakes_at_once=4, handshake_turn_s=1.0)

    async def test_joins_take_turns(self, engine: PacketMediaEngine, events: Events) -> None:
        offer = await sample_offer()
        answers = [
            asyncio.create_task(engine.answer(AnswerOffer(f"peer{i}", offer))) for i in range(9)
        ]
        while sum(task.done() for task in answers) < 4:
            await asyncio.sleep(0.01)
        await asyncio.sleep(0.2)
        assert sum(task.done() for task in answers) == 4
        await asyncio.gather(*answers)
        assert engine.peer_count == 9


async def test_closing_the_engine_closes_everything(events: Events) -> None:
    before = len(os.listdir("/proc/self/fd"))
    engine = PacketMediaEngine()
    await engine.start(events)
    camera = await Camera(engine, "cam").join()
    await events.wait(PeerConnected)
    await engine.close()
    with pytest.raises(MediaError) as caught:
        await engine.answer(AnswerOffer("late", await sample_offer()))
    assert caught.value.code == "engine_stopped"
    await camera.leave()
    await asyncio.sleep(0.2)
    assert len(os.listdir("/proc/self/fd")) <= before
