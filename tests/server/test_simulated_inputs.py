"""What a simulation may be given as reference and as camera, and what it says to anything else."""

from pathlib import Path

import av
import numpy as np
import pytest

from server.simulate.cameras import HEIGHT, WIDTH, open_scene
from server.simulate.references import FRAMES_FROM_VIDEO, reference_pictures


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    """One second of grey that grows brighter."""
    path = tmp_path / "clip.webm"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libvpx", rate=15)
        stream.width, stream.height = 320, 240
        for level in range(15):
            picture = np.full((240, 320, 3), 60 + 10 * level, np.uint8)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="bgr24")))
        container.mux(stream.encode(None))
    return path


def test_a_video_as_camera_is_looped(clip: Path) -> None:
    scene = open_scene(str(clip), seed=1)
    start, end, again = (scene.frame(at).mean() for at in (0.0, 0.9, 1.05))
    assert scene.frame(1.1).shape == (HEIGHT, WIDTH, 3)
    assert start == pytest.approx(again, abs=12)
    assert again < end


def test_a_video_as_reference_gives_frames_of_its_whole_length(clip: Path) -> None:
    pictures = reference_pictures(clip)
    assert len(pictures) == FRAMES_FROM_VIDEO
    assert len(set(pictures)) == FRAMES_FROM_VIDEO


@pytest.mark.parametrize("content", [b"", b"not a video\n" * 100])
def test_anything_else_is_refused_by_name(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "notes.dat"
    path.write_bytes(content)
    with pytest.raises(OSError, match=r"notes\.dat"):
        reference_pictures(path)
    with pytest.raises(OSError, match=r"notes\.dat"):
        open_scene(str(path), seed=1)
