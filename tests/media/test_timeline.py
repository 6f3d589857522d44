"""Both tracks of a recording lie on one line, whatever their timestamps do."""

import pytest

from media.assembler import EncodedFrame
from media.h264_sps import picture_size
from media.media_clock import MediaClock, offset_s
from media.reception import Arrival, Reception
from media.recorder import Recording
from media.writer import Ending, FileWriter, Item, Opening, RecordingThread, Sample
from roll_call.ports.media import Gap
from tests.media.packets import SPS_320_240


class Shelf:
    """Stands where the recording thread does and keeps what it is given."""

    has_room = True

    def __init__(self) -> None:
        self.items: list[Item] = []

    @property
    def samples(self) -> list[Sample]:
        return [item for item in self.items if isinstance(item, Sample)]

    def submit(self, writer: FileWriter, item: Item) -> None:
        self.items.append(item)


class Phone:
    """A publisher as a recording sees it."""

    def __init__(self, codec: str = "VP8") -> None:
        self.clocks = {"video": MediaClock(90_000), "audio": MediaClock(48_000)}
        self._opening = Opening(codec, (320, 240), True)

    def opening(self) -> Opening:
        return self._opening

    def clock(self, kind: str) -> MediaClock:
        return self.clocks[kind]

    def film(self, recording: Recording, timestamp: int, now: float, **frame: bool) -> None:
        ticks = self.clocks["video"].extend(timestamp, now)
        recording.video(
            EncodedFrame(timestamp, frame.pop("keyframe", False), b"v", **frame), ticks, now
        )

    def speak(self, recording: Recording, timestamp: int, now: float) -> None:
        ticks = self.clocks["audio"].extend(timestamp, now)
        recording.audio(EncodedFrame(timestamp, True, b"a"), ticks, now)


def recording_on(shelf: Shelf) -> Recording:
    return Recording(FileWriter("r", "unused", 0), shelf, lambda: None, 1 << 20)  # type: ignore[arg-type]


def test_timestamps_survive_their_wrap() -> None:
    clock = MediaClock(90_000)
    start = 0xFFFFFFFF - 9_000
    ticks = [clock.extend((start + i * 3000) & 0xFFFFFFFF, i / 30) for i in range(10)]
    assert ticks == [i * 3000 for i in range(10)]


def test_a_sender_that_starts_anew_goes_on_by_arrival() -> None:
    clock = MediaClock(90_000)
    clock.extend(1_000, 10.0)
    clock.extend(91_000, 11.0)
    assert clock.extend(3_000_000_000, 13.0) == pytest.approx(270_000, abs=10)
    assert clock.extend(3_000_003_000, 13.033) == pytest.approx(273_000, abs=10)


@pytest.mark.parametrize("reports", [True, False])
def test_audio_lies_where_the_sender_reports_say(reports: bool) -> None:
    """The audio really began 0.3 s after the picture but reached us 0.1 s after it."""
    shelf, phone = Shelf(), Phone()
    recording = recording_on(shelf)
    recording.attach(phone)
    for index in range(200):
        now = 5.0 + index * 0.02
        if index % 3 == 0:
            phone.film(recording, 700 + index * 1800, now, keyframe=index == 0)
        phone.speak(recording, 90_000 + index * 960, now + 0.1)
        if reports and index == 5:
            phone.clock("video").report(1000.0, 700)
            phone.clock("audio").report(1000.3, 90_000)
    heard = [sample.ticks for sample in shelf.samples if not sample.video]
    assert heard == sorted(set(heard))
    expected_s = (len(heard) - 1) * 0.02 + (0.3 if reports else 0.1)
    assert heard[-1] / 48_000 == pytest.approx(expected_s, abs=0.001)


def test_the_next_publisher_goes_on_after_the_time_that_has_passed() -> None:
    shelf = Shelf()
    recording = recording_on(shelf)
    for phone, began, timestamp in ((Phone(), 100.0, 5_000), (Phone(), 137.5, 4_000_000_000)):
        recording.attach(phone)
        for index in range(30):
            now = began + index / 15
            phone.film(recording, timestamp + index * 6000, now, keyframe=index == 0)
            phone.speak(recording, timestamp + index * 3200, now)
        recording.detach()
    seen = [sample.ticks / 90_000 for sample in shelf.samples if sample.video]
    heard = [sample.ticks / 48_000 for sample in shelf.samples if not sample.video]
    expected = [index / 15 for index in range(30)] + [37.5 + index / 15 for index in range(30)]
    assert seen == pytest.approx(expected, abs=0.002)
    assert heard == pytest.approx(expected, abs=0.002)
    (gap,) = [item for item in shelf.items if isinstance(item, Gap)]
    assert (gap.why, gap.start_s, gap.end_s) == (
        "disconnected",
        pytest.approx(2.0, abs=0.01),
        pytest.approx(37.5, abs=0.01),
    )


def test_frames_before_the_next_publishers_keyframe_are_left_out() -> None:
    shelf = Shelf()
    recording = recording_on(shelf)
    recording.attach(first := Phone())
    first.film(recording, 0, 0.0, keyframe=True)
    recording.detach()
    recording.attach(second := Phone())
    second.film(recording, 0, 5.0)
    second.film(recording, 6000, 5.1, keyframe=True)
    assert [sample.keyframe for sample in shelf.samples] == [True, True]


def test_another_codec_ends_the_file() -> None:
    shelf = Shelf()
    recording = recording_on(shelf)
    recording.attach(first := Phone())
    first.film(recording, 0, 0.0, keyframe=True)
    recording.detach()
    recording.attach(second := Phone("H264"))
    second.film(recording, 0, 5.0, keyframe=True)
    second.film(recording, 6000, 5.1)
    assert [type(item) for item in shelf.items] == [Opening, Sample, Ending]
    assert shelf.items[-1] == Ending("codec_changed")


@pytest.mark.parametrize(("cause", "why"), [("quiet", "stalled"), ("after_loss", "lost")])
def test_a_pause_is_on_record_with_its_cause(cause: str, why: str) -> None:
    shelf, phone = Shelf(), Phone()
    recording = recording_on(shelf)
    recording.attach(phone)
    phone.film(recording, 0, 0.0, keyframe=True)
    phone.film(recording, 90_000 * 2, 2.0)
    if cause == "quiet":
        recording.quiet()
    phone.film(recording, 90_000 * 4, 4.0, keyframe=True, after_loss=cause == "after_loss")
    gaps = [item for item in shelf.items if isinstance(item, Gap)]
    assert [(gap.why, gap.end_s) for gap in gaps] == [(why, 4.0)], "a slow camera is no gap"


def test_a_camera_that_is_off_until_the_end_is_a_gap() -> None:
    shelf, phone = Shelf(), Phone()
    recording = recording_on(shelf)
    recording.attach(phone)
    phone.film(recording, 0, 0.0, keyframe=True)
    for index in range(500):
        phone.speak(recording, index * 960, index * 0.02)
    recording.quiet()
    recording.stop()
    (gap,) = [item for item in shelf.items if isinstance(item, Gap)]
    assert (gap.why, gap.end_s) == ("stalled", pytest.approx(9.98, abs=0.01))
    assert isinstance(shelf.items[-1], Ending)


def test_a_disk_that_hangs_holds_only_so_much_of_all_recordings_together() -> None:
    thread = RecordingThread(lambda event: None, 100)
    recordings = [
        Recording(FileWriter(f"r{n}", "unused", 0), thread, lambda: None, 1 << 20) for n in range(9)
    ]
    for recording in recordings:
        recording.attach(phone := Phone())
        for index in range(30):
            phone.film(recording, index * 6000, index / 15, keyframe=index == 0)
    assert not thread.has_room
    kept = [item for _, item in thread._batch if isinstance(item, Sample)]
    assert 100 < len(kept) <= 100 + 1


def test_timestamps_that_run_away_do_not_stretch_the_recording() -> None:
    """Silence is written for every second of a recording: nobody may ask for years of it."""
    shelf, phone = Shelf(), Phone()
    recording = recording_on(shelf)
    recording.attach(phone)
    for index in range(300):
        now = index / 15
        phone.film(recording, index * 9 * 90_000, now, keyframe=index == 0)
        phone.speak(recording, index * 9 * 48_000, now)
    assert max(sample.ticks / 90_000 for sample in shelf.samples if sample.video) < 20 + 3
    assert max(sample.ticks / 48_000 for sample in shelf.samples if not sample.video) < 20 + 3
    seen = [sample.ticks for sample in shelf.samples if sample.video]
    assert seen == sorted(set(seen)) and len(seen) == 300


def test_reports_relate_tracks_of_one_sender() -> None:
    video, audio = MediaClock(90_000), MediaClock(48_000)
    assert offset_s(audio, video) is None
    video.extend(0, 1.0)
    audio.extend(0, 1.5)
    assert offset_s(audio, video) == pytest.approx(0.5)
    video.report(100.0, 0)
    audio.report(100.2, 0)
    assert offset_s(audio, video) == pytest.approx(0.2)


def test_loss_is_counted_as_receivers_report_it() -> None:
    reception = Reception(90_000)
    arrivals = [reception.add(number & 0xFFFF, 0.0) for number in (65_534, 65_535, 1, 1, 2, 0, 5)]
    assert arrivals == [
        Arrival.NEXT,
        Arrival.NEXT,
        Arrival.HOLE_BEFORE,
        Arrival.DUPLICATE,
        Arrival.NEXT,
        Arrival.RECOVERED,
        Arrival.HOLE_BEFORE,
    ]
    assert reception.highest_sequence == 65_536 + 5
    assert reception.lost == 2
    assert reception.fraction_lost() == (2 << 8) // 8
    assert reception.fraction_lost() == 0
    assert reception.due(0.0, 0.1) == [3, 4]
    assert reception.due(0.05, 0.1) == []
    assert reception.due(0.2, 0.1) == [3, 4]
    assert reception.due(1.5, 0.1) == []


def test_the_size_stands_in_the_parameter_set() -> None:
    assert picture_size(SPS_320_240) == (320, 240)
    for length in range(1, 7):
        with pytest.raises(ValueError, match="H264"):
            picture_size(SPS_320_240[:length])
