"""The figures of a report are those of the network between, and of nothing else."""

import random

import pytest

from media.negotiated import Codec, Section
from media.quality import FrameMeter, PeerMeter
from media.receiver import TrackReceiver
from media.round_trip import RoundTrip
from media.rtp import RtpPacket
from roll_call.ports.media import TrackQuality
from tests.media.packets import VP8_PT, vp8_stream

VP8 = Codec("VP8", VP8_PT, 90_000, "", None)
RTX = Codec("RTX", 97, 90_000, "", VP8_PT)


def receiver() -> TrackReceiver:
    track = TrackReceiver("video", 1, lambda _: True, lambda *_: None)
    track.configure(Section("0", (VP8, RTX), None, None))
    return track


def timed(frames: int) -> list[tuple[float, RtpPacket]]:
    packets, _ = vp8_stream(random.Random(1), frames, frames, sequence=100)
    first = packets[0].timestamp
    return [(((p.timestamp - first) & 0xFFFFFFFF) / 90_000, p) for p in packets]


def feed(track: TrackReceiver, arrivals: list[tuple[float, RtpPacket]]) -> float:
    for at, packet in arrivals:
        track.receive(packet, at)
    return arrivals[-1][0]


def quality(track: TrackReceiver, now: float) -> TrackQuality:
    report = track.quality(now)
    assert report is not None
    return report


def test_nothing_is_known_before_the_first_packet() -> None:
    assert receiver().quality(1.0) is None


def test_a_good_line() -> None:
    track, arrivals = receiver(), timed(46)
    end = feed(track, arrivals)
    report = quality(track, end)
    payload = sum(len(packet.payload) for _, packet in arrivals)
    assert report.bitrate_bps == pytest.approx(payload * 8 / end, rel=0.01)
    assert report.packets == len(arrivals)
    assert report.frames_per_s == pytest.approx(46 / 3, abs=0.1)
    assert (report.width, report.height) == (320, 240)
    assert (report.loss, report.unrecovered, report.freezes) == (0.0, 0, 0)
    again = quality(track, end + 2)
    assert (again.packets, again.bitrate_bps, again.frames_per_s) == (0, 0, 0.0)


def test_loss_counts_before_repair_and_unrecovered_after_it() -> None:
    track, arrivals = receiver(), timed(60)
    lost = arrivals[10::10]
    rest = [item for item in arrivals if item not in lost]
    repaired = [
        (
            at + 0.1,
            RtpPacket(
                97, p.marker, n, p.timestamp, 9, b"", p.sequence_number.to_bytes(2) + p.payload
            ),
        )
        for n, (at, p) in enumerate(lost[:-2])
    ]
    end = feed(track, sorted([*rest, *repaired], key=lambda item: item[0]))
    track.tick(end + 1.2)
    report = quality(track, end + 1.2)
    assert report.loss == pytest.approx(len(lost) / len(arrivals), rel=0.05)
    assert report.unrecovered == 2


def test_a_pause_of_the_picture_is_a_freeze_and_a_short_repair_is_not() -> None:
    meter = FrameMeter()
    for n in range(30):
        late = 0.15 if n % 5 == 0 else 0.0
        meter.frame(n / 15 + late, n / 15)
    assert meter.freezes == 0
    for n in range(60, 70):
        meter.frame(n / 15, n / 15)
    assert meter.freezes == 1
    assert meter.freeze_s == pytest.approx(31 / 15, abs=0.01)


def test_what_a_peer_is_sent_is_weighed_by_packets() -> None:
    class Slot:
        def __init__(self, packets: int, loss: float) -> None:
            self.sent_packets, self.sent_bytes, self.reported_loss = packets, packets * 500, loss

    round_trip = RoundTrip()
    meter = PeerMeter("wall", round_trip, 2.0, 0.0)
    assert not meter.due(1.9)
    assert meter.due(2.0)
    report = meter.report([], [Slot(900, 0.0), Slot(100, 0.5)], 2.0)
    assert report.sent_bitrate_bps == 2_000_000
    assert report.sent_loss == pytest.approx(0.05)
    assert (report.round_trip_ms, report.video, report.audio) == (None, None, None)
    round_trip.add(0.08)
    assert meter.report([], [], 4.0).round_trip_ms == 80.0
