"""Records the film in both codecs, in real time, until it is killed; tells of every frame sent.

``python -m tests.media.recording_process FOLDER``; a line of stdout is ``<codec> <monotonic s>``.
"""

import asyncio
import sys
import time
from pathlib import Path

from media.assembler import EncodedFrame
from media.publisher import Publisher
from media.receiver import TrackReceiver
from media.recordings import Recordings
from media.settings import EngineSettings
from media.writer import RecordingThread
from roll_call.ports.media import StartRecording
from tests.media.film import FRAMES_PER_S, PACKETS_PER_S, second
from tests.media.test_sound_and_picture import AUDIO, VIDEO

TICK_S = 0.1


class Camera:
    """Hands whole frames to a publisher, as its tracks would."""

    def __init__(self, codec: str) -> None:
        self.codec = codec
        self.publisher = Publisher(codec, EngineSettings(), lambda event: None)
        self._film = second(codec)
        self._tracks = {}
        for kind, section in (("video", VIDEO), ("audio", AUDIO)):
            track = TrackReceiver(kind, 1, lambda _: True, self.publisher.frame)
            track.configure(section)
            track.codec = section.codecs[0]
            self._tracks[kind] = track
            self.publisher.add_track(track)
        video = VIDEO.codecs[0]
        self._tracks["video"].codec = type(video)(codec, video.payload_type, 90_000, "", None)

    async def film(self, began_s: float) -> None:
        """Pictures, for ever."""
        number = 0
        while True:
            await asyncio.sleep(max(0.0, began_s + number / FRAMES_PER_S - time.monotonic()))
            index = number % FRAMES_PER_S
            self._hand_in("video", number * 6000, index == 0, self._film.frames[index])
            print(self.codec, time.monotonic(), flush=True)
            number += 1

    async def speak(self, began_s: float) -> None:
        """Sound, for ever."""
        number = 0
        while True:
            await asyncio.sleep(max(0.0, began_s + number / PACKETS_PER_S - time.monotonic()))
            self._hand_in("audio", number * 960, True, self._film.packets[number % PACKETS_PER_S])
            number += 1

    def _hand_in(self, kind: str, timestamp: int, keyframe: bool, data: bytes) -> None:
        track, now = self._tracks[kind], time.monotonic()
        ticks = track.clock.extend(timestamp, now)
        self.publisher.frame(track, EncodedFrame(timestamp, keyframe, data), ticks, now)


async def record(folder: Path) -> None:
    """Until the end of this process."""
    thread = RecordingThread(lambda event: None, 1 << 27)
    thread.start()
    recordings = Recordings(EngineSettings(), thread, lambda event: None)
    cameras = [Camera("VP8"), Camera("H264")]
    began_s = time.monotonic() + 0.2
    async with asyncio.TaskGroup() as group:
        for camera in cameras:
            command = StartRecording(camera.codec, camera.codec, str(folder / camera.codec))
            recordings.start(command, camera.publisher, time.monotonic())
            group.create_task(camera.film(began_s))
            group.create_task(camera.speak(began_s))
        while True:
            await asyncio.sleep(TICK_S)
            recordings.tick(time.monotonic())
            thread.flush()


if __name__ == "__main__":
    asyncio.run(record(Path(sys.argv[1])))
