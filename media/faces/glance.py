"""One keyframe by itself: whose face it shows, and a still of it. Nothing is kept in the worker."""

import base64
from collections.abc import Generator

import av
import cv2
import numpy as np

from media.faces.analysis import Analyser
from media.faces.decoder import Decoder
from media.faces.embedders import Vectors
from media.faces.picture import Picture, at_most
from media.faces.wire import Header
from roll_call.errors import MediaError

STILL_SIDE = 1280
JPEG_QUALITY = 85


def glance(
    analyser: Analyser, codec: str, chunks: list[bytes], keep: bool
) -> Generator[None, None, Header]:
    """The first chunk is the keyframe, the others are vectors to compare its largest face with."""
    picture = _decoded(codec, chunks[0])
    if picture is None:
        return {"faces": 0, "similarities": None, "picture": None, "readable": False}
    yield
    still = _jpeg(picture) if keep else None
    vectors = [np.frombuffer(chunk, "<f4").astype(np.float32) for chunk in chunks[1:]]
    faces, similarities = _compared(analyser, picture, np.stack(vectors) if vectors else None)
    return {"faces": faces, "similarities": similarities, "picture": still, "readable": True}


def _decoded(codec: str, data: bytes) -> Picture | None:
    try:
        decoder = Decoder(codec)
        frame = decoder.decode(data, keyframe=True) or decoder.flush()
    except (MediaError, av.FFmpegError):
        return None
    if frame is None:
        return None
    array = np.ascontiguousarray(frame.to_ndarray(format="bgr24"), dtype=np.uint8)
    return at_most(array, STILL_SIDE, STILL_SIDE)


def _compared(
    analyser: Analyser, picture: Picture, others: Vectors | None
) -> tuple[int, list[float] | None]:
    seen, look = analyser.look_closely(picture)
    alone = look.problem is None or look.faces > 1
    if others is None or look.mesh is None or not alone:
        return look.faces, None
    vector = analyser.embed(seen, look.mesh)
    return look.faces, [float(s) for s in analyser.embedder.similarities(vector, others)]


def _jpeg(picture: Picture) -> str:
    _, data = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])
    return base64.b64encode(data.tobytes()).decode()
