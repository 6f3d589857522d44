"""Every recording of an engine. A recording outlives its publisher and may go on with another."""

import logging
from collections.abc import Callable
from dataclasses import dataclass

from media.publisher import Publisher
from media.recorder import Recording
from media.settings import EngineSettings
from media.writer import FileWriter, RecordingThread
from roll_call.ports.media import (
    MediaEvent,
    RecordingDegraded,
    RecordingFailed,
    RecordingFinished,
    StartRecording,
)

_log = logging.getLogger(__name__)
# How long a recording that was stopped goes on at most until the one after it has its keyframe.
_HAND_OVER_S = 2.0


@dataclass(slots=True)
class _Running:
    recording: Recording
    publisher: Publisher | None
    waits_since_s: float | None = None
    ends_before_s: float | None = None


class Recordings:
    """Starts, continues and completes; used on the event loop. Times are monotonic seconds."""

    def __init__(
        self,
        settings: EngineSettings,
        thread: RecordingThread,
        emit: Callable[[MediaEvent], None],
    ) -> None:
        self._settings = settings
        self._thread = thread
        self._emit = emit
        self._running: dict[str, _Running] = {}

    @property
    def names(self) -> list[str]:
        """Those whose outcome has not been reported."""
        return list(self._running)

    def start(self, command: StartRecording, publisher: Publisher | None, now: float) -> None:
        """Record ``publisher`` from its next keyframe on."""
        name = command.recording
        if publisher is None or name in self._running:
            self._emit(RecordingFailed(name, None, "no_media"))
            return
        settings = self._settings
        recording = Recording(
            FileWriter(name, command.path_stem, settings.recording_reserve_bytes),
            self._thread,
            lambda: self._emit(RecordingDegraded(name, "disk_slow")),
            settings.recording_pending_bytes,
        )
        self._running[name] = _Running(recording, publisher)
        publisher.add_recording(name, recording, now)

    def go_on(self, name: str, publisher: Publisher | None, now: float) -> None:
        """Feed a recording from another publisher from now on."""
        running = self._running.get(name)
        if running is None or publisher is None:
            _log.warning("nothing to continue recording %s with", name)
            return
        self._take_off(name, running, now)
        running.publisher, running.waits_since_s = publisher, None
        publisher.add_recording(name, running.recording, now)

    def stop(self, name: str, now: float) -> None:
        """Complete a recording; another one of its publisher that waits for its first keyframe
        gets that first, so that no frame is missing between the two."""
        running = self._running.get(name)
        if running is None:
            return
        if running.ends_before_s is None:
            running.ends_before_s = now + _HAND_OVER_S
        self._end_if_due(running, now)

    def publisher_gone(self, publisher: Publisher, now: float) -> None:
        """Its recordings wait for another one."""
        for name, running in self._running.items():
            if running.publisher is publisher:
                self._take_off(name, running, now)
                self._end_if_due(running, now)

    def tick(self, now: float) -> None:
        """End what was handed over, and what nobody continues."""
        for name, running in self._running.items():
            self._end_if_due(running, now)
            since_s = running.waits_since_s
            if since_s is not None and now - since_s > self._settings.recording_wait_s:
                _log.warning("recording %s is not continued", name)
                running.recording.stop()

    def ended(self, event: RecordingFinished | RecordingFailed) -> None:
        """Forget a recording whose outcome is known."""
        running = self._running.pop(event.recording, None)
        if running is not None and running.publisher is not None:
            running.publisher.remove_recording(event.recording)

    def close(self) -> None:
        """Complete all."""
        for running in self._running.values():
            running.recording.stop()

    def _take_off(self, name: str, running: _Running, now: float) -> None:
        if running.publisher is not None:
            running.publisher.remove_recording(name)
            running.recording.detach()
            running.publisher, running.waits_since_s = None, now

    def _end_if_due(self, running: _Running, now: float) -> None:
        if running.ends_before_s is None:
            return
        successor_waits = running.publisher is not None and any(
            other.publisher is running.publisher
            and other.ends_before_s is None
            and not other.recording.begun
            for other in self._running.values()
        )
        if not successor_waits or now >= running.ends_before_s:
            running.recording.stop()
