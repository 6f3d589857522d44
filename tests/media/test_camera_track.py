"""A camera's access units become one unbroken track that anybody may join at any time."""

from itertools import pairwise

from media.assembler import EncodedFrame
from media.codecs import H264
from media.negotiated import Codec
from media.rtp import RtpPacket, signed16, signed32
from media.sources.camera_track import CameraTrack
from media.sources.h264_packets import annex_b

SPS = bytes.fromhex("6742c00d8c8d40a0fd00f08846a0")
PPS = b"\x68\xce\x3c\x80"
IDR = b"\x65" + bytes(range(1, 200)) * 20
SLICE = b"\x41" + bytes(range(1, 100))
SEI = b"\x06\x05\x04abcd\x80"


class Viewer:
    """Takes what a forwarder would."""

    def __init__(self) -> None:
        self.packets: list[RtpPacket] = []
        self.restarts = 0
        self.codec: Codec | None = None

    def forward(self, packet: RtpPacket, codec: Codec, now: float) -> None:
        self.packets.append(packet)
        self.codec = codec

    def source_restarted(self) -> None:
        self.restarts += 1

    def frames(self) -> list[tuple[bytes, bool]]:
        """The pictures that a receiver puts together."""
        reader, parts, found = H264(), [], []
        for packet in self.packets:
            parts.append(packet.payload)
            if packet.marker:
                found.append(reader.join(parts))
                parts = []
        return found

    def steps(self) -> list[int]:
        stamps = list(dict.fromkeys(packet.timestamp for packet in self.packets))
        return [signed32(after - before) for before, after in pairwise(stamps)]


class Film:
    """A camera that is told when to send what; 15 pictures a second."""

    def __init__(self) -> None:
        self.frames: list[EncodedFrame] = []
        self.ticks: list[int] = []
        self.track = CameraTrack(self._frame)
        self.now = 100.0
        self.stamp: int | None = 5000

    def _frame(self, track: CameraTrack, frame: EncodedFrame, ticks: int, now: float) -> None:
        self.frames.append(frame)
        self.ticks.append(ticks)

    def send(self, *units: bytes, after_s: float = 1 / 15) -> None:
        self.now += after_s
        if self.stamp is not None:
            self.stamp += round(after_s * 90_000)
        self.track.take(annex_b(list(units)), self.stamp, self.now)


def filmed(*kinds: bytes) -> Film:
    film = Film()
    for kind in kinds:
        film.send(*((SPS, PPS, kind) if kind is IDR else (kind,)))
    return film


def test_whoever_comes_later_gets_the_last_keyframe_and_what_followed_at_once() -> None:
    film = filmed(SLICE, IDR, SLICE, SLICE, IDR, SLICE, SLICE, SLICE)
    viewer = Viewer()
    film.track.add_consumer(viewer, film.now)
    assert [keyframe for _, keyframe in viewer.frames()] == [True, False, False, False]
    assert viewer.steps() == [90, 90, 90], "the past is not played, it is caught up with"
    film.send(SLICE)
    assert viewer.steps()[-1] == 6000
    numbers = [packet.sequence_number for packet in viewer.packets]
    assert all(signed16(after - before) == 1 for before, after in pairwise(numbers))
    film.track.remove_consumer(viewer)
    film.send(SLICE)
    assert len(viewer.frames()) == 5


def test_nothing_is_handed_out_before_a_keyframe_with_its_parameter_sets() -> None:
    film = filmed(SLICE, SLICE)
    film.send(IDR)
    assert film.frames == []
    film.track.begin(annex_b([SPS, PPS]))
    film.send(SLICE)
    film.send(IDR)
    film.send(SLICE)
    assert [frame.keyframe for frame in film.frames] == [True, False]
    assert film.frames[0].data == annex_b([SPS, PPS, IDR])
    assert film.track.codec is not None and film.track.codec.profile == "42c00d"


def test_what_is_no_picture_waits_for_its_picture() -> None:
    film = filmed(IDR)
    film.send(SEI, after_s=0)
    film.send(SLICE)
    assert [frame.data for frame in film.frames][-1] == annex_b([SEI, SLICE])
    assert len(film.frames) == 2


def test_a_new_connection_goes_on_where_the_time_is() -> None:
    film, viewer = filmed(IDR, SLICE), Viewer()
    film.track.add_consumer(viewer, film.now)
    film.track.begin(b"")
    assert viewer.restarts == 1
    film.stamp = 10  # its own clock began anew
    film.send(SLICE)
    film.send(SPS, PPS, IDR, after_s=4.0)
    film.send(SLICE)
    pause, step = viewer.steps()[-2:]
    assert abs(pause - (6000 + 4 * 90_000)) < 10 and step == 6000
    assert film.ticks == sorted(film.ticks)


def test_a_clock_that_lies_is_not_believed() -> None:
    film = filmed(IDR, SLICE)
    for lie in (2**40, 0, None, 77):
        film.stamp = lie
        film.send(SLICE)
    film.send(SLICE)
    steps = [after - before for before, after in pairwise(film.ticks)]
    assert all(0 < step < 3 * 90_000 + 7000 for step in steps), steps


def test_a_group_of_pictures_without_end_is_not_kept() -> None:
    film = filmed(IDR)
    for _ in range(300):
        film.send(SLICE)
    viewer = Viewer()
    film.track.add_consumer(viewer, film.now)
    assert viewer.packets == []
    film.send(SPS, PPS, IDR)
    assert any(keyframe for _, keyframe in viewer.frames())
