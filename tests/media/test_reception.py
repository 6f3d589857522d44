"""Holes are asked for in the rhythm of the round trip, and not for ever."""

import random
from itertools import pairwise

from aiortc.rtp import RtcpPacket, RtcpPsfbPacket, RtcpRrPacket, RtcpRtpfbPacket, RtcpSdesPacket

from media import feedback
from media.keyframes import KeyframeRequests
from media.negotiated import Codec, Section
from media.receiver import TrackReceiver
from media.reception import Arrival, Reception
from media.reports import receiver_report, reference_echoes, reference_time
from media.round_trip import RoundTrip
from media.rtp import RtpPacket
from tests.media.packets import VP8_PT, vp8_stream

VP8 = Codec("VP8", VP8_PT, 90_000, "", None)
RTX = Codec("RTX", 97, 90_000, "", VP8_PT)


def track(rtcp: list[bytes], round_trip_s: float, frames: list[int] | None = None) -> TrackReceiver:
    round_trip = RoundTrip()
    round_trip.add(round_trip_s)

    def send(data: bytes) -> bool:
        rtcp.append(data)
        return True

    seen: list[int] = [] if frames is None else frames
    receiver = TrackReceiver(
        "video", 1, send, lambda _, frame, ticks, now: seen.append(frame.timestamp), round_trip
    )
    receiver.configure(Section("0", (VP8, RTX), 1, None))
    return receiver


def run(receiver: TrackReceiver, packets: list[RtpPacket], start_s: float, step_s: float) -> float:
    now = start_s
    for packet in packets:
        receiver.receive(packet, now)
        now += step_s
        if int(now * 10) != int((now - step_s) * 10):
            receiver.tick(now)
    return now


def asked(rtcp: list[bytes]) -> list[int]:
    return [
        number
        for data in rtcp
        for packet in RtcpPacket.parse(data)
        if isinstance(packet, RtcpRtpfbPacket)
        for number in packet.lost
    ]


def test_a_hole_is_asked_for_at_once_and_then_by_the_round_trip() -> None:
    for round_trip_s, most in ((0.01, 110), (0.1, 18), (0.15, 13)):
        packets, _ = vp8_stream(random.Random(1), 200, 200)
        gone = packets.pop(10).sequence_number
        rtcp: list[bytes] = []
        receiver = track(rtcp, round_trip_s)
        run(receiver, packets[:10], 0.0, 0.01)
        rtcp.clear()
        receiver.receive(packets[10], 0.1)
        assert asked(rtcp) == [gone]
        run(receiver, packets[11:], 0.11, 0.01)
        times = asked(rtcp)
        assert set(times) == {gone}
        assert most / 2 <= len(times) <= most


def test_what_comes_out_of_order_or_twice_is_no_loss() -> None:
    reception = Reception(90_000)
    for number in (65_534, 65_535, 1, 0, 0, 2, 1):
        reception.add(number, 0.0)
    assert (reception.expected, reception.received, reception.lost) == (5, 5, 0)
    assert reception.due(1.0, 0.1) == []


def test_a_repaired_packet_was_lost_all_the_same() -> None:
    reception = Reception(90_000)
    for number in (0, 1, 3):
        reception.add(number, 0.0)
    assert reception.due(0.0, 0.1) == [2]
    assert reception.add(2, 0.1, repaired=True) is Arrival.RECOVERED
    assert reception.fraction_lost() == 64
    assert reception.unrecovered == 0


def test_one_stray_packet_does_not_restart_a_stream_and_two_do() -> None:
    reception = Reception(90_000)
    for number in range(10):
        reception.add(number, 0.0)
    assert reception.add(40_000, 0.0) is Arrival.DUPLICATE
    assert reception.add(10, 0.0) is Arrival.NEXT
    assert reception.add(40_000, 0.0) is Arrival.DUPLICATE
    assert reception.add(40_001, 0.0) is Arrival.RESTART
    assert reception.due(0.0, 0.1) == [40_000], "the first of them can be had again"
    assert reception.add(40_002, 0.0) is Arrival.NEXT


def test_after_a_blackout_a_keyframe_is_asked_for_and_not_a_thousand_packets() -> None:
    packets, sent = vp8_stream(random.Random(2), 120, 60)
    rtcp: list[bytes] = []
    frames: list[int] = []
    receiver = track(rtcp, 0.1, frames)
    until = next(i for i, p in enumerate(packets) if p.timestamp == sent[20].timestamp)
    after = next(i for i, p in enumerate(packets) if p.timestamp == sent[50].timestamp)
    run(receiver, packets[:until], 0.0, 0.02)
    rtcp.clear()
    run(receiver, packets[after:], 10.0, 0.02)
    assert not asked(rtcp)
    parsed = RtcpPacket.parse(rtcp[0])[0]
    assert isinstance(parsed, RtcpPsfbPacket)
    assert frames[20:] == [frame.timestamp for frame in sent[60:]]


def test_missing_numbers_are_bounded() -> None:
    reception = Reception(90_000)
    for number in range(0, 60_000, 300):
        reception.add(number, 0.0)
        assert len(reception.due(0.0, 0.1)) <= 100
    assert len(reception._missing) <= 1000


def test_a_keyframe_is_asked_for_until_it_comes_and_never_in_a_flood() -> None:
    asked_at: list[float] = []
    now = 0.0

    def send() -> bool:
        asked_at.append(now)
        return True

    requests = KeyframeRequests(send, RoundTrip())
    for step in range(200):
        now = step / 100
        requests.want(now)
    pauses = [b - a for a, b in pairwise(asked_at)]
    assert len(asked_at) >= 4
    assert min(pauses) >= 0.3
    count = len(asked_at)
    now = 2.5
    requests.tick(now)
    assert len(asked_at) == count + 1
    requests.arrived()
    now = 5.0
    requests.tick(now)
    assert len(asked_at) == count + 1, "it has come"


def test_the_report_is_a_whole_compound_packet() -> None:
    rtcp: list[bytes] = []
    receiver = track(rtcp, 0.1)
    packets, _ = vp8_stream(random.Random(3), 10, 10)
    run(receiver, packets, 0.0, 0.01)
    block = receiver.report_block(1.0)
    assert block is not None
    report, name = RtcpPacket.parse(receiver_report(7, "us", [block], 1 << 40))
    assert isinstance(report, RtcpRrPacket)
    assert isinstance(name, RtcpSdesPacket)
    assert report.reports[0].highest_sequence & 0xFFFF == packets[-1].sequence_number
    assert name.chunks[0].items == [(1, b"us")]


def test_a_round_trip_is_read_from_the_echo_of_our_reference_time() -> None:
    sent = feedback.ntp_from_seconds(4_000_000_000.25)
    echo = bytes.fromhex("80cf0006") + b"\0\0\0\1" + bytes([5, 0, 0, 3])
    echo += (99).to_bytes(4) + (sent >> 16 & 0xFFFFFFFF).to_bytes(4) + (32_768).to_bytes(4)
    echo += bytes(4)
    ((ssrc, echoed, held),) = reference_echoes(reference_time(1, sent) + echo)
    round_trip = RoundTrip()
    round_trip.add_echo(feedback.ntp_from_seconds(4_000_000_000.85), echoed, held)
    assert ssrc == 99
    assert round_trip.smoothed_s is not None
    assert abs(round_trip.smoothed_s - 0.1) < 0.001
    for end in range(len(echo)):
        reference_echoes(echo[:end])
