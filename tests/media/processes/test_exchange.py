"""What one process has of another's publishers: only what is expected, only while it is viewed."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field

import pytest

from media.negotiated import Codec
from media.processes.exchange import Exchange
from media.processes.link import Link, link_ends
from media.rtp import RtpPacket
from media.track_source import PacketConsumer, TrackSource

VP8 = Codec("VP8", 96, 90_000, "", None)
H264 = Codec("H264", 102, 90_000, "42e01f", None)
OPUS = Codec("OPUS", 111, 48_000, "", None)
KEYFRAME, DELTA = b"\x10\x00\x9d\x01\x2a", b"\x10\x01" + bytes(1100)
HERE, THERE = 0, 1
SERIAL = 7


class FixedClock:
    """Knows one timestamp."""

    def timestamp_at(self, sender_s: float | None, now: float) -> int | None:
        return 123_456


class Source:
    """A track of the owning process."""

    def __init__(self) -> None:
        self.clock = FixedClock()
        self.consumers: list[PacketConsumer] = []
        self.keyframes_asked = 0
        self._sequence = 0

    def add_consumer(self, consumer: PacketConsumer, now: float) -> None:
        self.consumers.append(consumer)
        self.request_keyframe(now)

    def remove_consumer(self, consumer: PacketConsumer) -> None:
        self.consumers.remove(consumer)

    def request_keyframe(self, now: float) -> None:
        self.keyframes_asked += 1

    def send(self, payload: bytes, codec: Codec = VP8) -> None:
        self._sequence += 1
        packet = RtpPacket(codec.payload_type, 1, self._sequence, 90, 5, b"", payload)
        for consumer in self.consumers:
            consumer.forward(packet, codec, time.monotonic())


@dataclass
class Published:
    """A publisher of the owning process."""

    tracks: dict[str, Source] = field(default_factory=lambda: {"video": Source()})

    def track(self, kind: str) -> TrackSource | None:
        return self.tracks.get(kind)

    def clock_offset_s(self) -> float | None:
        return None


class Viewer:
    """A forwarder's place."""

    def __init__(self) -> None:
        self.got: list[bytes] = []
        self.codecs: list[Codec] = []
        self.restarts = 0

    def forward(self, packet: RtpPacket, codec: Codec, now: float) -> None:
        self.got.append(packet.payload)
        self.codecs.append(codec)

    def source_restarted(self) -> None:
        self.restarts += 1


@dataclass
class Two:
    """Two exchanges with a link, and what the viewing one was told."""

    owner: Exchange
    viewing: Exchange
    changes: list[str]
    broken: list[tuple[int, int]]

    def track(self, kind: str = "video") -> TrackSource:
        publisher = self.viewing.publisher("camera")
        assert publisher is not None
        track = publisher.track(kind)
        assert track is not None
        return track


@pytest.fixture
async def two() -> AsyncIterator[Two]:
    changes: list[str] = []
    broken: list[tuple[int, int]] = []
    both = Two(
        Exchange(lambda _: None, lambda *link: None),
        Exchange(changes.append, lambda *link: broken.append(link)),
        changes,
        broken,
    )
    one, other = link_ends()
    both.owner.add_link(THERE, SERIAL, one)
    both.viewing.add_link(HERE, SERIAL, other)
    yield both
    both.owner.close()
    both.viewing.close()


async def soon(accept: Callable[[], object]) -> None:
    async with asyncio.timeout(5):
        while not accept():
            await asyncio.sleep(0.002)


async def opened(two: Two) -> Published:
    """A publisher that is carried and expected."""
    published = Published()
    two.owner.opened("camera", published)
    two.owner.carry("camera", THERE, True)
    two.viewing.expect("camera", HERE, True)
    await soon(lambda: two.viewing.publisher("camera"))
    return published


async def test_packets_come_only_while_somebody_views(two: Two) -> None:
    source = (await opened(two)).tracks["video"]
    assert not source.consumers
    track, viewers = two.track(), (Viewer(), Viewer())
    for viewer in viewers:
        track.add_consumer(viewer, time.monotonic())
    await soon(lambda: source.consumers)
    assert len(source.consumers) == 1 and source.keyframes_asked
    source.send(KEYFRAME)
    source.send(DELTA)
    await soon(lambda: all(len(viewer.got) == 2 for viewer in viewers))
    assert viewers[0].got == [KEYFRAME, DELTA]
    track.remove_consumer(viewers[0])
    source.send(DELTA)
    await soon(lambda: len(viewers[1].got) == 3)
    assert len(viewers[0].got) == 2
    track.remove_consumer(viewers[1])
    await soon(lambda: not source.consumers)


async def test_a_codec_is_the_same_object_for_every_packet(two: Two) -> None:
    source = (await opened(two)).tracks["video"]
    viewer = Viewer()
    two.track().add_consumer(viewer, time.monotonic())
    await soon(lambda: source.consumers)
    for codec in (VP8, VP8, H264, VP8):
        source.send(KEYFRAME, codec)
    await soon(lambda: len(viewer.codecs) == 4)
    assert viewer.codecs == [VP8, VP8, H264, VP8]
    assert viewer.codecs[0] is viewer.codecs[1] is viewer.codecs[3]


async def test_wishes_for_a_keyframe_travel(two: Two) -> None:
    source = (await opened(two)).tracks["video"]
    two.track().add_consumer(Viewer(), 0.0)
    await soon(lambda: source.keyframes_asked)
    asked = source.keyframes_asked
    two.track().request_keyframe(time.monotonic())
    await soon(lambda: source.keyframes_asked == asked + 1)


async def test_what_is_not_expected_is_not_listened_to(two: Two) -> None:
    two.owner.opened("stranger", Published())
    two.owner.carry("stranger", THERE, True)
    await opened(two)
    assert two.viewing.publisher("stranger") is None and "stranger" not in two.changes
    two.viewing.expect("camera", 7, True)
    assert two.viewing.publisher("camera") is None


async def test_order_of_wishes_and_arrivals_does_not_matter(two: Two) -> None:
    two.viewing.expect("camera", HERE, True)
    two.owner.carry("camera", THERE, True)
    published = Published({})
    two.owner.opened("camera", published)
    published.tracks["audio"] = Source()
    two.owner.opened("camera", published)
    published.tracks["video"] = Source()
    two.owner.opened("camera", published)
    await soon(lambda: two.viewing.publisher("camera"))
    await soon(lambda: two.viewing.publisher("camera").track("video"))  # type: ignore[union-attr]
    assert two.track("audio") is not two.track("video")


async def test_a_publisher_that_leaves_is_gone_over_there_too(two: Two) -> None:
    await opened(two)
    two.changes.clear()
    two.owner.closed("camera")
    await soon(lambda: two.changes)
    assert two.viewing.publisher("camera") is None
    two.owner.opened("camera", Published())
    await soon(lambda: two.viewing.publisher("camera"))
    two.owner.carry("camera", THERE, False)
    await soon(lambda: two.viewing.publisher("camera") is None)


async def test_the_end_of_a_process_ends_what_came_from_it(two: Two) -> None:
    source = (await opened(two)).tracks["video"]
    two.track().add_consumer(Viewer(), 0.0)
    await soon(lambda: source.consumers)
    two.changes.clear()
    two.owner.close()
    assert not source.consumers
    await soon(lambda: two.changes)
    assert two.viewing.publisher("camera") is None
    assert two.broken == [(HERE, SERIAL)]


async def test_a_new_link_offers_everything_anew(two: Two) -> None:
    await opened(two)
    one, other = link_ends()
    two.viewing.add_link(HERE, SERIAL, other)
    assert two.viewing.publisher("camera") is None
    two.owner.add_link(THERE, SERIAL, one)
    await soon(lambda: two.viewing.publisher("camera"))
    assert not two.broken  # it was replaced


async def test_after_a_jam_the_picture_begins_with_a_keyframe(
    two: Two, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = (await opened(two)).tracks["video"]
    viewer = Viewer()
    two.track().add_consumer(viewer, 0.0)
    await soon(lambda: source.consumers)
    source.send(KEYFRAME)
    await soon(lambda: viewer.got)
    send = Link._send
    monkeypatch.setattr(Link, "_send", lambda self, message: message[:1] == b"w")
    asked = source.keyframes_asked
    source.send(DELTA)
    await soon(lambda: source.keyframes_asked == asked + 1)
    monkeypatch.setattr(Link, "_send", send)
    before, restarts = len(viewer.got), viewer.restarts
    source.send(DELTA)
    source.send(KEYFRAME)
    source.send(DELTA)
    await soon(lambda: len(viewer.got) == before + 2)
    assert viewer.got[before:] == [KEYFRAME, DELTA] and viewer.restarts == restarts + 1


async def test_sender_reports_over_there_know_the_time(two: Two) -> None:
    source = (await opened(two)).tracks["video"]
    track, now = two.track(), time.monotonic()
    assert track.clock.timestamp_at(None, now) is None
    track.add_consumer(Viewer(), now)
    await soon(lambda: source.consumers)
    two.owner.tick(now)
    await soon(lambda: track.clock.timestamp_at(None, now))
    assert track.clock.timestamp_at(None, now) == 123_456
    assert track.clock.timestamp_at(None, now + 2) == 123_456 + 180_000
