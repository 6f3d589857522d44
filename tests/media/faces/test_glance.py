"""One keyframe looked at by itself: who is in it, and a still; nothing is kept in the worker."""

import time

import cv2
import numpy as np
import pytest

from media.faces.picture import Picture, read_picture
from tests.media.faces.encoding import encoded
from tests.media.faces.test_worker import Watched, frames_of, template_of, watched

__all__ = ["watched"]


@pytest.mark.parametrize("codec", ["VP8", "H264"])
async def test_the_officer_is_told_from_the_others(watched: Watched, codec: str) -> None:
    verifier = watched.verifier
    known = [await template_of(verifier, name) for name in ("hopper", "astronaut")]
    keyframe = frames_of("hopper", codec, 1)[0]
    began_s = time.monotonic()
    seen = await verifier.glance(codec, keyframe.data, known, keep=True)
    assert time.monotonic() - began_s < 5.0
    assert seen is not None and seen.similarities is not None and seen.still is not None
    hopper, astronaut = seen.similarities
    assert hopper >= verifier.threshold(3) > astronaut
    assert (seen.faces, read_picture(seen.still).shape) == (1, (480, 640, 3))


async def test_an_empty_room_and_nonsense_show_nobody(watched: Watched) -> None:
    room: Picture = np.full((480, 640, 3), 90, np.uint8)
    cv2.rectangle(room, (100, 200), (500, 470), (60, 80, 140), -1)
    keyframe = next(iter(encoded([room])))
    empty = await watched.verifier.glance("VP8", keyframe.data, (), keep=False)
    assert empty is not None
    assert (empty.faces, empty.similarities, empty.still) == (0, None, None)
    assert await watched.verifier.glance("VP8", b"\x00nonsense" * 40, (), keep=True) is None
    assert await watched.verifier.glance("AV1", keyframe.data, (), keep=True) is None
