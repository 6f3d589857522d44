"""Enrolment pictures from a picture or a video file."""

from pathlib import Path

import av
import cv2
import numpy as np

FRAMES_FROM_VIDEO = 6
SECONDS_OF_VIDEO = 20.0


def reference_pictures(path: Path) -> list[bytes]:
    """The file itself if it is a picture, else JPEG frames spread over the video's first 20 s.

    Raises ``OSError`` where the file is neither.
    """
    data = path.read_bytes()
    if data and cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR) is not None:
        return [data]
    try:
        frames = _first_frames(path)
    except av.FFmpegError as error:
        raise OSError(f"{path.name} is neither a picture nor a video") from error
    spread = np.linspace(0, len(frames) - 1, min(FRAMES_FROM_VIDEO, len(frames)))
    return [jpeg(frames[round(index)].to_ndarray(format="bgr24")) for index in spread]


def _first_frames(path: Path) -> list[av.VideoFrame]:
    frames: list[av.VideoFrame] = []
    with av.open(str(path)) as container:
        for frame in container.decode(video=0):
            if (frame.time or 0.0) > SECONDS_OF_VIDEO:
                break
            frames.append(frame)
    return frames


def jpeg(picture: np.ndarray) -> bytes:
    """Encode a BGR picture; raises ``OSError``."""
    done, data = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, 92])
    if not done:
        raise OSError("the picture cannot be encoded")
    return data.tobytes()
