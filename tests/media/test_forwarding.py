"""A viewer sees one unbroken stream, whatever its section is bound to."""

import random

from aiortc.rtp import RtcpPacket, RtcpRtpfbPacket, RtcpSrPacket

from media import feedback
from media.forwarder import Forwarder
from media.negotiated import Codec, Section
from media.receiver import TrackReceiver
from media.rtp import RtpPacket, parse_rtp, signed16, signed32
from tests.media.packets import VP8_PT, vp8_stream

VP8 = Codec("VP8", VP8_PT, 90_000, "", None)
RTX = Codec("RTX", 97, 90_000, "", VP8_PT)


def section(codecs: tuple[Codec, ...], mid: str = "0") -> Section:
    return Section(mid, codecs, 1, 3)


class Wire:
    """Keeps what was sent."""

    def __init__(self) -> None:
        self.rtp: list[RtpPacket] = []
        self.rtcp: list[bytes] = []

    def send_rtp(self, data: bytes) -> bool:
        self.rtp.append(parse_rtp(data))
        return True

    def send_rtcp(self, data: bytes) -> bool:
        self.rtcp.append(data)
        return True


def source() -> tuple[TrackReceiver, Wire]:
    wire = Wire()
    track = TrackReceiver("video", 1, wire.send_rtcp, lambda *_: None)
    track.configure(section((VP8, RTX)))
    return track, wire


def slot(codecs: tuple[Codec, ...]) -> tuple[Forwarder, Wire]:
    wire = Wire()
    forwarder = Forwarder("video", (77, 78), wire.send_rtp, wire.send_rtcp)
    forwarder.configure(section(codecs))
    return forwarder, wire


def feed(track: TrackReceiver, packets: list[RtpPacket], start_s: float) -> float:
    """Deliver 15 frames a second; return the time after the last one."""
    now = start_s
    last = None
    for packet in packets:
        if last is not None and packet.timestamp != last:
            now += 1 / 15
        last = packet.timestamp
        track.receive(packet, now)
    return now


def test_switching_sources_never_jumps_back() -> None:
    rng = random.Random(5)
    forwarder, wire = slot((VP8,))
    now = 100.0
    for _ in range(6):
        track, _ = source()
        packets, _ = vp8_stream(rng, 20, 10, sequence=rng.randrange(65_536))
        half = len(packets) // 2
        feed(track, packets[:half], now)
        forwarder.bind(track, lambda: None, now + 1)
        now = feed(track, packets[half:], now + 1) + 0.4
    assert len(wire.rtp) > 50
    assert {packet.ssrc for packet in wire.rtp} == {77}
    for before, after in zip(wire.rtp, wire.rtp[1:], strict=False):
        assert signed16(after.sequence_number - before.sequence_number) == 1
        assert 0 <= signed32(after.timestamp - before.timestamp) < 90_000 * 5


def test_video_begins_with_a_keyframe_after_every_binding() -> None:
    packets, sent = vp8_stream(random.Random(6), 30, 10)
    keyframes = {frame.timestamp for frame in sent if frame.keyframe}
    track, camera = source()
    forwarder, wire = slot((VP8,))
    middle = next(i for i, p in enumerate(packets) if p.timestamp == sent[4].timestamp)
    feed(track, packets[:middle], 0.0)
    forwarder.bind(track, lambda: None, 5.0)
    assert camera.rtcp, "the camera was asked for a keyframe"
    feed(track, packets[middle:], 5.0)
    offset = wire.rtp[0].timestamp - sent[10].timestamp
    assert (wire.rtp[0].timestamp - offset) & 0xFFFFFFFF in keyframes
    expected = [p.payload for p in packets if p.timestamp in {f.timestamp for f in sent[10:]}]
    assert [p.payload for p in wire.rtp] == expected


def test_a_long_stream_is_forwarded_past_the_wrap() -> None:
    track, _ = source()
    forwarder, wire = slot((VP8,))
    forwarder.bind(track, lambda: None, 0.0)
    keyframe = b"\x10" + b"\x10\x02\x00\x9d\x01\x2a\x40\x01\xf0\x00"
    for index in range(150_000):
        track.receive(
            RtpPacket(VP8_PT, 1, index & 0xFFFF, index * 3000, 9, b"", keyframe), index / 30
        )
    assert len(wire.rtp) == 150_000


def test_a_late_packet_keeps_its_place() -> None:
    packets, _ = vp8_stream(random.Random(7), 20, 20)
    packets[5], packets[6] = packets[6], packets[5]
    track, _ = source()
    forwarder, wire = slot((VP8,))
    forwarder.bind(track, lambda: None, 0.0)
    feed(track, packets, 0.0)
    first = wire.rtp[0].sequence_number
    order = [signed16(p.sequence_number - first) for p in wire.rtp]
    assert order[4:8] == [4, 6, 5, 7]


def test_lost_packets_are_sent_again_by_rtx_where_negotiated() -> None:
    packets, _ = vp8_stream(random.Random(8), 20, 20)
    for codecs in ((VP8,), (VP8, RTX)):
        track, _ = source()
        forwarder, wire = slot(codecs)
        forwarder.bind(track, lambda: None, 0.0)
        feed(track, packets, 0.0)
        lost = wire.rtp[3]
        count = len(wire.rtp)
        forwarder.retransmit([lost.sequence_number, (lost.sequence_number + 5000) & 0xFFFF], 9.0)
        assert len(wire.rtp) == count + 1
        again = wire.rtp[-1]
        if RTX in codecs:
            assert (again.ssrc, again.payload_type) == (78, 97)
            assert again.payload == lost.sequence_number.to_bytes(2) + lost.payload
        else:
            assert again.payload == lost.payload
            assert again.sequence_number == lost.sequence_number


def test_the_receiver_asks_again_and_takes_a_retransmission() -> None:
    packets, sent = vp8_stream(random.Random(9), 10, 10)
    frames: list[int] = []
    wire = Wire()
    track = TrackReceiver(
        "video", 1, wire.send_rtcp, lambda track, frame, ticks, now: frames.append(frame.timestamp)
    )
    track.configure(section((VP8, RTX)))
    lost = packets.pop(4)
    feed(track, packets, 0.0)
    asked = [
        number
        for data in wire.rtcp
        for packet in RtcpPacket.parse(data)
        if isinstance(packet, RtcpRtpfbPacket)
        for number in packet.lost
    ]
    assert asked[:1] == [lost.sequence_number]
    body = lost.sequence_number.to_bytes(2) + lost.payload
    track.receive(RtpPacket(97, lost.marker, 1, lost.timestamp, 99, b"", body), 0.6)
    assert frames == [frame.timestamp for frame in sent]


def test_a_nack_may_span_the_wrap() -> None:
    packet = RtcpPacket.parse(feedback.generic_nack(1, 2, [65_534, 65_535, 0, 1, 30]))[0]
    assert isinstance(packet, RtcpRtpfbPacket)
    assert sorted(number & 0xFFFF for number in packet.lost) == [0, 1, 30, 65_534, 65_535]


def test_sender_reports_follow_the_forwarded_timestamps() -> None:
    packets, _ = vp8_stream(random.Random(10), 30, 30)
    track, _ = source()
    forwarder, wire = slot((VP8,))
    forwarder.bind(track, lambda: None, 0.0)
    now = feed(track, packets, 0.0)
    forwarder.tick(now + 1)
    report = RtcpPacket.parse(wire.rtcp[-1])[0]
    assert isinstance(report, RtcpSrPacket)
    ahead = signed32(report.sender_info.rtp_timestamp - wire.rtp[-1].timestamp)
    assert abs(ahead - 90_000) < 9_000
    assert report.sender_info.packet_count == len(wire.rtp)


def test_a_keyframe_whose_first_packet_comes_last_is_forwarded_whole() -> None:
    packets, sent = vp8_stream(random.Random(11), 4, 4)
    keyframe = [p for p in packets if p.timestamp == sent[0].timestamp]
    assert len(keyframe) > 2
    track, _ = source()
    forwarder, wire = slot((VP8,))
    forwarder.bind(track, lambda: None, 0.0)
    feed(track, [RtpPacket(VP8_PT, 1, 65_499, 5, 1234, b"", b"\x00"), *keyframe[1:]], 0.0)
    assert wire.rtp == []
    body = keyframe[0].sequence_number.to_bytes(2) + keyframe[0].payload
    track.receive(RtpPacket(97, 0, 1, keyframe[0].timestamp, 99, b"", body), 0.1)
    assert [packet.payload for packet in wire.rtp] == [packet.payload for packet in keyframe]
    first = wire.rtp[0].sequence_number
    numbers = [signed16(packet.sequence_number - first) for packet in wire.rtp]
    assert numbers == list(range(len(keyframe)))


def test_a_packet_is_sent_again_at_most_once_a_round_trip() -> None:
    packets, _ = vp8_stream(random.Random(12), 20, 20)
    track, _ = source()
    forwarder, wire = slot((VP8, RTX))
    forwarder.bind(track, lambda: None, 0.0)
    feed(track, packets, 0.0)
    count, wanted = len(wire.rtp), [wire.rtp[3].sequence_number]
    for step in range(100):
        forwarder.retransmit(wanted * 50, 10 + step / 100)
    assert 5 <= len(wire.rtp) - count <= 13


def test_only_the_latest_packets_are_kept_for_repairs() -> None:
    track, _ = source()
    forwarder, wire = slot((VP8, RTX))
    forwarder.bind(track, lambda: None, 0.0)
    keyframe = b"\x10" + b"\x10\x02\x00\x9d\x01\x2a\x40\x01\xf0\x00"
    for index in range(2000):
        track.receive(RtpPacket(VP8_PT, 1, index, index * 3000, 9, b"", keyframe), index / 30)
    sent = [packet.sequence_number for packet in wire.rtp]
    for start in range(0, 2000, 100):
        forwarder.retransmit(sent[start : start + 100], 100.0)
    assert len(wire.rtp) - len(sent) == 512


def test_repairs_leave_room_for_the_sound_on_a_narrow_line() -> None:
    track, _ = source()
    forwarder, wire = slot((VP8, RTX))
    forwarder.bind(track, lambda: None, 0.0)
    keyframe = b"\x10" + b"\x10\x02\x00\x9d\x01\x2a\x40\x01\xf0\x00" + bytes(1100)
    for index in range(1000):
        now = index / 30
        track.receive(RtpPacket(VP8_PT, 1, index, index * 3000, 9, b"", keyframe), now)
        lost = [p.sequence_number for p in wire.rtp if p.ssrc == 77][-20:]
        forwarder.retransmit(lost, now)
    again = sum(packet.ssrc == 78 for packet in wire.rtp)
    assert 240 <= again <= 300, "a quarter of what is sent, and a burst"
