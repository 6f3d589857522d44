"""Copies a recording that was cut off into a whole one: duration and index, nothing re-encoded.

``python -m media.remux SOURCE TARGET`` writes ``TARGET`` and prints what is in it as one line of
JSON. It runs in a process of its own (``media.repair``), because it parses a file that may be
damaged in any way.
"""

import json
import resource
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import av

# Without anybody knowing better, a pause in the picture of so long is a gap.
_GAP_S = 1.5
_LAST_FRAME_S = 1 / 15
_MOST_GAPS = 500
_MEMORY_BYTES = 2 << 30
_CPU_S = 120
_FORMATS = {".webm": "webm", ".mp4": "mp4"}
# The index of an MP4 goes to the front, where a player looks first; a WebM's cues are found
# through its seek head.
_OPTIONS = {".webm": {}, ".mp4": {"movflags": "+faststart"}}


class Contents:
    """What was copied; times in seconds from the first frame."""

    def __init__(self) -> None:
        self.video_frames = self.audio_packets = 0
        self.end_s = 0.0
        self.gaps: list[tuple[float, float]] = []
        self._picture_end_s: float | None = None

    def video(self, at_s: float) -> None:
        """Count a frame."""
        before_s, self._picture_end_s = self._picture_end_s, at_s + _LAST_FRAME_S
        if before_s is not None and at_s - before_s > _GAP_S and len(self.gaps) < _MOST_GAPS:
            self.gaps.append((round(before_s, 3), round(at_s, 3)))
        self.video_frames += 1
        self.end_s = max(self.end_s, at_s + _LAST_FRAME_S)

    def audio(self, at_s: float) -> None:
        """Count a packet."""
        self.audio_packets += 1
        self.end_s = max(self.end_s, at_s)


def remux(source: Path, target: Path) -> Contents:
    """Copy what is whole. Raises ``av.FFmpegError`` or ValueError where there is nothing."""
    contents = Contents()
    suffix = source.suffix
    with (
        av.open(str(source), format=_FORMATS[suffix]) as cut,
        av.open(str(target), "w", format=_FORMATS[suffix], options=_OPTIONS[suffix]) as whole,
    ):
        if not cut.streams.video:
            raise ValueError("no picture in it")
        kept = [cut.streams.video[0], *cut.streams.audio[:1]]
        copies = {stream.index: whole.add_stream_from_template(stream) for stream in kept}
        for packet in _whole_packets(cut, kept):
            at_s = float(packet.pts * packet.time_base)
            if packet.stream.type == "video":
                contents.video(at_s)
            else:
                contents.audio(at_s)
            packet.stream = copies[packet.stream.index]
            whole.mux_one(packet)
    if not contents.video_frames:
        raise ValueError("no picture in it")
    return contents


def _whole_packets(cut: Any, streams: list[Any]) -> Iterator[Any]:
    """Packets up to where the file is torn; times that do not grow are left out."""
    last: dict[int, int] = {}
    packets = cut.demux(streams)
    while True:
        try:
            packet = next(packets)
        except (StopIteration, av.FFmpegError):
            return
        if packet.pts is None or packet.dts is None or packet.is_corrupt or not packet.size:
            continue
        if packet.dts > last.get(packet.stream.index, packet.dts - 1):
            last[packet.stream.index] = packet.dts
            yield packet


def main() -> int:
    """Run with limits; the exit status says whether there is a target."""
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY_BYTES, _MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (_CPU_S, _CPU_S))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    source, target = Path(sys.argv[1]), Path(sys.argv[2])
    try:
        contents = remux(source, target)
    except (av.FFmpegError, ValueError, OSError) as error:
        print(f"cannot be repaired: {type(error).__name__}", file=sys.stderr)
        return 1
    found = {
        "duration_s": round(contents.end_s, 3),
        "video_frames": contents.video_frames,
        "audio_packets": contents.audio_packets,
        "gaps": contents.gaps,
    }
    print(json.dumps(found))
    return 0


if __name__ == "__main__":
    sys.exit(main())
