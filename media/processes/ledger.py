"""Which recordings run, and in which media process; what a process may say about them."""

from dataclasses import dataclass
from pathlib import Path

from roll_call.ports.media import (
    RecordingDegraded,
    RecordingFailed,
    RecordingFinished,
    RecordingStarted,
)

_SUFFIXES = (".webm", ".mp4")

RecordingEvent = RecordingStarted | RecordingDegraded | RecordingFinished | RecordingFailed


@dataclass(frozen=True, slots=True)
class _Line:
    process: int
    path_stem: str


class RecordingLedger:
    """Every recording from its start to its last event."""

    def __init__(self) -> None:
        self._lines: dict[str, _Line] = {}

    def __contains__(self, recording: str) -> bool:
        return recording in self._lines

    def begin(self, recording: str, process: int, path_stem: str) -> None:
        """A recording is to start there."""
        self._lines[recording] = _Line(process, path_stem)

    def process_of(self, recording: str) -> int | None:
        """Where it runs."""
        line = self._lines.get(recording)
        return None if line is None else line.process

    def credible(self, event: RecordingEvent, process: int) -> bool:
        """Whether that process may say this: only of its own recordings, only of their files."""
        line = self._lines.get(event.recording)
        if line is None or line.process != process:
            return False
        path = getattr(event, "path", None)
        return path is None or path in _paths(line)

    def end(self, recording: str) -> None:
        """Its last event has come."""
        self._lines.pop(recording, None)

    def cut(self, process: int | None, code: str) -> list[RecordingFailed]:
        """End all recordings of a process that is gone (None: of all), with the files it left."""
        cut = []
        for recording, line in list(self._lines.items()):
            if process in (None, line.process):
                left = next((path for path in _paths(line) if Path(path).exists()), None)
                cut.append(RecordingFailed(recording, left, code))
                del self._lines[recording]
        return cut


def _paths(line: _Line) -> list[str]:
    return [line.path_stem + suffix for suffix in _SUFFIXES]
