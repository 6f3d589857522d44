"""Sound and picture stay in step, whatever the sender's clocks and the network do to them.

In simulated time ten minutes of packets take seconds; a real client needs the real time.
"""

import asyncio
import heapq
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from statistics import median

import av
import numpy as np
import pytest
from aiortc import VideoStreamTrack
from aiortc.mediastreams import AudioStreamTrack
from aiortc.rtp import RtcpSenderInfo, RtcpSrPacket

from media.engine import PacketMediaEngine
from media.negotiated import Codec, Section
from media.publisher import Publisher
from media.receiver import TrackReceiver
from media.recorder import Recording
from media.rtp import RtpPacket
from media.settings import EngineSettings
from media.writer import FileWriter, Item
from roll_call.ports.media import (
    MediaEvent,
    RecordingFinished,
    RecordingStarted,
    StartRecording,
    StopRecording,
)
from tests.media.clients import Camera, Events
from tests.media.film import (
    BEEP_PACKETS,
    FLASH_FRAMES,
    FRAMES_PER_S,
    PACKETS_PER_S,
    measure,
    second,
)

IN_STEP_S = 0.080
VIDEO = Section("0", (Codec("VP8", 96, 90_000, "", None),), None, None)
AUDIO = Section("1", (Codec("OPUS", 111, 48_000, "", None),), None, None)


class Desk:
    """The recording thread, done at once."""

    has_room = True

    def __init__(self) -> None:
        self.outcomes: list[MediaEvent] = []

    def submit(self, writer: FileWriter, item: Item) -> None:
        outcome = writer.handle(item)
        if outcome is not None:
            self.outcomes.append(outcome)


@dataclass
class Way:
    """How one track is sent and travels; ``drift`` is by how much its clock runs too fast."""

    rate: int
    per_s: int
    first_timestamp: int
    drift: float
    delay_s: float
    starts_s: float = 0.0
    reports_from_s: float = 1.0
    sequence: int = field(default=65_000)

    def moments(self, length_s: float) -> Iterator[tuple[float, int]]:
        """When each unit is sampled, and its number on the film."""
        for number in range(int(self.starts_s * self.per_s), int(length_s * self.per_s)):
            yield number / self.per_s, number

    def timestamp(self, at_s: float) -> int:
        """The RTP timestamp of a moment, by this track's own clock."""
        ticks = round(at_s * self.rate * (1 + self.drift))
        return (self.first_timestamp + ticks) & 0xFFFFFFFF


class Phone:
    """Sends the film by two drifting clocks over two different ways, with sender reports."""

    def __init__(self, video: Way, audio: Way) -> None:
        self.ways = {"video": video, "audio": audio}
        self.publisher = Publisher("cam", EngineSettings(), lambda event: None)
        self.tracks = {
            kind: TrackReceiver(kind, 1, lambda _: True, self.publisher.frame) for kind in self.ways
        }
        self.tracks["video"].configure(VIDEO)
        self.tracks["audio"].configure(AUDIO)
        for track in self.tracks.values():
            self.publisher.add_track(track)

    def play(self, length_s: float) -> None:
        """All packets in the order of their arrival."""
        film = second("VP8")
        lines = [self._units(kind, length_s) for kind in self.ways]
        for arrives_s, at_s, kind, number in heapq.merge(*lines):
            way, track = self.ways[kind], self.tracks[kind]
            if number % way.per_s == 0 and at_s >= way.reports_from_s:
                self._report(kind, at_s, arrives_s)
            if kind == "video":
                self._picture(way, track, film.frames[number % FRAMES_PER_S], at_s, arrives_s)
            else:
                packet = film.packets[number % PACKETS_PER_S]
                self._send(way, track, 111, 0, at_s, packet, arrives_s)
            if number % 5 == 0:
                track.tick(arrives_s)

    def _units(self, kind: str, length_s: float) -> Iterator[tuple[float, float, str, int]]:
        way = self.ways[kind]
        for at_s, number in way.moments(length_s):
            yield 1000 + at_s + way.delay_s, at_s, kind, number

    def _picture(
        self, way: Way, track: TrackReceiver, data: bytes, at_s: float, now: float
    ) -> None:
        parts = [data[i : i + 1100] for i in range(0, len(data), 1100)]
        for index, part in enumerate(parts):
            descriptor = b"\x10" if index == 0 else b"\x00"
            last = int(index == len(parts) - 1)
            self._send(way, track, 96, last, at_s, descriptor + part, now)

    def _send(
        self,
        way: Way,
        track: TrackReceiver,
        payload_type: int,
        marker: int,
        at_s: float,
        payload: bytes,
        now: float,
    ) -> None:
        way.sequence = (way.sequence + 1) & 0xFFFF
        stamp = way.timestamp(at_s)
        ssrc = way.first_timestamp
        track.receive(RtpPacket(payload_type, marker, way.sequence, stamp, ssrc, b"", payload), now)

    def _report(self, kind: str, at_s: float, now: float) -> None:
        way = self.ways[kind]
        ntp = int((3_900_000_000 + at_s) * (1 << 32))
        info = RtcpSenderInfo(ntp, way.timestamp(at_s), 0, 0)
        self.tracks[kind].sender_report(RtcpSrPacket(way.first_timestamp, info), now)


def record(folder: Path, phone: Phone, length_s: float) -> str:
    """Let the phone play and return the file."""
    desk = Desk()
    writer = FileWriter("rec", str(folder / "film"), 0)
    recording = Recording(writer, desk, lambda: None, 1 << 24)  # type: ignore[arg-type]
    phone.publisher.add_recording("rec", recording, 1000.0)
    phone.play(length_s)
    recording.stop()
    finished = desk.outcomes[-1]
    assert isinstance(finished, RecordingFinished)
    assert finished.video_frames == int(length_s * FRAMES_PER_S)
    assert finished.gaps == ()
    return finished.path


CASES = {
    "the sound travels longer": (
        Way(90_000, FRAMES_PER_S, 4_294_900_000, 0.0, 0.05),
        Way(48_000, PACKETS_PER_S, 17, 0.0, 0.30),
    ),
    "the picture travels longer": (
        Way(90_000, FRAMES_PER_S, 4_294_900_000, 0.0, 0.40),
        Way(48_000, PACKETS_PER_S, 17, 0.0, 0.02),
    ),
    "the clocks drift apart": (
        Way(90_000, FRAMES_PER_S, 5, -200e-6, 0.10),
        Way(48_000, PACKETS_PER_S, 4_294_967_290, 300e-6, 0.05),
    ),
    "the sound starts later": (
        Way(90_000, FRAMES_PER_S, 5, 0.0, 0.05),
        Way(48_000, PACKETS_PER_S, 99, 0.0, 0.25, starts_s=2.0, reports_from_s=3.0),
    ),
}


def offsets(path: str, start_s: float, length_s: float) -> list[float]:
    """Of every flash in a part of the film, how much later the beep is."""
    return [offset for _, offset in measure(path, start_s, length_s).offsets_s()]


@pytest.mark.parametrize("case", CASES)
def test_half_a_minute_is_in_step_at_its_start_and_at_its_end(case: str, tmp_path: Path) -> None:
    path = record(tmp_path, Phone(*CASES[case]), 30)
    start, end = offsets(path, 5, 5), offsets(path, 24, 6)
    print(f"{case}: start {start[0] * 1000:+.0f} ms, end {end[-1] * 1000:+.0f} ms")
    assert len(start) >= 4 and len(end) >= 4
    assert max(map(abs, start + end)) <= IN_STEP_S


@pytest.mark.parametrize("case", CASES)
def test_ten_minutes_are_in_step_at_their_end(case: str, tmp_path: Path) -> None:
    path = record(tmp_path, Phone(*CASES[case]), 600)
    start, end = offsets(path, 5, 10), offsets(path, 590, 10)
    print(f"{case}: start {start[0] * 1000:+.0f} ms, end {end[-1] * 1000:+.0f} ms")
    assert len(start) >= 8 and len(end) >= 8
    assert max(map(abs, start + end)) <= IN_STEP_S


class Flashes(VideoStreamTrack):
    """The film's picture, in real time from ``began_s`` on."""

    def __init__(self, began_s: float) -> None:
        super().__init__()
        self._began_s = began_s
        self._number = 0
        self._pixels = {
            bright: np.vstack(
                [np.full((240, 320), 230 if bright else 20), np.full((120, 320), 128)]
            ).astype(np.uint8)
            for bright in (True, False)
        }

    async def recv(self) -> av.VideoFrame:
        number, self._number = self._number, self._number + 1
        await until(self._began_s + number / FRAMES_PER_S)
        bright = number % FRAMES_PER_S < FLASH_FRAMES
        frame = av.VideoFrame.from_ndarray(self._pixels[bright], format="yuv420p")
        frame.pts, frame.time_base = number * 6000, Fraction(1, 90_000)
        return frame


class Beeps(AudioStreamTrack):
    """The film's sound, in real time from ``began_s`` on."""

    def __init__(self, began_s: float) -> None:
        super().__init__()
        self._began_s = began_s
        self._number = 0
        tone = np.sin(np.arange(960) * 2 * np.pi * 1000 / 48_000) * 20_000
        self._tone = tone.astype(np.int16)[None, :]

    async def recv(self) -> av.AudioFrame:
        number, self._number = self._number, self._number + 1
        await until(self._began_s + number / PACKETS_PER_S)
        loud = number % PACKETS_PER_S < BEEP_PACKETS
        samples = self._tone if loud else np.zeros_like(self._tone)
        frame = av.AudioFrame.from_ndarray(samples, "s16", "mono")
        frame.sample_rate, frame.pts, frame.time_base = 48_000, number * 960, Fraction(1, 48_000)
        return frame


async def until(moment_s: float) -> None:
    """Sleep up to a moment of the monotonic clock."""
    await asyncio.sleep(max(0.0, moment_s - time.monotonic()))


@pytest.mark.serial
@pytest.mark.quiet
@pytest.mark.parametrize(
    "length_s",
    [30, pytest.param(600, marks=[pytest.mark.long, pytest.mark.timeout(720)])],
)
async def test_a_real_client_is_recorded_in_step(
    engine: PacketMediaEngine, events: Events, tmp_path: Path, length_s: int
) -> None:
    camera = Camera(engine, "cam")
    began_s = time.monotonic() + 2
    audio, video = camera.pc.getTransceivers()
    audio.sender.replaceTrack(Beeps(began_s))
    video.sender.replaceTrack(Flashes(began_s))
    await camera.join()
    engine.send(StartRecording("cam", "rec", str(tmp_path / "film")))
    await events.wait(RecordingStarted)
    await asyncio.sleep(length_s)
    engine.send(StopRecording("rec"))
    finished = await events.wait(RecordingFinished)
    await camera.leave()
    start, end = offsets(finished.path, 4, 6), offsets(finished.path, length_s - 8, 8)
    print(f"start {median(start) * 1000:+.0f} ms, end {median(end) * 1000:+.0f} ms")
    assert len(start) >= 4 and len(end) >= 5
    assert abs(median(start)) <= IN_STEP_S
    assert abs(median(end)) <= IN_STEP_S
