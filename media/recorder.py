"""One recording on the event loop's side: its timeline, its gaps, and a bounded queue."""

import time
from collections.abc import Callable
from dataclasses import replace
from typing import Protocol

from media.assembler import EncodedFrame
from media.media_clock import MediaClock
from media.muxer import AUDIO_RATE, VIDEO_RATE
from media.timeline import Timeline
from media.writer import Ending, FileWriter, Opening, RecordingThread, Sample
from roll_call.ports.media import Gap

# A pause between two frames is a gap from this length on; a pause that nobody noticed a cause of
# (a camera that sends a picture every second or two is none) only from the second one on.
_SHORTEST_GAP_S = 0.2
_UNEXPLAINED_GAP_S = 3.0
_LAST_FRAME_S = 1 / 15
# What explains a pause best, when there are several causes.
_CAUSES = ("disconnected", "disk_slow", "stalled", "lost")


class Source(Protocol):
    """Whose frames are recorded."""

    def opening(self) -> Opening | None:
        """What a file of its frames is like; None before the first keyframe."""

    def clock(self, kind: str) -> MediaClock | None:
        """The clock of its ``video`` or ``audio`` track."""


class Recording:
    """Feeds one file from one publisher, or from one after the other. Starts with a keyframe.

    When the disk is slower than the camera, frames are left out up to the next keyframe that finds
    room, and ``on_slow`` is called once for every such gap. A publisher of another codec than the
    first one's ends the file.
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
        self._source: Source | None = None
        self._timeline = Timeline()
        self._codec: str | None = None
        self._overflowing = False
        self._resuming = False
        self._over = False
        self._causes: set[str] = set()
        self._last_frame_s: float | None = None
        self._sound_s = 0.0
        self._last_keyframe_s: float | None = None

    @property
    def begun(self) -> bool:
        """Whether the first frame has been taken."""
        return self._codec is not None

    def attach(self, source: Source) -> None:
        """Take frames from ``source`` from its next keyframe on."""
        self._source = source

    def detach(self) -> None:
        """The publisher is gone; the next one goes on after a gap of the time that has passed."""
        self._source = None
        if self.begun:
            self._causes.add("disconnected")
            self._resuming = True
            self._timeline.next_publisher()

    def quiet(self) -> None:
        """Nothing has come from the camera for longer than between two frames."""
        if self.begun:
            self._causes.add("stalled")

    def video(self, frame: EncodedFrame, ticks: int, now: float) -> None:
        """Take a video frame at ``ticks`` of the source's video clock."""
        clock = self._source.clock("video") if self._source is not None else None
        if clock is None or self._over:
            return
        opening = self._accept_keyframe(now) if frame.keyframe else None
        if opening is None and (frame.keyframe or self._codec is None or self._resuming):
            return
        if frame.after_loss:
            self._causes.add("lost")
        position = self._timeline.video(ticks, clock, now)
        if self._codec is None and opening is not None:
            self._begin(opening, now)
        if self._overflowing or not self._has_room(len(frame.data)):
            return
        self._note_gap(position / VIDEO_RATE)
        self._submit(Sample(True, position, frame.keyframe, frame.data))

    def audio(self, frame: EncodedFrame, ticks: int, now: float) -> None:
        """Take an Opus packet at ``ticks`` of the source's audio clock."""
        source = self._source
        clock = source.clock("audio") if source is not None else None
        if source is None or clock is None or self._codec is None or self._over:
            return
        position = self._timeline.audio(ticks, clock, source.clock("video"), now)
        if position is not None and self._has_room(len(frame.data)):
            self._sound_s = position / AUDIO_RATE
            self._submit(Sample(False, position, True, frame.data))

    def wants_keyframe(self, now: float, every_s: float) -> bool:
        """Whether a keyframe would end a gap, or is due to keep the file seekable."""
        if self._last_keyframe_s is None or self._over:
            return not self._over
        due = now - self._last_keyframe_s > every_s
        return due or self._resuming or self._has_room_again

    def stop(self, failure: str | None = None) -> None:
        """Complete the file; with ``failure`` it is reported as cut short by that."""
        if not self._over:
            self._over = True
            if self._sound_s - (self._last_frame_s or 0.0) > _UNEXPLAINED_GAP_S:
                self._note_gap(self._sound_s)  # the camera did not come back before the end
            self._thread.submit(self._writer, Ending(failure))

    def _accept_keyframe(self, now: float) -> Opening | None:
        """What the source is like, if its keyframe fits into the file."""
        opening = self._source.opening() if self._source is not None else None
        if opening is None:
            return None
        if self._codec is not None and opening.codec != self._codec:
            self.stop("codec_changed")
            return None
        if self._has_room_again:
            self._overflowing = False
        self._resuming = False
        self._last_keyframe_s = now
        return opening

    def _begin(self, opening: Opening, now: float) -> None:
        began_s = self._timeline.began_s
        delay_s = 0.0 if began_s is None else now - began_s
        self._codec = opening.codec
        self._causes.clear()
        self._thread.submit(self._writer, replace(opening, began_unix_s=time.time() - delay_s))

    def _note_gap(self, at_s: float) -> None:
        last_s, self._last_frame_s = self._last_frame_s, at_s
        causes, self._causes = self._causes, set()
        if last_s is None:
            return
        start_s = last_s + _LAST_FRAME_S
        if at_s - start_s < (_SHORTEST_GAP_S if causes else _UNEXPLAINED_GAP_S):
            return
        why = next((cause for cause in _CAUSES if cause in causes), "stalled")
        self._thread.submit(self._writer, Gap(round(start_s, 3), round(at_s, 3), why))

    @property
    def _pending(self) -> int:
        return self._submitted_bytes - self._writer.written_bytes

    @property
    def _has_room_again(self) -> bool:
        room = self._pending <= self._max_pending_bytes // 2
        return self._overflowing and room and self._thread.has_room

    def _has_room(self, size: int) -> bool:
        if self._pending + size <= self._max_pending_bytes and self._thread.has_room:
            return True
        if not self._overflowing:
            self._overflowing = True
            self._causes.add("disk_slow")
            self._on_slow()
        return False

    def _submit(self, sample: Sample) -> None:
        self._submitted_bytes += len(sample.data)
        self._thread.submit(self._writer, sample)
