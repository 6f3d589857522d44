"""What one peer sends: a video and an audio track, and everybody who wants their frames."""

from collections.abc import Callable

from aiortc.rtp import RtcpSrPacket

from media import feedback
from media.assembler import EncodedFrame
from media.codecs import depacketizer
from media.media_clock import MediaClock
from media.receiver import TrackReceiver
from media.recorder import Recording
from media.settings import EngineSettings
from media.track_source import SentTrack
from media.writer import Opening
from roll_call.ports.media import FrameTapped, MediaEvent, MediaFlowing, MediaStalled

# A camera that sends nothing for so long has stalled, whatever its frame rate.
_QUIET_S = 1.0


class Publisher:
    """Reports when media flows and stalls, and hands whole frames to the tap and to recordings."""

    def __init__(
        self, peer: str, settings: EngineSettings, emit: Callable[[MediaEvent], None]
    ) -> None:
        self._peer = peer
        self._settings = settings
        self._emit = emit
        self._tracks: dict[str, SentTrack] = {}
        self._recordings: dict[str, Recording] = {}
        self._picture: tuple[str, int, int] | None = None
        self._stalled = False
        self._tapped = False
        self._tap_started = False
        self._clock_offset_s: float | None = None

    def add_track(self, track: SentTrack) -> None:
        """Adopt the first track of each kind."""
        self._tracks.setdefault(track.kind, track)

    def track(self, kind: str) -> SentTrack | None:
        """Return the publisher's ``video`` or ``audio`` track."""
        return self._tracks.get(kind)

    def clock(self, kind: str) -> MediaClock | None:
        """The clock of its ``video`` or ``audio`` track."""
        track = self._tracks.get(kind)
        return track.clock if track is not None else None

    def opening(self) -> Opening | None:
        """What a recording of it is like; None before the first keyframe."""
        if self._picture is None:
            return None
        codec, width, height = self._picture
        return Opening(codec, (width, height), "audio" in self._tracks)

    def clock_offset_s(self) -> float | None:
        """Seconds that this machine's clock is ahead of the sender's, as far as known."""
        return self._clock_offset_s

    def frame(self, track: SentTrack, frame: EncodedFrame, ticks: int, now: float) -> None:
        """Take a whole frame of one of the tracks."""
        if self._tracks.get(track.kind) is not track:
            return
        if track.kind == "audio":
            if track.codec is not None and track.codec.name == "OPUS":
                for recording in self._recordings.values():
                    recording.audio(frame, ticks, now)
            return
        self._note_picture(track, frame)
        for recording in self._recordings.values():
            recording.video(frame, ticks, now)
        if self._tapped and (self._tap_started or frame.keyframe) and self._picture is not None:
            self._tap_started = True
            media_s = ticks / track.clock.rate
            self._emit(
                FrameTapped(self._peer, self._picture[0], media_s, frame.keyframe, frame.data)
            )

    def sender_report(self, track: TrackReceiver, report: RtcpSrPacket, now: float) -> None:
        """Learn from a sender report how the tracks lie together and how far the clocks differ."""
        track.sender_report(report, now)
        timestamp = report.sender_info.ntp_timestamp
        if timestamp:
            ahead = feedback.ntp_now() - feedback.ntp_to_seconds(timestamp)
            known = self._clock_offset_s
            self._clock_offset_s = ahead if known is None else min(known, ahead)

    def request_keyframe(self, now: float) -> None:
        """Ask the camera for a keyframe."""
        video = self._tracks.get("video")
        if video is not None:
            video.request_keyframe(now)

    def start_tap(self, now: float) -> None:
        """Hand every video frame out from the next keyframe on."""
        self._tapped, self._tap_started = True, False
        self.request_keyframe(now)

    def stop_tap(self) -> None:
        """End the tap."""
        self._tapped = False

    def add_recording(self, name: str, recording: Recording, now: float) -> None:
        """Feed a recording from the next keyframe on."""
        self._recordings[name] = recording
        recording.attach(self)
        self.request_keyframe(now)

    def remove_recording(self, name: str) -> None:
        """Feed it no more."""
        self._recordings.pop(name, None)

    def close(self) -> None:
        """Hand out nothing any more."""
        self._recordings.clear()
        self._tapped = False

    def tick(self, now: float) -> None:
        """Notice silence, and ask for the keyframes that recordings want."""
        if not self._tracks:
            return
        video = self._tracks.get("video")
        last_s = video.last_packet_s if video is not None else None
        quiet = last_s is not None and now - last_s > _QUIET_S
        for recording in self._recordings.values():
            if quiet:
                recording.quiet()
            if recording.wants_keyframe(now, self._settings.recording_keyframe_every_s):
                self.request_keyframe(now)
        heard = [
            track.last_packet_s
            for track in self._tracks.values()
            if track.last_packet_s is not None
        ]
        if self._picture is None or self._stalled or not heard:
            return
        silence_s = now - max(heard)
        if silence_s >= self._settings.stall_after_s:
            self._stalled = True
            self._emit(MediaStalled(self._peer, silence_s))

    def _note_picture(self, track: SentTrack, frame: EncodedFrame) -> None:
        first = self._picture is None
        if frame.keyframe and track.codec is not None:
            codec = track.codec.name
            try:
                self._picture = (codec, *depacketizer(codec).size(frame.data))
            except ValueError:
                return
        if self._picture is not None and (first or self._stalled):
            self._stalled = False
            self._emit(MediaFlowing(self._peer, *self._picture))
