"""One recording on the event loop's side: one timeline for both tracks, and a bounded queue."""

from collections.abc import Callable

from media.assembler import EncodedFrame
from media.media_clock import MediaClock, offset_s
from media.muxer import AUDIO_RATE, VIDEO_RATE
from media.writer import FileWriter, Opening, RecordingThread, Sample

# The audio offset follows better knowledge (sender reports, drift) this gently, and jumps only
# over what nobody would take for lip movement any more.
_SLEW_S = 0.0005
_SNAP_S = 1.0


class Recording:
    """Feeds one file from one publisher. Starts with the first keyframe.

    When the disk is slower than the camera, frames are left out up to the next keyframe that finds
    room, and ``on_slow`` is called once for every such gap.
    """

    def __init__(
        self,
        writer: FileWriter,
        thread: RecordingThread,
        on_slow: Callable[[], None],
        max_pending_bytes: int,
    ) -> None:
        self._writer = writer
        self._thread = thread
        self._on_slow = on_slow
        self._max_pending_bytes = max_pending_bytes
        self._submitted_bytes = 0
        self._video_origin: int | None = None
        self._last_ticks = {True: -1, False: -1}
        self._offset_s: float | None = None
        self._overflowing = False
        self._last_keyframe_s: float | None = None

    def video(
        self, frame: EncodedFrame, ticks: int, opening: Callable[[], Opening | None], now: float
    ) -> None:
        """Take a video frame at ``ticks`` of the video clock; ``opening`` is asked for once."""
        if self._video_origin is None:
            first = opening() if frame.keyframe else None
            if first is None:
                return
            self._video_origin = ticks
            self._thread.submit(self._writer, first)
        if frame.keyframe and self._has_room_again:
            self._overflowing = False
        if frame.keyframe:
            self._last_keyframe_s = now
        self._submit(True, ticks - self._video_origin, frame.keyframe, frame.data)

    def audio(
        self, frame: EncodedFrame, ticks: int, audio: MediaClock, video: MediaClock | None
    ) -> None:
        """Take an Opus packet at ``ticks`` of the audio clock."""
        if self._video_origin is None or video is None:
            return
        known = offset_s(audio, video)
        if known is None:
            return
        if self._offset_s is None or abs(known - self._offset_s) > _SNAP_S:
            self._offset_s = known
        self._offset_s += max(-_SLEW_S, min(_SLEW_S, known - self._offset_s))
        start_s = self._offset_s - self._video_origin / VIDEO_RATE
        self._submit(False, ticks + round(start_s * AUDIO_RATE), True, frame.data)

    def wants_keyframe(self, now: float, every_s: float) -> bool:
        """Whether a keyframe would end a gap, or is due to keep the file seekable."""
        if self._last_keyframe_s is None:
            return False
        return self._has_room_again or now - self._last_keyframe_s > every_s

    def stop(self) -> None:
        """Complete the file."""
        self._thread.submit(self._writer, None)

    @property
    def _pending(self) -> int:
        return self._submitted_bytes - self._writer.written_bytes

    @property
    def _has_room_again(self) -> bool:
        return self._overflowing and self._pending <= self._max_pending_bytes // 2

    def _submit(self, video: bool, ticks: int, keyframe: bool, data: bytes) -> None:
        if ticks < 0 or (self._overflowing and video):
            return
        if self._pending + len(data) > self._max_pending_bytes:
            if not self._overflowing:
                self._overflowing = True
                self._on_slow()
            return
        ticks = max(ticks, self._last_ticks[video] + 1)
        self._last_ticks[video] = ticks
        self._submitted_bytes += len(data)
        self._thread.submit(self._writer, Sample(video, ticks, keyframe, data))
