"""Pictures as arrays."""

import cv2
import numpy as np
import numpy.typing as npt

from roll_call.errors import FaceError

Picture = npt.NDArray[np.uint8]
"""Height x width x 3, blue-green-red, 0..255."""

Vector = npt.NDArray[np.float32]
"""One dimension."""

WORK_WIDTH, WORK_HEIGHT = 640, 480
MAX_PIXELS = 40_000_000


def read_picture(data: bytes) -> Picture:
    """Decode a JPEG or PNG file, upright by its EXIF orientation.

    Raises FaceError(unreadable) for anything else and for pictures beyond 40 megapixels.
    """
    try:
        picture = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR) if data else None
    except cv2.error as error:
        raise FaceError("unreadable") from error
    if picture is None or picture.shape[0] * picture.shape[1] > MAX_PIXELS:
        raise FaceError("unreadable")
    return picture.astype(np.uint8, copy=False)


def at_most(picture: Picture, width: int, height: int) -> Picture:
    """The picture, made smaller where it is larger than the given box."""
    tall, wide = picture.shape[:2]
    scale = min(width / wide, height / tall)
    if scale >= 1:
        return picture
    size = (max(1, round(wide * scale)), max(1, round(tall * scale)))
    return cv2.resize(picture, size, interpolation=cv2.INTER_AREA).astype(np.uint8, copy=False)
