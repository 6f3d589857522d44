"""Soft signs of a replay: measured in pictures, found where a session keeps showing them."""

import cv2
import numpy as np
import pytest

from media.faces.analysis import Analyser
from media.faces.cues import CueWatch, is_virtual
from media.faces.decoder import Decoder, as_picture
from media.faces.landmarks import Mesh
from media.faces.measures.cues import CueMeter
from media.faces.measures.screens import border_of, moire_of
from media.faces.picture import Picture
from roll_call.assurance import Cue
from roll_call.ports.faces import FaceObservation, Place, ReplayCues
from tests.media.faces.conftest import actor
from tests.media.faces.encoding import encoded

NAMES = ["astronaut", "hopper"]


def through_vp8(picture: Picture, frames: int = 8) -> Picture:
    """The picture as it arrives: the last of some frames, encoded and decoded."""
    decoder, last = Decoder("VP8"), None
    for frame in encoded([picture] * frames):
        last = decoder.decode(frame.data, frame.keyframe) or last
    assert last is not None
    return as_picture(last)


def mesh_of(analyser: Analyser, picture: Picture) -> Mesh:
    mesh = analyser.look(picture).mesh
    assert mesh is not None
    return mesh


def facing(name: str) -> Picture:
    return actor(name, seed=1).frame(0.0)


def on_a_screen(picture: Picture, tilt_deg: float = 2.0) -> Picture:
    """The picture on a display with a black frame, in a room, a little askew."""
    height, width = picture.shape[:2]
    room = np.full_like(picture, 70)
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), tilt_deg, 0.8)
    frame = cv2.copyMakeBorder(
        picture[16:-16, 16:-16], 16, 16, 16, 16, cv2.BORDER_CONSTANT, value=(8, 8, 8)
    )
    shown = cv2.warpAffine(frame, turn, (width, height))
    there = cv2.warpAffine(np.ones((height, width), np.uint8), turn, (width, height))
    return np.where(there[..., None] > 0, shown, room).astype(np.uint8)


def with_moire(picture: Picture, period_px: float = 5.0, depth: float = 0.12) -> Picture:
    """A pattern of two crossed waves, as a display's and a camera's grid make it."""
    rows, columns = np.indices(picture.shape[:2], dtype=np.float32)
    waves = np.sin((0.8 * columns + 0.6 * rows) * 2 * np.pi / period_px)
    waves = waves + np.sin((0.7 * columns - 0.7 * rows) * 2 * np.pi / (period_px * 1.2))
    return np.clip(picture * (1 + depth * waves[..., None]), 0, 255).astype(np.uint8)


class TestMeasures:
    @pytest.mark.parametrize("name", NAMES)
    def test_a_person_in_a_room_shows_neither_border_nor_moire(
        self, sface: Analyser, name: str
    ) -> None:
        picture = through_vp8(facing(name))
        mesh = mesh_of(sface, picture)
        assert border_of(picture, mesh) < 0.5
        assert moire_of(picture, mesh) < 0.35

    @pytest.mark.parametrize("tilt_deg", [0.0, 3.0, -6.0])
    @pytest.mark.parametrize("name", NAMES)
    def test_a_screens_frame_is_seen(self, sface: Analyser, name: str, tilt_deg: float) -> None:
        picture = through_vp8(on_a_screen(facing(name), tilt_deg))
        assert border_of(picture, mesh_of(sface, picture)) > 0.9

    def test_a_dark_wall_on_one_side_is_no_screen(self, sface: Analyser) -> None:
        picture = facing("hopper").copy()
        picture[:, :120] = 10
        assert border_of(picture, mesh_of(sface, picture)) < 0.5

    @pytest.mark.parametrize("period_px", [3.5, 5.0, 9.0])
    @pytest.mark.parametrize("name", NAMES)
    def test_moire_is_seen_through_the_codec(
        self, sface: Analyser, name: str, period_px: float
    ) -> None:
        mesh = mesh_of(sface, facing(name))
        assert moire_of(through_vp8(with_moire(facing(name), period_px)), mesh) > 0.6

    @pytest.mark.parametrize("across", [True, False])
    def test_upright_and_level_stripes_are_no_moire(self, sface: Analyser, across: bool) -> None:
        """Blinds, panels and shelves stand upright; so do the codec's blocks."""
        picture = facing("astronaut")
        lines = np.indices(picture.shape[:2])[int(across)]
        striped = picture * (1 + 0.15 * np.sin(lines * 2 * np.pi / 6)[..., None])
        shown = np.clip(striped, 0, 255).astype(np.uint8)
        assert moire_of(shown, mesh_of(sface, picture)) < 0.35

    def test_a_background_is_compared_with_the_last_look(self, sface: Analyser) -> None:
        picture = facing("astronaut")
        mesh, meter = mesh_of(sface, picture), CueMeter()
        assert meter.measure(picture, mesh).background is None
        assert meter.measure(picture, mesh).background == 0.0
        brighter = np.clip(picture.astype(np.int16) + 5, 0, 255).astype(np.uint8)
        change = meter.measure(brighter, mesh).background
        assert change is not None and 3 < change <= 5

    def test_a_picture_of_another_size_begins_anew(self, sface: Analyser) -> None:
        picture = facing("astronaut")
        small = cv2.resize(picture, (480, 360)).astype(np.uint8)
        meter = CueMeter()
        meter.measure(picture, mesh_of(sface, picture))
        assert meter.measure(small, mesh_of(sface, small)).background is None


def look(
    border: float = 0.0, moire: float = 0.0, background: float | None = 1.0, x: float = 0.5
) -> FaceObservation:
    cues = ReplayCues(border, moire, background)
    place = Place(x, 0.5, 0.5)
    return FaceObservation("s", 0.0, 1, None, None, 0.0, 0.0, None, 0.7, place=place, cues=cues)


def found(*looks: FaceObservation, camera: str = "") -> frozenset[Cue]:
    watch = CueWatch(camera)
    for seen in looks:
        watch.see(seen)
    return watch.found()


class TestWatch:
    def test_an_honest_session_has_no_cue(self) -> None:
        assert found(*[look(0.3, 0.2, 0.8, x) for x in (0.4, 0.5, 0.6)]) == frozenset()

    def test_what_most_looks_show_counts(self) -> None:
        assert found(*[look(border=0.95)] * 3) == {Cue.SCREEN_BORDER}
        assert found(*[look(moire=0.9)] * 3) == {Cue.MOIRE}

    def test_one_look_is_an_accident(self) -> None:
        assert found(look(0.95, 0.9), look(), look(), look()) == frozenset()
        assert found(look(0.95, 0.9), look(0.95, 0.9)) == frozenset()

    def test_a_background_that_never_changes_counts_only_while_the_head_moves(self) -> None:
        still = [look(background=0.0, x=x) for x in (0.45, 0.5, 0.55)]
        assert found(*still) == {Cue.STATIC_BACKGROUND}
        assert found(*[look(background=0.0)] * 3) == frozenset()

    def test_looks_without_a_measure_do_not_count(self) -> None:
        blank = FaceObservation("s", 0.0, 1, None, None, 0.0, 0.0, None, None)
        watch = CueWatch("")
        watch.see(blank)
        assert watch.summary()["looks"] == 0

    def test_regular_frames_are_never_held_against_anybody(self) -> None:
        looks = [look() for _ in range(50)]
        assert Cue.REGULAR_TIMING not in found(*looks)

    def test_the_summary_is_plain(self) -> None:
        watch = CueWatch("OBS Virtual Camera")
        for x in (0.4, 0.5, 0.6):
            watch.see(look(0.95, 0.2, 0.9, x))
        assert watch.summary() == {
            "looks": 3,
            "border": 0.95,
            "moire": 0.2,
            "background": 0.9,
            "head_moved": 0.2,
            "camera": "OBS Virtual Camera",
            "found": ["screen_border", "virtual_camera"],
        }


@pytest.mark.parametrize(
    "label",
    [
        "OBS Virtual Camera",
        "OBS-Camera",
        "ManyCam Virtual Webcam",
        "Dummy video device (0x0000)",
        "fake_device_0",
        "e2eSoft VCam",
        "DroidCam Source 3",
        "XSplit VCam",
        "虚拟摄像头",
    ],
)
def test_cameras_that_are_programs_are_known_by_name(label: str) -> None:
    assert is_virtual(label)
    assert found(camera=label) == {Cue.VIRTUAL_CAMERA}


@pytest.mark.parametrize(
    "label",
    [
        "",
        "camera2 1, facing front",
        "Front Camera",
        "前置摄像头",
        "FaceTime HD Camera (05ac:8514)",
        "HD Pro Webcam C920 (046d:082d)",
        "Webcam onboard",
        "USB TV Cam",
        "Integrated Camera: Integrated C",
    ],
)
def test_real_cameras_are_not_taken_for_programs(label: str) -> None:
    assert not is_virtual(label)
