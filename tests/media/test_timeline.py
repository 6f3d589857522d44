"""Both tracks of a recording lie on one line, whatever their timestamps do."""

import pytest

from media.assembler import EncodedFrame
from media.h264_sps import picture_size
from media.media_clock import MediaClock, offset_s
from media.reception import Arrival, Reception
from media.recorder import Recording
from media.writer import FileWriter, Opening, Sample
from tests.media.packets import SPS_320_240


class Shelf:
    """Stands where the recording thread does and keeps what it is given."""

    def __init__(self) -> None:
        self.samples: list[Sample] = []

    def submit(self, writer: FileWriter, item: Opening | Sample | None) -> None:
        if isinstance(item, Sample):
            self.samples.append(item)


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
    video, audio = MediaClock(90_000), MediaClock(48_000)
    shelf = Shelf()
    recording = Recording(FileWriter("r", "unused", 0), shelf, lambda: None, 1 << 20)  # type: ignore[arg-type]
    opening = Opening("VP8", (320, 240), True)
    for index in range(200):
        now = 5.0 + index * 0.02
        if index % 3 == 0:
            ticks = video.extend(700 + index * 1800, now)
            frame = EncodedFrame(0, index == 0, b"v")
            recording.video(frame, ticks, lambda: opening, now)
        ticks = audio.extend(90_000 + index * 960, now + 0.1)
        recording.audio(EncodedFrame(0, True, b"a"), ticks, audio, video)
        if reports and index == 5:
            video.report(1000.0, 700)
            audio.report(1000.3, 90_000)
    heard = [sample.ticks for sample in shelf.samples if not sample.video]
    last_index_s = (len(heard) - 1) * 0.02
    assert heard == sorted(set(heard))
    assert heard[-1] / 48_000 == pytest.approx(last_index_s + (0.3 if reports else 0.1), abs=0.11)
    if reports:
        assert heard[-1] / 48_000 > last_index_s + 0.18, "it follows the reports, gently"


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
    assert reception.due(0.0) == [3, 4]
    assert reception.due(0.05) == []
    assert reception.due(0.2) == [3, 4]
    assert reception.due(1.5) == []


def test_the_size_stands_in_the_parameter_set() -> None:
    assert picture_size(SPS_320_240) == (320, 240)
    for length in range(1, 7):
        with pytest.raises(ValueError, match="H264"):
            picture_size(SPS_320_240[:length])
