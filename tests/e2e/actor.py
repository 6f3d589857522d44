"""Who stands before the camera of a browser page: somebody who follows prompts, or a video."""

import json
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
from playwright.sync_api import BrowserContext, Route

FRAME_RATE = 15
SCRIPT = Path(__file__).with_name("actor.js")
Picture = npt.NDArray[np.uint8]


@dataclass(frozen=True)
class Actor:
    """The files that the page's actor script asks for: content type and body by name."""

    files: dict[str, tuple[str, bytes]]

    def appear(self, context: BrowserContext) -> None:
        """Stand before the camera of every page of this context that is opened from now on."""

        def answer(route: Route) -> None:
            content_type, body = self.files[route.request.url.rpartition("/__actor/")[2]]
            route.fulfill(body=body, content_type=content_type)

        context.route("**/__actor/*", answer)
        context.add_init_script(path=str(SCRIPT))


def acting(clips: dict[str, list[Picture]]) -> Actor:
    """An actor who shows ``still`` again and again, and another clip once for a prompt's kind.

    ``pose_straight``, ``pose_left``, ... are shown as long as an enrolment asks for the pose. A
    clip is a list of BGR pictures of 640x480, 15 a second.
    """
    files: dict[str, tuple[str, bytes]] = {}
    sizes: dict[str, list[int]] = {}
    for kind, pictures in clips.items():
        encoded = [jpeg(picture) for picture in pictures]
        sizes[kind] = [len(one) for one in encoded]
        files[f"{kind}.clip"] = ("application/octet-stream", b"".join(encoded))
    return Actor({**files, "script.json": _script({"clips": sizes})})


def replay(recording: bytes, start_s: float = 0.0) -> Actor:
    """A WebM recording held before the camera, again and again; it follows nothing.

    It begins at ``start_s`` of the recording.
    """
    script = _script({"clips": {}, "video": "video.webm", "start_s": start_s})
    return Actor({"video.webm": ("video/webm", recording), "script.json": script})


def jpeg(picture: Picture) -> bytes:
    """A BGR picture as a JPEG file."""
    return cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, 88])[1].tobytes()


def _script(value: dict[str, object]) -> tuple[str, bytes]:
    return "application/json", json.dumps(value).encode()
