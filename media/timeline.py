"""Where frames lie in a recording: both tracks on one line, across publishers and pauses.

Sans-IO: the time comes in as monotonic seconds. Positions are ticks of 1/90000 s (video) or
1/48000 s (audio) from the first frame of the recording.
"""

from media.media_clock import MediaClock, offset_s
from media.muxer import AUDIO_RATE, VIDEO_RATE

# The audio offset follows better knowledge (later sender reports, drift) this gently a packet, and
# jumps only over what nobody would take for lip movement any more.
_SLEW_S = 0.0005
_SNAP_S = 1.0
# A position may run ahead of the time that has really passed by a delayed first frame and a clock
# that is too fast, and lag behind it by what a network holds back; beyond that a sender's
# timestamps are not believed and the frame is put where it arrived.
_MOST_AHEAD_S = 2.0
_MOST_BEHIND_S = 15.0
_MOST_BACK_S = 0.5


class Timeline:
    """Turns the ticks of one publisher after the other into positions."""

    def __init__(self) -> None:
        self.began_s: float | None = None
        self._origin: int | None = None
        self._last_video = -1
        self._last_audio = -1
        self._offset_s: float | None = None
        self._offset_reported = False

    def next_publisher(self) -> None:
        """What comes now is stamped by other clocks; it is placed by when it arrives."""
        self._origin = None
        self._offset_s = None
        self._offset_reported = False

    def video(self, ticks: int, clock: MediaClock, now: float) -> int:
        """Return the position of a video frame; always later than the one before."""
        position = None if self._origin is None else ticks - self._origin
        if position is None or not self._credible(position, now):
            position = self._arrived(ticks, clock, now)
            self._origin = ticks - position
        position = max(position, self._last_video + 1)
        self._last_video = position
        return position

    def audio(
        self, ticks: int, audio: MediaClock, video: MediaClock | None, now: float
    ) -> int | None:
        """Return the position of an audio packet; None where it has none on this line."""
        if self.began_s is None:
            return None
        start_s = self._audio_start_s(audio, video)
        if start_s is None:
            return None
        position = ticks + round(start_s * AUDIO_RATE)
        if position < 0 or position > (now - self.began_s + _MOST_AHEAD_S) * AUDIO_RATE:
            return None
        position = max(position, self._last_audio + 1)
        self._last_audio = position
        return position

    def _audio_start_s(self, audio: MediaClock, video: MediaClock | None) -> float | None:
        """The position of the audio clock's tick 0, in seconds."""
        assert self.began_s is not None
        known = None if video is None else offset_s(audio, video)
        if self._origin is None or known is None or video is None:
            arrived = audio.arrival_origin_s
            return None if arrived is None else arrived - self.began_s
        reported = audio.sender_origin_s is not None and video.sender_origin_s is not None
        first_report = reported and not self._offset_reported
        if self._offset_s is None or first_report or abs(known - self._offset_s) > _SNAP_S:
            self._offset_s = known
        self._offset_reported = reported
        self._offset_s += max(-_SLEW_S, min(_SLEW_S, known - self._offset_s))
        return self._offset_s - self._origin / VIDEO_RATE

    def _credible(self, position: int, now: float) -> bool:
        assert self.began_s is not None
        ahead_s = position / VIDEO_RATE - (now - self.began_s)
        back_s = (self._last_video - position) / VIDEO_RATE
        return -_MOST_BEHIND_S < ahead_s < _MOST_AHEAD_S and back_s < _MOST_BACK_S

    def _arrived(self, ticks: int, clock: MediaClock, now: float) -> int:
        """The position by arrival; the clock knows the packet that was delayed least."""
        arrived_s = now
        if clock.arrival_origin_s is not None:
            expected_s = clock.arrival_origin_s + ticks / clock.rate
            if now - _MOST_BEHIND_S < expected_s < now:
                arrived_s = expected_s
        if self.began_s is None:
            self.began_s = arrived_s
        return round((arrived_s - self.began_s) * VIDEO_RATE)
