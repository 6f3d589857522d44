"""Whatever the network does to the packets, only whole, decodable frames come out."""

import random
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media.assembler import HOLD_S, EncodedFrame, FrameAssembler
from media.audio_order import AudioOrder
from media.codecs import depacketizer
from media.rtp import RtpPacket
from tests.media.packets import SentFrame, h264_stream, vp8_stream

Stream = Callable[[random.Random, int, int], tuple[list[RtpPacket], list[SentFrame]]]
STREAMS: dict[str, Stream] = {"VP8": vp8_stream, "H264": h264_stream}
CODECS = pytest.mark.parametrize("codec", list(STREAMS))


def assemble(codec: str, arrivals: list[tuple[float, RtpPacket]]) -> tuple[list[EncodedFrame], int]:
    """Push packets at their times; return the frames and how often a keyframe was asked for."""
    frames: list[EncodedFrame] = []
    asked: list[float] = []
    assembler = FrameAssembler(
        depacketizer(codec), lambda frame, now: frames.append(frame), asked.append
    )
    for now, packet in arrivals:
        assembler.push(packet, now)
    assembler.tick(arrivals[-1][0] + HOLD_S + 1)
    assembler.tick(arrivals[-1][0] + 2 * HOLD_S + 2)
    return frames, len(asked)


def check_sound(frames: list[EncodedFrame], sent: list[SentFrame]) -> None:
    """Each frame is one that was sent, in order, and nothing follows a gap but a keyframe."""
    positions = {frame.timestamp: index for index, frame in enumerate(sent)}
    last = None
    for frame in frames:
        index = positions[frame.timestamp]
        assert frame.data == sent[index].data
        assert frame.keyframe == sent[index].keyframe
        if last is None or index != last + 1:
            assert frame.keyframe, "a difference to a picture that never arrived"
        assert last is None or index > last
        last = index


@CODECS
def test_an_undisturbed_stream_comes_out_whole(codec: str) -> None:
    packets, sent = STREAMS[codec](random.Random(1), 60, 15)
    frames, asked = assemble(codec, [(i * 0.005, packet) for i, packet in enumerate(packets)])
    assert [frame.data for frame in frames] == [frame.data for frame in sent]
    assert asked == 0


@CODECS
def test_a_frame_comes_out_with_its_last_packet(codec: str) -> None:
    packets, _ = STREAMS[codec](random.Random(2), 1, 15)
    frames, _ = assemble(codec, [(0.0, packet) for packet in packets])
    assert len(frames) == 1


@CODECS
@given(
    seed=st.integers(0, 2**32),
    loss=st.floats(0, 0.4),
    jitter_s=st.floats(0, 0.4),
    duplication=st.floats(0, 0.3),
    retransmitted=st.floats(0, 1),
)
def test_no_torn_frame_under_loss_reordering_and_duplication(
    codec: str, seed: int, loss: float, jitter_s: float, duplication: float, retransmitted: float
) -> None:
    rng = random.Random(seed)
    packets, sent = STREAMS[codec](rng, 60, 10)
    arrivals: list[tuple[float, int, RtpPacket]] = []
    for order, packet in enumerate(packets):
        at = order * 0.01 + rng.random() * jitter_s
        if rng.random() < loss:
            if rng.random() > retransmitted:
                continue
            at += 0.15
        arrivals.append((at, order, packet))
        if rng.random() < duplication:
            arrivals.append((at + rng.random(), order, packet))
    if not arrivals:
        return
    arrivals.sort(key=lambda item: item[:2])
    frames, asked = assemble(codec, [(at, packet) for at, _, packet in arrivals])
    check_sound(frames, sent)
    if len(frames) < len(sent) - 5:
        assert asked, "frames were lost and nobody asked for a keyframe"


@CODECS
def test_it_recovers_at_the_next_keyframe_after_a_hole(codec: str) -> None:
    packets, sent = STREAMS[codec](random.Random(3), 40, 10)
    lost = sent[3].timestamp
    arrivals = [
        (i * 0.02, packet)
        for i, packet in enumerate(packets)
        if packet.timestamp != lost or packet.marker
    ]
    if len(arrivals) == len(packets):
        arrivals = [item for item in arrivals if item[1].timestamp != lost]
    frames, asked = assemble(codec, arrivals)
    check_sound(frames, sent)
    assert asked
    assert [frame.timestamp for frame in frames[-10:]] == [f.timestamp for f in sent[-10:]]


@given(payloads=st.lists(st.binary(max_size=40), min_size=1, max_size=30), h264=st.booleans())
def test_garbage_never_raises(payloads: list[bytes], h264: bool) -> None:
    codec = "H264" if h264 else "VP8"
    packets = [
        RtpPacket(96, i % 3 == 0, i, i // 3, 1, b"", payload) for i, payload in enumerate(payloads)
    ]
    for frame in assemble(codec, [(i * 0.01, p) for i, p in enumerate(packets)])[0]:
        assert frame.data


def arrivals_of(packets: list[RtpPacket]) -> list[tuple[float, RtpPacket]]:
    first = packets[0].timestamp
    return [(((p.timestamp - first) & 0xFFFFFFFF) / 90_000, p) for p in packets]


def played(
    codec: str, packets: list[RtpPacket], holes: set[int]
) -> tuple[list[tuple[float, EncodedFrame]], list[float]]:
    """The frames with the moments at which they came out, and when a keyframe was asked for."""
    frames: list[tuple[float, EncodedFrame]] = []
    asked: list[float] = []
    assembler = FrameAssembler(
        depacketizer(codec), lambda frame, now: frames.append((now, frame)), asked.append
    )
    for at, packet in arrivals_of(packets):
        if packet.timestamp not in holes:
            assembler.push(packet, at)
    return frames, asked


@CODECS
def test_a_keyframe_that_came_while_a_hole_was_open_ends_it(codec: str) -> None:
    packets, sent = STREAMS[codec](random.Random(4), 40, 20)
    holes = {sent[9].timestamp, sent[12].timestamp, sent[15].timestamp}
    frames, asked = played(codec, packets, holes)
    assert [f.timestamp for _, f in frames] == [f.timestamp for f in [*sent[:9], *sent[20:]]]
    ((shown_at, ended),) = [(at, frame) for at, frame in frames if frame.after_loss]
    assert ended.timestamp == sent[20].timestamp
    noticed = 10 / 15
    assert shown_at - noticed < HOLD_S + 0.1
    assert min(asked) - noticed > 0.29, "repairs had their chance"
    assert max(asked) <= shown_at, "nobody asks for what is there"


@CODECS
def test_several_holes_are_not_waited_for_one_by_one(codec: str) -> None:
    packets, sent = STREAMS[codec](random.Random(6), 60, 40)
    holes = {sent[n].timestamp for n in (9, 12, 15, 18)}
    frames, _ = played(codec, packets, holes)
    (shown_at,) = [at for at, frame in frames if frame.after_loss]
    assert shown_at == pytest.approx(40 / 15, abs=0.01), "the keyframe waits for nothing"


@CODECS
def test_a_frame_that_its_sender_gave_up_half_way_is_torn(codec: str) -> None:
    """Chromium empties its queue before a keyframe; the numbers go on without a gap."""
    packets, sent = STREAMS[codec](random.Random(5), 30, 10)
    torn = sent[19].timestamp
    kept: list[RtpPacket] = []
    for packet in packets:
        if packet.timestamp == torn and packet.marker:
            continue
        number = (packets[0].sequence_number + len(kept)) & 0xFFFF
        kept.append(
            RtpPacket(
                packet.payload_type, packet.marker, number, packet.timestamp, 1, b"", packet.payload
            )
        )
    assert any(packet.timestamp == torn for packet in kept), "some of it was sent"
    frames, _ = assemble(codec, arrivals_of(kept))
    assert [f.timestamp for f in frames] == [f.timestamp for f in sent if f.timestamp != torn]


def test_sound_is_put_in_order_and_never_waited_for_long() -> None:
    heard: list[int] = []
    order = AudioOrder(lambda packet, now: heard.append(packet.sequence_number))
    numbers = [65_533, 65_534, 0, 65_535, 1, 3, 5, 2, 6]
    for position, number in enumerate(numbers):
        order.push(RtpPacket(111, 0, number, 0, 1, b"", b"x"), position * 0.02)
    assert heard == [65_533, 65_534, 65_535, 0, 1, 2, 3]
    order.tick(0.3)
    assert heard == [65_533, 65_534, 65_535, 0, 1, 2, 3]
    order.tick(0.33)
    assert heard[-2:] == [5, 6], "4 is too late"
    order.push(RtpPacket(111, 0, 4, 0, 1, b"", b"x"), 0.34)
    order.tick(1.0)
    assert heard[-1] == 6


@CODECS
def test_a_flood_behind_a_hole_is_not_kept(codec: str) -> None:
    packets, sent = STREAMS[codec](random.Random(7), 700, 20)
    frames: list[EncodedFrame] = []
    assembler = FrameAssembler(
        depacketizer(codec), lambda frame, now: frames.append(frame), lambda now: None
    )
    for packet in packets:
        if packet.timestamp != sent[9].timestamp:
            assembler.push(packet, 0.0)
    assert [f.timestamp for f in frames] == [f.timestamp for f in [*sent[:9], *sent[20:]]]
