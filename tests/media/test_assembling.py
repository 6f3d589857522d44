"""Whatever the network does to the packets, only whole, decodable frames come out."""

import random
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media.assembler import HOLD_S, EncodedFrame, FrameAssembler
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
