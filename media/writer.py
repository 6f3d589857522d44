"""The one thread of the engine that touches disks."""

import logging
import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from media.muxer import AUDIO_RATE, EXTENSIONS, VIDEO_RATE, Muxer
from media.recording_file import RecordingFile
from roll_call.ports.media import (
    Gap,
    MediaEvent,
    RecordingFailed,
    RecordingFinished,
    RecordingStarted,
)

_log = logging.getLogger(__name__)
_AUDIO_PACKET_TICKS = AUDIO_RATE // 50
# 20 ms of silence in Opus. The muxer holds video back until it knows what sounds beside it, so a
# microphone that falls silent for longer than this is written as silence.
_SILENCE = b"\xf8\xff\xfe"
_SILENCE_AFTER_TICKS = AUDIO_RATE
_LAST_FRAME_S = 1 / 15
_MOST_GAPS = 500
# FFmpeg ends the whole process (av_assert0) over a fragment of more than 2**31 ticks. The timeline
# never asks for that; this is the last line of defence.
_LONGEST_PAUSE_S = 3600.0


@dataclass(frozen=True, slots=True)
class Opening:
    """The first item of a recording: what goes into the file."""

    codec: str
    size: tuple[int, int]
    with_audio: bool
    began_unix_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Sample:
    """One encoded frame; ``ticks`` of 1/90000 s (video) or 1/48000 s (audio) from the start."""

    video: bool
    ticks: int
    keyframe: bool
    data: bytes


@dataclass(frozen=True, slots=True)
class Ending:
    """The last item; ``failure`` says why the recording is not whole."""

    failure: str | None = None


Item = Opening | Sample | Gap | Ending


class FileWriter:
    """One recording on the writer thread.

    ``written_bytes`` grows with every item taken, so that the other side knows what is pending.
    """

    def __init__(self, recording: str, path_stem: str, reserve_bytes: int) -> None:
        self.written_bytes = 0
        self._recording = recording
        self._path_stem = path_stem
        self._reserve_bytes = reserve_bytes
        self._path: Path | None = None
        self._file: RecordingFile | None = None
        self._muxer: Muxer | None = None
        self._over = False
        self._began_unix_s: float | None = None
        self._gaps: list[Gap] = []
        self._video_frames = self._audio_packets = 0
        self._end_s = 0.0
        self._with_audio = False
        self._audio_end = 0

    def handle(self, item: Item) -> MediaEvent | None:
        """Write one item; return what is to be reported, once there is something."""
        if isinstance(item, Sample):
            self.written_bytes += len(item.data)
        if self._over:
            return None
        started = False
        try:
            if isinstance(item, Sample):
                started = self._write(item)
            elif isinstance(item, Opening):
                self._open(item)
            elif isinstance(item, Gap):
                self._note(item)
            else:
                return self._complete(item.failure)
        except Exception:  # one recording must never end the thread of all
            _log.exception("recording %s cannot be written", self._recording)
            return self._complete("io_error")
        file = self._file
        if file is not None and (file.failure or file.space_is_low):
            return self._complete(file.failure or "disk_full")
        if started and self._began_unix_s is not None:
            return RecordingStarted(self._recording, self._began_unix_s)
        return None

    def _note(self, gap: Gap) -> None:
        """Keep a gap; a line that breaks all the time has one long one at its end."""
        if len(self._gaps) < _MOST_GAPS:
            self._gaps.append(gap)
        else:
            self._gaps[-1] = replace(self._gaps[-1], end_s=gap.end_s)

    def _open(self, opening: Opening) -> None:
        self._path = Path(self._path_stem + EXTENSIONS[opening.codec])
        self._file = RecordingFile(
            self._path,
            reserve_bytes=self._reserve_bytes,
            patch_after_failure=opening.codec == "VP8",
        )
        self._with_audio = opening.with_audio
        self._began_unix_s = opening.began_unix_s
        self._muxer = Muxer(self._file, opening.codec, opening.size, with_audio=opening.with_audio)

    def _write(self, sample: Sample) -> bool:
        """Write one frame; whether it was the first one."""
        muxer = self._muxer
        if muxer is None:
            return False
        at_s = sample.ticks / (VIDEO_RATE if sample.video else AUDIO_RATE)
        if at_s - self._end_s > _LONGEST_PAUSE_S:
            raise ValueError("a sample lies beyond the end of the recording")
        if sample.video:
            self._fill_silence(muxer, sample.ticks * AUDIO_RATE // VIDEO_RATE, _SILENCE_AFTER_TICKS)
            muxer.video(sample.ticks, sample.keyframe, sample.data)
            self._video_frames += 1
            end_s = sample.ticks / VIDEO_RATE + _LAST_FRAME_S
        elif self._with_audio and sample.ticks >= self._audio_end - _AUDIO_PACKET_TICKS // 2:
            if sample.ticks - self._audio_end > _SILENCE_AFTER_TICKS:
                self._fill_silence(muxer, sample.ticks, _AUDIO_PACKET_TICKS)
            muxer.audio(sample.ticks, sample.data)
            self._audio_end = sample.ticks + _AUDIO_PACKET_TICKS
            self._audio_packets += 1
            end_s = self._audio_end / AUDIO_RATE
        else:
            return False
        self._end_s = max(self._end_s, end_s)
        return sample.video and self._video_frames == 1

    def _fill_silence(self, muxer: Muxer, up_to: int, distance: int) -> None:
        """Write silence until the sound is not further than ``distance`` from ``up_to``."""
        while self._with_audio and up_to - self._audio_end > distance:
            muxer.audio(self._audio_end, _SILENCE)
            self._audio_end += _AUDIO_PACKET_TICKS

    def _complete(self, failure: str | None) -> MediaEvent:
        self._over = True
        file, muxer = self._file, self._muxer
        self._file = self._muxer = None
        if file is None:
            return RecordingFailed(self._recording, None, failure or "no_media")
        try:
            if muxer is not None:
                muxer.close()
        except Exception:
            _log.exception("recording %s cannot be completed", self._recording)
            failure = failure or "io_error"
        file.finish()
        failure = file.failure or failure
        if failure is not None:
            return RecordingFailed(
                self._recording,
                str(self._path),
                failure,
                duration_s=self._end_s,
                video_frames=self._video_frames,
                audio_packets=self._audio_packets,
                gaps=tuple(self._gaps),
                began_unix_s=self._began_unix_s,
            )
        return RecordingFinished(
            recording=self._recording,
            path=str(self._path),
            duration_s=self._end_s,
            video_frames=self._video_frames,
            audio_packets=self._audio_packets,
            size_bytes=file.size,
            gaps=tuple(self._gaps),
            began_unix_s=self._began_unix_s,
        )


Job = tuple[FileWriter, Item]


class RecordingThread:
    """Runs the file writers; ``report`` is called on this thread with every outcome.

    Items are handed over in batches (:meth:`flush`): waking a thread for every frame of every
    recording costs more than writing it.
    """

    def __init__(self, report: Callable[[MediaEvent], None], most_pending_bytes: int) -> None:
        self._report = report
        self._most_pending_bytes = most_pending_bytes
        self._submitted_bytes = 0
        self._written_bytes = 0
        self._batch: list[Job] = []
        self._batches: queue.SimpleQueue[list[Job] | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="recordings", daemon=True)

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def submit(self, writer: FileWriter, item: Item) -> None:
        """Add one item to the batch; the caller bounds what is pending."""
        if isinstance(item, Sample):
            self._submitted_bytes += len(item.data)
        self._batch.append((writer, item))

    @property
    def has_room(self) -> bool:
        """Whether all recordings together wait for less than they may."""
        return self._submitted_bytes - self._written_bytes <= self._most_pending_bytes

    def flush(self) -> None:
        """Hand the batch to the thread; called ten times a second."""
        if self._batch:
            self._batches.put(self._batch)
            self._batch = []

    def stop(self, timeout_s: float) -> bool:
        """Finish what is queued and end; False if the disk did not get there in time."""
        self.flush()
        self._batches.put(None)
        self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def _run(self) -> None:
        while (batch := self._batches.get()) is not None:
            for writer, item in batch:
                outcome = writer.handle(item)
                if isinstance(item, Sample):
                    self._written_bytes += len(item.data)
                if outcome is not None:
                    self._report(outcome)
