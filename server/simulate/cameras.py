"""Cameras of simulated phones: an actor that follows prompts, or a video or picture file."""

import asyncio
import fractions
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import av
import cv2
import numpy as np
import numpy.typing as npt
from aiortc import MediaStreamTrack
from aiortc.mediastreams import MediaStreamError

from server.room_messages import Encoding
from server.simulate.portrait import PortraitActor
from server.simulate.scene import Deaf
from server.simulate.scene import Scene as Scene

Picture = npt.NDArray[np.uint8]
WIDTH, HEIGHT, FRAME_RATE = 640, 480, 15
CLOCK_RATE = 90_000


class StillScene(Deaf):
    """A picture held before the camera: it follows no prompt."""

    def __init__(self, picture: Picture) -> None:
        self._picture = letterbox(picture)

    def frame(self, at_s: float) -> Picture:
        """Always the same."""
        return self._picture


class VideoScene(Deaf):
    """A video file as the camera, looped at its own speed; it follows no prompt.

    Raises ``OSError`` where the file cannot be read or shows nothing.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._frames = self._decode()
        try:
            _, self._current = next(self._frames)
        except av.FFmpegError as error:
            raise OSError(f"{path.name} is not a video") from error
        self._waiting: tuple[float, Picture] | None = None

    def frame(self, at_s: float) -> Picture:
        """The video's picture at this time."""
        while True:
            if self._waiting is None:
                self._waiting = next(self._frames)
            due_s, picture = self._waiting
            if due_s > at_s:
                return self._current
            self._current, self._waiting = picture, None

    def _decode(self) -> Iterator[tuple[float, Picture]]:
        start_s = 0.0
        while True:
            last_s = 0.0
            shown = False
            with av.open(str(self._path)) as container:
                for frame in container.decode(video=0):
                    last_s = float(frame.time or 0.0)
                    shown = True
                    picture = np.asarray(frame.to_ndarray(format="bgr24"), np.uint8)
                    yield start_s + last_s, letterbox(picture)
            if not shown:
                raise OSError(f"no picture in {self._path.name}")
            start_s += last_s + 1 / FRAME_RATE


def letterbox(picture: npt.NDArray[np.uint8]) -> Picture:
    """Fit a picture of any size into 640x480 without distortion."""
    height, width = picture.shape[:2]
    scale = min(WIDTH / width, HEIGHT / height)
    size = max(1, round(width * scale)), max(1, round(height * scale))
    canvas = np.full((HEIGHT, WIDTH, 3), 96, np.uint8)
    left, top = (WIDTH - size[0]) // 2, (HEIGHT - size[1]) // 2
    interpolation = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    canvas[top : top + size[1], left : left + size[0]] = cv2.resize(
        picture, size, interpolation=interpolation
    )
    return canvas


def open_scene(source: str, seed: int) -> Scene:
    """``portrait:PICTURE`` is an actor; anything else a video or picture file.

    Raises ``OSError`` where nothing can be read from the file.
    """
    if source.startswith("portrait:"):
        return PortraitActor(read_picture(Path(source.removeprefix("portrait:"))), seed=seed)
    picture = cv2.imread(source)
    return VideoScene(Path(source)) if picture is None else StillScene(picture.astype(np.uint8))


def read_picture(path: Path) -> Picture:
    """Decode a picture file as BGR; raises ``OSError``."""
    picture = cv2.imdecode(np.frombuffer(path.read_bytes(), np.uint8), cv2.IMREAD_COLOR)
    if picture is None:
        raise OSError(f"{path.name} is not a picture")
    return picture.astype(np.uint8)


def limited(picture: Picture, encoding: Encoding | None) -> Picture:
    """The picture no larger than the encoding's limit, as PROTOCOL.md says."""
    height, width = picture.shape[:2]
    if encoding is None:
        return picture
    largest = max(encoding.max_width, encoding.max_height)
    by = max(1.0, max(width, height) / largest)
    if by == 1.0:
        return picture
    size = round(width / by / 2) * 2, round(height / by / 2) * 2
    return cv2.resize(picture, size, interpolation=cv2.INTER_AREA).astype(np.uint8)


class CameraTrack(MediaStreamTrack):
    """A scene as a video track of 640x480 at 15 frames a second, or what ``limit`` leaves of it."""

    kind = "video"

    def __init__(self, scene: Scene) -> None:
        super().__init__()
        self._scene = scene
        self._count = 0
        self._started: float | None = None
        self._limit: Encoding | None = None
        self._wanted = asyncio.Event()
        self._wanted.set()

    def limit(self, encoding: Encoding) -> None:
        """Send no more than this; aiortc has no ``RTCRtpSender.setParameters`` to do it."""
        self._limit = encoding
        if encoding.active:
            self._wanted.set()
        else:
            self._wanted.clear()

    def now_s(self) -> float:
        """Seconds since the first frame."""
        return 0.0 if self._started is None else time.monotonic() - self._started

    def prompt(self, kind: str) -> None:
        """Tell the scene what the phone shows."""
        self._scene.prompt(kind, self.now_s())

    def light(self, colours: Sequence[str], each_s: float) -> None:
        """Tell the scene what light the phone's screen gives."""
        self._scene.light(colours, each_s, self.now_s())

    def for_connection(self) -> MediaStreamTrack:
        """A track of its own for one peer connection, which ends it; the camera goes on."""
        return _Lent(self)

    async def recv(self) -> av.VideoFrame:
        """The next frame, paced by the clock; frames that are late are left out."""
        if self.readyState != "live":
            raise MediaStreamError
        if self._started is None:
            self._started = time.monotonic()
        await self._wanted.wait()
        step = 1 if self._limit is None else max(1, -(-FRAME_RATE // self._limit.max_framerate))
        self._count = max(self._count + step, int(self.now_s() * FRAME_RATE))
        due_s = self._count / FRAME_RATE
        await asyncio.sleep(max(0.0, due_s - self.now_s()))
        picture = limited(self._scene.frame(due_s), self._limit)
        frame = av.VideoFrame.from_ndarray(picture, format="bgr24")
        frame.pts = round(due_s * CLOCK_RATE)
        frame.time_base = fractions.Fraction(1, CLOCK_RATE)
        return frame


class _Lent(MediaStreamTrack):
    """aiortc stops the tracks of a connection that closes; this takes the blow."""

    kind = "video"

    def __init__(self, camera: CameraTrack) -> None:
        super().__init__()
        self._camera = camera

    async def recv(self) -> av.VideoFrame:
        """The camera's next frame."""
        if self.readyState != "live":
            raise MediaStreamError
        return await self._camera.recv()
